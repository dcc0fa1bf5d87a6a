"""A customer's birthday: day and month, the year if they like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

from flows import preferring
from locales import _
from locales.formats import DayOfYear
from store.anniversaries import TooSoon
from talk.engine import Talk
from talk.prompts import Accepted, Heard, Reading, Rejected, Skippable
from talk.prompts.typed import Typed, words
from talk.reading.dates import read_date

Day: TypeAlias = tuple[int, int, int | None]

ASK = _("When is your birthday? Day and month are enough; you needn't tell the year.")
NO_DAY = _("Please give the day and the month, for example {example}.")
NOTED = _("Thank you, I've noted {day}.")
TOO_SOON = _("A birthday can be changed once a year. You can change yours again from {day} on.")
OLDEST = 1900
# Of a day without a year the reader takes the last one gone; read in two such years, it is not the same one.
LEAP_YEARS = (dt.date(2000, 12, 31), dt.date(1996, 12, 31))


@dataclass(frozen=True, slots=True)
class Birthday(Typed):
    """A day and a month, and the year if one was written."""

    def read(self, heard: Heard) -> Reading[Day]:
        """The day."""
        day, other = (read_date(words(heard), heard.language, year, year_missing="past") for year in LEAP_YEARS)
        if day is None or other is None or (day == other and not OLDEST <= day.year <= heard.today.year):
            return Rejected(NO_DAY, {"example": DayOfYear(3, 9)})
        return Accepted((day.month, day.day, day.year if day == other else None))

    def dump(self, value: Any) -> Any:
        """Month, day and year."""
        return list(value)

    def load(self, plain: Any) -> Day:
        """Month, day and year. Raises ValueError for what is no day."""
        match plain:
            case [int(month), int(day), int() | None as year]:
                dt.date(year or LEAP_YEARS[0].year, month, day)
                return month, day, year
        raise ValueError(f"{plain!r} is no birthday.")


async def birthday(talk: Talk) -> None:
    """Ask for the birthday and keep it; it can be changed once a year."""
    given = await talk.ask("day", ASK, Skippable(Birthday()))
    if given is None:
        return
    month, day, year = given
    kept = talk.do("keep", preferring.give_birthday, month, day, year)
    if isinstance(kept, TooSoon):
        talk.say(TOO_SOON, day=kept.next_change.date())
    else:
        talk.say(NOTED, day=DayOfYear(month, day))
