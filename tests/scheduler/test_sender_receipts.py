"""What each answer means for each kind of message."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduler.sending.receipts import BACKOFF, TRIES, Letter, settle
from store.outbox import MARKETING, REPLY, Row
from talk.messages import Later, Moved, Outgoing, Receipt, Refused, Sent, Unknown
from tests.conftest import NOON


def letter(lane: int = REPLY, *, attempts: int = 1, expires_at: dt.datetime | None = None) -> Letter:
    row = Row(1, "id", 5, "chat", lane, "", "{}", expires_at, attempts, 3)
    return Letter(row, Outgoing(), 60.0)


def seconds(number: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=number)


@pytest.mark.parametrize(
    ("lane", "receipt", "state", "due_at"),
    [
        (REPLY, Sent("m"), "sent", None),
        (MARKETING, Sent("m"), "sent", None),
        (REPLY, Refused("no"), "failed", None),
        (MARKETING, Refused("no"), "failed", None),
        (REPLY, Unknown("?"), "queued", seconds(1)),
        (MARKETING, Unknown("?"), "unknown", None),
        (REPLY, Later("429", 7.0), "queued", seconds(7)),
        (MARKETING, Later("429", 7.0), "queued", seconds(7)),
        (REPLY, Later("429", 0.1), "queued", seconds(1)),
        (REPLY, Later("429", 7.0, account=True), "queued", None),
        (MARKETING, Later("429", 7.0, account=True), "queued", None),
        (REPLY, Moved("-100"), "queued", NOON),
        (MARKETING, Moved("-100"), "queued", NOON),
    ],
)
def test_the_table_of_promises(lane: int, receipt: Receipt, state: str, due_at: dt.datetime | None) -> None:
    settlement = settle(letter(lane), receipt, NOON)
    assert settlement.mark.state == state
    assert settlement.mark.due_at == due_at
    assert (settlement.mark.id, settlement.mark.fence) == (1, 3)


def test_a_sent_message_has_the_providers_id() -> None:
    assert settle(letter(), Sent("m7"), NOON).mark.external_id == "m7"


def test_a_refusal_tells_whether_the_chat_is_closed() -> None:
    assert settle(letter(), Refused("blocked", unreachable=True), NOON).blocked
    assert not settle(letter(), Refused("bad request"), NOON).blocked


def test_only_the_chat_that_was_told_to_wait_is_held() -> None:
    assert settle(letter(), Later("429", 7.0), NOON).hold == seconds(7)
    assert settle(letter(), Later("429", 7.0, account=True), NOON).hold is None


def test_the_account_being_halted_is_not_the_messages_fault() -> None:
    assert settle(letter(attempts=TRIES), Later("429", 7.0, account=True), NOON).mark.refund
    assert not settle(letter(), Later("429", 7.0), NOON).mark.refund


@pytest.mark.parametrize("receipt", [Unknown("?"), Later("429", 1.0), Moved("-100")])
def test_in_the_end_it_is_given_up(receipt: Receipt) -> None:
    mark = settle(letter(attempts=TRIES), receipt, NOON).mark
    assert (mark.state, mark.reason[:8]) == ("failed", "given up")


def test_what_ended_with_the_sender_is_no_try() -> None:
    innocent = letter(attempts=TRIES + 3)
    innocent.row.deaths = TRIES
    mark = settle(innocent, Unknown("?"), NOON).mark
    assert (mark.state, mark.due_at) == ("queued", NOON + BACKOFF[2])


def test_retries_take_hours() -> None:
    waits = [settle(letter(attempts=tries), Unknown("?"), NOON).mark.due_at for tries in range(1, TRIES)]
    assert [due_at - NOON for due_at in waits if due_at] == list(BACKOFF)
    assert sum(BACKOFF, dt.timedelta()) > dt.timedelta(hours=1)


def test_a_retry_that_would_come_too_late_is_not_planned() -> None:
    mark = settle(letter(expires_at=seconds(3)), Later("429", 7.0), NOON).mark
    assert (mark.state, mark.reason) == ("skipped", "expired: 429")


def test_a_chat_that_moved_is_followed() -> None:
    assert settle(letter(), Moved("-100"), NOON).moved == "-100"
