"""What operators see of turns."""

from functools import cache

from prometheus_client import Counter, Histogram

_TURNS = Counter("sapa_turns_total", "Inbound events by channel and outcome.", ["channel", "outcome"])
SECONDS = Histogram(
    "sapa_turn_seconds",
    "From an event's arrival to its commit.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


@cache
def turns(channel: str, outcome: str) -> Counter:
    """The counter of events of a channel that ended so; looking it up costs more than counting."""
    return _TURNS.labels(channel, outcome)
