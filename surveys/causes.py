"""What customers are invited after: purchases, and what the team closed, each looked at once, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from store import new_purchases, survey_reach
from store.survey_reach import Bought, Closed, Wanted
from surveys import inviting
from surveys.inviting import Candidate
from surveys.rules import FROM_SURVEYS, Rule, Ruled

RECENT = dt.timedelta(days=3)  # a purchase or an end that comes to light later invites nobody
PURCHASES = "invite_purchases"
AT_ONCE = 1_000
Ends: TypeAlias = Callable[[Connection, tuple[dt.datetime, int], dt.datetime, int], list[Closed]]
ENDS: Mapping[str, Ends] = {"case": survey_reach.closed_cases, "conversation": survey_reach.closed_conversations}


class Page(NamedTuple):
    """What the rules make of the next events: whom each would invite, and where the events end."""

    wanted: list[tuple[Ruled, list[Candidate]]]
    at: dt.datetime
    row_id: int
    more: bool = False


def purchases(connection: Connection, after: int, until: int, zone: ZoneInfo, now: dt.datetime) -> Page:
    """What the rules make of the next purchases; `zone` is the business's."""
    ruled = inviting.at_work(connection, "purchase")
    found = survey_reach.purchases_after(connection, after, until, AT_ONCE) if ruled else []
    wanted = [(each, visits(connection, each, found, zone, now)) for each in ruled]
    more = len(found) == AT_ONCE
    return Page(wanted, now, found[-1].id if more else until, more)


def ends(connection: Connection, cause: str, after: tuple[dt.datetime, int], now: dt.datetime) -> Page:
    """What the rules make of the next cases or conversations that were closed."""
    ruled = inviting.at_work(connection, cause)
    found = ENDS[cause](connection, after, now - new_purchases.SETTLED, AT_ONCE)
    wanted = [(each, closed(connection, each, found, now)) for each in ruled]
    last = (found[-1].at, found[-1].id) if found else after
    return Page(wanted, *last, len(found) == AT_ONCE)


def visits(
    connection: Connection,
    ruled: Ruled,
    bought: Iterable[Bought],
    zone: ZoneInfo,
    now: dt.datetime,
    recent: dt.timedelta = RECENT,
) -> list[Candidate]:
    """Whom a rule would invite after these purchases: once for all that somebody bought on a day."""
    rule = ruled.rule
    found: dict[str, Candidate] = {}
    for each in bought:
        if now - recent <= each.at <= now + RECENT and _counts(rule, each):
            cause = f"visit:{each.contact_id}:{each.at.astimezone(zone):%Y-%m-%d}"
            at = max(each.at + dt.timedelta(hours=rule.delay_hours), now)
            new = Candidate(each.contact_id, cause, at, "", each.branch_id, each.product_id)
            found.setdefault(cause, new)
    return _named(connection, rule, list(found.values()), now)


def closed(
    connection: Connection,
    ruled: Ruled,
    ended: Iterable[Closed],
    now: dt.datetime,
    recent: dt.timedelta = RECENT,
) -> list[Candidate]:
    """Whom a rule would invite after these were closed."""
    rule, delay = ruled.rule, dt.timedelta(hours=ruled.rule.delay_hours)
    found = [
        Candidate(
            each.contact_id,
            f"{rule.cause}:{each.public_id}",
            max(each.at + delay, now),
            each.touchpoint,
            each.branch_id,
            each.product_id,
        )
        for each in ended
        if each.at >= now - recent and (rule.cause != "case" or _fits(rule, each))
    ]
    return _named(connection, rule, found, now)


def wanted(rule: Rule, now: dt.datetime, kinds: tuple[str, ...] | None = None, *, agreed: bool = False) -> Wanted:
    """What the contacts of a rule must be, of these kinds or of those that the rule names."""
    who = rule.who
    since = now - dt.timedelta(days=who.bought_days)
    return Wanted(kinds or who.kinds, who.languages, who.tiers, who.tags, who.branches, since, agreed)


def _counts(rule: Rule, each: Bought) -> bool:
    if 0 < each.amount <= each.refunded or each.amount < rule.least:
        return False
    goods = not (rule.categories or rule.skus) or each.category in rule.categories or each.sku in rule.skus
    return goods and (not rule.branches or each.branch in rule.branches)


def _fits(rule: Rule, each: Closed) -> bool:
    if each.kind not in rule.case_kinds and (rule.case_kinds or each.kind == FROM_SURVEYS):
        return False
    here = not rule.branches or each.branch in rule.branches
    return here and (not rule.touchpoints or each.touchpoint in rule.touchpoints)


def _named(
    connection: Connection, rule: Rule, candidates: Sequence[Candidate], now: dt.datetime
) -> list[Candidate]:
    """Those whom the rule's conditions name."""
    ids = {each.contact_id for each in candidates}
    named = survey_reach.among_these(connection, wanted(rule, now), ids)
    return [each for each in candidates if each.contact_id in named]
