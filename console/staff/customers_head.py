"""What stands above every page of one customer, and who may do what there."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.staff import gate
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import render_page
from locales import Text, render
from loyalty import ledger
from loyalty.account import Account
from store import customer_pages, erasures
from store.customer_pages import Person, Way

PAGE = "/staff/customers"


class Head(NamedTuple):
    """A customer as every page of theirs shows them; `erasing` is when their data are to be erased."""

    person: Person
    account: Account
    ways: list[Way]
    erasing: dt.datetime | None


class Problem(NamedTuple):
    """Why something was not done."""

    text: Text
    values: dict[str, object]

    def shown(self, staff: Staff) -> str:
        """In their language."""
        return render(self.text, staff.language, self.values)


def read_head(connection: Connection, request: Request, staff: Staff) -> Head:
    """The customer whose page is asked for. Raises the 404 of what is not there."""
    office = office_of(request)
    person = gate.customer(connection, staff, request.path_params["public_id"])
    now = office.now().astimezone(office.zone)
    return Head(
        person,
        ledger.account_of(connection, person.id, now, staff.language),
        customer_pages.ways(connection, person.id),
        erasures.pending(connection, person.id),
    )


def render_tab(
    request: Request,
    staff: Staff,
    head: Head,
    tab: str,
    words: dict[str, Text],
    *,
    status: int = 200,
    problem: Problem | None = None,
    **values: Any,
) -> HTMLResponse:
    """One of a customer's pages, `staff/customers_TAB.html`; `problem` says why the last step was not taken."""
    person, serves = head.person, staff.role in gate.SERVICE
    tabs = ["overview", "points", "vouchers", "consents"]
    tabs += ["edit", "same"] if serves else []
    tabs += ["data"] if staff.role in gate.MANAGERS else []
    return render_page(
        request,
        staff,
        f"staff/customers_{tab}.html",
        words,
        status=status,
        tab=tab,
        tabs=[(name, address(person, "" if name == "overview" else name)) for name in tabs],
        home=address(person),
        serves_customers=serves,
        manages=staff.role in gate.MANAGERS,
        problem=problem.shown(staff) if problem else "",
        reachable=any(way.reachable for way in head.ways),
        **head._asdict(),
        **values,
    )


def address(person: Person, name: str = "") -> str:
    """Where one of the customer's pages is."""
    return f"{PAGE}/{person.public_id}" + (f"/{name}" if name else "")


def noted(
    connection: Connection, request: Request, staff: Staff, person: Person, action: str, before: Any, after: Any
) -> None:
    """Note a change of the customer, in its transaction."""
    note(connection, request, staff.actor, action, f"customer:{person.public_id}", before, after)


def local_now(request: Request) -> dt.datetime:
    """Now, on the business's clock."""
    office = office_of(request)
    return office.now().astimezone(office.zone)
