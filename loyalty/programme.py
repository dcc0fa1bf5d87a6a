"""The programme: everything a business sets about points, tiers, rewards, hours and how often it may write.

The document that holds is the newest row of `programmes`. It is read often and changes seldom, so it is decoded
once for each version. Amounts of money are in minor units of `currency`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta
from sqlalchemy.engine import Connection

from locales.formats import DECIMALS
from store import programmes

DEFAULT_DECIMALS = 2

# What is in the file, with the bounds that the reader tells: money is in minor units here and a decimal there.
Names: TypeAlias = dict[str, str]
Interval: TypeAlias = tuple[dt.time, dt.time]
Code: TypeAlias = Annotated[
    str, Meta(pattern="^[A-Za-z0-9_-]{1,32}$", description="a code of at most 32 letters (a-z), digits, - and _")
]
Title: TypeAlias = Annotated[str, Meta(max_length=100)]
Money: TypeAlias = Annotated[int, Meta(ge=0, le=10**12, extra={"form": "money"})]
Points: TypeAlias = Annotated[int, Meta(ge=0, le=10_000_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=1_000_000)]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of the document."""


class ProductRule(Part, frozen=True):
    """What a product (by sku) or a category earns: its own multiplier, and points for each piece on top."""

    sku: Annotated[str, Meta(max_length=64)] = ""
    category: Annotated[str, Meta(max_length=64)] = ""
    multiplier: Decimal = Decimal(1)
    extra: Points = 0


class PeriodRule(Part, frozen=True):
    """A time in which purchases earn more: days from `starts` to `ends` (both included) on the branch's clock.

    `weekdays` count from 0, Monday; empty: every day. `hours` are from and until on that day.
    """

    name: Title
    multiplier: Decimal
    names: Names | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    weekdays: tuple[int, ...] = ()
    hours: Interval | None = None
    branches: tuple[Code, ...] = ()


class Earn(Part, frozen=True):
    """`points` for every whole `every` of money (0: one unit of the currency), spendable after `pending_days`."""

    points: Points = 1
    every: Money = 0
    pending_days: Annotated[int, Meta(ge=0, le=365)] = 0
    expiry_months: Annotated[int, Meta(ge=1, le=120)] | None = None
    products: tuple[ProductRule, ...] = ()
    periods: tuple[PeriodRule, ...] = ()


class Tier(Part, frozen=True):
    """A standing reached with `threshold` points earned within the window; its members earn `multiplier` times."""

    code: Code
    name: Title
    threshold: Points
    names: Names | None = None
    multiplier: Decimal = Decimal(1)


class Tiers(Part, frozen=True):
    """The tiers and how they are kept.

    `window`: points of the last 365 days (rolling), or of the calendar year. A tier is kept for `keep_months` after
    it was last reached; then the member falls by one tier, or to the one their points of the window reach.
    """

    levels: tuple[Tier, ...] = ()
    window: Literal["rolling", "calendar"] = "rolling"
    keep_months: Annotated[int, Meta(ge=1, le=60)] = 12
    fall: Literal["one", "earned"] = "one"


class Hours(Part, frozen=True):
    """Opening hours: seven days from Monday, each with its intervals; and days that differ, a closed one empty.

    An interval that ends before it begins goes past midnight; one that ends when it begins is a whole day. Without
    a week nobody has said when it is open.
    """

    week: tuple[tuple[Interval, ...], ...] = ()
    days: dict[str, tuple[Interval, ...]] = {}  # by ISO date


class Branch(Part, frozen=True):
    """A shop of the business; without hours of its own it has the business's, whose days hold for it too."""

    code: Code
    name: Title
    city: Annotated[str, Meta(max_length=64)] = ""
    timezone: str = ""
    hours: Hours | None = None


class Reward(Part, frozen=True):
    """What points are exchanged for.

    A voucher can be used once, a card any number of times until it ends, a donation has no voucher. `tier` is the
    lowest that may have it; `per_member` counts what a member has had, of cards those that have not ended. `stock`
    is how many are left from the moment this number is applied. `starts` and `ends` are days, both included;
    `valid_days` is how long its vouchers hold. What is not `listed` is only given. `picture` is a file's name.
    """

    code: Code
    name: Title
    points: Points
    names: Names | None = None
    kind: Literal["voucher", "card", "donation"] = "voucher"
    about: Annotated[str, Meta(max_length=500)] = ""
    abouts: Names | None = None
    stock: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    per_member: Count | None = None
    tier: Code = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    valid_days: Annotated[int, Meta(ge=1, le=3_650)] | None = None
    listed: bool = True
    picture: Annotated[str, Meta(max_length=200)] = ""


class Gift(Part, frozen=True):
    """What an occasion brings: points, a voucher for a reward, both, or only a greeting."""

    greet: bool = True
    points: Points = 0
    reward: Code = ""


class Occasions(Part, frozen=True):
    """Greetings: at what hour of the customer's day, how late they may still come, and what they bring."""

    at: dt.time = dt.time(9)
    grace_hours: Annotated[int, Meta(ge=0, le=168)] = 24
    birthday: Gift = Gift()
    membership: Gift = Gift()


Cap: TypeAlias = Annotated[int, Meta(ge=0, le=100)]


class Country(Part, frozen=True):
    """What a country asks of offers and news to those who live there.

    `label` stands before each of them (`labels`: in other languages), `hours` are from and until on the customer's
    clock, and where `holidays` are kept none comes on a public holiday.
    """

    label: Annotated[str, Meta(max_length=40)] = ""
    labels: Names | None = None
    hours: Interval | None = None
    holidays: bool = False


class Outreach(Part, frozen=True):
    """How often and when a customer may be written to without having asked.

    `hold_out` percent of all customers get no offers and no news, so that it can be told what these bring.
    `countries` are by their ISO 3166 codes. A campaign for more than `approve_above` customers is approved by a
    second person; None: never.
    """

    quiet_from: dt.time = dt.time(21)
    quiet_until: dt.time = dt.time(8)
    a_day: Cap = 1
    a_week: Cap = 3
    gap_hours: Annotated[int, Meta(ge=0, le=168)] = 4
    kinds: dict[str, Cap] = {}  # at most so many of a kind a week, for example {"offer": 2}
    hold_out: Annotated[int, Meta(ge=0, le=20)] = 0
    countries: dict[str, Country] = {}
    approve_above: Annotated[int, Meta(ge=0, le=100_000_000)] | None = None


Days: TypeAlias = Annotated[int, Meta(ge=1, le=3_650)]


class Lifecycle(Part, frozen=True):
    """Where a customer stands, by the first of these that is true; who never bought is a prospect.

    Lapsed: nothing bought for more than `lapsed_days`; at risk: for more than `at_risk_days`; new: first bought
    within `new_days`; loyal: `loyal_orders` or more, the first at least `loyal_days` ago; active: all others.
    """

    new_days: Days = 60
    loyal_orders: Annotated[int, Meta(ge=2, le=1_000)] = 5
    loyal_days: Days = 180
    at_risk_days: Days = 120
    lapsed_days: Days = 365


class Claims(Part, frozen=True):
    """Missing points: answered within `answer_days` working days, for receipts not older than `receipt_days`."""

    answer_days: Annotated[int, Meta(ge=1, le=30)] = 2
    receipt_days: Annotated[int, Meta(ge=1, le=365)] = 30


class Programme(Part, frozen=True):
    """The whole document."""

    business: Title = ""
    currency: str = "MYR"
    earn: Earn = Earn()
    tiers: Tiers = Tiers()
    rewards: tuple[Reward, ...] = ()
    branches: tuple[Branch, ...] = ()
    hours: Hours = Hours()
    occasions: Occasions = Occasions()
    outreach: Outreach = Outreach()
    lifecycle: Lifecycle = Lifecycle()
    claims: Claims = Claims()


# Until the owner has set the rules: one point a ringgit, and no points taken away.
DEFAULT = Programme()


def read(connection: Connection) -> Programme:
    """The rules as the owner set them, or the ones to start with."""
    rules = programmes.newest(connection)
    return _decoded(rules) if rules is not None else DEFAULT


def keep(connection: Connection, rules: Programme, *, text: str, by: str, at: dt.datetime) -> None:
    """Make these the rules from now on; `text` is the file they were read from, `by` who applied it."""
    programmes.append(connection, text=text, rules=msgspec.to_builtins(rules), by=by, at=at)


def decimals(currency: str) -> int:
    """How many digits a currency's minor unit has: 2 for most, 0 for VND, 3 for KWD (ISO 4217)."""
    return DECIMALS.get(currency, DEFAULT_DECIMALS)


def named(name: str, names: Mapping[str, str] | None, language: str) -> str:
    """The name in `language`, or the English one."""
    return (names or {}).get(language) or name


@lru_cache(maxsize=4)
def _decoded(rules: str) -> Programme:
    return msgspec.json.decode(rules, type=Programme)
