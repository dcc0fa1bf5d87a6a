"""The days of the week, and times of day, as sentences name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from locales import Phrase, Text, _

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
DAYS = _("{first} to {last}")
FROM_TO = _("{opens} to {closes}")
ALL_DAY = _("all day")


def days_named(days: Sequence[int]) -> Phrase | tuple[Text, ...]:
    """Days by their numbers (0 is Monday), as a value of a sentence: a long run by its ends, others one by one."""
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return Phrase(DAYS, {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]})
    return tuple(WEEKDAYS[day] for day in days)


def hours_named(opens: dt.time, closes: dt.time) -> Phrase | Text:
    """An interval of a day, as a value of a sentence."""
    return ALL_DAY if opens == closes else Phrase(FROM_TO, {"opens": opens, "closes": closes})
