"""The figures of a campaign: where everybody is, who reacted, by variant, language, button and time, and what for.

The report page, its tables, the command line and the API all tell these. Every figure's meaning is in
`docs/campaign-reports.md`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from insights import campaign_outcome, experiments
from insights.campaign_outcome import Outcome, Uplift
from insights.experiments import Difference, Race
from insights.scores import Share
from loyalty import programme
from store import campaign_figures, campaign_presses, recipients
from store.campaign_figures import Slice
from store.campaigns import Campaign
from store.recipients import HELD

STEPS = tuple(dt.timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 168))
MOST_STRETCHES = 14
FOLLOWED = dt.timedelta(hours=72)  # after the last message: by then nearly everybody has clicked who will
LETTERS = "ABCDE"


class Part(msgspec.Struct, frozen=True):
    """So many recipients stand so, for this reason (empty: none)."""

    state: str
    reason: str
    count: int


class Rates(msgspec.Struct, frozen=True):
    """Of `people` whose message left, or may have, so many did what; `paid` in minor units."""

    people: int = 0
    clicked: int = 0
    replied: int = 0
    stopped: int = 0
    bought: int = 0
    paid: int = 0
    squares: float = 0.0

    def share(self, name: str) -> Share:
        """The share of those who did it: clicked, replied, stopped or bought."""
        return Share(getattr(self, name), self.people)


class VariantFigures(msgspec.Struct, frozen=True):
    """A variant: how many of all were dealt it, what these did, and the differences from the first variant.

    The differences compare what was sent side by side: with a winner, what was sent before it was named.
    """

    variant: str
    dealt: int
    rates: Rates
    tried: Rates
    clicked: Difference | None = None
    bought: Difference | None = None


class ButtonFigures(msgspec.Struct, frozen=True):
    """A button of a variant, by its place from 0 or as `store.campaign_presses` names it: people, and times."""

    variant: str
    button: int
    people: int
    times: int


class LanguageFigures(msgspec.Struct, frozen=True):
    """Those who got the text in a language."""

    language: str
    rates: Rates


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of time: how many messages left in it, and how many people clicked in it for the first time."""

    begins: dt.datetime
    sent: int
    clicked: int


class ChannelFigures(msgspec.Struct, frozen=True):
    """Messages that left by a channel, or may have; `delivered`: known to have arrived (None: it never tells)."""

    channel: str
    messages: int
    delivered: int | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be told of a campaign at a moment.

    `parts` add up to `recipients`, to the last one. `stretches` are `step_hours` long each. `outcome` and `uplifts`
    are as of the outcome's own moment; None and empty while none was figured. `race` is there while a winner is
    sought.
    """

    public_id: str
    name: str
    kind: str
    state: str
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    ends_at: dt.datetime | None
    days: int
    hold_out: int
    currency: str
    recipients: int = 0
    parts: tuple[Part, ...] = ()
    rates: Rates = Rates()
    variants: tuple[VariantFigures, ...] = ()
    buttons: tuple[ButtonFigures, ...] = ()
    languages: tuple[LanguageFigures, ...] = ()
    step_hours: int = 1
    stretches: tuple[Stretch, ...] = ()
    outcome: Outcome | None = None
    uplifts: tuple[Uplift, ...] = ()
    race: Race | None = None
    winner: str = ""
    decided_at: dt.datetime | None = None

    @property
    def channels(self) -> tuple[ChannelFigures, ...]:
        """By channel, as of the outcome's moment."""
        if self.outcome is None:
            return ()
        delivered = self.outcome.delivered
        return tuple(
            ChannelFigures(*each, delivered.get(each[0])) for each in sorted(self.outcome.channels.items())
        )

    @property
    def closes_at(self) -> dt.datetime | None:
        """From when on no purchase counts any more; None where nobody knows yet when it ends."""
        last = self.ended_at or self.ends_at
        return last + dt.timedelta(days=self.days) if last is not None else None

    def count(self, *states: str) -> int:
        """How many recipients are in one of these states."""
        return sum(part.count for part in self.parts if part.state in states)


def figures(connection: Connection, campaign: Campaign, now: dt.datetime) -> Figures:
    """The figures of a campaign as they are now; of one that has not started nothing but what it is."""
    settings: dict[str, Any] = campaign.settings
    found = Figures(
        public_id=campaign.public_id,
        name=campaign.name,
        kind=campaign.kind,
        state=campaign.state,
        started_at=campaign.started_at,
        ended_at=campaign.ended_at,
        ends_at=campaign.ends_at,
        days=settings["days"],
        hold_out=settings["hold_out"],
        currency=programme.read(connection).currency,
        winner=campaign.winner,
        decided_at=campaign.decided_at,
    )
    if campaign.started_at is None:
        return found
    step, begins = stretches(campaign.started_at, min(now, (campaign.ended_at or now) + FOLLOWED))
    slices = campaign_figures.slices(connection, campaign.id, begins, campaign.decided_at)
    tally = recipients.tally(connection, campaign.id)
    kept = campaign_outcome.read(campaign.outcome)
    return msgspec.structs.replace(
        found,
        recipients=sum(each.number for each in tally),
        parts=_parts(tally),
        rates=added(slices),
        variants=_variants(slices, tally, settings),
        buttons=tuple(ButtonFigures(*each) for each in campaign_presses.pressed(connection, campaign.id)),
        languages=_languages(slices),
        step_hours=int(step / dt.timedelta(hours=1)),
        stretches=_stretched(connection, campaign, begins, slices),
        outcome=kept.last,
        uplifts=campaign_outcome.uplifts(kept.last) if kept.last is not None else (),
        race=_race(connection, campaign, settings),
    )


def added(slices: Iterable[Slice]) -> Rates:
    """All of them together."""
    names = Rates.__struct_fields__
    sums = [
        sum(column) for column in zip(*([getattr(each, name) for name in names] for each in slices), strict=True)
    ]
    return Rates(*sums) if sums else Rates()


def stretches(begins: dt.datetime, last: dt.datetime) -> tuple[dt.timedelta, list[dt.datetime]]:
    """The time until `last` in at most fourteen stretches of hours or days; where each begins."""
    span = max(dt.timedelta(0), last - begins)
    step = next((each for each in STEPS if span < MOST_STRETCHES * each), STEPS[-1])
    return step, [begins + place * step for place in range(min(MOST_STRETCHES, span // step + 1))]


def _parts(tally: Sequence[recipients.Tally]) -> tuple[Part, ...]:
    counts = Counter[tuple[str, str]]()
    for each in tally:
        counts[each.state, each.reason] += each.number
    return tuple(Part(*which, count) for which, count in sorted(counts.items()) if count)


def _variants(
    slices: Sequence[Slice], tally: Sequence[recipients.Tally], settings: dict[str, Any]
) -> tuple[VariantFigures, ...]:
    dealt = Counter[str]()
    for each in tally:
        dealt[each.variant] += each.number * (each.state != HELD)
    letters = LETTERS[: len(settings["variants"])]
    rates = {letter: added(each for each in slices if each.variant == letter) for letter in letters}
    tried = {letter: added(each for each in slices if each.variant == letter and each.tried) for letter in letters}
    found = [VariantFigures(letter, dealt[letter], rates[letter], tried[letter]) for letter in letters]
    if len(found) < 2:
        return tuple(found)
    first, others = found[0], found[1:]
    clicked, bought = (
        experiments.together(first.tried.share(name), [each.tried.share(name) for each in others])
        for name in ("clicked", "bought")
    )
    compared = [
        msgspec.structs.replace(each, clicked=one, bought=other)
        for each, one, other in zip(others, clicked, bought, strict=True)
    ]
    return (first, *compared)


def _languages(slices: Sequence[Slice]) -> tuple[LanguageFigures, ...]:
    spoken = {each.language for each in slices}
    found = [
        LanguageFigures(language, added(each for each in slices if each.language == language))
        for language in spoken
    ]
    return tuple(sorted(found, key=lambda each: (-each.rates.people, each.language)))


def _stretched(
    connection: Connection, campaign: Campaign, begins: Sequence[dt.datetime], slices: Sequence[Slice]
) -> tuple[Stretch, ...]:
    sent = Counter[int]()
    for each in slices:
        sent[each.stretch] += each.people
    clicked = campaign_figures.first_clicks(connection, campaign.id, begins)
    return tuple(Stretch(begin, sent[place], clicked.get(place, 0)) for place, begin in enumerate(begins))


def _race(connection: Connection, campaign: Campaign, settings: dict[str, Any]) -> Race | None:
    """How the variants stand, as the job that decides sees it."""
    if settings.get("winner") is None or campaign.decided_at is not None or campaign.ended_at is not None:
        return None
    weights = {letter: each["weight"] for letter, each in zip(LETTERS, settings["variants"], strict=False)}
    hits = campaign_figures.raced(connection, campaign.id, settings["winner"]["by"])
    return experiments.race({letter: hits.get(letter, 0) for letter in weights}, weights)
