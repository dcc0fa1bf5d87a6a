"""The fake counts Telegram's limits over any sliding stretch of time."""

from collections.abc import Callable

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.fake import FakeTelegram
from channels.telegram.fake.errors import ApiError
from channels.telegram.fake.limits import (
    ACCOUNT_BURST,
    ACCOUNT_PER_SECOND,
    CHAT_BURST,
    CHAT_PER_SECOND,
    GROUP_BURST,
    GROUP_PER_MINUTE,
    PAID_PER_SECOND,
    Limits,
)

STEPS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.0, 0.001, 0.01, 0.03, 0.2, 0.5, 0.999, 1.0, 3.0]), st.integers(1, 8)),
    min_size=1,
    max_size=150,
)


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def attempts(clock: Hand, limits: Limits, chat_id: int, *, private: bool, paid: bool = False) -> int:
    """Return 0 for an accepted message, otherwise the seconds to wait."""
    try:
        limits.admit(chat_id, private=private, paid=paid)
    except ApiError as refused:
        return refused.parameters["retry_after"]
    return 0


def busiest(times: list[float], seconds: float) -> int:
    return max((sum(1 for other in times if start <= other < start + seconds) for start in times), default=0)


@given(STEPS)
@settings(max_examples=60)
def test_no_sliding_second_holds_more_than_the_account_may(steps: list[tuple[float, int]]) -> None:
    clock, accepted = Hand(), []
    limits = Limits(clock, paid=False)
    for index, (pause, burst) in enumerate(steps):
        clock.now += pause
        for chat in range(burst * 6):
            if not attempts(clock, limits, index * 100 + chat + 1, private=True):
                accepted.append(clock.now)
    assert busiest(accepted, 1) <= ACCOUNT_PER_SECOND + ACCOUNT_BURST


@given(STEPS)
@settings(max_examples=60)
def test_no_sliding_stretch_of_a_private_chat_holds_more_than_its_rate_and_burst(
    steps: list[tuple[float, int]],
) -> None:
    clock, accepted = Hand(), []
    limits = Limits(clock, paid=False)
    for pause, burst in steps:
        clock.now += pause
        accepted += [clock.now for _ in range(burst) if not attempts(clock, limits, 1, private=True)]
    for seconds in (1, 2, 5):
        assert busiest(accepted, seconds) <= CHAT_BURST + CHAT_PER_SECOND * seconds


@given(STEPS)
@settings(max_examples=60)
def test_no_sliding_minute_of_a_group_holds_more_than_twenty(steps: list[tuple[float, int]]) -> None:
    clock, accepted = Hand(), []
    limits = Limits(clock, paid=False)
    for pause, burst in steps:
        clock.now += pause * 4
        accepted += [clock.now for _ in range(burst) if not attempts(clock, limits, -1, private=False)]
    assert busiest(accepted, 60) <= GROUP_PER_MINUTE + GROUP_BURST


@given(STEPS)
@settings(max_examples=30)
def test_who_waits_as_long_as_told_is_let_in(steps: list[tuple[float, int]]) -> None:
    clock = Hand()
    limits = Limits(clock, paid=False)
    for pause, burst in steps:
        clock.now += pause
        for _ in range(burst):
            if wait := attempts(clock, limits, 1, private=True):
                clock.now += wait
                assert not attempts(clock, limits, 1, private=True)


def spaced(count: int, gap: float, chat_of: Callable[[int], int], *, private: bool, paid: bool = False) -> None:
    clock = Hand()
    limits = Limits(clock, paid=paid)
    for number in range(count):
        assert not attempts(clock, limits, chat_of(number), private=private, paid=paid), number
        clock.now += gap


def test_spaced_sending_is_never_refused() -> None:
    spaced(200, 1 / ACCOUNT_PER_SECOND + 1e-6, lambda number: number + 1, private=True)
    spaced(3000, 1 / PAID_PER_SECOND + 1e-7, lambda number: number + 1, private=True, paid=True)
    spaced(50, 1 / CHAT_PER_SECOND, lambda number: 1, private=True)
    spaced(100, 60 / GROUP_PER_MINUTE + 1e-6, lambda number: -1, private=False)


def test_paid_broadcast_needs_the_server_to_allow_it() -> None:
    for allowed, admitted in ((True, PAID_PER_SECOND), (False, ACCOUNT_PER_SECOND)):
        clock = Hand()
        limits = Limits(clock, paid=allowed)
        results = [attempts(clock, limits, chat, private=True, paid=True) for chat in range(1, 1101)]
        assert results.count(0) == admitted


def test_unpaid_messages_have_their_thirty_beside_a_paid_broadcast() -> None:
    clock = Hand()
    limits = Limits(clock, paid=True)
    assert not any(attempts(clock, limits, chat, private=True, paid=True) for chat in range(1, 501))
    unpaid = [attempts(clock, limits, chat, private=True) for chat in range(1001, 1041)]
    assert unpaid.count(0) == ACCOUNT_PER_SECOND


async def test_a_refused_message_is_answered_429_and_does_not_arrive() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock) as fake, aiohttp.ClientSession() as http:
        customer = fake.customer(1)
        address = f"{fake.url}/bot{fake.token}/sendMessage"
        for _ in range(CHAT_BURST):
            async with http.post(address, json={"chat_id": 1, "text": "x"}) as answer:
                assert answer.status == 200
        async with http.post(address, json={"chat_id": 1, "text": "x"}) as answer:
            assert answer.status == 429
            assert await answer.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        assert len(customer.inbox) == CHAT_BURST
        stats = fake.wire.stats()
        assert (stats["accepted"], stats["refused_429"], stats["peak_per_second"]) == (CHAT_BURST, 1, CHAT_BURST)


async def test_chat_actions_and_answers_do_not_count() -> None:
    async with FakeTelegram(clock=Hand()) as fake, aiohttp.ClientSession() as http:
        fake.customer(1)
        for _ in range(50):
            async with http.post(
                f"{fake.url}/bot{fake.token}/sendChatAction", json={"chat_id": 1, "action": "typing"}
            ) as answer:
                assert answer.status == 200
        assert fake.wire.entries == []
