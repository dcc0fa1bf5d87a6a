"""What a member loses who is forgotten: points lapse, vouchers can no longer be used."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import moving
from loyalty.holds import void
from store import ledger, ledger_lots
from store.ledger import Entry
from store.ledger_kinds import EntryKind
from store.ledger_lots import Lot
from store.tables import accounts, holds, vouchers

AT_ONCE = 200


def forfeit(connection: Connection, contact_id: int, now: dt.datetime) -> bool:
    """Let some of the contact's points lapse, and all vouchers; whether there may be more.

    One bounded chunk: call it in new transactions until it is False. The books stay whole: each lapse is an entry.
    """
    mine = sa.and_(vouchers.c.contact_id == contact_id, vouchers.c.state == "valid")
    connection.execute(vouchers.update().where(mine).values(state="cancelled"))
    set_aside = sa.select(holds.c.key).join(accounts, accounts.c.id == holds.c.account_id)
    held = connection.scalars(set_aside.where(accounts.c.contact_id == contact_id, holds.c.state == "held")).all()
    for key in held:
        void(connection, key, now)
    member = ledger.read_account(connection, contact_id, lock=True)
    lots = ledger_lots.open_lots(connection, member.id) if member is not None else []
    _lapse(connection, lots[:AT_ONCE], now)
    return len(lots) > AT_ONCE


def _lapse(connection: Connection, lots: list[Lot], now: dt.datetime) -> None:
    ledger.ensure_system_accounts(connection, now)
    pending = [lot for lot in lots if lot.matures_at is not None]
    spendable = [lot for lot in lots if lot.matures_at is None]
    kinds: tuple[tuple[EntryKind, list[Lot]], ...] = (("expire", spendable), ("unpend", pending))
    for kind, those in kinds:
        if those:
            first = those[0]
            entry = Entry(f"forfeit:{first.id}", kind, first.account_id, moving.left_in(those), now)
            moving.take(connection, entry, those)
