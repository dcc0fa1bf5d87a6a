"""Points come in: earned, pending for some days first, or as a gift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy.engine import Connection

from loyalty import moving, tiers
from loyalty.moving import Owing
from loyalty.tiers import Gain
from store import ledger, ledger_lots
from store.ledger import Entry, Member
from store.ledger_kinds import EntryKind
from store.ledger_lots import NewLot


class Earning(NamedTuple):
    """Points for a contact. `key` is its idempotency key; the moments are aware.

    With `matures_at` the points are pending until then. A `gift` does not count for tiers.
    """

    key: str
    contact_id: int
    points: int
    at: dt.datetime
    purchase_id: int | None = None
    expires_at: dt.datetime | None = None
    note: str = ""
    matures_at: dt.datetime | None = None
    gift: bool = False

    @property
    def kind(self) -> EntryKind:
        """The kind of its entry."""
        if self.gift:
            return "gift"
        return "earn" if self.matures_at is None else "pend"


class Earned(NamedTuple):
    """What a set of earnings added: entries and points; `known` counts keys that were there before."""

    added: int
    known: int
    points: int


def open_accounts(connection: Connection, members: Mapping[int, dt.datetime]) -> None:
    """Make contacts members: each without an account gets an empty one, opened at the moment given."""
    if members:
        ledger.lock_accounts(connection, members)


def earn(connection: Connection, earnings: Sequence[Earning]) -> Earned:
    """Give points, to one contact or thousands, in a handful of statements; keys already known are skipped.

    A member in debt repays it from them at once. Raises ValueError for an earning of less than one point and
    KeyReused when a key belongs to another movement.
    """
    if not earnings:
        return Earned(0, 0, 0)
    if any(each.points < 1 for each in earnings):
        raise ValueError("An earning gives at least one point.")
    opened = {each.contact_id: each.at for each in sorted(earnings, key=attrgetter("at"), reverse=True)}
    members = ledger.lock_accounts(connection, opened)
    # Asked under the accounts' locks, so that a key another transaction is adding is seen.
    known = ledger.find_entries(connection, [each.key for each in earnings])
    new: dict[str, Entry] = {}
    for each in earnings:
        entry = _entry(each, members[each.contact_id].id)
        if each.key in known:
            moving.same(known[each.key], entry)
        elif new.setdefault(each.key, entry)[:4] != entry[:4]:
            raise moving.KeyReused(each.key)
    if new:
        tiers.count(connection, members.values(), _gains(new.values()))
        matures = {each.key: each.matures_at for each in earnings}
        add(connection, new.values(), matures, {each.id: each for each in members.values()})
    return Earned(len(new), len(earnings) - len(new), sum(each.points for each in new.values()))


def gift(
    connection: Connection,
    contact_id: int,
    points: int,
    *,
    key: str,
    at: dt.datetime,
    expires_at: dt.datetime | None = None,
    note: str = "",
) -> Earned:
    """Give points that were not earned and do not count for tiers. Raises as `earn` does."""
    given = Earning(key, contact_id, points, at, expires_at=expires_at, note=note, gift=True)
    return earn(connection, [given])


def add(
    connection: Connection,
    entries: Collection[Entry],
    matures: Mapping[str, dt.datetime | None],
    members: Mapping[int, Member],
) -> None:
    """Post earnings of locked members whose keys are new, open their lots, and let debts be repaid.

    Their tiers have been judged before, while what they earned so far could be told from it.

    `matures` says by key when points mature, if they do; `members` are by account.
    """
    ledger.ensure_system_accounts(connection, next(iter(entries)).at)
    ids = ledger.post(connection, entries)
    ledger_lots.add_lots(
        connection,
        [
            NewLot(each.account_id, ids[each.key], each.points, each.at, each.expires_at, matures[each.key])
            for each in entries
        ],
    )
    owing = {
        each.account_id: Owing(each.account_id, members[each.account_id].debt, ids[each.key], each.at)
        for each in sorted(entries, key=attrgetter("at"))
        if members[each.account_id].debt and each.kind != "pend"
    }
    moving.repay(connection, owing.values())


def _gains(entries: Iterable[Entry]) -> list[Gain]:
    return [Gain(each.account_id, each.points, each.at, each.at) for each in entries if each.kind == "earn"]


def _entry(earning: Earning, account_id: int) -> Entry:
    key, _, points, at, purchase_id, expires_at, note, _, _ = earning
    return Entry(key, earning.kind, account_id, points, at, purchase_id, expires_at, note)
