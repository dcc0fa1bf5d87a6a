"""Customers who are one person: found, looked at side by side, joined, and parted again."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, gate, joining_texts
from console.staff import customers_texts as texts
from console.staff.access import Staff
from console.staff.customers_head import PAGE, Problem, address, local_now, noted, read_head, render_tab
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text
from loyalty import ledger
from loyalty.account import Account
from service import joining
from service.joining import Apart, Refused, Together
from store import absorption, customer_pages, duplicates, merges
from store.customer_pages import Listed, Person, Way
from store.duplicates import Why

FOUND = 8
WORDS: dict[str, Text] = {**texts.ONE, **joining_texts.PAGE}


class Two(msgspec.Struct, frozen=True):
    """Two customers who may be one."""

    first: Person
    second: Person
    why: tuple[Why, ...]


class Half(msgspec.Struct, frozen=True):
    """One of two customers who are to be joined, with what is theirs."""

    person: Person
    account: Account
    ways: list[Way]
    owned: dict[str, int]


async def every(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers-alike?before=…`: pairs that may be one person, the newest first."""
    before = whole_number(request.query_params.get("before", ""), 15)

    def read(connection: Connection) -> tuple[list[Two], int | None]:
        found, further = duplicates.newest(connection, before)
        return [_two(connection, each) for each in found], further

    pairs, further = await office_of(request).database.read(read)
    values: dict[str, Any] = {"pairs": pairs, "further": further, "before": before}
    return render_page(request, staff, "staff/customers_alike.html", WORDS, **values)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/same?q=…`: who may be the same person, and who was joined with them."""
    return await _show(request, staff)


async def look(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/same/{other}`: what joining the other with this one comes to."""
    return await _look(request, staff)


async def join(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/same/{other}`: the other becomes a part of this one."""
    now = local_now(request)

    def work(connection: Connection) -> Together | Refused:
        kept, gone = _both(connection, request, staff)
        done = joining.join(connection, gone.id, kept.id, staff.id, now)
        if isinstance(done, Together):
            noted(connection, request, staff, kept, "customer.joined", _shown(gone), {"points": done.points})
        return done

    outcome = await office_of(request).database.transact(work)
    if isinstance(outcome, Refused):
        return await _look(request, staff, Problem(joining_texts.REFUSALS[outcome.why], {}))
    return _back(request, "joined")


async def part(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/same/{other}/part`: undo a joining; `other` is its public id."""
    now = local_now(request)

    def work(connection: Connection) -> Apart | Refused:
        person = gate.customer(connection, staff, request.path_params["public_id"])
        found = merges.find(connection, request.path_params["other"])
        if found is None or found.kept_id != person.id:
            raise access.absent()
        done = joining.undo(connection, found, staff.id, now)
        if isinstance(done, Apart):
            noted(connection, request, staff, person, "customer.parted", None, {"points": done.points})
        return done

    outcome = await office_of(request).database.transact(work)
    if isinstance(outcome, Refused):
        return await _show(request, staff, Problem(joining_texts.REFUSALS[outcome.why], {}))
    return _back(request, "spent" if outcome.spent else "parted")


async def distinct(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/same/{other}/distinct`: two people; with `off`, perhaps not after all."""
    form, now = await access.form(request), office_of(request).now()
    off = form.get("off") == "yes"

    def work(connection: Connection) -> None:
        kept, other = _both(connection, request, staff)
        if off:
            merges.unmark_distinct(connection, kept.id, other.id)
        else:
            merges.mark_distinct(connection, kept.id, other.id, staff.id, now)
        noted(
            connection, request, staff, kept, "customer.distinct", None, {"other": other.public_id, "two": not off}
        )

    await office_of(request).database.transact(work)
    return _back(request, "alike" if off else "two")


async def _show(request: Request, staff: Staff, problem: Problem | None = None) -> Response:
    typed = request.query_params.get("q", "")[:100]

    def read(connection: Connection) -> tuple[Any, dict[str, Any]]:
        head = read_head(connection, request, staff)
        found: list[Listed] = customer_pages.search_people(connection, typed, FOUND) if typed.strip() else []
        return head, {
            "pairs": [_two(connection, each) for each in duplicates.of(connection, head.person.id)],
            "found": [each for each in found if each.id != head.person.id],
            "joinings": merges.of(connection, head.person.id),
            "typed": typed,
        }

    head, values = await office_of(request).database.read(read)
    return render_tab(
        request, staff, head, "same", WORDS, status=409 if problem else 200, problem=problem, **values
    )


async def _look(request: Request, staff: Staff, problem: Problem | None = None) -> Response:
    now = local_now(request)

    def read(connection: Connection) -> tuple[Half, Half]:
        kept, gone = _both(connection, request, staff)
        return _half(connection, kept, staff, now), _half(connection, gone, staff, now)

    kept, gone = await office_of(request).database.read(read)
    values: dict[str, Any] = {
        "kept": kept,
        "gone": gone,
        "after": _after(kept.person, gone.person),
        "fields": joining_texts.FIELDS,
        "home": address(kept.person),
        "problem": problem.shown(staff) if problem else "",
    }
    return render_page(request, staff, "staff/customers_join.html", WORDS, status=409 if problem else 200, **values)


def _half(connection: Connection, person: Person, staff: Staff, now: Any) -> Half:
    return Half(
        person,
        ledger.account_of(connection, person.id, now, staff.language),
        customer_pages.ways(connection, person.id),
        absorption.owned(connection, person.id),
    )


def _after(kept: Person, gone: Person) -> dict[str, Any]:
    """What the kept one is called and reached by afterwards, as `store.absorption` decides."""
    taken = {name: getattr(gone, name) or getattr(kept, name) for name in absorption.TAKEN_OVER}
    return taken | {
        name: getattr(kept, name) or getattr(gone, name) for name in absorption.KEPT if name != "digits"
    }


def _both(connection: Connection, request: Request, staff: Staff) -> tuple[Person, Person]:
    names = request.path_params["public_id"], request.path_params["other"]
    kept, gone = (gate.customer(connection, staff, name) for name in names)
    return kept, gone


def _two(connection: Connection, alike: duplicates.Alike) -> Two:
    first, second = (customer_pages.by_id(connection, each) for each in (alike.first, alike.second))
    return Two(first, second, alike.why)


def _shown(person: Person) -> dict[str, Any]:
    return {"contact": person.public_id, "name": person.name, "number": person.number}


def _back(request: Request, said: str) -> RedirectResponse:
    home = f"{PAGE}/{request.path_params['public_id']}/same"
    return RedirectResponse(f"{home}?said={said}", 303, NO_STORE)
