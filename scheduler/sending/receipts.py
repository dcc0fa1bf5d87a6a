"""What a provider's answer means for a message: the table of promises, as code.

Replies and service messages are delivered at least once: without an answer they are tried again. Marketing is
delivered at most once: without an answer it stays unknown.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from store.outbox import MARKETING, Row
from store.outbox_sending import Mark
from talk.messages import Later, Moved, Outgoing, Receipt, Refused, Sent, Unknown

BACKOFF = tuple(dt.timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800, 3600))
TRIES = len(BACKOFF) + 1  # the last one nearly two hours after the first
GIVEN_UP = "given up"


class Letter(msgspec.Struct, eq=False, gc=False):
    """A message in a sender's hands; its lease ends at `lease_ends` of the monotonic clock."""

    row: Row
    outgoing: Outgoing
    lease_ends: float


class Settlement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is to be written down about a message: its mark, and what it tells about its contact and chat.

    `hold` is the moment until which the chat is to be left alone.
    """

    row: Row
    mark: Mark
    blocked: bool = False
    moved: str = ""
    hold: dt.datetime | None = None

    @property
    def touches_contact(self) -> bool:
        """Whether its contact must be locked first."""
        return bool(self.blocked or self.moved or self.hold)


def release(row: Row, due_at: dt.datetime | None = None) -> Settlement:
    """Nothing went out: anybody may claim it again, from `due_at` on if that is given."""
    return Settlement(row=row, mark=_mark(row, "queued", due_at=due_at, refund=True))


def drop(letter: Letter, state: str, reason: str) -> Settlement:
    """Nothing went out, and nothing will."""
    return Settlement(row=letter.row, mark=_mark(letter.row, state, reason))


def settle(letter: Letter, receipt: Receipt, now: dt.datetime) -> Settlement:
    """What the provider's answer, got at `now`, makes of a message."""
    row = letter.row
    hold = None
    match receipt:
        case Sent(message=message):
            mark = _mark(row, "sent", external_id=message)
        case Refused(reason=reason):
            mark = _mark(row, "failed", reason)
        case Later(account=True):
            # It is not this message's fault: the attempt does not count, and it keeps its turn.
            mark = _mark(row, "queued", refund=True)
        case Later(reason=reason, seconds=seconds):
            hold = now + dt.timedelta(seconds=seconds)
            mark = _again(row, reason, now, max(hold, now + _backoff(row)))
        case Moved():
            mark = _again(row, "moved", now, now)
        case Unknown(reason=reason) if row.lane == MARKETING:
            mark = _mark(row, "unknown", reason)
        case Unknown(reason=reason):
            mark = _again(row, reason, now, now + _backoff(row))
    return Settlement(
        row=row,
        mark=mark,
        blocked=isinstance(receipt, Refused) and receipt.unreachable,
        moved=receipt.sender if isinstance(receipt, Moved) else "",
        hold=hold,
    )


def _again(row: Row, reason: str, now: dt.datetime, due_at: dt.datetime) -> Mark:
    if _tries(row) >= TRIES:
        return _mark(row, "failed", f"{GIVEN_UP}: {reason}")
    if row.expires_at is not None and due_at >= row.expires_at:
        return _mark(row, "skipped", f"expired: {reason}")
    return _mark(row, "queued", reason, due_at=due_at)


def _backoff(row: Row) -> dt.timedelta:
    return BACKOFF[min(_tries(row), len(BACKOFF)) - 1]


def _tries(row: Row) -> int:
    return row.attempts - row.deaths


def _mark(
    row: Row,
    state: str,
    reason: str = "",
    *,
    external_id: str | None = None,
    due_at: dt.datetime | None = None,
    refund: bool = False,
) -> Mark:
    return Mark(
        id=row.id,
        fence=row.fence,
        state=state,
        reason=reason,
        external_id=external_id,
        due_at=due_at,
        refund=refund,
    )
