"""What the sender tells Prometheus."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

from talk.messages import LANES

_OUTCOMES = Counter(
    "sapa_outbox_sent", "Messages by what became of one try to send them.", ["channel", "lane", "outcome"]
)
_SECONDS = Histogram("sapa_outbox_send_seconds", "How long the provider took to answer.", ["channel"])
_DEPTH = Gauge("sapa_outbox_depth", "Messages that are not finished.", ["channel", "account", "lane"])


@lru_cache(maxsize=256)
def outcomes(channel: str, lane: int, outcome: str) -> Counter:
    """The counter of one outcome: sent, failed, queued (again), unknown, skipped."""
    return _OUTCOMES.labels(channel, LANES[lane], outcome)


@lru_cache(maxsize=64)
def seconds(channel: str) -> Histogram:
    """The histogram of a channel's answers."""
    return _SECONDS.labels(channel)


def show_depth(depth: dict[tuple[str, str, int], int], accounts: list[tuple[str, str]]) -> None:
    """Show how much waits, for every lane of these accounts."""
    for channel, account in accounts:
        for lane, name in enumerate(LANES):
            _DEPTH.labels(channel, account, name).set(depth.get((channel, account, lane), 0))
