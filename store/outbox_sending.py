"""From a message in a sender's hands to what became of it.

Locks are taken in one order everywhere: contacts, then their messages. Whoever changes a contact's consent or owner
does the same, so a check here and such a change there come one after the other. Who has picked messages first, to
begin marketing, waits for no contact: one that is locked is left for the next time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import recipients_folding, standing
from store.contacts import BOT
from store.given import found_by, given, moment
from store.many import among
from store.outbox import MARKETING, NOW, Row, in_states, literal
from store.prepared import Prepared
from store.standing import Standing
from store.tables import Utc, contacts, group_posts, group_topics, identities, outbox
from talk.errors import SapaError


class Mark(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a message that was taken.

    `state` is final, or `queued` to be claimed again from `due_at` (None: the moment it was due before); `refund`
    takes back the attempt that taking it counted.
    """

    id: int
    fence: int
    state: str
    reason: str = ""
    external_id: str | None = None
    due_at: dt.datetime | None = None
    refund: bool = False


class TakenByOthers(SapaError):
    """A message that was picked is not as it was; none that were picked with it may be sent now."""


_LOCK = Prepared(
    sa.select(contacts.c.id)
    .where(among(contacts.c.id, "ids"))
    .with_for_update(of=contacts, key_share=True, skip_locked=True)
)
# Not the bare column: PostgreSQL would try its luck with the index of all that is pending instead of the ids.
_STATE = sa.func.coalesce(outbox.c.state, literal(""))
_PICKED = (among(outbox.c.id, "ids"), _STATE.in_([literal("queued")]))
_REACH = Prepared(
    sa.select(
        outbox.c.id,
        sa.select(identities.c.reachable)
        .where(
            identities.c.channel == outbox.c.channel,
            identities.c.account == outbox.c.account,
            identities.c.sender == outbox.c.sender,
        )
        .scalar_subquery(),
    ).where(*_PICKED)
)


def lock_free(connection: Connection, contact_ids: Collection[int]) -> set[int]:
    """Lock those of these contacts whom nobody else has locked now, until the transaction ends; their ids."""
    return {id_ for (id_,) in _LOCK.rows(connection, ids=contact_ids)}


def standings(
    connection: Connection, rows: Sequence[Row], now: dt.datetime
) -> tuple[dict[int, Standing], list[Row]]:
    """Lock the contacts of marketing messages we picked, one of each, and look anew whether each may go.

    Returns the standing by message, and the messages whose contact somebody else has locked now: they are left for
    the next time.
    """
    locked = lock_free(connection, [row.contact_id for row in rows])
    # Statements of their own: on PostgreSQL they see what was committed before the locks were had.
    stand = standing.standings(connection, locked, now)
    found = {row.id: stand[row.contact_id] for row in rows if row.contact_id in locked}
    for id_, reachable in _REACH.rows(connection, ids=list(found)):
        found[id_].reachable = reachable
    return found, [row for row in rows if row.contact_id not in locked]


_TAKE_PLACE = Prepared(
    contacts.update().where(among(contacts.c.id, "ids")).values(seq=contacts.c.seq + sa.literal_column("1"))
)
_BEGIN = Prepared(
    outbox.update()
    .where(*_PICKED)
    .values(
        state=literal("sending"),
        fence=outbox.c.fence + sa.literal_column("1"),
        attempts=outbox.c.attempts + sa.literal_column("1"),
        leased_until=sa.bindparam("lease", type_=Utc()),
        begun_at=NOW,
        seq=sa.select(contacts.c.seq).where(contacts.c.id == outbox.c.contact_id).scalar_subquery(),
    )
)


def begin(connection: Connection, rows: Sequence[Row], now: dt.datetime, leased_until: dt.datetime) -> None:
    """Move marketing messages whose standing was just found good to `sending`: the last thing before the wire.

    Each takes its place in the conversation and among the messages that the contact got unasked, a higher fence and
    one more attempt, and so do these rows. Raises TakenByOthers; the transaction must not commit then.
    """
    if not rows:
        return
    _TAKE_PLACE.run(connection, ids=[row.contact_id for row in rows])
    if _BEGIN.run(connection, ids=[row.id for row in rows], now=now, lease=leased_until) != len(rows):
        raise TakenByOthers("A message that was locked has changed; nothing of this is to be sent.")
    for row in rows:
        row.fence += 1
        row.attempts += 1


_MARKS = given(
    id=sa.BigInteger(),
    fence=sa.BigInteger(),
    state=sa.String(8),
    reason=sa.String(200),
    due_at=Utc(),
    refund=sa.Integer(),
)
_MARKED = (found_by(outbox.c.id, _MARKS, "id"), outbox.c.fence == _MARKS.c.fence)
_TAKEN = (*_MARKED, _STATE.in_([literal("claimed"), literal("sending")]))
_LOST = _MARKS.c.state.in_([literal("failed"), literal("skipped")])
_IN_VAIN = sa.and_(outbox.c.lane == sa.literal_column(str(MARKETING)), _MARKS.c.state != literal("unknown"))
_SETTLE = Prepared(
    outbox.update()
    .where(*_TAKEN)
    .values(
        state=_MARKS.c.state,
        reason=_MARKS.c.reason,
        due_at=sa.func.coalesce(_MARKS.c.due_at, outbox.c.due_at),
        attempts=outbox.c.attempts - _MARKS.c.refund,
        # Marketing that did not go has no place in the conversation, nor has anything among what came unasked.
        seq=sa.case((_IN_VAIN, sa.null()), else_=outbox.c.seq),
        begun_at=sa.case(
            (sa.or_(_IN_VAIN, _LOST), sa.null()),
            else_=outbox.c.begun_at,
        ),
    )
)

# The team's group is told which messages of people will not reach their customers: those that are still in their
# sender's hands, so that each is told once.
_TELL_THE_GROUP = Prepared(
    group_posts.insert().from_select(
        ["topic_id", "message_id", "text", "at"],
        sa.select(group_topics.c.id, outbox.c.id, literal(""), NOW).where(
            *_TAKEN, _LOST, group_topics.c.contact_id == outbox.c.contact_id, outbox.c.author != literal(BOT)
        ),
    )
)
_PUT_OFF = Prepared(
    outbox.update()
    .where(*_MARKED, _STATE.in_([literal("queued")]))
    .values(
        state=_MARKS.c.state,
        reason=_MARKS.c.reason,
        due_at=sa.func.coalesce(_MARKS.c.due_at, outbox.c.due_at),
        fence=outbox.c.fence + sa.literal_column("1"),  # what was taken before keeps its place
    )
)


def put_off(connection: Connection, marks: Sequence[Mark]) -> None:
    """Write down what becomes of marketing that was picked and may not go now."""
    if marks:
        _PUT_OFF.run(connection, given=[_written(mark) for mark in marks])


_SENT = given(id=sa.BigInteger(), fence=sa.BigInteger(), external_id=sa.String(128))
_GONE = (found_by(outbox.c.id, _SENT, "id"), outbox.c.fence == _SENT.c.fence)
_IS_SENT = {
    "state": literal("sent"),
    "reason": literal(""),
    "external_id": _SENT.c.external_id,
    "sent_at": NOW,
}
# What nearly all messages come to, apart from the rest: a column that is not named leaves its indexes alone.
_SETTLE_SENT = Prepared(
    outbox.update().where(*_GONE, _STATE.in_([literal("claimed"), literal("sending")])).values(_IS_SENT)
)
_SETTLE_LATE = Prepared(
    outbox.update().where(*_GONE, _STATE.in_([literal("queued"), literal("unknown")])).values(_IS_SENT)
)


def settle(connection: Connection, marks: Sequence[Mark], now: dt.datetime) -> int:
    """Write down what became of messages; the number that were still ours. Doing it twice changes nothing.

    What was sent is sent even if its lease ran out meanwhile, unless somebody claimed it anew.
    """
    sent = [(mark.id, mark.fence, _clean(mark.external_id or "")[:128]) for mark in marks if mark.state == "sent"]
    others = [_written(mark) for mark in marks if mark.state != "sent"]
    if any(mark.state in ("failed", "skipped") for mark in marks):
        _TELL_THE_GROUP.run(connection, given=others, now=now)
    settled = _SETTLE.run(connection, given=others, now=now) if others else 0
    if sent:
        in_time = _SETTLE_SENT.run(connection, given=sent, now=now)
        late = _SETTLE_LATE.run(connection, given=sent, now=now) if in_time < len(sent) else 0
        if late:
            recipients_folding.sent_late(connection, [(id_, fence) for id_, fence, _external_id in sent])
        settled += in_time + late
    return settled


def _written(mark: Mark) -> tuple[object, ...]:
    reason = _clean(mark.reason)[:200]
    return mark.id, mark.fence, mark.state, reason, moment(mark.due_at), int(mark.refund)


def _clean(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text
    # PostgreSQL keeps no NUL, and nobody half of a surrogate pair.
    return text.replace("\x00", "").encode(errors="replace").decode()


_LOCK_ALL = Prepared(
    sa.select(contacts.c.id)
    .where(among(contacts.c.id, "ids"))
    .order_by(contacts.c.id)
    .with_for_update(of=contacts, key_share=True)
)


def lock_contacts(connection: Connection, ids: Iterable[int]) -> None:
    """Lock contacts until the transaction ends; to be done before their messages are touched."""
    _LOCK_ALL.rows(connection, ids=sorted(set(ids)))


_HERE: tuple[sa.BindParameter[str], ...] = (
    sa.bindparam("contact_id"),
    sa.bindparam("channel"),
    sa.bindparam("account"),
    sa.bindparam("sender"),
)
_CHAT = (
    outbox.c.contact_id == _HERE[0],
    outbox.c.channel == _HERE[1],
    outbox.c.account == _HERE[2],
    outbox.c.sender == _HERE[3],
)
_IDENTITY = (
    identities.c.channel == _HERE[1],
    identities.c.account == _HERE[2],
    identities.c.sender == _HERE[3],
)
_UNREACHABLE = Prepared(identities.update().where(*_IDENTITY).values(reachable=sa.false()))
_SKIP_CHAT = Prepared(
    outbox.update()
    .where(*_CHAT, outbox.c.lane == sa.literal_column(str(MARKETING)), in_states(outbox, "queued", "claimed"))
    .values(state=literal("skipped"), reason=literal("blocked"))
)


def block(connection: Connection, channel: str, account: str, row: Row) -> None:
    """Note that a chat refuses us, and let go of all marketing to it. Its contact must be locked."""
    _UNREACHABLE.run(connection, channel=channel, account=account, sender=row.sender)
    _SKIP_CHAT.run(connection, contact_id=row.contact_id, channel=channel, account=account, sender=row.sender)


_NEW_SENDER = sa.bindparam("new_sender", type_=sa.String())
_other = identities.alias("other")
_MOVE_IDENTITY = Prepared(
    identities.update()
    .where(
        *_IDENTITY,
        ~sa.select(_other.c.id)
        .where(
            _other.c.channel == _HERE[1],
            _other.c.account == _HERE[2],
            _other.c.sender == _NEW_SENDER,
        )
        .exists(),
    )
    .values(sender=_NEW_SENDER)
)
_MOVE_ROWS = Prepared(
    outbox.update().where(*_CHAT, in_states(outbox, "queued", "claimed", "sending")).values(sender=_NEW_SENDER)
)


def move(connection: Connection, channel: str, account: str, row: Row, sender: str) -> None:
    """Follow a chat to its new id, with everything that waits for it. Its contact must be locked."""
    if sender == row.sender:
        return
    chat = {"channel": channel, "account": account, "sender": row.sender, "new_sender": sender}
    if not _MOVE_IDENTITY.run(connection, **chat):
        # The new id is known already; nothing goes to the old one any more.
        _UNREACHABLE.run(connection, channel=channel, account=account, sender=row.sender)
    _MOVE_ROWS.run(connection, contact_id=row.contact_id, **chat)


_HOLD = Prepared(
    outbox.update()
    .where(*_CHAT, in_states(outbox, "queued"), outbox.c.due_at < sa.bindparam("until", type_=Utc()))
    .values(due_at=sa.bindparam("until", type_=Utc()))
)


def hold(connection: Connection, channel: str, account: str, row: Row, until: dt.datetime) -> None:
    """Let everything queued for a chat wait: the provider said until when."""
    _HOLD.run(
        connection, contact_id=row.contact_id, channel=channel, account=account, sender=row.sender, until=until
    )
