"""Redemption stopped: somebody else may have the member's phone or card.

Whoever redeems has the account's lock when they ask, and whoever freezes changes it under that lock: nothing is
redeemed after a freeze has committed. Earning goes on. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from store import ledger, ledger_freezing
from store.ledger_freezing import Freeze


class Frozen(msgspec.Struct, frozen=True, tag=True):
    """Nothing was redeemed: redemption is stopped until the team allows it again."""


def freeze(connection: Connection, contact_id: int, why: str, now: dt.datetime) -> bool:
    """Stop redemption from a contact's account; False when there is none, or it was stopped before."""
    member = ledger.read_account(connection, contact_id, lock=True)
    if member is None or ledger_freezing.of_account(connection, member.id) is not None:
        return False
    ledger_freezing.set_freeze(connection, member.id, Freeze(now, why))
    return True


def allow(connection: Connection, contact_id: int) -> bool:
    """Allow redemption again; False when it was not stopped."""
    member = ledger.read_account(connection, contact_id, lock=True)
    if member is None or ledger_freezing.of_account(connection, member.id) is None:
        return False
    ledger_freezing.set_freeze(connection, member.id, None)
    return True


def stops(connection: Connection, account_id: int) -> bool:
    """Whether nothing may be redeemed from an account, which is locked."""
    return ledger_freezing.of_account(connection, account_id) is not None
