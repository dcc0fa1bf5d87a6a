"""Vouchers: what a customer may hand in, what a code is good for, and taking it. Codes are only ever sent to us."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy.engine import Connection

from console.api.customers import of
from console.api.fields import ONE_LINE, Asked, Code, CustomerId, Given, PublicId, Shown, example
from console.api.frame import Caller, Change, IdempotencyKey, needs
from console.api.gate import JsonRoute
from console.api.house import House
from console.api.problems import Problem
from console.api.purchases import branch
from locales import Language
from loyalty import vouchers
from loyalty.vouchers import NotRedeemable
from store import due
from store.rewards import RewardKind

router = APIRouter(tags=["vouchers"], route_class=JsonRoute)
VoucherKind = Literal["voucher", "card"]
WHY_NOT = {
    "used": "It was used before.",
    "expired": "It has expired.",
    "cancelled": "The customer gave it back for its points.",
    "frozen": "Redemption is stopped for this customer: a phone or card was reported lost. Send them to the team.",
    "undone": "This use was taken back at the till; send a new Idempotency-Key to use it again.",
}


class InLanguage(Asked):
    """In which language rewards are named."""

    language: Language = "en"


class VoucherShown(Shown):
    """A voucher that its customer can use, without its code."""

    id: PublicId
    reward: str = Field(description="The reward's code in the programme.")
    name: str
    about: str
    kind: VoucherKind = Field(description="A card can be used any number of times until it expires.")
    points: int = Field(description="What was paid for it.")
    issued_at: dt.datetime
    expires_at: dt.datetime | None


class VoucherList(Shown):
    """What a customer can use now, what ends first first; at most 50."""

    vouchers: list[VoucherShown]


class CodeGiven(Given):
    """A code as it was scanned or typed: case, spaces and dashes make no difference."""

    model_config = example({"code": "7K3M-9Q2X-HT4C-VB"})

    code: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=ONE_LINE)] = Field(
        examples=["7K3M-9Q2X-HT4C-VB"]
    )
    language: Language = Field("en", description="In which the reward is named.")


class UseGiven(CodeGiven):
    """A code that is handed in."""

    branch: Code | None = Field(None, description="The code of the branch, as the programme names it.")


class CodeShown(Shown):
    """What a code is good for."""

    id: PublicId
    state: Literal["valid", "used", "expired", "cancelled", "frozen"]
    reward: str
    name: str
    about: str
    kind: VoucherKind
    expires_at: dt.datetime | None
    customer: PublicId


class VoucherUsed(Shown):
    """The voucher is used: hand out what it names."""

    id: PublicId
    reward: str
    name: str
    kind: VoucherKind
    customer: PublicId


@router.get("/customers/{id}/vouchers", operation_id="listVouchers")
async def listed(
    of_id: CustomerId,
    caller: Annotated[Caller, needs("vouchers:read")],
    asked: Annotated[InLanguage, Query()],
) -> VoucherList:
    """The vouchers that the customer can use now."""
    return await caller.read(partial(_listed, caller.house, of_id, asked.language))


@router.post("/vouchers/check", operation_id="checkVoucher")
async def check(given: CodeGiven, caller: Annotated[Caller, needs("vouchers:read")]) -> CodeShown:
    """What a code is good for; it is not used."""
    return await caller.read(partial(_check, caller.house, given))


@router.post("/vouchers/redeem", operation_id="redeemVoucher", status_code=201, response_model=VoucherUsed)
async def redeem(
    given: UseGiven, idempotency_key: IdempotencyKey, caller: Annotated[Caller, needs("vouchers:redeem")]
) -> Response:
    """Use a voucher: of any number who try at once, one does."""
    return await caller.change_once(idempotency_key, given, "redeem", partial(_redeem, given))


def _listed(house: House, public_id: str, language: Language, connection: Connection) -> VoucherList:
    mine = vouchers.mine(connection, of(connection, public_id).id, house.now(), language)
    return VoucherList(
        vouchers=[
            VoucherShown(
                id=each.public_id,
                reward=each.reward,
                name=each.name,
                about=each.about,
                kind=_kind(each.kind),
                points=each.points,
                issued_at=each.issued_at,
                expires_at=each.expires_at,
            )
            for each in mine
        ]
    )


def _check(house: House, given: CodeGiven, connection: Connection) -> CodeShown:
    found = vouchers.check(connection, house.secret, given.code, house.now(), given.language)
    if found.state == "unknown":
        raise Problem("not-found", "There is no voucher with this code. Check what was scanned or typed.")
    return CodeShown(
        id=found.public_id,
        state=found.state,
        reward=found.reward,
        name=found.name,
        about=found.about,
        kind=_kind(found.kind),
        expires_at=found.expires_at,
        customer=found.contact,
    )


def _redeem(given: UseGiven, change: Change) -> VoucherUsed:
    where = branch(change.connection, given.branch)
    used = vouchers.redeem(
        change.connection,
        change.house.secret,
        given.code,
        key=change.once,
        branch_id=where.id if where else None,
        by=change.key.public_id,
        now=change.now,
        language=given.language,
    )
    if isinstance(used, NotRedeemable):
        if used.reason not in WHY_NOT:
            raise Problem("not-found", "There is no voucher with this code. Check what was scanned or typed.")
        raise Problem("voucher-refused", WHY_NOT[used.reason])
    change.note("voucher.redeemed", f"voucher:{used.public_id}", {"reward": used.reward, "branch": given.branch})
    told = {"voucher": used.public_id, "branch": where.name if where else ""}
    due.plan(change.connection, used.contact_id, "voucher_used", told, key=f"used:{change.once}", at=change.now)
    owner = vouchers.check(change.connection, change.house.secret, given.code, change.now).contact
    return VoucherUsed(id=used.public_id, reward=used.reward, name=used.name, kind=_kind(used.kind), customer=owner)


def _kind(kind: RewardKind) -> VoucherKind:
    return "card" if kind == "card" else "voucher"
