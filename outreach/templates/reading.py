"""Reads what is known of some hundred contacts, sort by sort, each with one statement.

A sort fills in the values that it is for, by the names of the registry; what it does not find stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from locales import LANGUAGES
from locales.formats import Money
from loyalty import programme
from loyalty.ladder import Ladder
from loyalty.tiers import ladder_of
from outreach.clock import zone_of
from outreach.gifts import called
from outreach.templates.content import Gift
from outreach.templates.known import Bought, Named, Nothing, Offer, Voucher
from outreach.templates.registry import MOST_ITEMS, MOST_LETTERS
from outreach.templates.speech import month_name
from store import ledger_tiers, rewards
from store import template_values as rows
from store.template_values import Person

_INSTANT = dt.timedelta(microseconds=1)  # what ends at midnight had its last day before
LOOKED_AT = 20  # purchases, among which the last few products are found


class Batch:
    """Contacts for whom something is read at `now`; `known` fills up.

    `ids` are of those who may be told something personal. `wanted` are the names of the values that are looked for.
    """

    def __init__(
        self,
        connection: Connection,
        people: Collection[Person],
        now: dt.datetime,
        zone: str,
        wanted: frozenset[str],
    ) -> None:
        self.connection, self.people, self.now, self.wanted = connection, people, now, wanted
        self.rules = programme.read(connection)
        self.ids = [each.id for each in people if each.personalised]
        self.known: dict[int, dict[str, object]] = {each.id: {} for each in people}
        self.tiers: dict[int, str] = {}  # codes, of those whose tier is known
        self._zones: dict[int, ZoneInfo] = {each.id: zone_of(each.timezone, zone) for each in people}

    def day(self, contact_id: int, moment: dt.datetime) -> dt.date:
        """The day of a moment on the contact's clock."""
        return moment.astimezone(self._zones[contact_id]).date()


def shared(batch: Batch, gift: Gift | None) -> None:
    """What is the same for everybody, and the day at each contact's place."""
    given: dict[str, object] = {"business": batch.rules.business} if batch.rules.business else {}
    if gift and gift.points:
        given["gift_points"] = gift.points
    if gift and gift.reward and (reward := rewards.find(batch.connection, gift.reward)):
        given["gift"] = _named(reward.name, reward.names, reward.code)
    for contact_id, known in batch.known.items():
        known.update(given)
        if "today" in batch.wanted:
            known["today"] = batch.day(contact_id, batch.now)


def persons(batch: Batch) -> None:
    """Their names and their city."""
    for each in batch.people:
        if each.personalised:
            found = {"call_me": called(each.call_me, each.name), "name": each.name, "city": each.city}
            batch.known[each.id].update((name, value) for name, value in found.items() if value)


def points(batch: Batch) -> None:
    """The points that can be used, and those of them that expire first."""
    for contact_id in batch.ids:
        batch.known[contact_id]["points"] = 0
    first: dict[int, tuple[dt.date, int]] = {}
    for contact_id, expires_at, left in rows.spendable(batch.connection, batch.ids, batch.now):
        known = batch.known[contact_id]
        known["points"] += left  # type: ignore[operator]
        if expires_at is not None:
            day = batch.day(contact_id, expires_at)
            before = first.get(contact_id, (day, 0))
            if day <= before[0]:
                first[contact_id] = (day, left + (before[1] if day == before[0] else 0))
    for contact_id, (day, expiring) in first.items():
        batch.known[contact_id].update(points_expiring=expiring, expiry_day=day)


def standings(batch: Batch) -> None:
    """Since when they are members, their tier and the next one."""
    ladder = ladder_of(batch.rules)
    stood, steps = rows.standings(batch.connection, batch.ids), _steps(ladder)
    climbing: dict[int, tuple[int, int]] = {}  # account -> contact, and the points that the next tier takes
    for contact_id in batch.ids:
        mine, known = stood.get(contact_id), batch.known[contact_id]
        if mine:
            known["member_since"] = batch.day(contact_id, mine.opened_at)
        found = ladder.level_of(mine.tier) if mine else ladder.floor
        level = ladder.floor if found is None else found
        if level >= 0:
            known["tier"], batch.tiers[contact_id] = steps[level], steps[level].code
        if level + 1 < len(steps):
            threshold = ladder.levels[level + 1].threshold
            known.update(next_tier=steps[level + 1], points_to_next_tier=threshold)
            if mine:
                climbing[mine.account_id] = (contact_id, threshold)
    if climbing and "points_to_next_tier" in batch.wanted:
        _climb(batch, ladder, climbing)


def _climb(batch: Batch, ladder: Ladder, climbing: Mapping[int, tuple[int, int]]) -> None:
    earned = dict.fromkeys(climbing, 0)
    since = ladder.since(batch.now)
    for account_id, _at, counted in ledger_tiers.counted(batch.connection, list(climbing), since):
        earned[account_id] += counted
    for account_id, (contact_id, threshold) in climbing.items():
        batch.known[contact_id]["points_to_next_tier"] = max(1, threshold - earned[account_id])


def birthdays(batch: Batch) -> None:
    """The months of their birthdays."""
    for contact_id, month_day in rows.birthdays(batch.connection, batch.ids).items():
        batch.known[contact_id]["birthday_month"] = _month(month_day // 100)


def purchases(batch: Batch) -> None:
    """What they bought last, when and where."""
    products: dict[int, dict[int, Bought]] = {}
    for each in rows.bought(batch.connection, batch.ids, LOOKED_AT if "bought" in batch.wanted else 1):
        known, day = batch.known[each.contact_id], batch.day(each.contact_id, each.at)
        name = _named(each.name, each.names) if each.name else None
        if "last_purchase_day" not in known:
            last = {"last_purchase_day": day, "last_product": name, "branch": each.branch}
            known.update((key, value) for key, value in last.items() if value)
        mine = products.setdefault(each.contact_id, {})
        if name and each.product_id is not None and len(mine) < MOST_ITEMS:
            mine.setdefault(each.product_id, Bought(name, day))
    for contact_id, found in products.items():
        if found:
            batch.known[contact_id]["bought"] = tuple(found.values())


def vouchers(batch: Batch) -> None:
    """The vouchers that they can use."""
    found: dict[int, list[Voucher]] = {}
    for each in rows.held(batch.connection, batch.ids, batch.now, MOST_ITEMS):
        until = batch.day(each.contact_id, each.expires_at) if each.expires_at else Nothing(name="until")
        found.setdefault(each.contact_id, []).append(Voucher(_named(each.name, each.names), until))
    for contact_id, held in found.items():
        batch.known[contact_id]["vouchers"] = tuple(held)


def offers(batch: Batch) -> None:
    """What is on offer for everybody, and for their tier."""
    running = rows.running(batch.connection, batch.now)
    if any(each.segment for each in running) and not batch.tiers:
        standings(batch)
    for contact_id, known in batch.known.items() if running else ():
        segments = ("", batch.tiers.get(contact_id, ""))
        mine = [each for each in running if each.segment in segments][:MOST_ITEMS]
        if mine:
            known["offers"] = tuple(_offer(batch.day(contact_id, each.ends_at - _INSTANT), each) for each in mine)


def _offer(until: dt.date, offer: rows.Running) -> Offer:
    price, usual = Money(offer.price, offer.currency), Money(offer.usual, offer.currency)
    return Offer(_named(offer.name, offer.names), price, usual, until)


SORTS: tuple[tuple[frozenset[str], Callable[[Batch], None]], ...] = (
    (frozenset({"call_me", "name", "city"}), persons),
    (frozenset({"points", "points_expiring", "expiry_day"}), points),
    (frozenset({"tier", "next_tier", "points_to_next_tier", "member_since"}), standings),
    (frozenset({"birthday_month"}), birthdays),
    (frozenset({"last_product", "last_purchase_day", "branch", "bought"}), purchases),
    (frozenset({"vouchers"}), vouchers),
    (frozenset({"offers"}), offers),
)
"""What each sort is for; `offers` comes last, for it uses the tiers."""


@lru_cache(maxsize=12)
def _month(month: int) -> Named:
    names: dict[str, str] = {language: month_name(month, language) for language in LANGUAGES}
    return Named(names["en"], names)


def _named(name: str, names: Mapping[str, str] | None, code: str = "") -> Named:
    return Named(name[:MOST_LETTERS], names, code)


def _steps(ladder: Ladder) -> list[Named]:
    return [Named(each.name, each.names, each.code) for each in ladder.levels]
