"""A condition means the same on both databases as it does in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.segments import audience
from outreach.segments.checks import read
from outreach.segments.definition import to_plain
from outreach.segments.facts import FACTS
from store.database import Database
from store.segments import Segment
from tests.conftest import NOON
from tests.outreach.segments import model, shop
from tests.outreach.segments.some_conditions import CONDITIONS, asking
from tests.outreach.segments.writing import write

PAIRS = [(fact, operator) for fact in FACTS.values() for operator in fact.form.operators]


@contextmanager
def written(database_url: str, made: shop.Shop) -> Iterator[sa.Connection]:
    """A connection that sees the shop; afterwards nothing of it is left."""
    database = Database(database_url)
    try:
        with database.engine.connect() as connection, connection.begin() as transaction:
            write(connection, made)
            yield connection
            transaction.rollback()
    finally:
        database.close()


def rule(document: object) -> Segment:
    """A segment of this condition."""
    return Segment(1, "x", "x", document, 0, "test", NOON, NOON, None)


def check(connection: sa.Connection, made: shop.Shop, document: object) -> tuple[Segment, set[int]]:
    """The database finds whom the model finds; the segment, and whom."""
    condition = read(document, "MYR")
    segment = rule(to_plain(condition))
    assert read(segment.condition, "MYR") == condition
    expected = model.among(condition, made)
    found = audience.page(connection, segment, 0, 1_000, NOON, made.zone)
    assert found == sorted(expected), document
    return segment, expected


def check_every_way(connection: sa.Connection, made: shop.Shop, document: object) -> None:
    """The database finds and counts whom the model does, however it is asked."""
    segment, expected = check(connection, made, document)
    some = [each.id for each in made.customers][::2]
    assert audience.still_in(connection, segment, some, NOON, made.zone) == expected & set(some), document
    counted = audience.count(connection, segment, NOON, made.zone)
    agreed = [each for each in made.customers if each.id in expected and each.row["marketing"] == "granted"]
    assert (counted.everybody, counted.agreed) == (len(expected), len(agreed)), document
    for channel in ("webchat", "telegram"):
        reached = sum((channel, True) in each.channels for each in agreed)
        assert counted.by_channel.get(channel, 0) == reached, document


def test_every_operator_of_every_fact_means_the_same_in_the_database_and_in_plain_python(database_url: str) -> None:
    made = shop.made(1, 60)
    with written(database_url, made) as connection:
        for fact, operator in PAIRS:

            @settings(max_examples=2, database=None, derandomize=True)
            @given(asking(fact, operator))
            def told(document: object) -> None:
                check(connection, made, document)

            told()


TEA = {"fact": "bought", "op": "did", "category": ["tea"]}
VISIT = {"fact": "answer", "op": "at_most", "value": 6, "survey": "visit", "question": "recommend"}
VIP, MALAY = {"fact": "tags", "op": "has", "value": ["vip"]}, {"fact": "language", "op": "is", "value": "ms"}
GROUPS = (
    {"all": [TEA, VIP]},
    {"any": [TEA, MALAY]},
    {"any": [{"all": [VIP, VISIT]}, {"not": {"any": [MALAY, TEA]}}]},
)
EDGES = (
    *GROUPS,
    *({"not": group} for group in GROUPS),
    *({"not": {"not": {"not": group}}} for group in GROUPS),
    {"all": []},
    {"fact": "joined", "op": "between", "value": ["start of year", "1 day ago"]},
    {"fact": "tier", "op": "in", "value": ["basic", "silver", "gold"]},
    {"fact": "tier", "op": "not_in", "value": ["basic", "silver", "gold"]},
    *({"fact": "country", "op": "is", "value": country} for country in ("CA", "US", "MY", "CL")),
    {"fact": "country", "op": "not_in", "value": ["US", "CA", "RU"]},
    *(TEA | {"times": times} for times in (1, 2, 3)),
    *(TEA | {"spent": spent} for spent in ("5", "10", "15")),
    *(VISIT | {"value": number} for number in (0, 5, 7)),
    VISIT | {"op": "unknown", "value": None},
)


def test_edges_mean_the_same_in_the_database_and_in_plain_python(database_url: str) -> None:
    made = shop.made(2, 150)
    with written(database_url, made) as connection:
        for document in EDGES:
            check(connection, made, document)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(1, 30), st.lists(CONDITIONS, min_size=1, max_size=12))
def test_conditions_put_together_mean_the_same_in_the_database_and_in_plain_python(
    database_url: str, seed: int, size: int, documents: list[object]
) -> None:
    made = shop.made(seed, size)
    with written(database_url, made) as connection:
        for document in documents:
            check_every_way(connection, made, document)
