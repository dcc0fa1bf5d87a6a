"""The outbox: what is to be said, and how far each message got.

A reply or service message is queued, then claimed by a sender under a lease, and goes to the provider from there.
Marketing is picked, looked at and moved to `sending` in one transaction (see `store.outbox_sending`), so that one
which was on its way when its sender died is known for what it is. A fence, one higher each time somebody takes a
row, tells a sender's rows from those it has lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import InsertMany
from store.prepared import Prepared
from store.tables import Utc, identities, outbox
from talk.messages import Outgoing

REPLY, SERVICE, MARKETING = 0, 1, 2
PENDING = ("queued", "claimed", "sending")


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message to put into the outbox: one provider call.

    `sender` is the chat it goes to, `lane` its place in `talk.messages.LANES`. `seq` is its place in the
    conversation; a marketing message has none until it is sent. After `expires_at` it is not sent any more. What
    nobody asked for has a `kind`, and `begun_at` when it counts among what the contact got unasked: from the turn
    that says it, or marketing from when it is sent. A campaign's message names its `campaign_id`.
    """

    public_id: str
    contact_id: int
    channel: str
    account: str
    sender: str
    lane: int
    payload: Outgoing
    seq: int | None
    due_at: dt.datetime
    created_at: dt.datetime
    author: str = "bot"
    expires_at: dt.datetime | None = None
    kind: str = ""
    begun_at: dt.datetime | None = None
    campaign_id: int | None = None


class Row(msgspec.Struct, eq=False, gc=False):
    """A message in a sender's hands; `payload` is the JSON of an `Outgoing`.

    Of its `attempts`, `deaths` ended with their sender: they say nothing of the message.
    """

    id: int
    public_id: str
    contact_id: int
    sender: str
    lane: int
    kind: str
    payload: str
    expires_at: dt.datetime | None
    attempts: int
    fence: int
    deaths: int = 0
    campaign_id: int | None = None


class Swept(msgspec.Struct, frozen=True):
    """A message whose sender let the lease run out, and what became of it."""

    public_id: str
    lane: int
    state: str


def literal(text: str) -> sa.ColumnClause[str]:
    """A constant written into the statement; only so do the databases see that an index covers it."""
    return sa.literal_column(f"'{text}'", sa.String)


def in_states(table: Any, *states: str) -> sa.ColumnElement[bool]:
    """Whether a row's state is one of these, in words that the indexes on pending rows understand."""
    pending: sa.ColumnElement[bool] = table.c.state.in_([literal(state) for state in PENDING])
    if states == PENDING:
        return pending
    if len(states) == 1:
        return sa.and_(pending, table.c.state == literal(states[0]))
    return sa.and_(pending, table.c.state.in_([literal(state) for state in states]))


NOW = sa.bindparam("now", type_=Utc())


def in_play(table: Any) -> sa.ColumnElement[bool]:
    """Unfinished, and not merely planned for later: due, or claimed before (what was put off keeps its place)."""
    return sa.and_(in_states(table, *PENDING), sa.or_(table.c.due_at <= NOW, table.c.fence > 0))


def _first(row: Any, *, of_its_lane: bool) -> sa.ColumnElement[bool]:
    # A scalar subquery is asked row by row through its index, whatever the planner believes about the table; a NOT
    # EXISTS may become a join with everything that waits.
    earlier = outbox.alias("earlier")
    first = sa.select(earlier.c.id).where(earlier.c.contact_id == row.c.contact_id, in_play(earlier))
    if of_its_lane:
        first = first.where(earlier.c.lane == row.c.lane)
    first = first.order_by(earlier.c.lane, earlier.c.id).limit(sa.literal_column("1"))
    answer: sa.ColumnElement[bool] = row.c.id == first.scalar_subquery()
    return answer


def _due(lane: int, row: Any, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The messages of a lane that may be taken now, the oldest first, locked."""
    return (
        sa.select(*columns)
        .where(
            row.c.channel == sa.bindparam("channel"),
            row.c.account == sa.bindparam("account"),
            in_states(row, "queued"),
            row.c.lane == sa.literal_column(str(lane)),
            row.c.due_at <= NOW,
            _first(row, of_its_lane=lane != MARKETING),
        )
        .order_by(row.c.due_at, row.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(of=row, skip_locked=True)
    )


def _claim(lane: int) -> Prepared:
    row = outbox.alias("row")
    picked = _due(lane, row, row.c.id).cte("picked")
    gone = [(outbox.c.expires_at <= NOW, literal("expired"))]
    if lane == SERVICE:
        gone.append((_unreachable(), literal("blocked")))
    taken = {
        "state": sa.case(*((reason, literal("skipped")) for reason, _ in gone), else_=literal("claimed")),
        "reason": sa.case(*gone, else_=outbox.c.reason),
        "fence": outbox.c.fence + sa.literal_column("1"),
        "attempts": outbox.c.attempts + sa.literal_column("1"),
        "leased_until": sa.bindparam("lease", type_=Utc()),
    }
    if lane == SERVICE:
        taken["begun_at"] = sa.case(*((reason, sa.null()) for reason, _ in gone), else_=outbox.c.begun_at)
    return Prepared(
        outbox.update()
        .where(outbox.c.id.in_(sa.select(picked.c.id)))
        .values(taken)
        .returning(outbox.c.state, *_row(outbox))
    )


def _pick() -> Prepared:
    row = outbox.alias("row")
    return Prepared(_due(MARKETING, row, *_row(row)))


def _unreachable() -> sa.ColumnElement[bool]:
    return (
        sa.select(identities.c.id)
        .where(
            identities.c.channel == outbox.c.channel,
            identities.c.account == outbox.c.account,
            identities.c.sender == outbox.c.sender,
            identities.c.reachable.is_(sa.false()),
        )
        .exists()
    )


def _row(table: Any) -> list[sa.ColumnElement[Any]]:
    return [
        sa.type_coerce(table.c[name], sa.Text).label(name) if name == "payload" else table.c[name]
        for name in Row.__struct_fields__
    ]


_CLAIM = {lane: _claim(lane) for lane in (REPLY, SERVICE)}
_PICK = _pick()
_PUT = Prepared(
    outbox.insert().values(
        {name: sa.bindparam(name, type_=outbox.c[name].type) for name in NewMessage.__struct_fields__}
        | {"state": literal("queued")}
    )
)


def put(connection: Connection, messages: Sequence[NewMessage]) -> None:
    """Queue messages; wake the sender after the commit."""
    if messages:
        _PUT.run_many(connection, [msgspec.structs.asdict(message) for message in messages])


_PUT_MANY = InsertMany(outbox, NewMessage.__struct_fields__, ("id", "contact_id"), state=literal("queued"))


def put_many(connection: Connection, messages: Sequence[NewMessage]) -> dict[int, int]:
    """Queue messages, one for each of many contacts; their ids by contact. Wake the sender after the commit."""
    rows = [msgspec.structs.astuple(message) for message in messages]
    return {contact_id: id_ for id_, contact_id in _PUT_MANY.rows(connection, rows)}


def claim(
    connection: Connection,
    channel: str,
    account: str,
    lane: int,
    *,
    limit: int,
    now: dt.datetime,
    leased_until: dt.datetime,
) -> tuple[list[Row], int]:
    """Take up to `limit` replies or service messages that are due, the oldest first; also how many were looked at.

    Order holds per contact and lane: a message is taken only when no earlier one is unfinished, one that will be
    tried again included. What has expired, and a service message to somebody who blocked us, is skipped on the
    spot: it counts as looked at.
    """
    if limit <= 0:
        return [], 0
    found = _CLAIM[lane].rows(
        connection, channel=channel, account=account, limit=limit, now=now, lease=leased_until
    )
    rows = [Row(*row) for state, *row in found if state == "claimed"]
    rows.sort(key=lambda row: row.id)
    return rows, len(found)


def pick(connection: Connection, channel: str, account: str, *, limit: int, now: dt.datetime) -> list[Row]:
    """Keep up to `limit` marketing messages that are due from all other senders until the transaction ends.

    The oldest first, in order as in `claim`; they wait for everything else their contact is owed. In this
    transaction each is to be begun, put off, or left as it is (`store.outbox_sending`).
    """
    if limit <= 0:
        return []
    found = _PICK.rows(connection, channel=channel, account=account, limit=limit, now=now)
    return [Row(*row) for row in found]


_SWEEP_LIMIT = 200
_MANY_DEATHS, _DEATHS = 8, 20
_RAN_OUT = outbox.alias("ran_out")
_SWEEP = Prepared(
    outbox.update()
    .where(
        outbox.c.id.in_(
            sa.select(
                sa.select(_RAN_OUT.c.id)
                .where(
                    _RAN_OUT.c.channel == sa.bindparam("channel"),
                    _RAN_OUT.c.account == sa.bindparam("account"),
                    in_states(_RAN_OUT, "claimed", "sending"),
                    _RAN_OUT.c.leased_until <= NOW,
                )
                .limit(sa.literal_column(str(_SWEEP_LIMIT)))
                .with_for_update(skip_locked=True)
                .cte("picked")
                .c.id
            )
        )
    )
    .values(
        state=sa.case(
            (outbox.c.state == literal("sending"), literal("unknown")),
            (outbox.c.deaths >= _DEATHS - 1, literal("failed")),
            else_=literal("queued"),
        ),
        reason=literal("its sender died"),
        deaths=outbox.c.deaths + sa.literal_column("1"),
        due_at=sa.case(
            (outbox.c.deaths >= _MANY_DEATHS - 1, sa.bindparam("after_many", type_=Utc())), else_=outbox.c.due_at
        ),
    )
    .returning(outbox.c.public_id, outbox.c.lane, outbox.c.state)
)


def sweep(
    connection: Connection, channel: str, account: str, *, now: dt.datetime, after_many: dt.datetime
) -> list[Swept]:
    """Take back messages whose lease has run out: what was claimed is queued again, what was being sent is unknown.

    A message may be what kills its senders: after eight deaths it waits until `after_many`, after twenty it is
    failed. It is more likely innocent, so these are many: in a storm of crashes every sender claims the same
    messages before it dies. At most 200 at once.
    """
    found = _SWEEP.rows(connection, channel=channel, account=account, now=now, after_many=after_many)
    return [Swept(*row) for row in found]


_SKIP_MARKETING = Prepared(
    outbox.update()
    .where(
        outbox.c.contact_id == sa.bindparam("contact_id"),
        outbox.c.lane == sa.literal_column(str(MARKETING)),
        in_states(outbox, "queued", "claimed"),
    )
    .values(state=literal("skipped"), reason=sa.bindparam("reason", type_=sa.String()))
)


def skip_marketing(connection: Connection, contact_id: int, reason: str) -> int:
    """Let go of all marketing to a contact that is not being sent yet; the number of messages.

    The contact must be locked, or nothing keeps a sender from moving one of them to `sending` meanwhile.
    """
    return _SKIP_MARKETING.run(connection, contact_id=contact_id, reason=reason)


_DEPTH = Prepared(
    sa.select(outbox.c.channel, outbox.c.account, outbox.c.lane, sa.func.count())
    .where(in_states(outbox, *PENDING))
    .group_by(outbox.c.channel, outbox.c.account, outbox.c.lane)
)


def depth(connection: Connection) -> dict[tuple[str, str, int], int]:
    """How many messages are unfinished, by channel, account and lane."""
    return {(channel, account, lane): count for channel, account, lane, count in _DEPTH.rows(connection)}
