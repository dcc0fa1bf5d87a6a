"""Orders come in with their lines and earn points, once whatever comes again; brought back, they take them back."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from console.api.customers import held
from console.api.fields import (
    Amount,
    Code,
    Currency,
    CustomerRef,
    Given,
    Moment,
    Order,
    PublicId,
    Quantity,
    Shown,
    Sku,
    example,
)
from console.api.frame import Caller, Change, IdempotencyKey, needs
from console.api.gate import JsonRoute
from console.api.money import minor, written
from console.api.problems import Problem, invalid
from loyalty import ledger, programme, purchases, receipts
from store import due, orders, till
from store.database import savepoint
from store.orders import Line
from store.purchases import Purchase
from store.till import Branch

router = APIRouter(tags=["purchases"], route_class=JsonRoute)
MOST_LINES = 100
FRESH_FOR = dt.timedelta(minutes=15)  # the customer is still there, so it is told at quiet hours, too
NEWS_FOR = dt.timedelta(days=1)  # older purchases are brought along, not told of
TOMORROW = dt.timedelta(days=1)


class LineGiven(Given):
    """One line of an order: what was paid for a product, or for whatever has none."""

    sku: Sku | None = Field(None, description="A product that is known here; left out: anything else. Once each.")
    quantity: Quantity = 1
    amount: Amount = Field(description="What was paid for all of the line.")


class PurchaseGiven(Given):
    """An order that was paid."""

    model_config = example(
        {
            "customer": "Zr3kP0sVq1wXyE9b",
            "order": "INV/2026/0042",
            "at": "2026-11-21T11:30:00+08:00",
            "lines": [{"sku": "BEAN-250", "quantity": 2, "amount": "65.90"}, {"amount": "12.50"}],
        }
    )

    customer: CustomerRef
    order: Order = Field(
        description="The order's or receipt's number: it earns points once, by whatever way it comes in. Spaces "
        "and signs in it make no difference."
    )
    at: Moment | None = Field(None, description="When it was paid; now when left out.")
    branch: Code | None = Field(None, description="The code of the branch, as the programme names it.")
    currency: Currency | None = Field(None, description="The programme's own when left out; others earn no points.")
    lines: list[LineGiven] = Field(min_length=1, max_length=MOST_LINES)


class LineShown(Shown):
    """A line, and the points it earned."""

    sku: str | None
    amount: str
    points: int


class PurchaseKept(Shown):
    """The order is kept. Points may be pending for some days before they can be spent."""

    customer: PublicId
    order: str
    known: bool = Field(description="It had been kept before, with the same figures; nothing was added.")
    currency: str
    points: int = Field(description="Points that the order earned.")
    lines: list[LineShown]
    balance: int = Field(description="Points the customer can spend now.")
    pending: int = Field(description="Points the customer can spend later, the order's included.")


@router.post("/purchases", operation_id="givePurchase", status_code=201, response_model=PurchaseKept)
async def give(
    given: PurchaseGiven, idempotency_key: IdempotencyKey, caller: Annotated[Caller, needs("purchases:write")]
) -> Response:
    """Keep an order and give its points."""
    seen: set[str] = set()
    for place, line in enumerate(given.lines):
        if (sku := line.sku or "") in seen:
            raise invalid(f"body.lines.{place}.sku", "is in the order twice; add the two lines up")
        seen.add(sku)
    return await caller.change_once(idempotency_key, given, "purchases", partial(_give, given))


def _give(given: PurchaseGiven, change: Change) -> PurchaseKept:
    if given.at and given.at > change.now + TOMORROW:
        raise invalid("body.at", "is in the future")
    # Two requests with one order wait for each other here.
    contact_id = held(change.connection, given.customer).id
    wanted = _lines(given, contact_id, change)
    known = _known(given, wanted, change)
    if not known and not _record(given, wanted, change):
        known = _known(given, wanted, change)
    return _kept(given, known or wanted, known=bool(known), change=change)


def _lines(given: PurchaseGiven, contact_id: int, change: Change) -> list[Line]:
    currency = given.currency or programme.read(change.connection).currency
    return [
        Line(
            key=purchases.order_key(given.order, line.sku or ""),
            contact_id=contact_id,
            sku=line.sku or "",
            quantity=line.quantity,
            amount=minor(line.amount, currency, f"body.lines.{place}.amount"),
            currency=currency,
            refunded=0,
        )
        for place, line in enumerate(given.lines)
    ]


def _known(given: PurchaseGiven, wanted: list[Line], change: Change) -> list[Line]:
    """The order as it was kept before. Raises Problem when that was with other figures, or another customer's."""
    kept = orders.lines(change.connection, receipts.compared(given.order), [each.key for each in wanted])
    if kept and sorted(map(_figures, kept)) != sorted(map(_figures, wanted)):
        raise Problem(
            "order-differs",
            f"The order {given.order!r} was kept before with other lines, amounts or another customer, maybe by an "
            "import or at the till. Give corrections as refunds, and further purchases a number of their own.",
        )
    return kept


def _figures(line: Line) -> tuple[str, int, int, int, str]:
    return line.sku, line.contact_id, line.quantity, line.amount, line.currency


def _record(given: PurchaseGiven, wanted: list[Line], change: Change) -> bool:
    """Whether the order was new and is kept now."""
    connection, at, receipt = change.connection, given.at or change.now, receipts.compared(given.order)
    products = _product_ids(wanted, change)
    where = branch(connection, given.branch)
    new = [
        Purchase(
            line.key,
            line.contact_id,
            at,
            line.quantity,
            line.amount,
            line.currency,
            products[line.sku] if line.sku else None,
            where.id if where else None,
            receipt,
            "api",
        )
        for line in wanted
    ]
    try:
        with savepoint(connection):
            purchases.record_new(connection, new, programme.read(connection), change.now)
    except IntegrityError:
        return False  # a till or an import was quicker with this order, and has committed
    return True


def _product_ids(wanted: list[Line], change: Change) -> dict[str, int]:
    found = orders.product_ids(change.connection, [line.sku for line in wanted if line.sku])
    if unknown := next((line.sku for line in wanted if line.sku and line.sku not in found), None):
        raise Problem("product-unknown", f"There is no product {unknown!r}. Give it to /products first.")
    return found


def branch(connection: Connection, code: str | None) -> Branch | None:
    """The branch with this code. Raises Problem when there is none."""
    if code is None:
        return None
    found = next((each for each in till.open_branches(connection) if each.code == code), None)
    if found is None:
        raise Problem("branch-unknown", f"There is no branch {code!r} in the programme.")
    return found


def _kept(given: PurchaseGiven, lines: list[Line], *, known: bool, change: Change) -> PurchaseKept:
    connection, contact_id = change.connection, lines[0].contact_id
    points = [purchases.points_of(connection, each.key) for each in lines]
    if not known:
        figures = {"order": given.order, "lines": len(lines), "points": sum(points)}
        change.note("purchase.kept", f"customer:{given.customer}", figures)
        if sum(points) and (given.at or change.now) > change.now - NEWS_FOR:
            fresh = (given.at or change.now) > change.now - FRESH_FOR
            told: dict[str, object] = {"points": sum(points)} | ({} if fresh else {"kind": "points_booked"})
            due.plan(connection, contact_id, "points_earned", told, key=f"earned:{lines[0].key}", at=change.now)
    account = ledger.account_of(connection, contact_id, change.now)
    return PurchaseKept(
        customer=given.customer,
        order=given.order,
        known=known,
        currency=lines[0].currency,
        points=sum(points),
        lines=[
            LineShown(sku=line.sku or None, amount=written(line.amount, line.currency), points=earned)
            for line, earned in zip(lines, points, strict=True)
        ],
        balance=account.balance,
        pending=account.pending,
    )
