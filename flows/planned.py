"""What is planned for a customer, why, and a way to leave any of it out."""

from __future__ import annotations

from flows import preferring
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, Option

SHOWN = 9
REASONS = {  # by the occasion, or the kind of message
    "birthday": _("{number}. {moment}: a birthday greeting, because you told us your birthday"),
    "membership": _("{number}. {moment}: a greeting on your day as a member, because you have our card"),
    "expiry-30": _("{number}. {moment}: a reminder, because some of your points expire a month later"),
    "expiry-7": _("{number}. {moment}: a reminder, because some of your points expire a week later"),
    "survey": _("{number}. {moment}: a few questions about how you find us, because you agreed to hear from us"),
    "offer": _("{number}. {moment}: an offer, because you agreed to news and offers"),
    "news": _("{number}. {moment}: some news, because you agreed to news and offers"),
}
OTHER = _("{number}. {moment}: a message from us, because you agreed to news and offers")
NOTHING = _("Nothing is planned for you at the moment.")
LEAVE_OUT = _("Which of these would you rather not get?")
LEFT_OUT = _("All right, that message won't come.")
NONE = Option("none", _("I'd like all of them"))


async def planned(talk: Talk) -> None:
    """List it with the reason for each; leave out what is not wanted."""
    coming = talk.do("upcoming", preferring.upcoming)[:SHOWN]
    if not coming:
        talk.say(NOTHING)
        return
    for number, each in enumerate(coming, start=1):
        text = REASONS.get(each.occasion) or REASONS.get(each.kind, OTHER)
        talk.say(text, line=True, number=number, moment=each.at)
    numbers = [Option(f"n{number}", verbatim(str(number))) for number in range(1, len(coming) + 1)]
    wish = await talk.ask("leave_out", LEAVE_OUT, Choice(*numbers, NONE, columns=3))
    if wish.key == NONE.key:
        return
    unwanted = coming[numbers.index(wish)]
    talk.do("cancel", preferring.cancel, unwanted.occasion, unwanted.occurrence)
    talk.say(LEFT_OUT)
    await talk.go("planned")
