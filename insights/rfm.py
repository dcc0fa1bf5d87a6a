"""RFM: how lately, how often and for how much somebody bought, each from 1 to 5, and the ten segments named by it.

A score says in which fifth of all customers a value lies, by the nearest rank (the value that PostgreSQL calls
`percentile_disc`): the k-th cut is the value at place ⌈k·n/5⌉ in ascending order, and a score is one more than the
number of cuts that the value exceeds. Equal values have equal scores, so fifths are of unequal size where many are
alike: who bought once is 1, however many did.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

FIFTHS = 5
SCORES = range(1, FIFTHS + 1)
Span: TypeAlias = tuple[int, int]  # the least score and the most, both included
ANY: Span = (1, FIFTHS)


class Rule(NamedTuple):
    """Whoever has such scores belongs to the segment `rfm`, unless a rule before said otherwise."""

    rfm: str
    recency: Span = ANY
    frequency: Span = ANY
    monetary: Span = ANY

    def holds(self, recency: int, frequency: int, monetary: int) -> bool:
        """Whether the scores are such."""
        given = zip((recency, frequency, monetary), self[1:], strict=True)
        return all(least <= score <= most for score, (least, most) in given)


# The first that holds. docs/scores.md has the same table, and a test compares the two.
RULES: tuple[Rule, ...] = (
    Rule("champions", recency=(4, 5), frequency=(4, 5), monetary=(4, 5)),
    Rule("cannot_lose", recency=(1, 2), frequency=(4, 5), monetary=(4, 5)),
    Rule("loyal_customers", recency=(3, 5), frequency=(4, 5)),
    Rule("at_risk", recency=(1, 2), frequency=(3, 5)),
    Rule("at_risk", recency=(1, 2), monetary=(3, 5)),
    Rule("new_customers", recency=(5, 5), frequency=(1, 1)),
    Rule("promising", recency=(4, 4), frequency=(1, 1)),
    Rule("potential_loyalists", recency=(4, 5)),
    Rule("needs_attention", recency=(3, 3), frequency=(3, 3)),
    Rule("needs_attention", recency=(3, 3), monetary=(3, 5)),
    Rule("about_to_sleep", recency=(3, 3)),
    Rule("hibernating"),
)
SEGMENTS = tuple(dict.fromkeys(rule.rfm for rule in RULES))


def segment(recency: int, frequency: int, monetary: int) -> str:
    """The segment of these scores; every cell of the 125 has one."""
    return next(rule.rfm for rule in RULES if rule.holds(recency, frequency, monetary))


def cut_places(customers: int) -> tuple[int, ...]:
    """At which places, counted from 1 in ascending order, the first four fifths of so many customers end."""
    return tuple(-(-k * customers // FIFTHS) for k in range(1, FIFTHS))
