"""The gift of a campaign's message: points, a voucher, or both, once for each recipient.

Unlike other gifts a campaign's voucher takes its piece of the reward's stock: a broadcast may reach more people
than there are pieces, and who presses first has them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, vouchers
from loyalty.rules import expiry_of
from loyalty.vouchers import Voucher
from outreach.templates.content import Content, Gift
from store import campaign_presses, campaigns, ledger_freezing, rewards
from store import ledger as entries
from store import vouchers as kept
from store.rewards import Reward
from talk.effects import Act

WhyNot: TypeAlias = Literal["", "gone", "over", "not yet", "used up", "frozen"]


class Given(msgspec.Struct, frozen=True):
    """What somebody has of a gift: points until a day (None: for good), and a voucher.

    `again`: they had the points before. `why_not` says why there is no voucher; then `day` is the last one on which
    it could be had, or the first. Days are on the contact's clock.
    """

    points: int = 0
    points_until: dt.date | None = None
    again: bool = False
    voucher: Voucher | None = None
    why_not: WhyNot = ""
    day: dt.date | None = None


def gift_for(connection: Connection, contact_id: int, campaign: str) -> tuple[Gift, str] | None:
    """The gift that the contact's message of this campaign (a public id) brought, and its key; None: none."""
    found = campaigns.find(connection, campaign)
    by = campaign_presses.recipient(connection, found.id, contact_id) if found is not None else None
    if found is None or by is None:
        return None
    contents = found.contents or {}
    gift = msgspec.convert(contents[by.variant], Content).gift if by.variant in contents else None
    # By the recipient's row, which stays the same when they are joined with somebody.
    return (gift, f"campaign:{found.public_id}:{by.id}") if gift is not None else None


def give(act: Act, gift: Gift, key: str) -> Given:
    """Give what of the gift can be had, to a member; the same key again gives nothing more.

    While redemption is stopped nothing is given, so that it is there once that is over.
    """
    connection, now = act.connection, act.now
    if ledger_freezing.of_contact(connection, act.contact_id) is not None:
        return Given(why_not="frozen")
    given = Given()
    if gift.points:
        until = expiry_of(programme.read(connection), now)
        # Whoever's account it went to: who was joined since may have kept one of their own.
        again = bool(entries.find_entries(connection, [key]))
        if not again:
            ledger.gift(connection, act.contact_id, gift.points, key=key, at=now, expires_at=until)
        given = Given(gift.points, _day(until, now), again=again)
    return _with_voucher(act, given, gift.reward, key) if gift.reward else given


def _with_voucher(act: Act, given: Given, code: str, key: str) -> Given:
    connection, now = act.connection, act.now
    if kept.by_key(connection, key) is None:
        reward = rewards.find(connection, code)
        why_not, day = _not_there(reward, now)
        if reward is not None and not why_not and not rewards.take(connection, reward.id):
            why_not = "used up"
        if why_not:
            return msgspec.structs.replace(given, why_not=why_not, day=day)
    voucher = vouchers.issue(connection, act.secret, act.contact_id, code, key=key, now=now, language=act.language)
    return msgspec.structs.replace(given, voucher=voucher)


def _not_there(reward: Reward | None, now: dt.datetime) -> tuple[WhyNot, dt.date | None]:
    if reward is None or not reward.active or reward.kind == "donation":
        return "gone", None
    if reward.ends_at is not None and reward.ends_at <= now:
        return "over", _day(reward.ends_at - dt.timedelta(microseconds=1), now)
    if reward.starts_at is not None and reward.starts_at > now:
        return "not yet", _day(reward.starts_at, now)
    return "", None


def _day(moment: dt.datetime | None, now: dt.datetime) -> dt.date | None:
    return moment.astimezone(now.tzinfo).date() if moment is not None else None
