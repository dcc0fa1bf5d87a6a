"""The same figures by DuckDB: `python -m bench.segments.duck FILE`, its thread on every core there is.

The scores go into a table of the same file, as Sapa's go into its store.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import duckdb
import msgspec

from bench.segments.asked import SEGMENTS
from insights import rfm
from loyalty.programme import DEFAULT

NOW = "TIMESTAMP '2027-09-15 04:00:00'"

_SUMS = """CREATE OR REPLACE TEMP TABLE sums AS
    SELECT contact_id, min(bought_at) AS first_at, max(bought_at) AS last_at, count(DISTINCT bought_at) AS orders,
        sum(CASE WHEN currency = 'MYR' THEN amount - refunded ELSE 0 END)::bigint AS spent,
        sum(CASE WHEN currency = 'MYR' THEN amount - refunded - cost * quantity END)::bigint AS margin
    FROM purchases LEFT JOIN products ON products.id = product_id
    WHERE refunded = 0 OR refunded < amount GROUP BY contact_id"""
_CUTS = """SELECT quantile_disc(last_at, [0.2, 0.4, 0.6, 0.8]), quantile_disc(orders, [0.2, 0.4, 0.6, 0.8]),
    quantile_disc(spent, [0.2, 0.4, 0.6, 0.8]) FROM sums"""


def recompute(shop: duckdb.DuckDBPyConnection) -> None:
    """Sum all purchases, and keep everybody's scores, segment and stage."""
    shop.execute(_SUMS)
    cuts = shop.execute(_CUTS).fetchone()
    assert cuts is not None
    given = {
        f"{letter}{place}": cut for letter, four in zip("rfm", cuts, strict=True) for place, cut in enumerate(four)
    }
    scores = ", ".join(
        f"CASE WHEN {column} > ${letter}3 THEN 5 WHEN {column} > ${letter}2 THEN 4 "
        f"WHEN {column} > ${letter}1 THEN 3 WHEN {column} > ${letter}0 THEN 2 ELSE 1 END AS {name}"
        for letter, column, name in (
            ("r", "last_at", "recency"),
            ("f", "orders", "frequency"),
            ("m", "spent", "monetary"),
        )
    )
    shop.execute(
        f"CREATE OR REPLACE TABLE scores AS SELECT *, {_segment()} AS rfm, {_stage()} AS stage "
        f"FROM (SELECT *, {scores} FROM sums)",
        given,
    )


def _segment() -> str:
    whens = (
        f"WHEN recency BETWEEN {r[0]} AND {r[1]} AND frequency BETWEEN {f[0]} AND {f[1]} "
        f"AND monetary BETWEEN {m[0]} AND {m[1]} THEN '{name}'"
        for name, r, f, m in rfm.RULES
    )
    return f"CASE {' '.join(whens)} END"


def _stage() -> str:
    rules = DEFAULT.lifecycle
    return (
        f"CASE WHEN last_at < {NOW} - INTERVAL {rules.lapsed_days} DAY THEN 'lapsed' "
        f"WHEN last_at < {NOW} - INTERVAL {rules.at_risk_days} DAY THEN 'at_risk' "
        f"WHEN first_at >= {NOW} - INTERVAL {rules.new_days} DAY THEN 'new' "
        f"WHEN orders >= {rules.loyal_orders} AND first_at <= {NOW} - INTERVAL {rules.loyal_days} DAY THEN 'loyal' "
        "ELSE 'active' END"
    )


def count(shop: duckdb.DuckDBPyConnection, where: str) -> tuple[int, int, dict[str, int]]:
    """How many the segment has, how many of them agreed to news, and how many of these each channel reaches."""
    found: Any = shop.execute(
        "SELECT count(*), count(*) FILTER (c.marketing = 'granted'), "
        "count(*) FILTER (c.marketing = 'granted' AND c.reachable AND c.channel = 'telegram'), "
        "count(*) FILTER (c.marketing = 'granted' AND c.reachable AND c.channel = 'webchat') "
        f"FROM contacts c LEFT JOIN scores s ON s.contact_id = c.id WHERE {where}"
    ).fetchone()
    everybody, agreed, telegram, webchat = found
    channels = {"telegram": telegram, "webchat": webchat}
    return everybody, agreed, {name: number for name, number in channels.items() if number}


def main() -> None:
    """Recompute, count, and say how long each took."""
    with duckdb.connect(sys.argv[1]) as shop:
        began = time.perf_counter()
        recompute(shop)
        seconds, counts, times = time.perf_counter() - began, [], []
        for each in SEGMENTS:
            began = time.perf_counter()
            counts.append(count(shop, each.sql))
            times.append(time.perf_counter() - began)
    print(msgspec.json.encode({"seconds": seconds, "counts": counts, "times": times}).decode())


if __name__ == "__main__":
    main()
