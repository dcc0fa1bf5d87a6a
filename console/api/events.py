"""Behaviour events: what customers did in the shop's web, app and till, with their consent."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema

from console.api.customers import held
from console.api.fields import ONE_LINE, WORD, CustomerRef, Given, Moment, PublicId, Shown, Word, example
from console.api.frame import Caller, Change, needs
from console.api.gate import JsonRoute
from console.api.problems import Problem, invalid
from store import behaviours, consents, preferences
from store.behaviours import Behaviour

router = APIRouter(tags=["events"], route_class=JsonRoute)
MOST_DETAILS = 20
MOST = 10**15
LONGEST = 200
TEXT = r"^[^\x00-\x1f\x7f-\x9f]*$"
TOMORROW = dt.timedelta(days=1)


def _detail(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > LONGEST or not re.fullmatch(TEXT, value):
            raise ValueError(f"must have at most {LONGEST} characters, none of them control characters")
        return value
    if not isinstance(value, int | float):
        raise ValueError("must be a text, a number, true, false or null")
    if abs(value) > MOST:
        raise ValueError(f"must be between -{MOST} and {MOST}")
    return value


Details = Annotated[
    dict[Word, Annotated[Any, PlainValidator(_detail)]],
    Field(max_length=MOST_DETAILS),
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": MOST_DETAILS,
            "propertyNames": {"pattern": WORD, "maxLength": 64},
            "additionalProperties": {
                "anyOf": [
                    {"type": "string", "maxLength": LONGEST, "pattern": TEXT},
                    {"type": "number", "minimum": -MOST, "maximum": MOST},
                    {"type": ["boolean", "null"]},
                ]
            },
        }
    ),
]


class EventGiven(Given):
    """Something a customer did."""

    model_config = example(
        {
            "key": "web-1f0c44",
            "customer": "Zr3kP0sVq1wXyE9b",
            "name": "product.viewed",
            "details": {"sku": "BEAN-250", "seconds": 42},
        }
    )

    key: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)] = Field(
        description="The event's id in your system: the same event of a customer is kept once.",
        examples=["web-1f0c44"],
    )
    customer: CustomerRef
    name: Word = Field(examples=["product.viewed"])
    at: Moment | None = Field(None, description="Now when left out.")
    details: Details | None = Field(None, description="At most 20 short texts, numbers and truth values.")


class EventKept(Shown):
    """The event is kept."""

    key: str
    customer: PublicId
    name: str
    at: dt.datetime


@router.post(
    "/events",
    operation_id="giveEvent",
    status_code=201,
    responses={200: {"model": EventKept, "description": "The event was known"}},
)
async def give(
    given: EventGiven, caller: Annotated[Caller, needs("events:write")], response: Response
) -> EventKept:
    """Keep what a customer did, if they agreed to profiling and want personal offers."""
    known, kept = await caller.change(partial(_give, given))
    response.status_code = 200 if known else 201
    return kept


def _give(given: EventGiven, change: Change) -> tuple[bool, EventKept]:
    customer = held(change.connection, given.customer)
    if not consents.granted(change.connection, customer.id, consents.PROFILING):
        raise Problem(
            "consent-missing",
            "The customer has not agreed to profiling. Drop the event; ask again once they agreed in the chat.",
        )
    if not preferences.read(change.connection, customer.id).personalised:
        raise Problem("consent-missing", "The customer wants nothing personalised. Drop the event.")
    if given.at and given.at > change.now + TOMORROW:
        raise invalid("body.at", "is in the future")
    event = Behaviour(customer.id, given.name, given.details or {}, given.at or change.now)
    before = behaviours.add(change.connection, f"{customer.id}:{given.key}", event)
    if before and _differs(before, event, given.at):
        raise Problem("event-differs", "This key was given before with other contents; give each event its own.")
    kept = before or event
    return before is not None, EventKept(key=given.key, customer=customer.public_id, name=kept.name, at=kept.at)


def _differs(before: Behaviour, event: Behaviour, at: Any) -> bool:
    if at and before.at != at:
        return True
    return (before.name, before.details) != (event.name, event.details)
