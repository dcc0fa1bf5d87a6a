"""What the API's fields may hold: every text, number and list is bounded, and nothing unknown is taken."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

# No control characters, for no column takes NUL and no page shows the others; no blanks around. What counts as a
# blank differs by U+FEFF between the engines that read this.
ONE_LINE: Final = r"^[^\s\ufeff\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\ufeff\x00-\x1f\x7f-\x9f])?$"
WORD: Final = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$"
ID: Final = r"^[A-Za-z0-9_-]{1,24}$"
PLACE: Final = r"^[0-9]{1,18}$"
MARK: Final = r"^[A-Za-z0-9_-]{1,400}$"
AMOUNT: Final = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?$"
CURRENCY: Final = r"^[A-Z]{3}$"
KEY: Final = r"^[\x21-\x7e]{1,128}$"
WEB: Final = r"^https?://[\x21-\x7e]+$"
MOMENT: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
BIRTHDAY: Final = r"^([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PHONE: Final = r"^\+?[0-9][0-9 ()./-]*$"
OLDEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
NEWEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)

MEANT = {
    ONE_LINE: "must be one line without control characters, with no space at its ends",
    WORD: "must be letters, digits and _ . : - and begin with a letter or digit",
    ID: "is no id of ours",
    PLACE: "is no `next` of ours",
    MARK: "is no `next` of ours",
    AMOUNT: 'must be a decimal number as text, such as "12.50"',
    CURRENCY: "must be a code of three capital letters such as MYR",
    KEY: "must be 1 to 128 visible ASCII characters without spaces",
    PHONE: "must be digits, with + before the country code and no letters",
    WEB: "must be an address that begins with https://",
    BIRTHDAY: "must be a day such as 1990-11-21, or 11-21 without the year",
}
"""What a pattern means, in words."""


class Given(BaseModel):
    """What a request's body holds."""

    model_config = ConfigDict(extra="forbid", strict=True)


def example(body: dict[str, Any]) -> ConfigDict:
    """A body for the specification to show."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class Asked(BaseModel):
    """What a request's query holds."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """What an answer holds."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


def _moment(value: object) -> dt.datetime:
    if not isinstance(value, str) or not re.fullmatch(MOMENT[1:-1], value):
        raise ValueError("must be a moment with its offset, such as 2026-11-21T14:30:00+08:00")
    try:
        moment = dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError("is no moment that there is") from None
    if not OLDEST <= moment <= NEWEST:
        raise ValueError("must be after 1970-01-01 and before 2200")
    return moment


def _whole(value: object) -> object:
    """2.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-21T14:30:00+08:00"]}),
]
PublicId = Annotated[str, StringConstraints(pattern=ID), Field(examples=["Zr3kP0sVq1wXyE9b"])]
CustomerRef = Annotated[
    str,
    StringConstraints(pattern=ID),
    Field(
        description="A customer's `id`.", examples=["Zr3kP0sVq1wXyE9b"], json_schema_extra={"format": "customer-id"}
    ),
]
CustomerId = Annotated[CustomerRef, Path(alias="id")]
Number = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=ONE_LINE), Field(examples=["C-1042"])
]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=ONE_LINE), Field(examples=["BEAN-250"])]
Order = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=ONE_LINE), Field(examples=["INV/2026/0042"])
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]
About = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=ONE_LINE)]
Page = Annotated[
    str, StringConstraints(max_length=500, pattern=WEB), Field(examples=["https://shop.example/bean-250"])
]
ShortName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=ONE_LINE)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=ONE_LINE)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=WORD)]
Amount = Annotated[
    str, StringConstraints(pattern=AMOUNT), Field(examples=["12.50"], json_schema_extra={"format": "amount"})
]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY), Field(examples=["MYR"])]
AS_WHOLE = BeforeValidator(_whole)
Whole = Annotated[int, AS_WHOLE]
Quantity = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_whole)]
Stock = Annotated[int, Field(ge=0, le=10**9), BeforeValidator(_whole)]
Days = Annotated[int, Field(ge=1, le=3650), BeforeValidator(_whole)]
