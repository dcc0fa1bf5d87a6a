"""What a customer has: points, tier, and how they came."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.engine import Connection

from console.api.customers import of
from console.api.fields import Asked, CustomerId, PublicId, Shown
from console.api.frame import Caller, needs
from console.api.gate import JsonRoute
from console.api.house import House
from locales import Language
from loyalty import ledger

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
    """Which page; the first is the newest."""

    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(50, ge=1, le=100)


class MovementShown(Shown):
    """Points that came (positive) or went (negative)."""

    kind: str = Field(examples=["earn"])
    points: int
    at: dt.datetime
    note: str


class HistoryShown(Shown):
    """A page of movements, the newest first."""

    movements: list[MovementShown]
    page: int
    more: bool = Field(description="There is a next page.")


@router.get("/customers/{id}/points", operation_id="getPoints")
async def points(of_id: CustomerId, caller: Reads, asked: Annotated[PointsAsked, Query()]) -> PointsShown:
    """What the customer has."""
    return await caller.read(partial(_points, caller.house, of_id, asked.language))


@router.get("/customers/{id}/points/history", operation_id="listPointsHistory")
async def history(
    of_id: CustomerId,
    caller: Reads,
    asked: Annotated[HistoryAsked, Query()],
) -> HistoryShown:
    """How the points came and went."""
    return await caller.read(partial(_history, of_id, asked.page, asked.size))


def _points(house: House, public_id: str, language: Language, connection: Connection) -> PointsShown:
    contact_id = of(connection, public_id).id
    account = ledger.account_of(connection, contact_id, house.now().astimezone(house.zone), language)
    facts = {name: getattr(account, name) for name in PointsShown.model_fields if name != "customer"}
    return PointsShown(customer=public_id, **facts)


def _history(public_id: str, page: int, size: int, connection: Connection) -> HistoryShown:
    found = ledger.history(connection, of(connection, public_id).id, page, size)
    lines = [MovementShown(kind=each.kind, points=each.points, at=each.at, note=each.note) for each in found.lines]
    return HistoryShown(movements=lines, page=found.page, more=found.more)
