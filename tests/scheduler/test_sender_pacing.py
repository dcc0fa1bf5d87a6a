"""Limits: never over them at the far side, and close to them."""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_left
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.pacing import Pace, Window
from talk.channel import Rates


def busiest(times: list[float], seconds: float = 1.0) -> int:
    """The most messages in any half-open stretch of so many seconds."""
    times = sorted(times)
    return max(index - bisect_left(times, time - seconds + 1e-9) + 1 for index, time in enumerate(times))


def drive(pace: Pace, dice: random.Random, *, jitter: float, stalls: float, seconds: float) -> list[float]:
    """The moments of arrival when a loop that stalls sends as fast as it may over a network that delays."""
    now, free = 0.0, 0.0
    answers: list[float] = []
    arrivals = []
    while now < seconds:
        while answers and answers[0] <= now:
            heapq.heappop(answers)
            pace.ended("1", now)
        if pace.slots(now) < 3:
            free = max(free, now)
            pace.grant(free, pace.ahead)
            free += pace.ahead * pace.slot.total_seconds()
        while (wait := pace.wait(now)) == 0.0:
            there, back = 0.005 + dice.random() * jitter, 0.005 + dice.random() * jitter
            pace.began("1", now)
            arrivals.append(now + there)
            heapq.heappush(answers, now + there + back)
        soonest = answers[0] - now if answers else math.inf
        now += max(1e-4, min(wait, soonest, 0.05)) + (dice.random() * 0.2 if dice.random() < stalls else 0.0)
    return arrivals


@settings(max_examples=60)
@given(
    st.sampled_from([1, 5, 30, 80, 300]),
    st.floats(0.0, 0.5),
    st.sampled_from([0.0, 0.02, 0.2]),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_no_second_at_the_far_side_sees_more_than_the_limit(
    limit: int, jitter: float, stalls: float, seed: int, alone: bool
) -> None:
    pace = Pace(Rates(account=limit), alone=alone)
    arrivals = drive(pace, random.Random(seed), jitter=jitter, stalls=stalls, seconds=6.0)
    assert busiest(arrivals) <= limit


@pytest.mark.parametrize("limit", [30, 1000])
def test_on_a_steady_network_nearly_all_of_the_limit_is_used(limit: int) -> None:
    arrivals = drive(Pace(Rates(account=limit)), random.Random(1), jitter=0.005, stalls=0.0, seconds=10.0)
    assert len(arrivals) >= 0.95 * limit * 10
    assert busiest(arrivals) <= limit


def test_slots_that_were_missed_are_not_caught_up() -> None:
    pace = Pace(Rates(account=100))
    pace.grant(0.0, 10)
    assert pace.slots(0.5) == 0
    assert pace.wait(0.5) == math.inf


def test_a_window_counts_what_is_under_way_and_what_has_arrived() -> None:
    window = Window(2)
    window.began()
    window.began()
    assert window.wait(5.0) == math.inf
    window.ended(5.0)
    window.ended(5.2)
    assert window.wait(5.5) == pytest.approx(0.5)
    assert window.wait(6.0) == 0.0


def test_a_pause_of_the_account_stops_it_and_forgets_its_slots() -> None:
    pace = Pace(Rates(account=100))
    pace.grant(0.0, 10)
    pace.pause(3.0)
    pace.pause(2.0)
    assert pace.wait(1.0) == 2.0
    assert pace.slots(0.0) == 0
    assert pace.paused(3.0) == 0.0


def test_an_account_without_limits_may_always_send() -> None:
    pace = Pace(Rates())
    pace.began("1", 0.0)
    assert pace.wait(0.0) == 0.0
    assert pace.chat_wait("1", 0.0) == 0.0


def test_a_chat_is_written_to_once_a_second_counted_from_the_answer() -> None:
    pace = Pace(Rates(chat=1.0))
    pace.began("1", 0.0)
    assert 0.0 < pace.chat_wait("1", 0.1) < 0.1
    pace.ended("1", 0.5)
    assert pace.chat_wait("1", 1.0) == pytest.approx(0.5)
    assert pace.chat_wait("1", 1.5) == 0.0
    assert pace.chat_wait("2", 0.5) == 0.0


def test_a_chat_on_hold_does_not_stop_others() -> None:
    pace = Pace(Rates())
    pace.pause_chat("1", 30.0)
    assert pace.chat_wait("1", 10.0) == 20.0
    assert pace.chat_wait("2", 10.0) == 0.0


def test_a_group_hears_twenty_a_minute() -> None:
    pace, now, sent = Pace(Rates(chat=1.0, group_minute=20)), 0.0, deque[float]()
    while now < 300.0:
        wait = pace.chat_wait("-100", now)
        if wait:
            now += wait
            continue
        pace.began("-100", now)
        sent.append(now)
        now += 0.1
        pace.ended("-100", now)
    assert busiest(list(sent), 60.0) <= 20
    assert len(sent) >= 0.9 * 100


def test_chats_that_may_be_written_to_again_are_forgotten() -> None:
    pace = Pace(Rates(chat=1.0))
    for number in range(5000):
        pace.began(f"{number}", number / 1000)
        pace.ended(f"{number}", number / 1000)
    assert pace.chat_wait("0", 4.999) == 0.0
    assert pace.chat_wait("4999", 4.999) == 1.0
    assert len(pace._chats._free) < 3000


def test_a_chat_does_not_wait_for_an_answer_that_never_comes() -> None:
    pace = Pace(Rates(chat=1.0))
    pace.began("1", 0.0)
    assert pace.chat_wait("1", 6.0) == 0.0


def test_an_only_sender_catches_up_after_a_stall_within_the_limit() -> None:
    pace = Pace(Rates(account=100), alone=True)
    pace.grant(0.0, 10)
    assert pace.slots(0.5) == 10
    assert pace.wait(0.5) == 0.0
