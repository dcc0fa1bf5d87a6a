"""Purchases and their points; a customer nobody knows yet is made with the number as the only thing known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from sqlalchemy.engine import Connection

from bot.importing import values
from bot.importing.columns import Column, Row
from bot.importing.kind import Kind, Outcome
from bot.importing.refusals import Refusal
from bot.importing.source import LineRefused, Record
from loyalty import receipts
from loyalty.purchases import foreseen, line_key, order_key, record_new
from store import contacts_import, purchases
from store.imports import Counts
from store.purchases import Purchase, Stored
from store.suppressions import Address

MAX_QUANTITY = 1_000_000
DAY = dt.timedelta(days=1)
OLDEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)


class Bought(NamedTuple):
    """A purchase as a line has it: its customer by number."""

    number: str
    key: str
    stored: Stored
    product_id: int | None
    branch_id: int | None
    receipt: str


class Purchases(Kind[Bought]):
    """Purchases, by order number where the file has one, otherwise by what the line says and how often it did."""

    columns: ClassVar = (
        Column("customer", ("customer id", "customer number", "member", "member id"), required=True),
        Column("date", ("at", "purchase date", "order date", "purchased at", "date time"), required=True),
        Column("amount", ("total", "value", "dollar value", "sales"), required=True),
        Column("quantity", ("qty", "items", "number of cds")),
        Column("order", ("order number", "order id", "order no", "receipt", "receipt number", "invoice")),
        Column("currency"),
        Column("sku", ("product code", "item code")),
        Column("branch", ("branch code", "store", "shop", "outlet")),
    )

    def read(self, row: Row, line: int) -> Bought | None:
        """A purchase. An order's line that an earlier one gave with other figures is refused."""
        context = self.context
        number = values.text(row["customer"], "customer", 64)
        if not number:
            raise LineRefused("customer is empty")
        given = row.get("currency", "")
        currency = values.currency(given) if given else context.rules.currency
        written, at = values.moment(row["date"], context.zone)
        if not OLDEST <= at <= context.now + DAY:
            raise LineRefused(f"date {row['date'][:40]} is {'before 1970' if at < OLDEST else 'in the future'}")
        quantity = values.whole(row["quantity"], "quantity", 1, MAX_QUANTITY) if row.get("quantity") else 1
        amount = values.amount(row["amount"], currency)
        sku, branch = row.get("sku", ""), row.get("branch", "")
        product_id = _known(context.products, sku, "product") if sku else None
        branch_id = _known(context.branches, branch, "branch") if branch else None
        # What the line says, whatever the settings are: the date as written, the currency only if given.
        said = (number, written, str(quantity), str(amount), given.upper(), sku, branch)
        order = row.get("order", "")
        key = self._key(order, sku, said, line)
        if key is None:
            return None
        receipt = receipts.compared(order) if order else ""
        return Bought(number, key, Stored(at, quantity, amount, currency), product_id, branch_id, receipt)

    def _key(self, order: str, sku: str, said: tuple[str, ...], line: int) -> str | None:
        if not order:
            key = line_key(said)
            return f"{key}:{self.tally.see(key, line).times}"
        seen = self.tally.see(f"order\x1f{order}\x1f{sku}", line, "\x1f".join(said))
        if not seen.same:
            raise LineRefused(f"order {order[:64]} was given with other figures on line {seen.first_line}")
        return order_key(order, sku) if seen.times == 1 else None

    def addresses(self, given: Bought) -> tuple[Address, ...]:
        """The customer's number."""
        return (("number", given.number),)

    def preview(self, connection: Connection, read: Sequence[tuple[Record, Bought]]) -> Outcome:
        """What would be added, and for how many customers nobody knows."""
        new, outcome = _sorted_out(connection, read)
        numbers = {each.number for each in new}
        known = dict.fromkeys(numbers, 0) | contacts_import.ids_by_number(connection, numbers)
        unknown = [number for number, contact_id in known.items() if not contact_id]
        made = sum(self.tally.see(f"customer\x1f{number}", 0).times == 1 for number in unknown)
        points = foreseen(connection, list(_with_contacts(new, known)), self.context.rules)
        return Outcome(outcome.counts._replace(contacts=made, points=points), outcome.refused)

    def keep(self, connection: Connection, read: Sequence[tuple[Record, Bought]]) -> Outcome:
        """Add the new ones, make customers nobody knows, give the points."""
        new, outcome = _sorted_out(connection, read)
        numbers = {each.number for each in new}
        now = self.context.now
        ids, made = contacts_import.meet_numbers(connection, numbers, self.context.language, now)
        points = record_new(connection, list(_with_contacts(new, ids)), self.context.rules, now)
        return Outcome(outcome.counts._replace(contacts=made, points=points), outcome.refused)


def _sorted_out(connection: Connection, read: Sequence[tuple[Record, Bought]]) -> tuple[list[Bought], Outcome]:
    known = purchases.find(connection, [each.key for _, each in read])
    credited = purchases.credited_elsewhere(
        connection, {each.receipt for _, each in read if each.receipt and each.key not in known}
    )
    new, refused = [], []
    for record, each in read:
        before = known.get(each.key)
        if before is None and each.receipt not in credited:
            new.append(each)
        elif before is None:
            continue  # the till or another system gave this receipt's points
        elif (before.quantity, before.amount) != (each.stored.quantity, each.stored.amount):
            reason = "this order was imported before with other figures"
            refused.append(Refusal(record.line, reason, tuple(record.fields)))
    return new, Outcome(Counts(added=len(new), known=len(read) - len(new) - len(refused)), refused)


def _with_contacts(bought: Iterable[Bought], ids: dict[str, int]) -> Iterable[Purchase]:
    for number, key, stored, product_id, branch_id, receipt in bought:
        yield Purchase(key, ids[number], *stored, product_id, branch_id, receipt)


def _known(ids: Mapping[str, int], code: str, what: str) -> int:
    if code not in ids:
        raise LineRefused(f"there is no {what} {code[:64]!r}")
    return ids[code]
