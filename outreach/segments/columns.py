"""Tests of facts that stand in one column of one row: of the contact itself, its scores, or its points account."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from loyalty.programme import decimals
from outreach.segments.context import Context
from outreach.segments.countries import lives_in
from outreach.segments.definition import Test
from outreach.segments.facts import FACTS
from store.tables import accounts, contacts, customer_scores


class Column(NamedTuple):
    """Where a fact stands, and what is true of a contact who has no such row (None: nothing is known)."""

    at: sa.Column[Any]
    absent: int | str | None = None


COLUMNS: dict[str, Column] = {
    "kind": Column(contacts.c.kind),
    "language": Column(contacts.c.language),
    "city": Column(contacts.c.city),
    "country": Column(contacts.c.timezone),  # and the phone number's: outreach.segments.countries
    "timezone": Column(contacts.c.timezone),
    "joined": Column(contacts.c.created_at),
    "source": Column(contacts.c.joined_from),
    "seen": Column(contacts.c.seen_at),
    "news": Column(contacts.c.marketing),
    "card": Column(contacts.c.card),
    "stage": Column(customer_scores.c.stage, "prospect"),
    "rfm": Column(customer_scores.c.rfm),
    "recency": Column(customer_scores.c.recency),
    "frequency": Column(customer_scores.c.frequency),
    "monetary": Column(customer_scores.c.monetary),
    "orders": Column(customer_scores.c.orders, 0),
    "spent": Column(customer_scores.c.spent, 0),
    "margin": Column(customer_scores.c.margin),
    "first_purchase": Column(customer_scores.c.first_at),
    "last_purchase": Column(customer_scores.c.last_at),
    "account": Column(accounts.c.contact_id),
    "points": Column(accounts.c.balance, 0),
    "tier": Column(accounts.c.tier),
}


class _Folded(sa.sql.functions.FunctionElement[str]):
    """A text with its capitals A to Z made small; what other capitals become is for each database to say."""

    name = "folded"
    type = sa.Text()
    inherit_cache = True


@compiles(_Folded)
def _on_sqlite(element: _Folded, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _on_postgresql(element: _Folded, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


def holds(test: Test, context: Context) -> sa.ColumnElement[bool]:
    """An expression that is true of whoever the test is true of, and false or null of the others."""
    column = COLUMNS[test.fact]
    said = _said(test, column.at, context)
    return sa.or_(column.at.is_(None), said) if _true_of(test, column.absent, context) else said


def fails(test: Test, context: Context) -> sa.ColumnElement[bool]:
    """An expression that is true of whoever the test is false of, and false or null of the others."""
    column = COLUMNS[test.fact]
    said = sa.not_(_said(test, column.at, context))
    may_lack = column.at.nullable or column.at.table is not contacts
    return sa.or_(column.at.is_(None), said) if may_lack and not _true_of(test, column.absent, context) else said


def minor(amount: str, currency: str) -> int:
    """A decimal amount in the currency's minor units."""
    return int(Decimal(amount).scaleb(decimals(currency)))


def _said(test: Test, column: sa.ColumnElement[Any], context: Context) -> sa.ColumnElement[bool]:
    form = FACTS[test.fact].form.name
    if form == "truth":
        return column.is_not(None) if test.value else column.is_(None)
    if test.fact == "country":
        return lives_in(listed(test.value), context.country)
    if test.fact == "tier":
        return _tier(listed(test.value), column, context)
    if form == "moment":
        return _moment(test, column, context)
    if form == "text":
        return _text(test, column)
    return compared(test.op, _kept(test, context), column)


def compared(op: str, values: Sequence[Any], column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """A column held against values as they are kept: at least or at most the first, between two, or one of them."""
    if op in ("at_least", "at_most"):
        bound: sa.ColumnElement[bool] = column >= values[0] if op == "at_least" else column <= values[0]
        return bound
    return column.between(*values) if op == "between" else column.in_(values)


def _true_of(test: Test, absent: Any, context: Context) -> bool:
    """Whether the test is true of this value, which stands for everybody who has no row."""
    form = FACTS[test.fact].form.name
    if form == "truth":
        return not test.value
    if form in ("text", "moment") or absent is None:
        return False
    values = _kept(test, context)
    if test.op == "between":
        return bool(values[0] <= absent <= values[1])
    if test.op in ("at_least", "at_most"):
        return bool(absent >= values[0] if test.op == "at_least" else absent <= values[0])
    return absent in values


def _kept(test: Test, context: Context) -> list[Any]:
    """The test's values as they are kept."""
    money = FACTS[test.fact].form.name == "money"
    return [minor(each, context.currency) if money else each for each in listed(test.value)]


def listed(value: Any) -> list[Any]:
    """A test's values, be it one or several."""
    return list(value) if isinstance(value, tuple) else [value]


def _tier(codes: list[str], column: sa.ColumnElement[Any], context: Context) -> sa.ColumnElement[bool]:
    """A member stands in the tier that is kept, or, if that is none to be earned, in everybody's."""
    if context.everybodys in codes:
        others = [code for code in context.earned if code not in codes]
        return sa.and_(column.is_not(None), column.not_in(others))
    return column.in_([code for code in context.earned if code in codes])


def _moment(test: Test, column: sa.ColumnElement[Any], context: Context) -> sa.ColumnElement[bool]:
    clock, value = context.clock, test.value
    if test.op == "known":
        return column.is_not(None)
    if test.op == "within":
        return column >= clock.back(value)
    if test.op == "before":
        return column < clock.begins(clock.day(value))
    first, last = (value, None) if test.op == "since" else value
    since = column >= clock.begins(clock.day(first))
    return since if last is None else sa.and_(since, column < clock.after(clock.day(last)))


def _text(test: Test, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    if test.op == "known":
        return column != ""
    if test.op == "contains":
        return _Folded(column).contains(_fold(str(test.value)), autoescape=True)
    return _Folded(column).in_([_fold(each) for each in listed(test.value)])


def _fold(text: str) -> str:
    return text.encode().lower().decode()
