"""What a campaign brought: everybody it was dealt to against those who got nothing, over one stretch of time.

Three groups, each dealt at random and whole, whether its people could be reached or not (intention to treat): who
was to get it, who was held out of this campaign, and who is held out of all offers and news. The documents are what
`campaigns.outcome` keeps.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from insights import experiments, scores
from insights.experiments import Difference
from insights.scores import Mean, Share
from store import visitors
from store.campaign_outcomes import Dealt
from store.recipients import HELD, SENT, UNKNOWN

DEALT, APART = "dealt", "apart"
TELLING = (visitors.CHANNEL,)  # channels that can tell what arrived
Against: TypeAlias = Literal["held", "apart"]


class Group(msgspec.Struct, frozen=True):
    """So many people, of whom so many bought and redeemed; `paid` in all, and the sum of the squares of each's."""

    people: int = 0
    bought: int = 0
    redeemed: int = 0
    paid: int = 0
    squares: float = 0.0

    def share(self, name: str) -> Share:
        """The share of those who did it: bought or redeemed."""
        return Share(getattr(self, name), self.people)

    @property
    def mean(self) -> Mean:
        """What each paid, those who paid nothing among them."""
        return scores.of_sums(self.people, self.paid, self.squares)


class Counts(msgspec.Struct, frozen=True):
    """Recipients of a campaign; `paid` is what followed its messages, in minor units."""

    recipients: int = 0
    sent: int = 0
    unknown: int = 0
    clicked: int = 0
    replied: int = 0
    stopped: int = 0
    bought: int = 0
    paid: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """As it was figured `at` a moment: of purchases from `since` until `until`; `final`: the days are over.

    `channels` says by which channel how many messages left, `delivered` of how many of them it is known that they
    arrived, for the channels that can tell (TELLING); `groups` who did what: dealt, held, apart.
    """

    at: dt.datetime
    since: dt.datetime
    until: dt.datetime
    final: bool = False
    counts: Counts = Counts()
    channels: dict[str, int] = {}
    delivered: dict[str, int] = {}
    groups: dict[str, Group] = {}


class Kept(msgspec.Struct, frozen=True):
    """What the row of a campaign keeps: the last outcome, and one that is being figured, up to a contact's id."""

    last: Outcome | None = None
    under_way: Outcome | None = None
    reached: int = 0


class Uplift(msgspec.Struct, frozen=True):
    """Who was to get the campaign, against who got nothing of it (`held`) or of any (`apart`)."""

    against: Against
    without: Group
    dealt: Group
    bought: Difference
    paid: Difference
    redeemed: Difference


def read(document: object) -> Kept:
    """What a campaign's row keeps. Raises msgspec.ValidationError for a document that is none."""
    return msgspec.convert(document, Kept) if document is not None else Kept()


def add(
    outcome: Outcome,
    rows: Iterable[Dealt],
    bought: Mapping[int, int],
    redeemed: Collection[int],
    apart: Collection[int],
) -> Outcome:
    """The outcome with some more recipients in it; `apart` are those of them who are held out of everything."""
    counts, channels = Counter[str](msgspec.structs.asdict(outcome.counts)), Counter(outcome.channels)
    delivered = Counter(outcome.delivered)
    groups = {name: msgspec.structs.asdict(group) for name, group in outcome.groups.items()}
    for row in rows:
        _count(counts, row)
        channels.update([row.channel] * bool(row.channel))
        delivered.update({row.channel: row.delivered} if row.channel in TELLING else {})
        name = APART if row.contact_id in apart else HELD if row.state == HELD else DEALT
        group = groups.setdefault(name, msgspec.structs.asdict(Group()))
        paid = bought.get(row.contact_id)
        group["people"] += 1
        group["bought"] += paid is not None
        group["redeemed"] += row.contact_id in redeemed
        group["paid"] += paid or 0
        group["squares"] += float(paid or 0) ** 2
    return msgspec.structs.replace(
        outcome,
        counts=Counts(**counts),
        channels=dict(channels),
        delivered=dict(delivered),
        groups={name: Group(**group) for name, group in groups.items()},
    )


def uplifts(outcome: Outcome) -> tuple[Uplift, ...]:
    """What it brought, against each group that there is."""
    dealt = outcome.groups.get(DEALT, Group())
    against: tuple[Against, ...] = ("held", "apart")
    return tuple(_uplift(each, outcome.groups[each], dealt) for each in against if each in outcome.groups)


def _uplift(against: Against, without: Group, dealt: Group) -> Uplift:
    [bought] = experiments.together(without.share("bought"), [dealt.share("bought")])
    [paid] = experiments.together(without.mean, [dealt.mean])
    [redeemed] = experiments.together(without.share("redeemed"), [dealt.share("redeemed")])
    if bought.verdict == "few":  # of a handful of purchases no mean is to be trusted
        paid = msgspec.structs.replace(paid, verdict="few")
    return Uplift(against, without, dealt, bought, paid, redeemed)


def _count(counts: Counter[str], row: Dealt) -> None:
    counts["recipients"] += 1
    if row.state not in (SENT, UNKNOWN):
        return
    counts[row.state] += 1
    counts["paid"] += row.paid
    for name in ("clicked", "replied", "stopped", "bought"):
        counts[name] += getattr(row, name)
