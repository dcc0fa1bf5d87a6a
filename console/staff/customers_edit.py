"""Changing what is kept of a customer: every field checked, every change noted with what it was before."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, gate, service_texts
from console.staff import customers_texts as texts
from console.staff.access import Form, Staff
from console.staff.customers_head import Head, Problem, address, local_now, noted, read_head, render_tab
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from locales import LANGUAGES, Text, render
from store import anniversaries, customers, people_words, suppressions
from store.anniversaries import BIRTHDAY, LEAP_YEAR, Anniversary, TooSoon
from store.customer_pages import Person
from store.suppressions import Address
from talk.reading.contact_points import read_email, read_phone

FIRST_YEAR = 1900
CONTROL = dict.fromkeys(range(32)) | {127: None}
CHANGED = ("name", "call_me", "phone", "email", "city", "language", "kind", "timezone")


class Wrong(NamedTuple):
    """What is not taken, by its field."""

    field: str
    text: Text
    values: dict[str, object]


class Written(NamedTuple):
    """What a form says, as it is kept; `born` is month, day and year, None when it is left out."""

    fields: dict[str, Any]
    born: tuple[int, int, int | None] | None
    wrong: list[Wrong]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers/{public_id}/edit`."""
    return await _page(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/customers/{public_id}/edit`: all of it, or nothing and what to mend."""
    form = await access.form(request)
    office, now = office_of(request), local_now(request)
    written = _read(form, office.region, now)

    def save(connection: Connection) -> list[Wrong] | bool:
        person = gate.customer(connection, staff, request.path_params["public_id"], lock=True)
        wrong = [*written.wrong, *_forgotten(connection, office.secret, person, written.fields)]
        return wrong or _save(connection, request, staff, person, written, now)

    saved = await office.database.transact(save)
    if isinstance(saved, list):
        return await _page(request, staff, form=form, wrong=saved, status=422)
    home = f"/staff/customers/{request.path_params['public_id']}"
    return RedirectResponse(f"{home}?said={'saved' if saved else 'nothing'}", 303, NO_STORE)


def _save(
    connection: Connection, request: Request, staff: Staff, person: Person, written: Written, now: dt.datetime
) -> list[Wrong] | bool:
    """Save what differs; whether anything did."""
    changes = {name: value for name, value in written.fields.items() if value != getattr(person, name)}
    before, after = {name: getattr(person, name) for name in changes}, dict(changes)
    kept = _birthday(connection, person)
    if written.born is not None and (kept is None or written.born != (*divmod(kept.month_day, 100), kept.year)):
        given = anniversaries.give(connection, person.id, BIRTHDAY, *written.born, now)
        if isinstance(given, TooSoon):
            return [
                Wrong("birthday", texts.BIRTHDAY_TOO_SOON, {"day": given.next_change.astimezone(now.tzinfo).date()})
            ]
        before["birthday"] = _day(*divmod(kept.month_day, 100), kept.year) if kept else ""
        after["birthday"] = _day(*written.born)
    if "language" in changes:
        changes["language_chosen"] = True
    if changes:
        customers.change(connection, person.id, changes)
        people_words.fold_one(connection, person.id)  # so that whoever looks for them now finds them
    if after:
        noted(connection, request, staff, person, "customer.changed", before, after)
    return bool(after)


def _read(form: Form, region: str, now: dt.datetime) -> Written:
    typed = {name: form.get(name, "").translate(CONTROL).strip() for name in CHANGED}
    wrong: list[Wrong] = []
    fields: dict[str, Any] = dict(typed)
    for name, read, problem, example in (
        ("phone", lambda text: read_phone(text, region), texts.NO_PHONE, texts.EXAMPLE_PHONE),
        ("email", read_email, texts.NO_EMAIL, texts.EXAMPLE_EMAIL),
    ):
        fields[name] = read(typed[name]) if typed[name] else None
        if typed[name] and fields[name] is None:
            wrong.append(Wrong(name, problem, {"example": example}))
    for name, longest, problem in (
        ("name", 200, texts.NO_NAME),
        ("call_me", 64, texts.LONG_CALL_ME),
        ("city", 64, texts.LONG_CITY),
    ):
        if len(typed[name]) > longest:
            wrong.append(Wrong(name, problem, {}))
    if typed["timezone"] and typed["timezone"] not in available_timezones():
        wrong.append(Wrong("timezone", texts.NO_ZONE, {"example": texts.EXAMPLE_ZONE}))
    for name, known in (("language", LANGUAGES), ("kind", texts.KINDS)):
        if typed[name] not in known:
            del fields[name]
    born = _born(form, now)
    if isinstance(born, Wrong):
        return Written(fields, None, [*wrong, born])
    return Written(fields, born, wrong)


def _born(form: Form, now: dt.datetime) -> tuple[int, int, int | None] | Wrong | None:
    day, month, year = (form.get(name, "").strip() for name in ("day", "month", "year"))
    if not day and not month and not year:
        return None
    try:
        born = dt.date(int(year) if year else LEAP_YEAR, int(month), int(day))
    except (ValueError, OverflowError):
        return Wrong("birthday", texts.NO_BIRTHDAY, {})
    if born.year < FIRST_YEAR or born > now.date():
        return Wrong("birthday", texts.NO_BIRTHDAY, {})
    return born.month, born.day, born.year if year else None


def _forgotten(connection: Connection, secret: bytes, person: Person, fields: dict[str, Any]) -> list[Wrong]:
    """A number or address that is new here and belongs to somebody who asked to be forgotten."""
    found = []
    for name in ("phone", "email"):
        value = fields.get(name)
        named: list[Address] = [(name, value)] if value and value != getattr(person, name) else []
        if named and suppressions.suppressed(connection, secret, named):
            found.append(Wrong(name, texts.FORGOTTEN, {}))
    return found


def _birthday(connection: Connection, person: Person) -> Anniversary | None:
    return next((each for each in anniversaries.of(connection, person.id) if each.occasion == BIRTHDAY), None)


def _day(month: int, day: int, year: int | None) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month:02d}-{day:02d}"


async def _page(
    request: Request, staff: Staff, *, form: Form | None = None, wrong: list[Wrong] | None = None, status: int = 200
) -> Response:
    def read(connection: Connection) -> tuple[Head, Anniversary | None]:
        head = read_head(connection, request, staff)
        return head, _birthday(connection, head.person)

    head, kept = await office_of(request).database.read(read)
    shown: dict[str, str] = {name: getattr(head.person, name) or "" for name in CHANGED}
    if kept is not None:
        month, day = divmod(kept.month_day, 100)
        shown |= {"day": str(day), "month": str(month), "year": str(kept.year or "")}
    return render_tab(
        request,
        staff,
        head,
        "edit",
        texts.EDIT,
        status=status,
        problem=Problem(wrong[0].text, wrong[0].values) if wrong else None,
        wrong={each.field: render(each.text, staff.language, each.values) for each in wrong or ()},
        form={**shown, **(form or {})},
        languages=service_texts.LANGUAGES,
        kinds=list(texts.KINDS),
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
        example=texts.EXAMPLE_ZONE,
        back=address(head.person),
    )
