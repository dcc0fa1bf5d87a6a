"""Why somebody got a campaign's message, in plain words, and what they can change about it."""

from __future__ import annotations

from collections.abc import Mapping

from flows import campaigning, preferring
from flows.campaigning import Reasons
from flows.preferences import NEWS_OFF, SELDOM
from locales import Text, _, n_
from talk.engine import Talk
from talk.prompts import Choice, Option

UNKNOWN = _("I can't find that message among those we sent you, so I can't say why it came.")
TITLE = _("<b>Why you got this</b>")
KIND: Mapping[str, Text] = {
    "offer": _("• It's one of our offers."),
    "news": _("• It's news from us."),
}
AGREED_ON = _("• You agreed to news and offers on {day}.")
AGREED = _("• You agreed to news and offers.")
STOPPED = _("• You've stopped news and offers since, so no more will come.")
USED = _("• To choose who gets it we looked at this: {things}.")
EVERYBODY = _("• It went to everybody who agreed. Nothing else about you was looked at.")
A_DAY = n_(
    "• At most {number} message like this comes to you in a day.",
    "• At most {number} messages like this come to you in a day.",
    "number",
)
IN_TWO_DAYS = n_(
    "• At most {number} message like this comes to you in two days.",
    "• At most {number} messages like this come to you in two days.",
    "number",
)
A_WEEK = n_(
    "• At most {number} comes to you in a week.",
    "• At most {number} come to you in a week.",
    "number",
)
IN_TWO_WEEKS = n_(
    "• At most {number} comes to you in two weeks.",
    "• At most {number} come to you in two weeks.",
    "number",
)
QUIET = _("• None comes between {begins} and {ends}.")

# What a segment may look at (`outreach.segments.facts`), as a customer would say it.
THINGS: Mapping[str, Text] = {
    **dict.fromkeys(
        (
            *("stage", "rfm", "recency", "frequency", "monetary", "orders", "spent", "margin"),
            *("first_purchase", "last_purchase", "bought"),
        ),
        _("your purchases"),
    ),
    "kind": _("how you're connected with us"),
    "language": _("your language"),
    "city": _("your city"),
    "country": _("the country you live in"),
    "timezone": _("your time zone"),
    "tags": _("what our team noted about you"),
    "joined": _("how long we've known you"),
    "source": _("how you came to us"),
    "birthday": _("your birthday"),
    "list": _("a list that our team put together"),
    **dict.fromkeys(("account", "card", "membership"), _("your membership")),
    "tier": _("your tier"),
    "points": _("your points"),
    "news": _("what you agreed to"),
    "reachable": _("the apps you write to us in"),
    "seen": _("when you last wrote to us"),
    "campaign": _("what you did with earlier messages"),
    "event": _("what you did with us before"),
    "answer": _("your answers to our surveys"),
    "request": _("whether you have a request open with us"),
}
OTHER = _("what we know about you")

QUESTION = _("Would you like to change anything?")
NO_OFFERS = Option("refuse", _("No more offers"))
NO_NEWS = Option("refuse", _("No more news"))
FINE = Option("fine", _("It's fine as it is"), declines=True)
LESS = _("All right, from now on we'll write to you less often.")
REFUSED: Mapping[str, Text] = {
    "offer": _("Done. We won't send you any more offers. You can change that under “Settings”."),
    "news": _("Done. We won't send you any more news. You can change that under “Settings”."),
}
KEPT = _("All right, nothing has changed.")


async def campaign_why(talk: Talk) -> None:
    """Say it, and change what is wished. `about` is the campaign's public id."""
    found = talk.do("reasons", campaigning.reasons, talk.args.get("about", ""))
    if found is None:
        talk.say(UNKNOWN)
        return
    _explain(talk, found)
    if found.stopped:
        return
    refuse = NO_NEWS if found.kind == "news" else NO_OFFERS
    offered = [*([] if found.seldom else [SELDOM]), *([] if found.refused else [refuse]), NEWS_OFF, FINE]
    wish = await talk.ask("wish", QUESTION, Choice(*offered))
    if wish.key == NEWS_OFF.key:
        await talk.go("stop", sure=True)
    elif wish.key == SELDOM.key:
        talk.do("seldom", preferring.set_seldom, True)
        talk.say(LESS)
    elif wish.key == refuse.key:
        talk.do("refuse", preferring.set_topic, found.kind, False)
        talk.say(REFUSED.get(found.kind, REFUSED["offer"]))
    else:
        talk.say(KEPT)


def _explain(talk: Talk, found: Reasons) -> None:
    talk.say(TITLE)
    talk.say(KIND.get(found.kind, KIND["offer"]), line=True)
    if found.agreed is not None:
        talk.say(AGREED_ON, line=True, day=found.agreed)
    else:
        talk.say(AGREED, line=True)
    if found.stopped:
        talk.say(STOPPED, line=True)
    things = tuple(dict.fromkeys(THINGS.get(name, OTHER) for name in found.used))
    talk.say(USED if things else EVERYBODY, line=True, things=things)
    talk.say(IN_TWO_DAYS if found.seldom else A_DAY, line=True, number=found.a_day)
    talk.say(IN_TWO_WEEKS if found.seldom else A_WEEK, line=True, number=found.a_week)
    if found.quiet_from != found.quiet_until:
        talk.say(QUIET, line=True, begins=found.quiet_from, ends=found.quiet_until)
