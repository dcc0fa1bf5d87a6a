"""A list of customers: new ones are made, and what is empty of known ones is filled in.

What a customer said in a conversation is never overwritten by a list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy.engine import Connection

from bot.importing import values
from bot.importing.columns import Column, Row
from bot.importing.kind import Kind, Outcome
from bot.importing.source import LineRefused, Record
from loyalty.ledger import Earning, earn, open_accounts
from loyalty.rules import expiry_of
from store import anniversaries, consents, contacts_import, ledger
from store.anniversaries import BIRTHDAY, Day
from store.contacts_import import FILLED, Known
from store.imports import Counts
from store.suppressions import Address
from talk.reading.contact_points import read_email, read_phone

MAX_POINTS = 10**9
OPENING = "opening"  # the note of a balance brought along


class Customer(NamedTuple):
    """A customer as a line has it: `details` are the columns of FILLED, empty ones left out."""

    number: str
    details: dict[str, Any]
    birthday: Day | None
    points: int
    marketing: bool | None


class _Change(NamedTuple):
    customer: Customer
    known: Known | None
    details: dict[str, Any]  # all of FILLED, as they are to be
    birthday: Day | None  # where none is known yet
    points: int  # to be given now
    asks: bool  # the list's word on marketing is new

    @property
    def is_change(self) -> bool:
        if self.known is None or self.birthday or self.points or self.asks:
            return True
        return any(self.details[name] != getattr(self.known, name) for name in FILLED)


class Customers(Kind[Customer]):
    """Customers by their number."""

    columns: ClassVar = (
        Column(
            "number", ("customer", "customer id", "customer number", "member", "member number", "id"), required=True
        ),
        Column("name", ("full name", "customer name")),
        Column("call_me", ("nickname", "preferred name", "called")),
        Column("phone", ("phone number", "mobile", "mobile number", "telephone", "tel", "whatsapp")),
        Column("email", ("e mail", "email address", "mail")),
        Column("birthday", ("birth date", "birthdate", "date of birth", "dob")),
        Column("language", ("lang", "locale", "preferred language")),
        Column("city", ("town",)),
        Column("timezone", ("time zone", "tz")),
        Column("points", ("balance", "opening balance", "points balance")),
        Column("marketing", ("marketing consent", "consent", "newsletter", "opt in")),
    )

    def read(self, row: Row, line: int) -> Customer | None:
        """A customer. A number given before with other details is refused."""
        number = values.text(row["number"], "number", 64)
        if not number:
            raise LineRefused("number is empty")
        details = {name: value for name, value in self._details(row).items() if value}
        birthday = self._birthday(row["birthday"]) if row.get("birthday") else None
        points = values.whole(row["points"], "points", 0, MAX_POINTS) if row.get("points") else 0
        marketing = values.yes_no(row["marketing"], "marketing") if row.get("marketing") else None
        seen = self.tally.see(number, line, repr((details, birthday, points, marketing)))
        if not seen.same:
            raise LineRefused(f"number {number} was given with other details on line {seen.first_line}")
        return Customer(number, details, birthday, points, marketing) if seen.times == 1 else None

    def _details(self, row: Row) -> dict[str, Any]:
        return {
            "name": values.text(row.get("name", ""), "name", 200),
            "call_me": values.text(row.get("call_me", ""), "call_me", 64),
            "phone": self._phone(row.get("phone", "")),
            "email": _email(row.get("email", "")),
            "city": values.text(row.get("city", ""), "city", 64),
            "timezone": values.timezone(row["timezone"]) if row.get("timezone") else "",
            "language": values.language(row["language"]) if row.get("language") else "",
        }

    def _phone(self, given: str) -> str | None:
        phone = read_phone(given, self.context.region) if given else None
        if given and phone is None:
            raise LineRefused(f"phone {given[:40]!r} is not a phone number; give the country code: +60 12-345 6789")
        return phone

    def _birthday(self, given: str) -> Day:
        day = values.yearly_day(given, "birthday")
        today = self.context.now.date()
        if day.year is not None and not (1900, 101) <= (day.year, day.month_day) <= (
            today.year,
            100 * today.month + today.day,
        ):
            raise LineRefused(f"birthday {given} is not between 1900 and today")
        return day

    def addresses(self, given: Customer) -> tuple[Address, ...]:
        """The number, the phone number and the e-mail address."""
        found: list[Address] = [("number", given.number)]
        for kind in ("phone", "email"):
            if address := given.details.get(kind):
                found.append((kind, address))
        return tuple(found)

    def preview(self, connection: Connection, read: Sequence[tuple[Record, Customer]]) -> Outcome:
        """How many would be new, and how many filled in."""
        return Outcome(_counted(self._changes(connection, read)))

    def keep(self, connection: Connection, read: Sequence[tuple[Record, Customer]]) -> Outcome:
        """Make new customers members, fill in known ones, bring balances and consents along."""
        changes = [each for each in self._changes(connection, read) if each.is_change]
        now, language = self.context.now, self.context.language
        ids, _ = contacts_import.meet_numbers(connection, {each.customer.number for each in changes}, language, now)
        of = [(ids[each.customer.number], each) for each in changes]
        contacts_import.fill(connection, [(contact_id, each.details) for contact_id, each in of])
        birthdays = {contact_id: each.birthday for contact_id, each in of if each.birthday}
        anniversaries.fill(connection, BIRTHDAY, birthdays, now)
        open_accounts(connection, {contact_id: now for contact_id, _ in of})
        self._give_points(connection, of)
        for contact_id, each in of:
            if each.asks:
                self._note_consent(connection, contact_id, each)
        return Outcome(_counted(changes)._replace(known=len(read) - len(changes)))

    def _changes(self, connection: Connection, read: Sequence[tuple[Record, Customer]]) -> list[_Change]:
        customers = [customer for _, customer in read]
        known = contacts_import.known(connection, [each.number for each in customers])
        opened = ledger.find_entries(connection, [_opening_key(each) for each in customers if each.points])
        born = anniversaries.having(connection, BIRTHDAY, [each.id for each in known.values()])
        return [self._change(each, known.get(each.number), opened, born) for each in customers]

    def _change(self, customer: Customer, known: Known | None, opened: Collection[str], born: set[int]) -> _Change:
        details = {name: _merged(name, customer.details.get(name), known) for name in FILLED}
        details["language"] = details["language"] or self.context.language
        points = 0 if _opening_key(customer) in opened else customer.points
        asks = customer.marketing is not None and (known is None or known.marketing == "unasked")
        birthday = None if known is not None and known.id in born else customer.birthday
        return _Change(customer, known, details, birthday, points, asks)

    def _give_points(self, connection: Connection, of: Sequence[tuple[int, _Change]]) -> None:
        now, expires_at = self.context.now, expiry_of(self.context.rules, self.context.now)
        earn(
            connection,
            [
                Earning(_opening_key(each.customer), contact_id, each.points, now, None, expires_at, OPENING)
                for contact_id, each in of
                if each.points
            ],
        )

    def _note_consent(self, connection: Connection, contact_id: int, change: _Change) -> None:
        consents.record(
            connection,
            contact_id,
            purpose=consents.MARKETING,
            channel="all",
            granted=bool(change.customer.marketing),
            wording="import",
            locale=change.details["language"],
            evidence="import",
            at=self.context.now,
        )


def _email(given: str) -> str | None:
    email = read_email(given) if given else None
    if given and email is None:
        raise LineRefused(f"email {given[:40]!r} is not an address such as aminah@example.com")
    return email


def _merged(name: str, given: Any, known: Known | None) -> Any:
    if known is None:
        return given if given is not None else _EMPTY[name]
    before = getattr(known, name)
    if name == "language":
        # Before the customer chose a language it is only a guess.
        return before if known.language_chosen or not given else given
    return before or given or _EMPTY[name]


_EMPTY: dict[str, Any] = dict.fromkeys(FILLED, "") | {"phone": None, "email": None}


def _opening_key(customer: Customer) -> str:
    return f"opening:{customer.number}"


def _counted(changes: Sequence[_Change]) -> Counts:
    added = sum(each.known is None for each in changes)
    changed = sum(each.known is not None and each.is_change for each in changes)
    points = sum(each.points for each in changes)
    return Counts(added=added, changed=changed, known=len(changes) - added - changed, points=points)
