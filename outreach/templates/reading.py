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
from loyalty.programme import Programme
from loyalty.tiers import ladder_of
from outreach.clock import moment_on, zone_of
from outreach.gifts import called
from outreach.templates.content import Gift
from outreach.templates.known import Bought, Named, Nothing, Offer, Voucher
from outreach.templates.registry import MOST_ITEMS, MOST_LETTERS
from outreach.templates.speech import month_name
from store import ledger_tiers, rewards
from store import template_values as rows
from store.template_values import Person

_EXPIRY = frozenset({"points_expiring", "expiry_day"})
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

    def end_of_day(self, contact_id: int, moment: dt.datetime) -> dt.datetime:
        """When the day of a moment is over on the contact's clock, in UTC."""
        zone = self._zones[contact_id]
        return moment_on(self.day(contact_id, moment) + dt.timedelta(1), dt.time(), zone)


def house(connection: Connection, rules: Programme, gift: Gift | None) -> dict[str, object]:
    """What is the same for everybody wherever they are: the business, and the gift that comes with the message."""
    found: dict[str, object] = {"business": rules.business} if rules.business else {}
    if gift and gift.points:
        found["gift_points"] = gift.points
    if gift and gift.reward and (reward := rewards.find(connection, gift.reward)):
        found["gift"] = _named(reward.name, reward.names, reward.code)
    return found


def shared(batch: Batch, gift: Gift | None) -> None:
    """What is the same for everybody, and the day at each contact's place."""
    given = house(batch.connection, batch.rules, gift)
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
    until: dict[int, dt.datetime] = {}
    for contact_id in batch.ids:
        batch.known[contact_id]["points"] = 0
    for contact_id, left, first in rows.spendable(batch.connection, batch.ids, batch.now):
        known = batch.known[contact_id]
        known["points"] = left
        if first is not None and not batch.wanted.isdisjoint(_EXPIRY):
            known["expiry_day"], until[contact_id] = (
                batch.day(contact_id, first),
                batch.end_of_day(contact_id, first),
            )
    for contact_id, expiring in rows.expiring(batch.connection, until, batch.now).items():
        batch.known[contact_id]["points_expiring"] = expiring


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
    found = rows.bought(batch.connection, batch.ids, LOOKED_AT if "bought" in batch.wanted else 1)
    sold = rows.product_names(batch.connection, {each.product_id for each in found if each.product_id})
    shops = rows.branch_names(batch.connection, {each.branch_id for each in found if each.branch_id})
    names = {each.id: _named(each.name, each.names) for each in sold.values()}
    mine: dict[int, dict[int, Bought]] = {}
    for contact_id, at, product_id, branch_id in found:
        known, bought = batch.known[contact_id], mine.setdefault(contact_id, {})
        if "last_purchase_day" not in known:
            known["last_purchase_day"] = batch.day(contact_id, at)
            if product_id is not None:
                known["last_product"] = names[product_id]
            if branch_id is not None:
                known["branch"] = shops[branch_id].name
        if product_id is not None and product_id not in bought and len(bought) < MOST_ITEMS:
            bought[product_id] = Bought(names[product_id], batch.day(contact_id, at))
    for contact_id, bought in mine.items():
        if bought:
            batch.known[contact_id]["bought"] = tuple(bought.values())


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
