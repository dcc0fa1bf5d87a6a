"""A day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Literal

from locales import _
from talk.prompts.base import Accepted, Heard, Reading, Rejected
from talk.prompts.typed import Typed, words
from talk.reading.dates import read_date
from talk.reading.normal import normalise

GIVE_A_DATE = _("Please give a date, for example {example}.")
NO_SUCH_DAY = _("There is no such day in the calendar. Please give a date, for example {example}.")
FROM_TO = _("Please give a date from {earliest} to {latest}.")
NOT_BEFORE = _("Please give a date that is not before {earliest}.")
NOT_AFTER = _("Please give a date that is not after {latest}.")

_LATE_DAY = re.compile(r"(?<!\d)(?:29|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Date(Typed):
    """A day from `earliest` to `latest`, in any order and calendar the customer's language writes.

    A day without a year is the next one to come, or the last one gone where `year_missing` is "past".
    """

    earliest: dt.date | None = None
    latest: dt.date | None = None
    year_missing: Literal["next", "past"] = "next"

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"No day lies from {self.earliest} to {self.latest}.")

    def read(self, heard: Heard) -> Reading[dt.date]:
        """The day."""
        text = words(heard)
        day = self._read(text, heard)
        if day is not None:
            return Accepted(day) if self._holds(day) else self._outside()
        # If the same text with another day is a date, the month is only too short for this one.
        impossible = self._read(_LATE_DAY.sub("28", normalise(text)), heard) is not None
        return Rejected(NO_SUCH_DAY if impossible else GIVE_A_DATE, {"example": self._example(heard.today)})

    def dump(self, value: Any) -> Any:
        """The day as YYYY-MM-DD."""
        return value.isoformat()

    def load(self, plain: Any) -> dt.date:
        """The day. Raises ValueError when it is not one from `earliest` to `latest`."""
        if not isinstance(plain, str):
            raise ValueError(f"{plain!r} is not a date.")
        day = dt.date.fromisoformat(plain)
        if not self._holds(day):
            raise ValueError(f"{plain} is not a day from {self.earliest} to {self.latest}.")
        return day

    def _read(self, text: str, heard: Heard) -> dt.date | None:
        return read_date(text, heard.language, heard.today, year_missing=self.year_missing)

    def _holds(self, day: dt.date) -> bool:
        return (self.earliest or dt.date.min) <= day <= (self.latest or dt.date.max)

    def _example(self, today: dt.date) -> dt.date:
        return min(max(today, self.earliest or today), self.latest or dt.date.max)

    def _outside(self) -> Rejected:
        if self.earliest and self.latest:
            return Rejected(FROM_TO, {"earliest": self.earliest, "latest": self.latest})
        if self.earliest:
            return Rejected(NOT_BEFORE, {"earliest": self.earliest})
        return Rejected(NOT_AFTER, {"latest": self.latest})
