"""What a customer wants to tell: praise, a complaint, a suggestion, a review of a product, or a question."""

from __future__ import annotations

from collections.abc import Mapping

from flows import telling
from flows.telling import Kept, Thing, Told
from flows.telling_prompts import MOST_PHOTOS, FewWords, Kinds, PastDay
from locales import Text, _, n_, verbatim
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Photos, Scale, Skippable
from talk.prompts.base import Option

LONGEST = 2000
LOW = 2  # stars that are a complaint

PRAISE = Option("praise", _("Praise"))
COMPLAINT = Option("complaint", _("Complaint"))
SUGGESTION = Option("suggestion", _("Suggestion"))
REVIEW = Option("review", _("Review of a product"))
QUESTION = Option("question", _("Question"))
REQUESTS = Option("requests", _("My requests"))
NOTHING = Option("nothing", _("Not now"), declines=True)
KINDS = (COMPLAINT, PRAISE, SUGGESTION, REVIEW, QUESTION)
ELSEWHERE = Option("elsewhere", _("Somewhere else"), declines=True)
NOT_SURE = Option("not_sure", _("Not sure"), declines=True)
ANOTHER = Option("another", _("Another product"))
NONE_OF_THESE = Option("none", _("None of these"), declines=True)
SEND = Option("send", _("Send it"))
CHANGE = Option("change", _("Start again"))
DROP = Option("drop", _("Don't send it"), declines=True)

WHAT = _("What would you like to tell us?")
SORRY = _("I'm sorry that something went wrong. Our team will look into it.")
SORRY_REVIEW = _("I'm sorry that you weren't happy with it.")
ASKS: Mapping[str, Text] = {
    "complaint": _("What happened?"),
    "praise": _("That's good to hear! What did you like?"),
    "suggestion": _("We'd love to hear it. What's your idea?"),
    "question": _("What would you like to know?"),
}
WHEN = _("When was that?")
WHERE = _("Where was it?")
BRANCH = _("Which branch was it?")
WHOM = _("Is there somebody you'd like to thank by name?")
ORDER = _("Do you have an order or receipt number? It helps us find it.")
PHOTOS = n_(
    "Would you like to add photos? You can send {most} photo.",
    "Would you like to add photos? You can send up to {most} photos.",
    count="most",
)
WHICH = _("Which product is it about?")
NAME = _("What's the product called?")
MEANT = _("Which of these do you mean?")
STARS = _("How many stars do you give it?")
LIKED = _("What would you tell others about it?")
WRONG = _("What was wrong with it?")

SUMMARY = _("This is what I'll pass on:")
SAID = _("What happened: {words}")
SAID_WHEN = _("When: {day}")
SAID_WHERE = _("Where: {place}")
SAID_ORDER = _("Order or receipt: {number}")
SAID_PHOTOS = n_("With {photos} photo", "With {photos} photos", count="photos")
CONFIRM = _("Shall I send this to our team?")
NOT_SENT = _("All right, I haven't sent anything.")

OPENED = _(
    "Thank you. Your request has the number <code>{number}</code>, and you'll hear from us by the end of {day}."
)
NOTED = _("Thank you. Our team reads this; it has the number <code>{number}</code>.")
PASSED_ON = _("Thank you. I've passed it on to {name}; it has the number <code>{number}</code>.")
ANY_TIME = _("To see how it's going, or to add something, just write “my requests”.")


async def feedback(talk: Talk) -> None:
    """Ask which kind it is, unless `kind` says so, then what the team needs to know; keep it under a number."""
    kind = talk.args.get("kind")
    if kind is None:
        chosen = await talk.ask("kind", WHAT, Kinds(*KINDS, REQUESTS, NOTHING, columns=2))
        if chosen is NOTHING:
            return
        if chosen is REQUESTS:
            await talk.go("requests")
            return
        kind = chosen.key
    told = await TELLS[kind](talk)
    if told is not None:
        thank(talk, talk.do("tell", telling.tell, told))


def thank(talk: Talk, kept: Kept) -> None:
    """Say under which number it is kept, and by when there is an answer, if one is due."""
    if kept.promised_at is not None:
        talk.say(OPENED, number=kept.number, day=kept.promised_at.date())
    elif kept.colleague:
        talk.say(PASSED_ON, name=kept.colleague, number=kept.number)
    else:
        talk.say(NOTED, number=kept.number)
    talk.say(ANY_TIME)


async def _complaint(talk: Talk) -> Told | None:
    talk.say(SORRY)
    text = await talk.ask("text", ASKS["complaint"], FreeText(max_length=LONGEST))
    day = await talk.ask("when", WHEN, Skippable(PastDay(year_missing="past")))
    place, touchpoint, branch = await _where(talk)
    number = await _order(talk)
    photos = await _photos(talk)
    told = Told(
        kind="complaint",
        text=text,
        photos=photos,
        touchpoint=touchpoint,
        branch_id=branch.id if branch else None,
        order_number=number,
        happened_on=day,
    )
    _retell(talk, told, tuple(each for each in (place, branch.name if branch else "") if each))
    sure = await talk.ask("sure", CONFIRM, Choice(SEND, CHANGE, DROP))
    if sure is CHANGE:
        await talk.go("feedback", kind="complaint")
    if sure is DROP:
        talk.say(NOT_SENT)
    return told if sure is SEND else None


async def _praise(talk: Talk) -> Told:
    text = await talk.ask("text", ASKS["praise"], FreeText(max_length=LONGEST))
    whom = await talk.ask("whom", WHOM, Skippable(FewWords(max_length=100)))
    branch = await _branch(talk)
    return Told(kind="praise", text=text, praised=whom or "", branch_id=branch.id if branch else None)


async def _suggestion(talk: Talk) -> Told:
    text = await talk.ask("text", ASKS["suggestion"], FreeText(max_length=LONGEST))
    _place, touchpoint, branch = await _where(talk)
    return Told(kind="suggestion", text=text, touchpoint=touchpoint, branch_id=branch.id if branch else None)


async def _question(talk: Talk) -> Told:
    text = await talk.ask("text", ASKS["question"], FreeText(max_length=LONGEST))
    number = await _order(talk)
    return Told(kind="question", text=text, order_number=number)


async def _review(talk: Talk) -> Told:
    product, typed = await _product(talk)
    stars = await talk.ask("stars", STARS, Scale.stars())
    if stars <= LOW:
        talk.say(SORRY_REVIEW)
    text = await talk.ask("text", WRONG if stars <= LOW else LIKED, Skippable(FreeText(max_length=LONGEST)))
    photos = await _photos(talk)
    return Told(
        kind="review",
        text="\n".join(filter(None, (typed, text))),
        photos=photos,
        touchpoint="product",
        product_id=product.id if product else None,
        stars=stars,
    )


TELLS = {
    "complaint": _complaint,
    "praise": _praise,
    "suggestion": _suggestion,
    "question": _question,
    "review": _review,
}


async def _product(talk: Talk) -> tuple[Thing | None, str]:
    """The product that is meant, or what the customer calls it."""
    bought = talk.do("bought", telling.bought)
    if bought:
        known = await _one_of(talk, "which", WHICH, bought, ANOTHER)
        if known is not None:
            return known, ""
    typed = await talk.ask("name", NAME if bought else WHICH, FreeText(max_length=100))
    alike = talk.do("alike", telling.called, typed)
    if not alike:
        return None, typed
    meant = await _one_of(talk, "meant", MEANT, alike, NONE_OF_THESE)
    return meant, "" if meant else typed


async def _where(talk: Talk) -> tuple[str, str, Thing | None]:
    """The place's name, its code, and the branch; empty where none of them is meant."""
    places = talk.do("places", telling.places)
    if not places:
        return "", "", await _branch(talk)
    options = {Option(f"place-{number}", verbatim(each.name)): each for number, each in enumerate(places)}
    place = options.get(await talk.ask("where", WHERE, Choice(*options, ELSEWHERE, columns=2)))
    if place is None:
        return "", "", None
    return place.name, place.code, await _branch(talk) if place.at_branch else None


async def _branch(talk: Talk) -> Thing | None:
    branches = talk.do("branches", telling.branches)
    if len(branches) < 2:
        return branches[0] if branches else None
    return await _one_of(talk, "branch", BRANCH, branches, NOT_SURE)


async def _one_of(talk: Talk, key: str, question: Text, things: tuple[Thing, ...], none: Option) -> Thing | None:
    options = {Option(f"{key}-{number}", verbatim(each.name)): each for number, each in enumerate(things)}
    return options.get(await talk.ask(key, question, Choice(*options, none)))


async def _order(talk: Talk) -> str:
    return await talk.ask("order", ORDER, Skippable(FewWords(max_length=64))) or ""


async def _photos(talk: Talk) -> tuple[str, ...]:
    return await talk.ask("photos", PHOTOS, Skippable(Photos(MOST_PHOTOS)), most=MOST_PHOTOS) or ()


def _retell(talk: Talk, told: Told, place: tuple[str, ...]) -> None:
    talk.say(SUMMARY)
    talk.say(SAID, line=True, words=told.text)
    if told.happened_on is not None:
        talk.say(SAID_WHEN, line=True, day=told.happened_on)
    if place:
        talk.say(SAID_WHERE, line=True, place=" · ".join(place))
    if told.order_number:
        talk.say(SAID_ORDER, line=True, number=told.order_number)
    if told.photos:
        talk.say(SAID_PHOTOS, line=True, photos=len(told.photos))
