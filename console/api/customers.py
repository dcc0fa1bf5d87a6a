"""Customers: found, listed, made and kept up to date by the shop's own number."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy.engine import Connection

from console.api import details
from console.api.details import Birthday, Email, Phone, Timezone
from console.api.fields import Asked, CustomerId, Given, Name, Number, PublicId, ShortName, Shown, example
from console.api.frame import Caller, Change, needs
from console.api.gate import JsonRoute
from console.api.problems import Problem
from locales import Language
from loyalty.ledger import open_accounts
from store import anniversaries, consents, contacts_import, customers, suppressions
from store.anniversaries import BIRTHDAY as BIRTHDAYS
from store.anniversaries import TooSoon
from store.customers import Customer
from store.suppressions import Address

router = APIRouter(tags=["customers"], route_class=JsonRoute)

ContactKind = Literal[
    "customer", "supplier", "distributor", "agency", "intermediary", "shareholder", "investor", "analyst"
]
Left = Literal["language", "birthday"]
NULLABLE: tuple[Literal["phone", "email"], ...] = ("phone", "email")
PERSONAL = ("name", "call_me", "phone", "email", "language", "timezone", "city", "kind")
Reads = Annotated[Caller, needs("customers:read")]
Writes = Annotated[Caller, needs("customers:write")]


class CustomerGiven(Given):
    """A customer by the shop's number. Fields that are left out stay as they are."""

    model_config = example(
        {
            "number": "C-1042",
            "name": "Aminah binti Yusof",
            "phone": "+60123456789",
            "email": "aminah@example.com",
            "language": "ms",
            "birthday": "11-21",
        }
    )

    number: Number
    kind: ContactKind | None = Field(None, description="What they are to the business; customers collect points.")
    name: Name | None = None
    call_me: ShortName | None = Field(None, description="What they want to be called.")
    phone: Phone | None = Field(None, description="null: they have none any more.")
    email: Email | None = Field(None, description="null: they have none any more.")
    language: Language | None = Field(None, description="Counts until the customer chooses one in the chat.")
    timezone: Timezone | None = None
    city: ShortName | None = None
    birthday: Birthday | None = Field(
        None, description="1990-11-21, or 11-21 without the year. It changes at most once a year."
    )


class CustomersAsked(Asked):
    """Which customers."""

    number: Number | None = Field(None, description="The one with this number.")
    phone: Phone | None = Field(None, description="Those with this phone number.")
    email: Email | None = Field(None, description="Those with this address.")
    after: PublicId | None = Field(None, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=100)


class CustomerShown(Shown):
    """A customer."""

    id: PublicId
    number: str | None
    kind: str
    name: str
    call_me: str
    phone: str | None = Field(description="E.164")
    email: str | None
    language: str
    timezone: str = Field(description="Empty: the business's own.")
    city: str
    birthday: str | None = Field(description="11-21 where the year is not known")
    marketing: Literal["unasked", "granted", "withdrawn"]
    created_at: dt.datetime


class CustomerKept(CustomerShown):
    """A customer as they are kept now."""

    left: list[Left] = Field(
        description="Fields that stayed as they were: the customer's own choice in the chat counts, and a birthday "
        "that changed within the last year."
    )


class CustomerList(Shown):
    """Some customers."""

    customers: list[CustomerShown]
    next: PublicId | None = Field(description="Give it as `after` for the next page; null: that was all.")


class ConsentShown(Shown):
    """One word of a customer on a purpose; the newest of a purpose holds."""

    purpose: str
    granted: bool
    channel: str
    wording: str = Field(description="The version of the wording that the customer saw.")
    locale: str
    at: dt.datetime


class ConsentList(Shown):
    """What a customer agreed to and took back, the newest first; at most 100."""

    consents: list[ConsentShown]


@router.post(
    "/customers",
    operation_id="giveCustomer",
    status_code=200,
    response_model=CustomerKept,
    responses={201: {"model": CustomerKept, "description": "The customer is new"}},
)
async def give(given: CustomerGiven, caller: Writes, response: Response) -> CustomerKept:
    """Make the customer with this number, or bring them up to date."""
    changes = _changes(given, caller.house.region)
    made, kept = await caller.change(partial(_give, given, changes))
    response.status_code = 201 if made else 200
    return kept


@router.get("/customers", operation_id="listCustomers")
async def listed(caller: Reads, asked: Annotated[CustomersAsked, Query()]) -> CustomerList:
    """Customers by number, phone number and e-mail address; all in pages when none is given."""
    region = caller.house.region
    shown_by: dict[customers.Handle, str] = {}
    if asked.number is not None:
        shown_by["number"] = asked.number
    if asked.phone is not None:
        shown_by["phone"] = details.phone(asked.phone, region, "query.phone")
    if asked.email is not None:
        shown_by["email"] = details.email(asked.email, "query.email")
    if shown_by:
        return await caller.read(partial(_found, shown_by))
    return await caller.read(partial(_page, asked.after or "", asked.limit))


@router.get("/customers/{id}", operation_id="getCustomer")
async def one(of_id: CustomerId, caller: Reads) -> CustomerShown:
    """One customer."""
    return await caller.read(lambda connection: shown(connection, of(connection, of_id)))


@router.get("/customers/{id}/consents", operation_id="listConsents")
async def consented(of_id: CustomerId, caller: Reads) -> ConsentList:
    """What the customer agreed to: marketing, profiling and whatever else they were asked."""
    return await caller.read(partial(_consents, of_id))


def of(connection: Connection, public_id: str) -> Customer:
    """The customer with this id. Raises Problem 404."""
    found = customers.find(connection, "public_id", public_id)
    if not found:
        raise Problem("not-found")
    return found[0]


def held(connection: Connection, public_id: str) -> Customer:
    """The customer with this id, who is nobody else's until the transaction ends. Raises Problem 404.

    What they take back or ask to have forgotten comes before it, or after it.
    """
    customer = customers.lock(connection, of(connection, public_id).id)
    if customer is None:
        raise Problem("not-found")
    return customer


def shown(connection: Connection, customer: Customer) -> CustomerShown:
    """A customer as the API shows them."""
    return CustomerShown(**_facts(connection, customer))


def _facts(connection: Connection, customer: Customer) -> dict[str, Any]:
    days = {day.occasion: day for day in anniversaries.of(connection, customer.id)}
    born = days.get(BIRTHDAYS)
    facts = {name: getattr(customer, name) for name in CustomerShown.model_fields if hasattr(customer, name)}
    return facts | {"id": customer.public_id, "birthday": details.day(born.month_day, born.year) if born else None}


def _found(shown_by: dict[customers.Handle, str], connection: Connection) -> CustomerList:
    (handle, value), *others = shown_by.items()
    found = customers.find(connection, handle, value)
    both = [each for each in found if all(getattr(each, name) == other for name, other in others)]
    return CustomerList(customers=[shown(connection, each) for each in both], next=None)


def _page(after: str, limit: int, connection: Connection) -> CustomerList:
    found = customers.page(connection, after, limit + 1)
    if found is None:
        raise Problem("not-found")
    listed = found[:limit]
    return CustomerList(
        customers=[shown(connection, each) for each in listed],
        next=listed[-1].public_id if len(found) > limit else None,
    )


def _consents(public_id: str, connection: Connection) -> ConsentList:
    rows = consents.history(connection, of(connection, public_id).id, 100)
    return ConsentList(consents=[ConsentShown(**row._asdict()) for row in rows])


def _changes(given: CustomerGiven, region: str) -> dict[str, Any]:
    """What is to be set, checked and in the form in which it is kept."""
    changes = {
        name: getattr(given, name)
        for name in PERSONAL
        if name in given.model_fields_set and (name in NULLABLE or getattr(given, name) is not None)
    }
    if changes.get("phone"):
        changes["phone"] = details.phone(changes["phone"], region, "body.phone")
    if changes.get("email"):
        changes["email"] = details.email(changes["email"], "body.email")
    if "timezone" in changes:
        details.timezone(changes["timezone"], "body.timezone")
    return changes


def _give(given: CustomerGiven, changes: dict[str, Any], change: Change) -> tuple[bool, CustomerKept]:
    connection, language = change.connection, changes.get("language", change.house.language)
    _refuse_forgotten(given, changes, change)
    ids, made = contacts_import.meet_numbers(connection, [given.number], language, change.now)
    customer = customers.lock(connection, ids[given.number])
    if customer is None:
        raise Problem("not-found")
    before = _facts(connection, customer)
    left = _set(given, changes, customer, change)
    if changes.get("kind", customer.kind) == "customer":
        open_accounts(connection, {customer.id: change.now})
    after = _facts(connection, of(connection, customer.public_id))
    differ = [name for name in after if after[name] != before[name]]
    if made or differ:
        action = "customer.made" if made else "customer.changed"
        change.note(action, f"customer:{customer.public_id}", {"fields": differ})
    return bool(made), CustomerKept(**after, left=left)


def _refuse_forgotten(given: CustomerGiven, changes: dict[str, Any], change: Change) -> None:
    """Raises Problem 409 for a number or an address of somebody who asked to be forgotten."""
    named: list[Address] = [("number", given.number)]
    named += [(name, changes[name]) for name in NULLABLE if changes.get(name)]
    if suppressions.suppressed(change.connection, change.house.secret, named):
        raise Problem(
            "customer-forgotten",
            "This number or address belongs to somebody who asked to be forgotten. Take them out of your list; "
            "they may come back by writing in the chat.",
        )


def _set(given: CustomerGiven, changes: dict[str, Any], customer: Customer, change: Change) -> list[Left]:
    """Set what may be set; what stays as it was."""
    left: list[Left] = []
    if customer.language_chosen and changes.get("language", customer.language) != customer.language:
        left.append("language")
        changes = {name: value for name, value in changes.items() if name != "language"}
    if changes:
        customers.change(change.connection, customer.id, changes)
    if given.birthday:
        born = details.birthday(given.birthday, change.now)
        if isinstance(anniversaries.give(change.connection, customer.id, BIRTHDAYS, *born, change.now), TooSoon):
            left.append("birthday")
    return left
