"""All customers at a glance: how many stand where, and who moved lately."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.scores import PROSPECT
from store.tables import contacts, customer_scores, identities, stage_changes


class Part(NamedTuple):
    """Customers who stand alike: how many, what they spent in minor units, and how many offers can reach.

    Of prospects there are no scores: `rfm` is empty, `recency` and `frequency` are 0.
    """

    stage: str
    rfm: str
    recency: int
    frequency: int
    customers: int
    spent: int
    reachable: int


class Move(NamedTuple):
    """How many customers went from one stage to another."""

    before: str
    after: str
    customers: int


def parts(connection: Connection) -> list[Part]:
    """Everybody who is there, by where they stand."""
    s = customer_scores.c
    reached = (
        sa.select(identities.c.contact_id)
        .where(identities.c.reachable.is_(sa.true()))
        .group_by(identities.c.contact_id)
        .subquery()
    )
    may = sa.and_(contacts.c.marketing == "granted", reached.c.contact_id.is_not(None))
    alike = (s.stage, s.rfm, s.recency, s.frequency)
    found = (
        sa.select(*alike, sa.func.count(), sa.func.sum(s.spent), sa.func.sum(sa.case((may, 1), else_=0)))
        .select_from(
            contacts.outerjoin(customer_scores, s.contact_id == contacts.c.id).outerjoin(
                reached, reached.c.contact_id == contacts.c.id
            )
        )
        .where(
            contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None), contacts.c.deceased.is_(sa.false())
        )
        .group_by(*alike)
    )
    return [
        Part(stage or PROSPECT, rfm or "", recency or 0, frequency or 0, customers, int(spent or 0), int(reachable))
        for stage, rfm, recency, frequency, customers, spent, reachable in connection.execute(found)
    ]


def moves(connection: Connection, since: dt.datetime) -> list[Move]:
    """Who went from one stage to another since a moment, the ways that most went first."""
    c = stage_changes.c
    number = sa.func.count()
    found = (
        sa.select(c.stage_before, c.stage, number)
        .where(c.at >= since, c.stage_before != c.stage)
        .group_by(c.stage_before, c.stage)
        .order_by(number.desc(), c.stage_before, c.stage)
    )
    return [Move(*row) for row in connection.execute(found)]
