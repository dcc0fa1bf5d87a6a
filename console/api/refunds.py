"""What is brought back: orders, whole or by their lines, take their points back with them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Response
from pydantic import Field

from console.api.customers import held
from console.api.fields import Amount, CustomerRef, Given, Order, PublicId, Shown, Sku, example
from console.api.frame import Caller, Change, IdempotencyKey, needs
from console.api.gate import JsonRoute
from console.api.money import minor, written
from console.api.problems import Problem, invalid
from loyalty import ledger, purchases, receipts
from loyalty.purchases import Refunded, TooMuch, order_key
from store import orders
from store.orders import Line

router = APIRouter(tags=["purchases"], route_class=JsonRoute)
MOST_LINES = 25  # a line takes a millisecond, and nobody else writes meanwhile


class RefundLine(Given):
    """One line of the order, whole or a part of it."""

    sku: Sku | None = Field(None, description="Left out: the line without a product.")
    amount: Amount | None = Field(None, description="What was paid back; left out: all that is left of the line.")


class RefundGiven(Given):
    """A refund of an order of a customer."""

    model_config = example(
        {
            "customer": "Zr3kP0sVq1wXyE9b",
            "order": "INV/2026/0042",
            "lines": [{"sku": "BEAN-250", "amount": "32.95"}],
        }
    )

    customer: CustomerRef
    order: Order
    lines: list[RefundLine] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LINES,
        description="Left out: all that is left of the order, if that is not more lines.",
    )


class RefundLineShown(Shown):
    """What was refunded of a line."""

    sku: str | None
    amount: str
    points: int = Field(description="Points taken back.")


class RefundKept(Shown):
    """The refund is kept, and its points are taken back."""

    customer: PublicId
    order: str
    currency: str
    amount: str
    points: int = Field(description="Points taken back.")
    debt: int = Field(description="Of those, points that were spent already: the next ones repay them.")
    lines: list[RefundLineShown]
    balance: int = Field(description="Points the customer can spend now.")


class _Part(NamedTuple):
    """A line and how much of it goes back; None: all that is left."""

    line: Line
    amount: int | None


@router.post("/refunds", operation_id="giveRefund", status_code=201, response_model=RefundKept)
async def give(
    given: RefundGiven, idempotency_key: IdempotencyKey, caller: Annotated[Caller, needs("refunds:write")]
) -> Response:
    """Refund an order, whole or in part, and take its points back."""
    return await caller.change_once(idempotency_key, given, "refunds", partial(_give, given))


def _give(given: RefundGiven, change: Change) -> RefundKept:
    contact_id = held(change.connection, given.customer).id
    skus = [line.sku or "" for line in given.lines or [RefundLine()]]
    found = orders.lines(
        change.connection, receipts.compared(given.order), [order_key(given.order, sku) for sku in skus]
    )
    kept = [line for line in found if line.contact_id == contact_id]
    if not kept:
        raise Problem("not-found", "This customer has no such order. Check its number, and whose it is.")
    parts = _parts(given, kept)
    done = [_refund(part, f"{change.once}:{place}", change) for place, part in enumerate(parts)]
    currency, points, debt = kept[0].currency, sum(each.points for each in done), sum(each.debt for each in done)
    amount = written(sum(each.amount for each in done), currency)
    change.note(
        "purchase.refunded",
        f"customer:{given.customer}",
        {"order": given.order, "amount": amount, "points": points},
    )
    return RefundKept(
        customer=given.customer,
        order=given.order,
        currency=currency,
        amount=amount,
        points=points,
        debt=debt,
        lines=[
            RefundLineShown(sku=part.line.sku or None, amount=written(each.amount, currency), points=each.points)
            for part, each in zip(parts, done, strict=True)
        ],
        balance=ledger.account_of(change.connection, contact_id, change.now).balance,
    )


def _parts(given: RefundGiven, kept: list[Line]) -> list[_Part]:
    """What is to be refunded. Raises Problem for a line that the order does not have, or has nothing left of."""
    if given.lines is None:
        parts = [_Part(line, None) for line in kept if line.amount > line.refunded]
        if not parts:
            raise Problem("refund-refused", "Nothing is left of this order to refund.")
        if len(parts) > MOST_LINES:
            raise Problem("refund-refused", f"Name at most {MOST_LINES} lines at once; {len(parts)} are left.")
        return parts
    by_sku = {line.sku: line for line in kept}
    parts = []
    for place, each in enumerate(given.lines):
        line = by_sku.pop(each.sku or "", None)
        if line is None:
            raise Problem(
                "refund-refused",
                f"The order has no line with the sku {each.sku!r}, or it is named twice here."
                if each.sku
                else "The order has no line without a sku, or it is named twice here.",
            )
        at = f"body.lines.{place}.amount"
        amount = minor(each.amount, line.currency, at) if each.amount else None
        if amount == 0:
            raise invalid(at, "must be more than nothing")
        parts.append(_Part(line, amount))
    return parts


def _refund(part: _Part, key: str, change: Change) -> Refunded:
    done = purchases.refund(change.connection, part.line.key, part.amount, key=key, at=change.now)
    if isinstance(done, Refunded):
        return done
    left = written(done.left if isinstance(done, TooMuch) else 0, part.line.currency)
    named = f"with the sku {part.line.sku!r}" if part.line.sku else "without a sku"
    raise Problem("refund-refused", f"Of the line {named} only {left} is left to refund.")
