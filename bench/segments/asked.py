"""Ten typical segments: as Sapa's conditions, and by hand in SQL over DuckDB's shop."""

from __future__ import annotations

from typing import Any, NamedTuple

ZONE = "Asia/Kuala_Lumpur"
_TODAY = "TIMESTAMP '2027-09-14 16:00:00'"  # when the day of `made.NOW` begins on that clock, in UTC
_KEPT = "(refunded = 0 OR refunded < amount)"


class Asked(NamedTuple):
    """A segment. `sql` holds of its contacts: `c` has what is known of them, `s` their scores."""

    name: str
    condition: dict[str, Any]
    sql: str


def _ago(days: int) -> str:
    return f"{_TODAY} - INTERVAL {days} DAY"


def _buyers(days: int, more: str = "") -> str:
    return f"(SELECT contact_id FROM purchases WHERE {_KEPT} AND bought_at >= {_ago(days)} {more})"


def _test(fact: str, op: str, value: object = None, **details: object) -> dict[str, Any]:
    return {"fact": fact, "op": op, **({} if value is None else {"value": value}), **details}


SEGMENTS = (
    Asked(
        "at risk or lapsed, agreed to news",
        {"all": [_test("stage", "in", ["at_risk", "lapsed"]), _test("news", "is", "granted")]},
        "s.stage IN ('at_risk', 'lapsed') AND c.marketing = 'granted'",
    ),
    Asked(
        "champions who speak Chinese",
        {"all": [_test("rfm", "is", "champions"), _test("language", "is", "zh")]},
        "s.rfm = 'champions' AND c.language = 'zh'",
    ),
    Asked(
        "loyal in Penang for RM 1,000 or more",
        {
            "all": [
                _test("stage", "is", "loyal"),
                _test("city", "is", "Penang"),
                _test("spent", "at_least", "1000"),
            ]
        },
        "s.stage = 'loyal' AND c.city = 'Penang' AND s.spent >= 100000",
    ),
    Asked(
        "three orders or more, none within 90 days",
        {"all": [_test("orders", "at_least", 3), _test("last_purchase", "not_within", 90)]},
        f"s.orders >= 3 AND s.last_at < {_ago(90)}",
    ),
    Asked(
        "bought of a group within 180 days",
        {"all": [_test("bought", "did", category=["group7"], within=180)]},
        "c.id IN " + _buyers(180, "AND product_id IN (SELECT id FROM products WHERE category = 'group7')"),
    ),
    Asked(
        "active or loyal, never bought two products",
        {
            "all": [
                _test("stage", "in", ["active", "loyal"]),
                _test("bought", "did_not", product=["sku11", "sku12"]),
            ]
        },
        "s.stage IN ('active', 'loyal') AND c.id NOT IN "
        f"(SELECT contact_id FROM purchases WHERE {_KEPT} AND product_id IN (11, 12))",
    ),
    Asked(
        "a tag, not lapsed, reachable on Telegram",
        {
            "all": [
                _test("tags", "has", ["vip"]),
                _test("stage", "is_not", "lapsed"),
                _test("reachable", "has", ["telegram"]),
            ]
        },
        "c.tag = 'vip' AND s.stage IS DISTINCT FROM 'lapsed' AND c.channel = 'telegram' AND c.reachable",
    ),
    Asked(
        "birthday within 14 days",
        {"all": [_test("birthday", "coming", 14), _test("news", "is", "granted")]},
        "c.birthday BETWEEN 915 AND 929 AND c.marketing = 'granted'",
    ),
    Asked(
        "1,000 points or more, good margin or frequent",
        {
            "all": [
                _test("points", "at_least", 1000),
                {"any": [_test("margin", "at_least", "500"), _test("frequency", "at_least", 4)]},
            ]
        },
        "c.points >= 1000 AND (s.margin >= 50000 OR s.frequency >= 4)",
    ),
    Asked(
        "left a basket within 30 days and bought nothing since 7",
        {
            "all": [
                _test("event", "did", ["cart_left"], within=30),
                {"not": _test("bought", "did", within=7)},
            ]
        },
        f"c.left_at >= {_ago(30)} AND c.id NOT IN {_buyers(7)}",
    ),
)
