"""A press of a button at the till: done once, however often it arrives, and answered the same each time."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

import msgspec
from sqlalchemy.engine import Connection

from store import audit, cards, till
from store.staff_sessions import Staff
from store.till import Action, Branch

R = TypeVar("R")
Kind: TypeAlias = Literal["earn", "redeem", "join", "link"]
UNDO = dt.timedelta(minutes=5)
UNDOABLE: frozenset[str] = frozenset({"earn", "redeem"})
SENIOR = frozenset({"owner", "admin"})


class Press(NamedTuple):
    """Who pressed, where and when. `key` was made by the page before it sent, and is sent again with every try.

    `secret` is the house's key, `address` where the request came from, `now` is on the business's clock.
    """

    key: str
    staff: Staff
    branch: Branch | None
    secret: bytes
    address: str
    now: dt.datetime

    @property
    def full_key(self) -> str:
        """The key among everybody's: nobody's press may be taken for another's."""
        return f"{self.staff.public_id}:{self.key}"


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a press did: the points it brought (`pending`: spendable later), the balance then, a voucher's reward.

    `subject` is the key under which it was done, `purchases` those of the purchases it made, `voucher` the public
    id of the one that was used. This is what is kept: nothing that tells who the member is.
    """

    contact_id: int
    subject: str
    points: int = 0
    pending: bool = False
    balance: int = 0
    reward: str = ""
    voucher: str = ""
    purchases: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """What a press did, as it is answered now and whenever the same press comes again.

    `member` and `name` say for whom, `card` is a new member's; see `Step` for the rest.
    """

    action: str
    kind: Kind
    at: dt.datetime
    member: str
    name: str
    points: int = 0
    pending: bool = False
    balance: int = 0
    reward: str = ""
    card: str = ""


class KeyTaken(msgspec.Struct, frozen=True, tag=True):
    """The key belongs to another press; nothing was done."""


def once(
    connection: Connection, press: Press, kind: Kind, asked: Any, do: Callable[[], Step | R]
) -> Done | KeyTaken | R:
    """Do what a press wants, unless it was done; refusals of `do` pass through and leave the key free.

    `asked` is the request: the same key with another one is refused. One press of a member of staff at a time.
    """
    till.lock_staff(connection, press.staff.id)
    digest = _digest(press, asked)
    if (known := _known(connection, press, kind, digest)) is not None:
        return known
    step = do()
    if not isinstance(step, Step):
        return step
    _keep(connection, press, kind, digest, step)
    done = _known(connection, press, kind, digest)
    assert done is not None
    return done


def note(connection: Connection, press: Press, action: str, contact_id: int, step: Step) -> None:
    """Write the audit row of what a press did, or undid, for a member."""
    person = till.person(connection, contact_id)
    shown = {"points": step.points, "reward": step.reward, "branch": press.branch.code if press.branch else ""}
    subject = f"contact:{person.public_id}" if person else ""
    audit.note(connection, press.staff.actor, action, subject, None, shown, press.address, press.now)


def step_of(action: Action) -> Step:
    """What an action did."""
    return msgspec.convert(action.details["step"], Step)


def _keep(connection: Connection, press: Press, kind: Kind, digest: str, step: Step) -> None:
    till.add(
        connection,
        press.full_key,
        public_id=secrets.token_urlsafe(12),
        staff_id=press.staff.id,
        branch_id=press.branch.id if press.branch else None,
        contact_id=step.contact_id,
        kind=kind,
        subject=step.subject,
        details={"asked": digest, "step": msgspec.to_builtins(step)},
        at=press.now,
    )
    note(connection, press, f"till.{kind}", step.contact_id, step)


def _known(connection: Connection, press: Press, kind: Kind, digest: str) -> Done | KeyTaken | None:
    before = till.by_key(connection, press.full_key)
    if before is None:
        return None
    if before.kind != kind or before.details["asked"] != digest:
        return KeyTaken()
    step = step_of(before)
    person = till.person(connection, before.contact_id)
    return Done(
        action=before.public_id,
        kind=kind,
        at=before.at.astimezone(press.now.tzinfo),
        member=person.public_id if person else "",
        name=person.name if person else "",
        points=step.points,
        pending=step.pending,
        balance=step.balance,
        reward=step.reward,
        card=cards.card_of(connection, before.contact_id) if kind == "join" else "",
    )


def _digest(press: Press, asked: Any) -> str:
    """A keyed hash of a request: codes and phone numbers stand in no table."""
    return hmac.new(press.secret, b"till:" + msgspec.json.encode(asked), hashlib.sha256).hexdigest()
