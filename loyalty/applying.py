"""A programme comes into force: its branches and rewards are kept beside it, with what is left of their stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Programme, Reward
from store import catalog, programmes, rewards
from store.rewards import Saved

DAY = dt.timedelta(days=1)


def apply(
    connection: Connection,
    rules: Programme,
    *,
    text: str,
    by: str,
    at: dt.datetime,
    zone: dt.tzinfo,
    pictures: Mapping[str, int] | None = None,
) -> bool:
    """Make these the rules from now on; False when this very text holds already, which is no new version.

    `text` is the file they were read from, `by` who applies it, `zone` the business's clock, on which rewards' days
    begin, and `pictures` the media ids of rewards' pictures by reward code. Rewards and branches that are not named
    any more are withdrawn; what was given out of them stays valid.
    """
    newest = programmes.lock_newest(connection)
    left = rewards.stocks(connection, lock=True)
    before = programme.read(connection)
    catalog.save_branches(
        connection, [catalog.Branch(each.code, each.name, each.city, each.timezone) for each in rules.branches]
    )
    rewards.save(connection, list(_saved(rules, before, left, zone, pictures or {})))
    if newest == text:
        return False
    programme.keep(connection, rules, text=text, by=by, at=at)
    return True


def stock_to_set(reward: Reward, before: Programme, left: Mapping[str, int | None]) -> int | None:
    """What is left of a reward once it is applied: the file's number if it is new, otherwise what is left now."""
    was = {each.code: each.stock for each in before.rewards}
    known = reward.code in left and reward.code in was and was[reward.code] == reward.stock
    return left[reward.code] if known else reward.stock


def _saved(
    rules: Programme,
    before: Programme,
    left: Mapping[str, int | None],
    zone: dt.tzinfo,
    pictures: Mapping[str, int],
) -> Iterator[Saved]:
    for place, reward in enumerate(rules.rewards):
        yield Saved(
            code=reward.code,
            kind=reward.kind,
            name=reward.name,
            names=reward.names,
            about=reward.about,
            abouts=reward.abouts,
            points=reward.points,
            stock=stock_to_set(reward, before, left),
            per_member=reward.per_member,
            tier=reward.tier,
            starts_at=_begin(reward.starts, zone),
            ends_at=_begin(reward.ends + DAY, zone) if reward.ends else None,
            valid_days=reward.valid_days,
            listed=reward.listed,
            place=place,
            picture_id=pictures.get(reward.code),
        )


def _begin(day: dt.date | None, zone: dt.tzinfo) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), zone) if day else None
