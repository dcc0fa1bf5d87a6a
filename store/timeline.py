"""Everything that happened with a customer, the newest first: what was said, bought, earned, promised and changed.

Each kind of event is one statement over one customer's rows, found by the index of whose they are; a page takes the
newest of each and merges them. The place after which a page goes on is a moment, a kind and an id, so nothing is
shown twice and nothing left out, whatever comes meanwhile.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.ledger_kinds import COMING_IN, GOING_OUT
from store.recipients import FAR
from store.tables import (
    Utc,
    accounts,
    adjustments,
    audit,
    branches,
    campaign_recipients,
    campaigns,
    cases,
    claims,
    consents,
    contacts,
    conversations,
    entries,
    inbox,
    notes,
    occurrences,
    outbox,
    owner_changes,
    products,
    promises,
    purchases,
    refunds,
    rewards,
    staff,
    tier_changes,
    verdicts,
    voucher_uses,
    vouchers,
)
from store.transcript import HIDDEN


class Event(msgspec.Struct, frozen=True):
    """Something that happened; `what` are the columns that tell it."""

    kind: str
    at: dt.datetime
    id: int
    what: Mapping[str, Any]


class Place(NamedTuple):
    """Where a page ended: the moment, kind and id of its last event."""

    at: dt.datetime
    kind: str
    id: int


class Whose(NamedTuple):
    """A customer: the ids of who they are made of, their account's, and what the audit log calls them."""

    ids: tuple[int, ...]
    account_id: int
    subjects: tuple[str, ...]


class _Source(NamedTuple):
    rows: sa.Select[Any]
    at: sa.ColumnElement[dt.datetime]
    id: sa.ColumnElement[int]


KINDS: dict[str, tuple[str, ...]] = {
    "messages": ("wrote", "said"),
    "purchases": ("bought", "refunded"),
    "points": ("points", "tier", "correction"),
    "vouchers": ("issued", "used"),
    "requests": ("told", "case_closed", "claimed", "decided", "promised", "settled"),
    "consents": ("consent",),
    "occasions": ("occasion", "verdict", "unsent", "campaign"),
    "team": ("opened", "closed", "rated", "owner", "note"),
    "changes": ("change",),
}
"""What one may look at alone, and the kinds of events it has."""


def whose(connection: Connection, contact_id: int) -> Whose:
    """Whose events are meant by a customer."""
    mine = sa.or_(contacts.c.id == contact_id, contacts.c.merged_into == contact_id)
    family = connection.execute(sa.select(contacts.c.id, contacts.c.public_id).where(mine)).all()
    account = connection.scalar(sa.select(accounts.c.id).where(accounts.c.contact_id == contact_id))
    subjects = tuple(f"{kind}:{row.public_id}" for row in family for kind in ("contact", "customer"))
    return Whose(tuple(row.id for row in family), account or 0, subjects)


def page(
    connection: Connection, meant: Whose, kinds: Collection[str], before: Place | None, size: int
) -> tuple[list[Event], Place | None]:
    """At most `size` events of these kinds before a place (None: the newest), and where to go on, if anywhere."""
    found = [_some(connection, kind, source, before, size + 1) for kind, source in _sources(meant, kinds).items()]
    merged = heapq.merge(*found, key=lambda event: (event.at, event.kind, event.id), reverse=True)
    events = list(islice(merged, size + 1))
    last = events[size - 1] if len(events) > size else None
    return events[:size], Place(last.at, last.kind, last.id) if last else None


def _some(connection: Connection, kind: str, source: _Source, before: Place | None, limit: int) -> list[Event]:
    rows = source.rows.add_columns(source.at.label("_at"), source.id.label("_id"))
    if before is not None:
        rows = rows.where(_earlier(kind, source, before))
    found = connection.execute(rows.order_by(source.at.desc(), source.id.desc()).limit(limit))
    return [
        Event(kind, row["_at"], row["_id"], {name: row[name] for name in row if not name.startswith("_")})
        for row in found.mappings()
    ]


def _earlier(kind: str, source: _Source, before: Place) -> sa.ColumnElement[bool]:
    if kind == before.kind:
        same = sa.and_(source.at == before.at, source.id < before.id)
        return sa.or_(source.at < before.at, same)
    return source.at <= before.at if kind < before.kind else source.at < before.at


def _sources(meant: Whose, kinds: Collection[str]) -> dict[str, _Source]:
    said = _said(meant.ids) | _sent(meant.ids)
    every = {**said, **_shop(meant.ids), **_points(meant), **_team(meant.ids), **_asked(meant)}
    return {kind: source for kind, source in every.items() if kind in kinds}


def _of(table: sa.Table, names: str, at: str, ids: tuple[int, ...], *where: sa.ColumnElement[bool]) -> _Source:
    rows = sa.select(*(table.c[name] for name in names.split())).where(table.c.contact_id.in_(ids), *where)
    return _Source(rows, table.c[at], table.c.id)


def _said(ids: tuple[int, ...]) -> dict[str, _Source]:
    words = (inbox.c.seq.is_not(None), inbox.c.kind.not_in(HIDDEN))
    # A place in the conversation is what the customer can see.
    alone = outbox.c.campaign_id.is_(None)  # a campaign's message is told by the campaign
    there, missing = outbox.c.seq.is_not(None), outbox.c.state.in_(("skipped", "failed", "unknown"))
    return {
        "wrote": _of(inbox, "channel kind text", "at", ids, *words),
        "said": _of(outbox, "channel author kind payload state reason", "created_at", ids, there),
        "unsent": _of(outbox, "kind state reason", "created_at", ids, outbox.c.kind != "", missing, alone),
        "occasion": _of(occurrences, "occasion occurrence state reason", "at", ids),
        "verdict": _of(verdicts, "kind subject verdict reason until", "at", ids, verdicts.c.verdict != "now"),
    }


def _sent(ids: tuple[int, ...]) -> dict[str, _Source]:
    """The campaigns that are or were for the customer: when each came, or is or was to come."""
    row = campaign_recipients.c
    # Who waits for the better variant has no moment of their own yet.
    at = sa.case(
        (row.sent_at.is_not(None), row.sent_at), (row.due_at < FAR, row.due_at), else_=campaigns.c.starts_at
    )
    told = sa.select(campaigns.c.name, campaigns.c.kind, row.state, row.reason)
    mine = told.select_from(campaign_recipients.join(campaigns)).where(row.contact_id.in_(ids))
    return {"campaign": _Source(mine, sa.type_coerce(at, Utc()), row.id)}


def _shop(ids: tuple[int, ...]) -> dict[str, _Source]:
    bought = _of(purchases, "quantity amount currency receipt refunded source", "at", ids)
    places = purchases.outerjoin(products).outerjoin(branches, branches.c.id == purchases.c.branch_id)
    where = (products.c.name.label("product"), products.c.names, branches.c.name.label("branch"))
    back = sa.select(refunds.c.amount, refunds.c.points, purchases.c.currency).select_from(refunds.join(purchases))
    named = (rewards.c.name.label("reward"), rewards.c.names)
    issued = _of(vouchers, "public_id state expires_at", "issued_at", ids)
    used = sa.select(*named, voucher_uses.c.undone_at).select_from(voucher_uses.join(vouchers).join(rewards))
    return {
        "bought": bought._replace(rows=bought.rows.add_columns(*where).select_from(places)),
        "refunded": _Source(back.where(purchases.c.contact_id.in_(ids)), refunds.c.at, refunds.c.id),
        "issued": issued._replace(rows=issued.rows.add_columns(*named).select_from(vouchers.join(rewards))),
        "used": _Source(used.where(vouchers.c.contact_id.in_(ids)), voucher_uses.c.at, voucher_uses.c.id),
        "claimed": _of(claims, "public_id written state", "created_at", ids),
        "decided": _of(claims, "public_id state reason", "decided_at", ids, claims.c.decided_at.is_not(None)),
        "told": _of(cases, "public_id number kind stars", "opened_at", ids),
        "case_closed": _of(cases, "public_id number solved", "closed_at", ids, cases.c.closed_at.is_not(None)),
    }


def _points(meant: Whose) -> dict[str, _Source]:
    came, went = entries.c.credit_id == meant.account_id, entries.c.debit_id == meant.account_id
    sides = sa.or_(sa.and_(came, entries.c.credit_id > ZERO), sa.and_(went, entries.c.debit_id > ZERO))
    crossing = entries.c.kind.in_((*COMING_IN, *GOING_OUT))
    signed = sa.case((came, entries.c.points), else_=-entries.c.points).label("points")
    moved = sa.select(entries.c.kind, signed, entries.c.note, entries.c.expires_at).where(sides, crossing)
    levels = sa.select(tier_changes.c.tier, tier_changes.c.reason, tier_changes.c.until)
    asked = _of(adjustments, "public_id points reason state decided_at", "at", meant.ids)
    second = staff.alias("second")
    people = adjustments.join(staff, staff.c.id == adjustments.c.staff_id).outerjoin(
        second, second.c.id == adjustments.c.decided_by
    )
    names = (staff.c.name.label("by"), second.c.name.label("second"))
    return {
        "points": _Source(moved, entries.c.at, entries.c.id),
        "tier": _Source(
            levels.where(tier_changes.c.account_id == meant.account_id), tier_changes.c.at, tier_changes.c.id
        ),
        "correction": asked._replace(rows=asked.rows.add_columns(*names).select_from(people)),
    }


def _team(ids: tuple[int, ...]) -> dict[str, _Source]:
    def by(source: _Source, table: sa.Table, column: str) -> _Source:
        joined = table.outerjoin(staff, staff.c.id == table.c[column])
        return source._replace(rows=source.rows.add_columns(staff.c.name.label("by")).select_from(joined))

    done, rated = conversations.c.closed_at.is_not(None), conversations.c.rated_at.is_not(None)
    settled = promises.c.settled_at.is_not(None)
    after = staff.alias("after")
    changed = _of(owner_changes, "before after until why", "at", ids)
    people = owner_changes.outerjoin(staff, _staff_in(owner_changes.c.by)).outerjoin(
        after, after.c.public_id == owner_changes.c.after
    )
    names = (staff.c.name.label("by"), after.c.name.label("after_name"))
    return {
        "opened": _of(conversations, "why channel", "opened_at", ids),
        "closed": by(_of(conversations, "close_reason", "closed_at", ids, done), conversations, "closed_by"),
        "rated": by(_of(conversations, "rating rating_text", "rated_at", ids, rated), conversations, "staff_id"),
        "owner": changed._replace(rows=changed.rows.add_columns(*names).select_from(people)),
        "note": by(_of(notes, "text", "at", ids), notes, "staff_id"),
        "promised": by(_of(promises, "text due_at state", "created_at", ids), promises, "made_by"),
        "settled": by(_of(promises, "text due_at state", "settled_at", ids, settled), promises, "staff_id"),
    }


def _asked(meant: Whose) -> dict[str, _Source]:
    # What was done in a conversation is told by the conversation, and a promise and a case by themselves.
    other = sa.and_(*(audit.c.action.not_like(told) for told in ("conversation.%", "promise.%", "case.%")))
    people = audit.outerjoin(staff, _staff_in(audit.c.actor))
    columns = (*(audit.c[name] for name in ("actor", "action", "before", "after")), staff.c.name.label("by"))
    changed = sa.select(*columns).select_from(people).where(audit.c.object.in_(meant.subjects), other)
    return {
        "consent": _of(consents, "purpose channel granted wording locale evidence", "at", meant.ids),
        "change": _Source(changed, audit.c.at, audit.c.id),
    }


def _staff_in(actor: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether it names this member of staff, as `staff:PUBLIC_ID` does, asked so that their index answers it."""
    return sa.and_(actor.like("staff:%"), staff.c.public_id == sa.func.substr(actor, len("staff:") + 1))
