"""The gift of a campaign's message: once for each recipient, and from the stock while there is some."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.campaign_gift import WHY_NOT as WORDS
from flows.campaign_why import THINGS
from loyalty.programme import Reward
from outreach.campaigns import gifting
from outreach.campaigns.gifting import Given
from outreach.segments.facts import FACTS
from outreach.templates.content import Gift
from store import ledger_freezing, vouchers
from store.campaigns import Campaign
from store.ledger_freezing import Freeze
from store.tables import accounts, campaign_recipients
from talk.effects import Act
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory
from tests.loyalty.shop import balance, members, open_shop
from tests.outreach.sent_campaigns import CONTENT, campaign, recipient

DAY = dt.timedelta(days=1)


def sent(connection: Connection, contact: int, gift: Gift) -> Campaign:
    made = campaign(connection, NOON, contents={"A": msgspec.structs.replace(CONTENT, gift=gift)})
    recipient(connection, made, contact, NOON)
    return made


def take(connection: Connection, contact: int, campaign: Campaign, now: dt.datetime = NOON) -> Given:
    found = gifting.gift_for(connection, contact, campaign.public_id)
    assert found is not None
    return gifting.give(Act(connection, contact, "key", now, "en", SECRET, ""), *found)


def test_points_are_given_once_however_often_the_button_is_pressed() -> None:
    with ledger_in_memory() as connection:
        [contact] = members(connection, 10)
        made = sent(connection, contact, Gift(points=50))
        assert take(connection, contact, made) == Given(50)
        assert take(connection, contact, made, NOON + DAY) == Given(50, again=True)
        assert balance(connection, contact) == 60


def test_a_voucher_is_given_once_and_takes_its_piece_of_the_stock() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        first, second = members(connection, 0, 0)
        made = sent(connection, first, Gift(reward="tumbler"))
        recipient(connection, made, second, NOON)
        given, again = take(connection, first, made), take(connection, first, made)
        assert given.voucher is not None
        assert again.voucher is not None
        assert given.voucher.public_id == again.voucher.public_id
        assert take(connection, second, made) == Given(why_not="used up")
        assert vouchers.usable(connection, second, NOON) == []


def test_points_are_given_where_their_voucher_is_gone() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 0)
        for reward in ("trees", "nothing"):  # a donation has no voucher
            assert take(connection, contact, sent(connection, contact, Gift(5, reward))) == Given(5, why_not="gone")
        assert balance(connection, contact) == 10


def test_a_reward_is_given_within_its_period_alone() -> None:
    with ledger_in_memory() as connection:
        summer = Reward("summer", "Ice", 0, starts=NOON.date() + DAY, ends=NOON.date() + 2 * DAY)
        open_shop(connection, [summer])
        [contact] = members(connection, 0)
        made = sent(connection, contact, Gift(reward="summer"))
        assert take(connection, contact, made) == Given(why_not="not yet", day=NOON.date() + DAY)
        assert take(connection, contact, made, NOON + 3 * DAY) == Given(why_not="over", day=NOON.date() + 2 * DAY)
        assert take(connection, contact, made, NOON + 2 * DAY).voucher is not None


def test_nothing_is_given_while_redemption_is_stopped_and_all_of_it_afterwards() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 0)
        made = sent(connection, contact, Gift(50, "tumbler"))
        account = connection.scalar(sa.select(accounts.c.id).where(accounts.c.contact_id == contact)) or 0
        ledger_freezing.set_freeze(connection, account, Freeze(NOON, "theft"))
        assert take(connection, contact, made) == Given(why_not="frozen")
        ledger_freezing.set_freeze(connection, account, None)
        given = take(connection, contact, made)
        assert (given.points, given.again, given.voucher is not None) == (50, False, True)


def test_a_recipient_who_was_joined_with_somebody_has_their_gift_once() -> None:
    with ledger_in_memory() as connection:
        before, after = members(connection, 0, 0)
        made = sent(connection, before, Gift(points=50))
        take(connection, before, made)
        moved = campaign_recipients.update().values(contact_id=after)
        connection.execute(moved)
        assert take(connection, after, made).again


def test_who_was_sent_nothing_or_something_without_a_gift_has_none() -> None:
    with ledger_in_memory() as connection:
        contact, held, stranger = members(connection, 0, 0, 0)
        made = sent(connection, contact, Gift(points=50))
        recipient(connection, made, held, NOON, state="held")
        plain = campaign(connection, NOON, contents={"A": msgspec.structs.replace(CONTENT, gift=None)})
        recipient(connection, plain, contact, NOON)
        assert gifting.gift_for(connection, held, made.public_id) is None
        assert gifting.gift_for(connection, stranger, made.public_id) is None
        assert gifting.gift_for(connection, contact, plain.public_id) is None
        assert gifting.gift_for(connection, contact, "nobody-knows-it") is None


def test_there_are_words_for_every_reason_not_to_give_it() -> None:
    assert set(WORDS) == set(get_args(gifting.WhyNot)) - {""}


def test_every_fact_that_a_segment_can_ask_can_be_told_to_its_customer() -> None:
    assert set(THINGS) == set(FACTS)
