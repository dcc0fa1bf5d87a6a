"""Personal details as the API takes and shows them: phone numbers, addresses, birthdays, time zones."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import Field, StringConstraints

from console.api.fields import BIRTHDAY, PHONE
from console.api.problems import invalid
from talk.reading.contact_points import read_email, read_phone

FIRST_YEAR = 1900
LEAP_YEAR = 2000  # has every day that a year can have
Phone = Annotated[
    str,
    StringConstraints(min_length=4, max_length=40, pattern=PHONE),
    Field(
        description="With the country code, or as it is dialled in the business's own country.",
        examples=["+60123456789"],
        json_schema_extra={"format": "phone"},
    ),
]
Email = Annotated[
    str,
    StringConstraints(min_length=6, max_length=254),
    Field(examples=["aminah@example.com"], json_schema_extra={"format": "email"}),
]
Birthday = Annotated[
    str, StringConstraints(pattern=BIRTHDAY), Field(examples=["11-21"], json_schema_extra={"format": "birthday"})
]
Timezone = Annotated[
    str,
    StringConstraints(max_length=64),
    Field(examples=["Asia/Kuala_Lumpur"], json_schema_extra={"format": "timezone"}),
]


def birthday(given: str, now: dt.datetime) -> tuple[int, int, int | None]:
    """Month, day and year (None where it is not told) of a birthday. Raises Problem for a day that never was."""
    *years, month, day = map(int, given.split("-"))
    try:
        born = dt.date(years[0] if years else LEAP_YEAR, month, day)
    except ValueError:
        raise invalid("body.birthday", "is no day of that year") from None
    # Somewhere it is tomorrow already.
    if born.year < FIRST_YEAR or born > now.date() + dt.timedelta(days=1):
        raise invalid("body.birthday", "must be between 1900 and today")
    return month, day, years[0] if years else None


def phone(given: str, region: str, at: str) -> str:
    """A phone number as E.164. Raises Problem that names the field `at`."""
    phone = read_phone(given, region)
    if phone is None:
        raise invalid(at, "is not a phone number; give the country code, such as +60 12-345 6789")
    return phone


def email(given: str, at: str) -> str:
    """An address as it is kept. Raises Problem that names the field `at`."""
    email = read_email(given)
    if email is None:
        raise invalid(at, "is not an e-mail address such as aminah@example.com")
    return email


def timezone(given: str, at: str) -> None:
    """Raises Problem that names the field `at` when there is no such time zone."""
    if given not in _zones():
        raise invalid(at, "is not a time zone's name such as Asia/Kuala_Lumpur")


def day(month_day: int, year: int | None) -> str:
    """A day of every year as the API shows it."""
    month, day = divmod(month_day, 100)
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month:02d}-{day:02d}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
