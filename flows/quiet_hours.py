"""Quiet hours of a customer's own."""

from __future__ import annotations

import datetime as dt

from flows import preferring
from locales import _, verbatim
from talk.engine import Talk
from talk.prompts import Choice, Option

OWN = Option("own", _("Choose my own hours"))
HOUSE = Option("house", _("Your usual hours"))
NONE = Option("none", _("No quiet hours"))
BACK = Option("back", _("Leave it as it is"))

TIMES = {f"{hour:02d}00": dt.time(hour) for hour in (18, 19, 20, 21, 22, 23, 6, 7, 8, 9, 10, 12)}
HOURS = tuple(Option(key, verbatim(f"{time:%H:%M}")) for key, time in TIMES.items())
BEGINS, ENDS = HOURS[:6], HOURS[6:]

WHICH = _("In quiet hours we only write if you've just written to us. Which hours suit you?")
FROM = _("From what time shall it be quiet?")
UNTIL = _("And until what time?")
QUIET = _("All right, it's quiet from {begins} to {ends}.")
NEVER = _("All right, there are no quiet hours for you.")
MIDNIGHT = dt.time(0)


async def quiet_hours(talk: Talk) -> None:
    """Choose hours, the business's, or none."""
    wish = await talk.ask("which", WHICH, Choice(OWN, HOUSE, NONE, BACK))
    if wish is OWN:
        begins = TIMES[(await talk.ask("from", FROM, Choice(*BEGINS, columns=3))).key]
        ends = TIMES[(await talk.ask("until", UNTIL, Choice(*ENDS, columns=3))).key]
        talk.do("own", preferring.set_quiet, begins, ends)
        talk.say(QUIET, begins=begins, ends=ends)
    elif wish is HOUSE:
        talk.do("house", preferring.set_quiet, None, None)
        now = talk.do("present", preferring.present)
        if now.quiet_from == now.quiet_until:
            talk.say(NEVER)
        else:
            talk.say(QUIET, begins=now.quiet_from, ends=now.quiet_until)
    elif wish is NONE:
        talk.do("none", preferring.set_quiet, MIDNIGHT, MIDNIGHT)
        talk.say(NEVER)
