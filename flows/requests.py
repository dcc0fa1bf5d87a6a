"""“What about my complaint?”: what a customer told us, how it stands, and what they want to add."""

from __future__ import annotations

from collections.abc import Mapping

from flows import claiming, requesting
from flows.feedback import ANY_TIME
from flows.missing_points import NO_PHOTO
from flows.requesting import Gone, NotKept, Reopened, Request
from flows.telling_prompts import MOST_PHOTOS
from locales import Text, _, verbatim
from service.cases import Added
from talk.engine import Talk
from talk.prompts import Choice, FreeText, Photos, Skippable
from talk.prompts.base import Option

LONGEST = 2000

TELL = Option("tell", _("Tell you something"))
DONE = Option("done", _("That's all, thanks"), declines=True)
WRITE = Option("write", _("Write something"))
SEND = Option("send", _("Send photos"))
SOLVED = Option("solved", _("It's solved"))
NOT_SOLVED = Option("not_solved", _("It isn't solved"))
OTHERS = Option("others", _("My other requests"))

NONE = _("You have no requests with us at the moment.")
ANYTHING = _("Is there anything you'd like to tell us?")
STATES: Mapping[str, Text] = {
    "due": _("<b>{kind}</b> <code>{number}</code> of {day}: you'll hear from us by the end of {until}."),
    "late": _("<b>{kind}</b> <code>{number}</code> of {day}: our answer is late, and we're sorry. Our team knows."),
    "answered": _("<b>{kind}</b> <code>{number}</code> of {day}: we've answered, and it's still open."),
    "noted": _("<b>{kind}</b> <code>{number}</code> of {day}: our team has it."),
    "closed": _("<b>{kind}</b> <code>{number}</code> of {day}: closed on {until}."),
}
CLAIM = _("<b>Missing points</b> <code>{number}</code>: you'll hear from us by the end of {until}.")
CHOOSE = _("Which one would you like to look at?")
WHAT_NEXT = _("What would you like to do?")
YOU, YOUR_PHOTO = _("You, on {day}: {words}"), _("You, on {day}: a photo")
TEAM = _("{name}, on {day}: {words}")
WHAT = _("What would you like to add?")
WHICH_PHOTOS = _("Please send the photos.")
ADDED = _("I've added it to your request <code>{number}</code>.")
ADDED_DUE = _("I've added it to your request <code>{number}</code>. You'll hear from us by the end of {day}.")
GLAD = _("Thank you for telling us. I'm glad it's solved.")
AGAIN = _(
    "I'm sorry that it isn't. Your request <code>{number}</code> is open again, and you'll hear from us by the end "
    "of {day}."
)
MISSING = _("What's still missing?")
GONE = _("I can't find that request any more.")


async def requests(talk: Talk) -> None:
    """List what there is, or go to the one that `about` names; show it, and take what the customer adds."""
    about = talk.args.get("about", "") or await _chosen(talk)
    if about:
        await _look(talk, about)


async def _chosen(talk: Talk) -> str:
    """The request to look at; empty when there is none, or none is wanted."""
    found, claims = talk.do("mine", requesting.mine), talk.do("claims", claiming.open_claims)
    if len(found) == 1 and not claims:
        return found[0].about
    for each in found:
        tell(talk, each)
    for claim in claims:
        talk.say(CLAIM, line=True, number=claim.number, until=claim.day)
    if not found and not claims:
        talk.say(NONE)
        if await talk.ask("anything", ANYTHING, Choice(TELL, DONE)) is TELL:
            await talk.go("feedback")
        return ""
    options = {Option(f"request-{number}", verbatim(each.label)): each for number, each in enumerate(found)}
    if not options:
        return ""
    chosen = options.get(await talk.ask("choose", CHOOSE, Choice(*options, DONE)))
    return chosen.about if chosen else ""


def tell(talk: Talk, one: Request) -> None:
    """How a request stands, in one line."""
    talk.say(STATES[one.state], line=True, kind=one.kind, number=one.number, day=one.day, until=one.until)


async def _look(talk: Talk, about: str) -> None:
    one = talk.do("one", requesting.one, about)
    if one is None:
        talk.say(GONE)
        return
    tell(talk, one)
    for line in talk.do("said", requesting.said, about):
        _retell(talk, line)
    closed = one.state == "closed"
    ways = (NOT_SOLVED,) if closed else (WRITE, SEND, SOLVED) if one.state != "noted" else (WRITE, SEND)
    others = (OTHERS,) if talk.do("several", requesting.has_several) else ()
    wish = await talk.ask("wish", WHAT_NEXT, Choice(*ways, *others, DONE))
    if wish is WRITE:
        words = await talk.ask("words", WHAT, FreeText(max_length=LONGEST))
        _added(talk, one, talk.do("add", requesting.add_words, about, words))
    elif wish is SEND:
        refs = await talk.ask("photos", WHICH_PHOTOS, Photos(MOST_PHOTOS))
        _added(talk, one, talk.do("add_photos", requesting.add_photos, about, refs))
    elif wish is SOLVED:
        talk.do("solved", requesting.solved, about)
        talk.say(GLAD)
    elif wish is NOT_SOLVED:
        await reopen(talk, about)
    elif wish is OTHERS:
        await talk.go("requests")


async def reopen(talk: Talk, about: str) -> None:
    """Open a request again that is not solved, and ask what is missing."""
    opened = talk.do("reopen", requesting.not_solved, about)
    if isinstance(opened, Gone):
        talk.say(GONE)
        return
    _say_open(talk, opened)
    words = await talk.ask("missing", MISSING, Skippable(FreeText(max_length=LONGEST)))
    if words is not None:
        talk.do("add_missing", requesting.add_words, opened.about, words)
        talk.say(ADDED, number=opened.number)
    talk.say(ANY_TIME)


def _say_open(talk: Talk, opened: Reopened) -> None:
    if opened.until is not None:
        talk.say(AGAIN, number=opened.number, day=opened.until)


def _retell(talk: Talk, line: requesting.Line) -> None:
    if line.name:
        talk.say(TEAM, line=True, name=line.name, day=line.day, words=line.words)
    else:
        talk.say(YOU if line.words else YOUR_PHOTO, line=True, day=line.day, words=line.words)


def _added(talk: Talk, one: Request, added: object) -> None:
    if isinstance(added, NotKept):
        talk.say(NO_PHOTO)
    elif not isinstance(added, Added):
        talk.say(GONE)
    elif added.promised_at is not None and one.state == "answered":
        talk.say(ADDED_DUE, number=one.number, day=added.promised_at.date())
    else:
        talk.say(ADDED, number=one.number)
