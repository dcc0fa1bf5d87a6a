"""Members' tiers: judged by `loyalty.ladder` whenever points are earned or a tier's time is over, and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.ladder import Change, Climb, Ladder, retold
from loyalty.programme import Programme, Tier
from loyalty.rules import house_zone
from store import ledger, ledger_tiers
from store.ledger import Member
from store.ledger_tiers import Stood, TierChange

REVIEW_CHUNK = 200


class Standing(NamedTuple):
    """A member's tier until when it is kept, and the next one with the points it takes."""

    tier: Tier | None
    until: dt.datetime | None
    next: Tier | None
    missing: int


class Gain(NamedTuple):
    """Points of an account that count from `at` on, at the moment they were earned."""

    account_id: int
    points: int
    earned_at: dt.datetime
    at: dt.datetime


class Other(NamedTuple):
    """A member whose tier would be another one; an empty tier is none that has to be earned."""

    account_id: int
    before: str
    after: str


def ladder_of(rules: Programme) -> Ladder:
    """The programme's ladder."""
    return Ladder(rules.tiers, house_zone(rules))


def standing(connection: Connection, member: Member | None, now: dt.datetime) -> Standing:
    """How a member (None: a contact without an account) stands."""
    ladder = ladder_of(programme.read(connection))
    known = ladder.level_of(member.tier) if member else None
    level = ladder.floor if known is None else known
    tier, until = ladder.tier_of(level), member.tier_until if member and level > ladder.floor else None
    if level + 1 >= len(ladder.levels):
        return Standing(tier, until, None, 0)
    after = ladder.levels[level + 1]
    earned = ledger_tiers.earned_since(connection, member.id, ladder.since(now)) if member else 0
    return Standing(tier, until, after, max(1, after.threshold - earned))


def climbs_of(
    connection: Connection, ladder: Ladder, members: Collection[Member], first: dt.datetime
) -> dict[int, Climb]:
    """Members' ways on the ladder by account, to be gone on from `first` or from when their tier's time is over."""
    if not members:
        return {}
    moments = [each.tier_until for each in members if each.tier_until is not None]
    counted: dict[int, list[tuple[dt.datetime, int]]] = {}
    since = ladder.since(min([first, *moments]))
    for account_id, at, points in ledger_tiers.counted(connection, [each.id for each in members], since):
        counted.setdefault(account_id, []).append((at, points))
    return {
        each.id: Climb(ladder, ladder.level_of(each.tier), each.tier_until, counted.get(each.id, ()))
        for each in members
    }


def remember(connection: Connection, climbs: dict[int, Climb]) -> None:
    """Have ways know what came before them, for moments that lie behind."""
    for change in ledger_tiers.changes_of(connection, climbs):
        climbs[change.account_id].past.append(_change(change))


def save(connection: Connection, climbs: dict[int, Climb]) -> None:
    """Keep what became of locked members' tiers, and how."""
    moved = {account: climb for account, climb in climbs.items() if climb.moved}
    if not moved:
        return
    stood = [Stood(account, climb.ladder.code_of(climb.level), climb.until) for account, climb in moved.items()]
    ledger_tiers.stand(connection, stood)
    ledger_tiers.add_changes(
        connection, [TierChange(account, *change) for account, climb in moved.items() for change in climb.changes]
    )


def count(connection: Connection, members: Collection[Member], earned: Iterable[Gain]) -> None:
    """Judge locked members by what they earned just now, if there is anything to climb."""
    ladder = ladder_of(programme.read(connection))
    gains = sorted(earned, key=attrgetter("at"))
    if ladder.is_flat or not gains:
        return
    climbs = climbs_of(connection, ladder, members, gains[0].at)
    for account_id, points, earned_at, at in gains:
        climbs[account_id].earn(points, earned_at, at)
    save(connection, climbs)


def take_back(
    connection: Connection, account_id: int, points: int, bought_at: dt.datetime, at: dt.datetime
) -> None:
    """Take the tier from a locked member that they reached only by a purchase whose points were taken back at `at`.

    What happened since the purchase is told twice by today's rules, with its points and without them. A tier that
    both lead to stays, and so does one that neither leads to: it was not this purchase that brought it.
    """
    ladder = ladder_of(programme.read(connection))
    member = ledger.lock_members(connection, [account_id])[account_id]
    level = ladder.level_of(member.tier)
    if ladder.is_flat or level is None or level == ladder.floor:
        return
    before = [each for each in ledger_tiers.changes_of(connection, [account_id]) if each.at < bought_at]
    start = _change(before[-1]) if before else None
    since = ladder.since(start.at if start else bought_at)
    left = [each[1:] for each in ledger_tiers.counted(connection, [account_id], since)]
    without = retold(ladder, start, left, at)
    if without.level < level <= retold(ladder, start, [*left, (bought_at, points)], at).level:
        climb = Climb(ladder, level, member.tier_until)
        climb.become(without, at)
        save(connection, {account_id: climb})


def review_tiers(connection: Connection, now: dt.datetime, limit: int = REVIEW_CHUNK) -> int:
    """Keep or lower tiers whose time is over by `now`; then raise whom a changed programme raises; how many judged.

    One bounded chunk of at most `limit` members: call it in new transactions until it returns 0. Everybody is
    judged once by each version of the programme: who reaches more now rises, and whose tier is gone gets the one
    their points reach. A tier that became harder to reach is kept until its time is over.
    """
    ladder = ladder_of(programme.read(connection))
    if found := ledger_tiers.over(connection, now, limit):
        climbs = climbs_of(connection, ladder, ledger.lock_members(connection, found).values(), now)
        for climb in climbs.values():
            climb.pass_to(now)
        save(connection, climbs)
        return len(found)
    newest = ledger_tiers.lock_judged(connection)
    members = ledger_tiers.members_after(connection, newest[1], limit) if newest else []
    if newest is None or not members:
        return 0
    changed = _reconsidered(connection, ladder, members, now)
    if changed:
        # Judged again under their locks: they may have earned meanwhile.
        save(
            connection,
            _reconsidered(connection, ladder, ledger.lock_members(connection, changed).values(), now),
        )
    ledger_tiers.mark_judged(connection, newest[0], members[-1].id)
    return len(members)


def tiers_under(
    connection: Connection, rules: Programme, now: dt.datetime, *, after: int = 0, limit: int = REVIEW_CHUNK
) -> tuple[list[Other], int | None]:
    """Whose tiers would change if these were the rules from `now` on, reading at most `limit` members.

    The second is what to give as `after` to go on, or None when all have been read.
    """
    members = ledger_tiers.members_after(connection, after, limit)
    ladder, other = ladder_of(programme.read(connection)), ladder_of(rules)
    climbs = climbs_of(connection, other, members, now)
    found = []
    for each in members:
        climbs[each.id].reconsider(now)
        level = ladder.level_of(each.tier)
        before = ladder.tier_of(ladder.floor if level is None else level)
        tier = other.tier_of(climbs[each.id].level)
        if (before and before.code) != (tier and tier.code):
            found.append(Other(each.id, before.code if before else "", tier.code if tier else ""))
    return found, members[-1].id if len(members) == limit else None


def _reconsidered(
    connection: Connection, ladder: Ladder, members: Collection[Member], now: dt.datetime
) -> dict[int, Climb]:
    """The ways of those whose tier is another one by these rules."""
    climbs = climbs_of(connection, ladder, members, now)
    for climb in climbs.values():
        climb.reconsider(now)
    return {account: climb for account, climb in climbs.items() if climb.moved}


def _change(kept: TierChange) -> Change:
    return Change(kept.tier, kept.reason, kept.until, kept.at)
