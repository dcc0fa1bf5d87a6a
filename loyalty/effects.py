"""What dialogues may ask of the loyalty programme: `talk.do("account", effects.account_of)`."""

from __future__ import annotations

import msgspec
from msgspec import structs

from locales.formats import Money
from loyalty import ledger, programme, rewards
from loyalty.ledger import Account, HistoryPage
from loyalty.programme import decimals
from loyalty.rewards import Reward
from talk.engine import Act, lookup

HISTORY_PAGE = 5


@lookup
def account_of(act: Act) -> Account:
    """The customer's points, what expires next and their tier."""
    return ledger.account_of(act.connection, act.contact_id, act.now, act.language)


class Rate(msgspec.Struct, frozen=True):
    """The points that a whole unit of the currency earns."""

    points: int
    amount: Money


@lookup
def earning_rate(act: Act) -> Rate:
    """What a purchase earns in this programme."""
    rules = programme.read(act.connection)
    every = rules.earn.every or 10 ** decimals(rules.currency)
    return Rate(rules.earn.points, Money(every, rules.currency))


@lookup
def history_page(act: Act, page: int) -> HistoryPage:
    """A page of the customer's entries, newest first, on the customer's clock; page 1 is the newest."""
    found = ledger.history(act.connection, act.contact_id, page, HISTORY_PAGE)
    lines = (structs.replace(line, at=line.at.astimezone(act.now.tzinfo)) for line in found.lines)
    return structs.replace(found, lines=tuple(lines))


@lookup
def rewards_list(act: Act) -> tuple[Reward, ...]:
    """What the customer could have for points, the least points first."""
    return rewards.rewards_in(act.connection, act.language)
