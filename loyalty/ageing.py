"""Points age: pending ones mature, and what nobody spent in time expires. Both in bounded chunks."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from operator import attrgetter

from sqlalchemy.engine import Connection

from loyalty import moving, tiers
from loyalty.moving import Owing
from loyalty.tiers import Gain
from store import ledger, ledger_lots
from store.ledger import Entry
from store.ledger_lots import Drawn, Lot, NewLot

EXPIRY_CHUNK = 500
MATURITY_CHUNK = 100


def expire(connection: Connection, now: dt.datetime, limit: int = EXPIRY_CHUNK) -> int:
    """Take out what has expired by `now`, at most `limit` lots of it; how many lots were emptied.

    One bounded chunk, oldest expiry first: call it in new transactions until it returns 0. A member's lots of one
    chunk leave in one entry. Pending points mature first.
    """
    expired = ledger_lots.lock_expired(connection, now, limit)
    if not expired:
        return 0
    lots_of = _by_account(expired)
    first = {account: lots[0].id for account, lots in lots_of.items()}
    # What is given back to a lot expires once more: the draw before makes the key another one.
    last = ledger_lots.last_draws(connection, first.values())
    keys = {account: f"expire:{lot_id}:{last.get(lot_id, 0)}" for account, lot_id in first.items()}
    ids = ledger.post(
        connection,
        [Entry(keys[account], "expire", account, moving.left_in(lots), now) for account, lots in lots_of.items()],
    )
    ledger_lots.draw(
        connection,
        [Drawn(ids[keys[account]], lot.id, lot.left) for account, lots in lots_of.items() for lot in lots],
    )
    return len(expired)


def mature(connection: Connection, now: dt.datetime, limit: int = MATURITY_CHUNK) -> int:
    """Make points spendable whose days of waiting have passed by `now`, at most `limit` lots; how many lots.

    They keep the moment they were earned at and the one they expire at. One bounded chunk: call it in new
    transactions until it returns 0.
    """
    matured = ledger_lots.lock_matured(connection, now, limit)
    if not matured:
        return 0
    lots_of = _by_account(matured)
    members = ledger.lock_members(connection, lots_of)
    gains = [Gain(lot.account_id, lot.left, lot.earned_at, now) for lot in matured]
    tiers.count(connection, members.values(), gains)
    entries = {lot.id: _maturing(lot, now) for lot in matured}
    ids = ledger.post(connection, entries.values())
    ledger_lots.draw(connection, [Drawn(ids[entries[lot.id].key], lot.id, lot.left) for lot in matured])
    ledger_lots.add_lots(
        connection,
        [
            NewLot(lot.account_id, ids[entries[lot.id].key], lot.left, lot.earned_at, lot.expires_at)
            for lot in matured
        ],
    )
    moving.repay(
        connection,
        [
            Owing(account, members[account].debt, ids[entries[lots[-1].id].key], now)
            for account, lots in lots_of.items()
        ],
    )
    return len(matured)


def _maturing(lot: Lot, now: dt.datetime) -> Entry:
    return Entry(f"mature:{lot.id}", "mature", lot.account_id, lot.left, now, lot.purchase_id, lot.expires_at)


def _by_account(lots: list[Lot]) -> dict[int, list[Lot]]:
    return {account: list(of) for account, of in groupby(lots, key=attrgetter("account_id"))}
