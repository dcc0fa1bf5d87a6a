"""Tests of facts that have any number of rows: tags, purchases, answers, campaigns.

Each is a statement that gives the contacts of whom the test is true, each of them once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from outreach.occasions import DAY, kept_on
from outreach.segments.columns import compared, listed, minor
from outreach.segments.context import Context, Scope
from outreach.segments.definition import Test
from store.tables import (
    anniversaries,
    behaviours,
    branches,
    campaign_recipients,
    campaigns,
    cases,
    contact_tags,
    identities,
    products,
    purchases,
    segment_members,
    segments,
    survey_answers,
    survey_responses,
    surveys,
)
from store.tables.shop import KEPT

Rows = Callable[[Test, Context, Scope], sa.Select[Any]]


def _of(column: sa.Column[Any], scope: Scope, *conditions: Any) -> sa.Select[Any]:
    return sa.select(column.label("contact_id")).where(*conditions, *scope.on(column)).group_by(column)


def _tags(test: Test, _context: Context, scope: Scope) -> sa.Select[Any]:
    mine = contact_tags.c.tag.in_(test.value)
    return _all(test, _of(contact_tags.c.contact_id, scope, mine), sa.func.count())


def _reachable(test: Test, _context: Context, scope: Scope) -> sa.Select[Any]:
    mine = identities.c.channel.in_(test.value), identities.c.reachable.is_(sa.true())
    return _all(test, _of(identities.c.contact_id, scope, *mine), sa.func.count(identities.c.channel.distinct()))


def _lists(test: Test, _context: Context, scope: Scope) -> sa.Select[Any]:
    these = sa.select(segments.c.id).where(segments.c.public_id.in_(test.value), segments.c.condition.is_(None))
    mine = segment_members.c.segment_id.in_(these)
    return _all(test, _of(segment_members.c.contact_id, scope, mine), sa.func.count())


def _all(test: Test, found: sa.Select[Any], number: sa.ColumnElement[int]) -> sa.Select[Any]:
    """Those who have all values of the test, where it asks for all."""
    return found.having(number >= len(test.value)) if test.op == "has_all" else found


def _day(test: Test, context: Context, scope: Scope) -> sa.Select[Any]:
    """A yearly day; 29 February is kept on the 28th in years that have none."""
    day = anniversaries.c.month_day
    mine = [anniversaries.c.occasion == test.fact]
    if test.op == "in_month":
        mine.append((day // 100).in_(test.value))
    elif test.op == "coming":
        today = context.clock.today
        coming = [today + days * DAY for days in range(test.value + 1)]
        mine.append(day.in_(sorted({each for one in coming for each in kept_on(one)})))
    return _of(anniversaries.c.contact_id, scope, *mine)


def _request(_test: Test, _context: Context, scope: Scope) -> sa.Select[Any]:
    return _of(cases.c.contact_id, scope, cases.c.state == "open")


def _bought(test: Test, context: Context, scope: Scope) -> sa.Select[Any]:
    """Purchases that were not paid back whole; what was bought at one moment is one order, as in scores."""
    found = _of(purchases.c.contact_id, scope, KEPT, *_period(test, purchases.c.at, context))
    if test.product or test.category:
        named = [products.c.sku.in_(test.product)] if test.product else []
        named += [products.c.category.in_(test.category)] if test.category else []
        found = found.where(purchases.c.product_id.in_(sa.select(products.c.id).where(*named)))
    if test.branch:
        there = sa.select(branches.c.id).where(branches.c.code.in_(test.branch))
        found = found.where(purchases.c.branch_id.in_(there))
    if test.spent:
        paid = purchases.c.amount - purchases.c.refunded
        found = found.where(purchases.c.currency == context.currency)
        found = found.having(sa.func.sum(paid) >= minor(test.spent, context.currency))
    return _times(test, found, purchases.c.at.distinct())


def _event(test: Test, context: Context, scope: Scope) -> sa.Select[Any]:
    period = _period(test, behaviours.c.at, context)
    found = _of(behaviours.c.contact_id, scope, behaviours.c.name.in_(test.value), *period)
    return _times(test, found, behaviours.c.id)


def _times(test: Test, found: sa.Select[Any], what: Any) -> sa.Select[Any]:
    return found.having(sa.func.count(what) >= test.times) if test.times > 1 else found


def _period(test: Test, column: Any, context: Context) -> list[sa.ColumnElement[bool]]:
    clock, found = context.clock, []
    if test.within is not None:
        found.append(column >= clock.back(test.within))
    if test.since:
        found.append(column >= clock.begins(clock.day(test.since)))
    if test.before:
        found.append(column < clock.begins(clock.day(test.before)))
    return found


def _campaign(test: Test, context: Context, scope: Scope) -> sa.Select[Any]:
    """Of campaigns whose message was sent to the contact, in the period if there is one."""
    mine = [campaign_recipients.c.sent_at.is_not(None), *_period(test, campaign_recipients.c.sent_at, context)]
    if test.value:
        named = sa.select(campaigns.c.id).where(campaigns.c.public_id.in_(test.value))
        mine.append(campaign_recipients.c.campaign_id.in_(named))
    found = _of(campaign_recipients.c.contact_id, scope, *mine)
    if test.op == "not_clicked":
        return found.having(sa.func.count(campaign_recipients.c.clicked_at) == 0)
    followed = {"clicked": "clicked_at", "replied": "replied_at", "bought": "bought_at"}.get(test.op)
    return found.where(campaign_recipients.c[followed].is_not(None)) if followed else found


def _answer(test: Test, context: Context, scope: Scope) -> sa.Select[Any]:
    """The number that was answered last; a row of a matrix is named behind a dot."""
    question, _dot, part = test.question.partition(".")
    answered, response = survey_answers.c, survey_responses.c
    newest = sa.func.row_number().over(
        partition_by=response.contact_id, order_by=(response.done_at.desc(), response.id.desc())
    )
    each = (
        sa.select(response.contact_id, answered.number, newest.label("place"))
        .join(survey_answers, answered.response_id == response.id)
        .where(
            response.survey_id == sa.select(surveys.c.id).where(surveys.c.code == test.survey).scalar_subquery(),
            response.state == "done",
            answered.question == question,
            answered.part == part,
            answered.number.is_not(None),
            *scope.on(response.contact_id),
        )
    )
    if test.within is not None:
        each = each.where(response.done_at >= context.clock.back(test.within))
    last = each.subquery()
    found = sa.select(last.c.contact_id).where(last.c.place == 1, last.c.contact_id.is_not(None))
    return found if test.op == "known" else found.where(compared(test.op, listed(test.value), last.c.number))


ROWS: dict[str, Rows] = {
    "tags": _tags,
    "reachable": _reachable,
    "list": _lists,
    "birthday": _day,
    "membership": _day,
    "request": _request,
    "bought": _bought,
    "event": _event,
    "campaign": _campaign,
    "answer": _answer,
}
