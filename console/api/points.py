"""What a customer has: points, tier, and how they came."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints
from sqlalchemy.engine import Connection

from console.api.customers import of
from console.api.fields import PLACE, Asked, CustomerId, PublicId, Shown
from console.api.frame import Caller, needs
from console.api.gate import JsonRoute
from console.api.house import House
from console.api.problems import Problem
from locales import Language
from loyalty import ledger
from store import ledger as accounts
from store import ledger_history

router = APIRouter(tags=["points"], route_class=JsonRoute)
Reads = Annotated[Caller, needs("points:read")]


class PointsAsked(Asked):
    """In which language tiers are named."""

    language: Language = "en"


class PointsShown(Shown):
    """What a customer has now. Days are those of the business's time zone."""

    customer: PublicId
    balance: int = Field(description="Points that can be spent now.")
    pending: int = Field(description="Points that can be spent later, the first from `next_maturity` on.")
    next_maturity: dt.date | None
    held: int = Field(description="Points set aside for a reward that is not confirmed yet.")
    next_expiry: dt.date | None = Field(description="The day on which the next points expire.")
    next_expiry_points: int
    debt: int = Field(description="Points owed after a refund: the next ones repay them.")
    tier: str = Field(description="Empty: none is reached yet.")
    tier_until: dt.date | None
    next_tier: str = Field(description="Empty: there is none above.")
    missing: int = Field(description="Points to the next tier.")


class HistoryAsked(Asked):
    """Which movements."""

    after: Annotated[str, StringConstraints(pattern=PLACE)] | None = Field(
        None, description="The `next` of the page before."
    )
    limit: int = Field(50, ge=1, le=100)


class MovementShown(Shown):
    """Points that came (positive) or went (negative)."""

    kind: str = Field(examples=["earn"])
    points: int
    at: dt.datetime
    note: str


class HistoryShown(Shown):
    """Some movements, the newest first."""

    movements: list[MovementShown]
    next: str | None = Field(description="Give it as `after` for the next page; null: that was all.")


@router.get("/customers/{id}/points", operation_id="getPoints")
async def points(of_id: CustomerId, caller: Reads, asked: Annotated[PointsAsked, Query()]) -> PointsShown:
    """What the customer has."""
    return await caller.read(partial(_points, caller.house, of_id, asked.language))


@router.get("/customers/{id}/points/history", operation_id="listPointsHistory")
async def history(of_id: CustomerId, caller: Reads, asked: Annotated[HistoryAsked, Query()]) -> HistoryShown:
    """How the points came and went, the newest first. What comes meanwhile does not move the pages."""
    return await caller.read(partial(_history, of_id, asked.after, asked.limit))


def _points(house: House, public_id: str, language: Language, connection: Connection) -> PointsShown:
    contact_id = of(connection, public_id).id
    account = ledger.account_of(connection, contact_id, house.now().astimezone(house.zone), language)
    facts = {name: getattr(account, name) for name in PointsShown.model_fields if name != "customer"}
    return PointsShown(customer=public_id, **facts)


def _history(public_id: str, after: str | None, limit: int, connection: Connection) -> HistoryShown:
    member = accounts.read_account(connection, of(connection, public_id).id)
    if member is None:
        return HistoryShown(movements=[], next=None)
    if after is None:
        found = ledger_history.newest(connection, member.id, limit + 1)
    elif (older := ledger_history.after(connection, member.id, int(after), limit + 1)) is not None:
        found = older
    else:
        raise Problem("not-found", "There is no such page. Give the `next` of the page before as `after`.")
    listed = found[:limit]
    return HistoryShown(
        movements=[MovementShown(**line._asdict()) for _, line in listed],
        next=str(listed[-1][0]) if len(found) > limit else None,
    )
