"""A small shop whose customers stand at every edge: made at random as plain data, and written into a database."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from loyalty.programme import Programme, Tier, Tiers
from outreach.segments import words
from tests.conftest import NOON

ZONES = ("Asia/Kuala_Lumpur", "America/Santiago", "Pacific/Auckland")  # it is the 21st in all of them
TODAY = dt.date(2026, 11, 21)
# On the edges of what conditions ask: today, the start of its week, month and year, and some days.
DAYS = tuple(TODAY - days * dt.timedelta(1) for days in (0, 1, 5, 6, 20, 21, 30, 31, 89, 90, 91, 324, 325, 400))
HOURS = (dt.time(), dt.time(0, 0, 0, 1), dt.time(12), dt.time(23, 59, 59, 999_999))
RULES = Programme(
    tiers=Tiers((Tier("basic", "Basic", 0), Tier("silver", "Silver", 100), Tier("gold", "Gold", 500)))
)
TIERS = ("", "silver", "gold", "withdrawn")  # as accounts have them: the lowest is everybody's, one is no more
CITIES = ("", "Ipoh", "ipoh", "Đà Nẵng", "đà nẵng", "100% new_town/x", "吉隆坡")
PHONES = (None, None, "", "+60123456789", "+84912345678", "+16135550123", "+77011234567")
SOURCES = ("", "p_ipoh_en", "Fair")
TAGS = ("vip", "wholesale", "tea")
SKUS = {"tea-1": "tea", "tea-2": "tea", "cup": "ware", "odd": ""}
BRANCHES = ("north", "south")
EVENTS = ("cart", "search")
LISTS, CAMPAIGNS = ("list-a", "list-b"), ("news-a", "news-b")
QUESTIONS = ("recommend", "service.speed", "service.words")
SURVEYS = ("visit", "year")


class Bought(NamedTuple):
    """A purchase."""

    at: dt.datetime
    amount: int
    refunded: int
    currency: str
    sku: str | None
    branch: str | None


class Answered(NamedTuple):
    """A response with its one answer; None: skipped."""

    survey: str
    question: str
    number: int | None
    done_at: dt.datetime | None


class Received(NamedTuple):
    """A recipient's row."""

    campaign: str
    sent_at: dt.datetime | None
    clicked: bool
    replied: bool
    bought: bool


@dataclass
class Customer:
    """Everything about a contact that a condition can ask."""

    row: dict[str, Any]
    scores: dict[str, Any] | None
    account: dict[str, Any] | None
    tags: Sequence[str]
    channels: Sequence[tuple[str, bool]]
    lists: Sequence[str]
    days: dict[str, int]
    cases: Sequence[str]
    bought: Sequence[Bought]
    events: Sequence[tuple[str, dt.datetime]]
    answers: Sequence[Answered]
    received: Sequence[Received]
    gone: bool
    id: int = 0


@dataclass
class Shop:
    """Customers, on the clock of a zone."""

    zone: str
    customers: list[Customer] = field(default_factory=list)


def made(seed: int, size: int) -> Shop:
    """A shop of so many customers, always the same for a seed."""
    rng = random.Random(seed)
    shop = Shop(rng.choice(ZONES))
    shop.customers += [_customer(rng, shop.zone, place) for place in range(size)]
    return shop


def _some(rng: random.Random, of: Sequence[Any]) -> list[Any]:
    return rng.sample(of, rng.randrange(len(of) + 1))


def _moment(rng: random.Random, zone: str) -> dt.datetime:
    return dt.datetime.combine(rng.choice(DAYS), rng.choice(HOURS), ZoneInfo(zone)).astimezone(dt.UTC)


def _many(rng: random.Random, most: int) -> range:
    return range(rng.randrange(most + 1))


def _customer(rng: random.Random, zone: str, place: int) -> Customer:
    ends: list[dict[str, Any]] = [{"deceased": True}, {"erased_at": NOON}, *(12 * [{}])]
    gone = rng.choice(ends)
    maybe: Any = lambda value: rng.choice([None, value])  # noqa: E731
    moments = _moment(rng, zone), _moment(rng, zone)  # few, so that much happens at once
    return Customer(
        row={
            "public_id": f"customer-{place}",
            "kind": rng.choice(tuple(words.KINDS)),
            "language": rng.choice(tuple(words.LANGUAGES)),
            "city": rng.choice(CITIES),
            "timezone": rng.choice(("", "America/Toronto", "UTC", *ZONES)),
            "phone": rng.choice(PHONES),
            "marketing": rng.choice(tuple(words.NEWS)),
            "seen_at": maybe(_moment(rng, zone)),
            "card": maybe(f"card-{place}"),
            "joined_from": rng.choice(SOURCES),
            "created_at": _moment(rng, zone),
            **gone,
        },
        scores=maybe(_scores(rng, zone)),
        account=maybe({"tier": rng.choice(TIERS), "balance": rng.choice((0, 1, 99, 100))}),
        tags=_some(rng, TAGS),
        channels=[(name, rng.random() < 0.6) for name in _some(rng, ("webchat", "telegram", "telegram"))],
        lists=_some(rng, LISTS),
        days={name: rng.choice((101, 228, 229, 301, 1120, 1121, 1128)) for name in _some(rng, DAY_NAMES)},
        cases=[rng.choice(("noted", "closed", "open")) for _ in _many(rng, 2)],
        bought=[_bought(rng, rng.choice(moments)) for _ in _many(rng, 4)],
        events=[(rng.choice(EVENTS), _moment(rng, zone)) for _ in _many(rng, 3)],
        answers=[_answered(rng, (None, *moments)) for _ in _many(rng, 5)],
        received=[_received(rng, zone, name) for name in _some(rng, CAMPAIGNS)],
        gone=bool(gone),
    )


DAY_NAMES = ("birthday", "membership")


def _scores(rng: random.Random, zone: str) -> dict[str, Any]:
    fifths = {name: rng.randint(1, 5) for name in ("recency", "frequency", "monetary")}
    return fifths | {
        "first_at": _moment(rng, zone),
        "last_at": _moment(rng, zone),
        "orders": rng.choice((1, 2, 3)),
        "spent": rng.choice((0, 999, 1_000, 1_001)),
        "margin": rng.choice((None, -1_000, 0, 1_000)),
        "rfm": rng.choice(tuple(words.RFM)),
        "stage": rng.choice([name for name in words.STAGES if name != "prospect"]),
        "computed_at": NOON,
    }


def _bought(rng: random.Random, at: dt.datetime) -> Bought:
    amount = rng.choice((0, 500, 1_000))
    return Bought(
        at=at,
        amount=amount,
        refunded=rng.choice((0, 0, min(amount, 500), amount)),
        currency=rng.choice(("MYR", "MYR", "SGD")),
        sku=rng.choice((None, *SKUS)),
        branch=rng.choice((None, *BRANCHES)),
    )


def _answered(rng: random.Random, moments: Sequence[dt.datetime | None]) -> Answered:
    survey = rng.choice((SURVEYS[0], *SURVEYS))
    return Answered(survey, rng.choice(QUESTIONS), rng.choice((None, 0, 5, 6, 7, 10)), rng.choice(moments))


def _received(rng: random.Random, zone: str, campaign: str) -> Received:
    sent_at = rng.choice((None, _moment(rng, zone)))
    followed = [sent_at is not None and rng.random() < 0.5 for _ in range(3)]
    return Received(campaign, sent_at, *followed)
