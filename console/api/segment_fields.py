"""Segments as the API takes and shows them, and who is in them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field, StringConstraints, WithJsonSchema

from console.api.fields import ID, ONE_LINE, Asked, CustomerRef, Given, PublicId, Shown, Whole, example
from store.segments import MOST_AT_ONCE

SegmentId = Annotated[str, StringConstraints(pattern=ID), Path(alias="id"), Field(examples=["k8DsR3nWu6HyGf1z"])]
ListId = Annotated[str, StringConstraints(pattern=ID), Path(alias="id"), Field(examples=["t4JpB9cMx2QvZk7a"])]
GoneId = Annotated[str, StringConstraints(pattern=ID), Path(alias="id"), Field(examples=["y6FhL5wSe8NrTd3m"])]
REGULARS = {
    "all": [
        {"fact": "stage", "op": "in", "value": ["active", "loyal"]},
        {"fact": "bought", "op": "did", "category": ["coffee"], "within": 90, "times": 2},
        {"not": {"fact": "tags", "op": "has", "value": ["wholesale"]}},
    ]
}
Condition = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "examples": [REGULARS]}),
    Field(description="Groups (`all`, `any`, `not`) of tests of facts, as docs/segments.md has them."),
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE), Field(examples=["Regulars"])
]
Kind = Literal["condition", "list"]


class SegmentGiven(Given):
    """A segment as it shall be."""

    model_config = example({"name": "Coffee regulars", "condition": REGULARS})

    name: Name
    condition: Condition | None = Field(description="null: a list, on which customers are put one by one.")


class SegmentChange(SegmentGiven):
    """A segment as it shall be, by somebody who saw it as it was."""

    model_config = example({"name": "Regulars", "condition": REGULARS, "edit": 0})

    edit: Whole = Field(ge=0, le=10**9, description="The `edit` of the segment that was read.")


class SegmentsAsked(Asked):
    """Which segments."""

    after: PublicId | None = Field(None, description="The `next` of the page before.")
    limit: int = Field(100, ge=1, le=200)


class SegmentShown(Shown):
    """A segment."""

    id: PublicId
    name: str
    kind: Kind
    condition: dict[str, Any] | None
    edit: int = Field(description="Counts the changes.")
    created_at: dt.datetime
    changed_at: dt.datetime


class SegmentList(Shown):
    """Some segments, by name."""

    segments: list[SegmentShown]
    next: PublicId | None = Field(description="Give it as `after` for the next page; null: that was all.")


class SegmentCount(Shown):
    """How many are in a segment now."""

    everybody: int
    agreed: int = Field(description="Of them, those who agreed to offers and news.")
    by_channel: dict[str, int] = Field(description="Of those who agreed, how many each channel reaches.")


class PeopleAsked(Asked):
    """Which of those in a segment."""

    after: PublicId | None = Field(None, description="The `next` of the page before.")
    limit: int = Field(500, ge=1, le=MOST_AT_ONCE)


class InSegment(Shown):
    """Somebody in a segment."""

    id: PublicId
    number: str | None = Field(description="Your own number for them.")


class InSegmentList(Shown):
    """Some of those in a segment, who came to us first first. A condition is asked anew for each page."""

    customers: list[InSegment]
    next: PublicId | None = Field(description="Give it as `after` for the next page; null: that was all.")


class SampleAsked(Asked):
    """How many."""

    limit: int = Field(10, ge=1, le=50)


class Sampled(InSegment):
    """Somebody in a segment, with what conditions mostly ask; who they are `GET /customers/{id}` tells."""

    language: str
    city: str
    stage: str
    orders: int
    last_purchase_at: dt.datetime | None
    marketing: Literal["unasked", "granted", "withdrawn"]


class Sample(Shown):
    """Some who are in a segment now."""

    customers: list[Sampled]


class MembersGiven(Given):
    """Who is put on a list, and who is taken off it; at most 1,000 of each."""

    model_config = example({"add": ["Zr3kP0sVq1wXyE9b"], "remove": []})

    add: list[CustomerRef] = Field([], max_length=MOST_AT_ONCE)
    remove: list[CustomerRef] = Field([], max_length=MOST_AT_ONCE)


class MembersKept(Shown):
    """What became of it."""

    added: int
    removed: int
    unknown: list[str] = Field(description="Ids that no customer has.")
