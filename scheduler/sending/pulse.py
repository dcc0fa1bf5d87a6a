"""One transaction of a sender: what became of messages, and which go next.

Everything a sender wants of the database at one moment is asked in one transaction, in an order that cannot lock up
with turns or other senders: contacts first, then messages, campaigns' recipients, the account's line of time last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from outreach.cadence import Cadence, Later, Never, Now, Verdict
from scheduler.sending.receipts import Settlement
from store import buckets, campaigns, outbox, outbox_sending, recipients_folding
from store.campaigns import DONE, PAUSED, RUNNING
from store.outbox import MARKETING, REPLY, SERVICE, Row, Swept
from store.outbox_sending import Mark
from store.recipients_folding import TakenBack
from store.standing import Standing

AFTER_MANY_DEATHS = dt.timedelta(minutes=1)
BRIEF = dt.timedelta(minutes=1)  # a campaign's message that must wait for longer leaves the outbox meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many messages a sender wants, and the slots of time it needs.

    `waiting` messages are ready to go already, `slots` are leased for them; no more than `ahead` are to be leased.
    A slot is of no use before `lag` has passed. `slot` is None where the account has no rate.
    """

    replies: int = 0
    marketing: int = 0
    waiting: int = 0
    slots: int = 0
    ahead: int = 0
    slot: dt.timedelta | None = None
    lag: dt.timedelta = dt.timedelta()


@dataclass(slots=True, kw_only=True)
class Pulse:
    """What a sender asks, and after `run` what it got.

    `sweep` is the moment before which the leases of other senders are over. `chat_wait` tells for how many seconds
    a chat may not be written to; it is asked on the database's thread. `claimed` are replies and service messages,
    `begun` is marketing; `more` are the lanes in which more waits.
    """

    channel: str
    account: str
    now: dt.datetime
    leased_until: dt.datetime
    cadence: Callable[[Connection], Cadence]
    chat_wait: Callable[[str], float]
    settlements: Sequence[Settlement] = ()
    pause_until: dt.datetime | None = None
    demand: Demand = Demand()
    sweep: dt.datetime | None = None

    claimed: list[Row] = field(default_factory=list)
    begun: list[Row] = field(default_factory=list)
    skipped: list[tuple[Row, str]] = field(default_factory=list)
    swept: list[Swept] = field(default_factory=list)
    more: frozenset[int] = frozenset()
    first_slot: dt.datetime | None = None
    granted: int = 0
    paused_until: dt.datetime | None = None

    def run(self, connection: Connection) -> None:
        """Do it, inside the caller's transaction."""
        self._settle(connection)
        if self.sweep is not None:
            self.swept = outbox.sweep(
                connection,
                self.channel,
                self.account,
                now=self.sweep,
                after_many=self.now + AFTER_MANY_DEATHS,
            )
        until = buckets.blocked_until(connection, self.channel, self.account)
        if until is not None and until > self.now:
            self.paused_until = until
            return
        self._claim(connection)
        self._begin(connection)
        self._lease(connection)

    def _settle(self, connection: Connection) -> None:
        here = (connection, self.channel, self.account)
        telling = [settlement for settlement in self.settlements if settlement.touches_contact]
        if telling:
            outbox_sending.lock_contacts(connection, [settlement.row.contact_id for settlement in telling])
        for told in telling:
            if told.blocked:
                outbox_sending.block(*here, told.row)
            if told.moved:
                outbox_sending.move(*here, told.row, told.moved)
            if told.hold:
                outbox_sending.hold(*here, told.row, told.hold)
        outbox_sending.settle(connection, [settlement.mark for settlement in self.settlements], self.now)
        if self.pause_until is not None:
            buckets.block(*here, self.pause_until)

    def _claim(self, connection: Connection) -> None:
        wanted = self.demand.replies
        for lane in (REPLY, SERVICE):
            wanted -= self._claim_lane(connection, lane, wanted)

    def _claim_lane(self, connection: Connection, lane: int, limit: int) -> int:
        rows, looked_at = outbox.claim(
            connection,
            self.channel,
            self.account,
            lane,
            limit=limit,
            now=self.now,
            leased_until=self.leased_until,
        )
        self.claimed += rows
        if 0 < limit <= looked_at:
            self.more |= {lane}
        return looked_at

    def _begin(self, connection: Connection) -> None:
        limit = self.demand.marketing
        picked = outbox.pick(connection, self.channel, self.account, limit=limit, now=self.now)
        if not picked:
            return
        standings, left = outbox_sending.standings(connection, picked, self.now)
        if left or len(picked) == limit:
            self.more |= {MARKETING}
        cadence = self.cadence(connection)
        asked = {row.campaign_id for row in picked if row.campaign_id is not None}
        campaign_states = campaigns.states(connection, asked)
        marks: list[Mark] = []
        taken_back: list[TakenBack] = []
        for row in picked:
            if (standing := standings.get(row.id)) is None:
                continue
            state = RUNNING if row.campaign_id is None else campaign_states.get(row.campaign_id, "")
            match self._judge(cadence, row, standing, state):
                case Now():
                    self.begun.append(row)
                case Later(until=until, reason=reason) if state == PAUSED or self._goes_back(row, until):
                    marks.append(Mark(id=row.id, fence=row.fence, state="skipped", reason=f"put back: {reason}"))
                    taken_back.append(_taken_back(row, reason, until if until > self.now else None))
                case Later(until=until, reason=reason):
                    due_at = until if until > self.now else None
                    marks.append(Mark(id=row.id, fence=row.fence, state="queued", reason=reason, due_at=due_at))
                case Never(reason=reason):
                    marks.append(Mark(id=row.id, fence=row.fence, state="skipped", reason=reason))
                    self.skipped.append((row, reason))
        outbox_sending.put_off(connection, marks)
        recipients_folding.take_back(connection, taken_back)
        outbox_sending.begin(connection, self.begun, self.now, self.leased_until)

    def _judge(self, cadence: Cadence, row: Row, standing: Standing, campaign: str) -> Verdict:
        if campaign == PAUSED:
            return Later(self.now, "campaign paused")
        if campaign != RUNNING:
            return Never("too late" if campaign == DONE else "cancelled")
        if (wait := self.chat_wait(row.sender)) > 0:
            return Later(self.now + dt.timedelta(seconds=wait), "the chat must wait")
        return cadence.judge(row.kind, standing, row.expires_at, self.now)

    def _goes_back(self, row: Row, until: dt.datetime) -> bool:
        return row.campaign_id is not None and until > self.now + BRIEF

    def _lease(self, connection: Connection) -> None:
        demand = self.demand
        if demand.slot is None:
            return
        wanted = min(demand.ahead, demand.waiting + len(self.claimed) + len(self.begun))
        self.granted = max(0, wanted - demand.slots)
        if self.granted:
            self.first_slot = buckets.lease(
                connection,
                self.channel,
                self.account,
                slots=self.granted,
                length=demand.slot,
                now=self.now + demand.lag,
            )


def _taken_back(row: Row, reason: str, until: dt.datetime | None) -> TakenBack:
    assert row.campaign_id is not None
    return TakenBack(row.id, row.campaign_id, row.contact_id, reason, until)
