"""What came of campaigns: the figures of the report that people read."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.engine import Connection

from console.api import campaigns, money
from console.api.campaigns import STATES, CampaignId, Reads
from console.api.fields import Amount, PublicId, Shown
from console.api.frame import Caller
from console.api.gate import JsonRoute
from insights import campaigns as insight
from insights.campaign_outcome import Group, Uplift
from insights.campaigns import Figures, Rates, VariantFigures
from insights.experiments import Difference
from insights.scores import Share

router = APIRouter(tags=["campaigns"], route_class=JsonRoute)
Verdict = Literal["higher", "lower", "open", "few"]
Signed = Annotated[str, Field(examples=["-1.25"], description="A decimal amount, below zero with a minus.")]


class Part(Shown):
    """So many recipients stand so, for this reason."""

    state: str
    reason: str
    number: int


class Rate(Shown):
    """How many customers did it, the share of them, and from where to where the true share lies (95 percent)."""

    number: int
    share: float | None
    low: float | None
    high: float | None


class Reactions(Shown):
    """Of so many customers whose message left, or may have, who did what."""

    customers: int
    clicked: Rate
    replied: Rate
    stopped: Rate
    bought: Rate
    paid: Amount


class Contrast(Shown):
    """A difference of shares with its range (95 percent), and what it means."""

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    wanted: int | None = Field(description="Customers in each group to find a difference of a fifth.")


class VariantReport(Shown):
    """A variant; what is compared is compared with the first one."""

    letter: str
    dealt: int
    reactions: Reactions
    clicked: Contrast | None
    bought: Contrast | None


class ButtonReport(Shown):
    """A button of a variant: its place from 0, -1 for “why”, -2 for the gift."""

    letter: str
    button: int
    customers: int
    times: int


class LanguageReport(Shown):
    """Those who got the text in a language."""

    language: str
    reactions: Reactions


class StretchReport(Shown):
    """A stretch of time: messages that left in it, and customers who clicked for the first time."""

    begins: dt.datetime
    sent: int
    clicked: int


class GroupReport(Shown):
    """A group that was dealt at random."""

    customers: int
    bought: int
    redeemed: int
    paid: Amount


class PaidContrast(Shown):
    """The difference in what each customer paid on average, with its range (95 percent)."""

    difference: Signed | None
    low: Signed | None
    high: Signed | None
    verdict: Verdict


class UpliftReport(Shown):
    """Who was to get it against who got nothing of it (held), or of any (apart)."""

    against: Literal["held", "apart"]
    dealt: GroupReport
    without: GroupReport
    bought: Contrast
    redeemed: Contrast
    paid: PaidContrast


class ChannelReport(Shown):
    """Messages that left by a channel, or may have."""

    channel: str
    messages: int
    delivered: int | None = Field(description="How many are known to have arrived; null: this channel never tells.")


class CampaignReport(Shown):
    """What came of a campaign; the parts add up to all recipients."""

    id: PublicId
    state: STATES
    recipients: int
    parts: list[Part]
    days: int = Field(description="In which a purchase counts.")
    currency: str
    reactions: Reactions
    variants: list[VariantReport]
    buttons: list[ButtonReport]
    languages: list[LanguageReport]
    channels: list[ChannelReport]
    stretch_hours: int
    stretches: list[StretchReport]
    uplifts: list[UpliftReport]
    figured_at: dt.datetime | None = Field(description="When the channels and the uplifts were figured.")
    final: bool = Field(description="Whether no purchase counts any more.")
    winner: str = Field(description="The variant that the rest gets; empty: none.")
    decided_at: dt.datetime | None


@router.get("/campaigns/{id}/report", operation_id="getReport")
async def report(of_id: CampaignId, caller: Reads) -> CampaignReport:
    """What came of a campaign so far."""
    return await caller.read(partial(_report, of_id=of_id, caller=caller))


def _report(connection: Connection, of_id: str, caller: Caller) -> CampaignReport:
    found = insight.figures(connection, campaigns.of(connection, of_id), caller.house.now())
    return shown(found)


def shown(found: Figures) -> CampaignReport:
    """The figures as the API writes them."""
    currency, last = found.currency, found.outcome
    return CampaignReport.model_validate(
        {
            "id": found.public_id,
            "state": found.state,
            "recipients": found.recipients,
            "parts": [Part(state=each.state, reason=each.reason, number=each.count) for each in found.parts],
            "days": found.days,
            "currency": currency,
            "reactions": _reactions(found.rates, currency),
            "variants": [_variant(each, currency) for each in found.variants],
            "buttons": [
                ButtonReport(letter=each.variant, button=each.button, customers=each.people, times=each.times)
                for each in found.buttons
            ],
            "languages": [
                LanguageReport(language=each.language, reactions=_reactions(each.rates, currency))
                for each in found.languages
            ],
            "channels": [
                ChannelReport(channel=each.channel, messages=each.messages, delivered=each.delivered)
                for each in found.channels
            ],
            "stretch_hours": found.step_hours,
            "stretches": [
                StretchReport(begins=each.begins, sent=each.sent, clicked=each.clicked) for each in found.stretches
            ],
            "uplifts": [_uplift(each, currency) for each in found.uplifts],
            "figured_at": last.at if last is not None else None,
            "final": last is not None and last.final,
            "winner": found.winner,
            "decided_at": found.decided_at,
        }
    )


def _reactions(rates: Rates, currency: str) -> Reactions:
    names = ("clicked", "replied", "stopped", "bought")
    told = {name: _rate(rates.share(name)) for name in names}
    return Reactions(customers=rates.people, paid=money.written(rates.paid, currency), **told)


def _rate(share: Share) -> Rate:
    low, high = (share.interval.low, share.interval.high) if share.interval is not None else (None, None)
    return Rate(number=share.hits, share=share.value, low=low, high=high)


def _variant(each: VariantFigures, currency: str) -> VariantReport:
    return VariantReport(
        letter=each.variant,
        dealt=each.dealt,
        reactions=_reactions(each.rates, currency),
        clicked=_contrast(each.clicked) if each.clicked is not None else None,
        bought=_contrast(each.bought) if each.bought is not None else None,
    )


def _contrast(found: Difference) -> Contrast:
    low, high = (found.interval.low, found.interval.high) if found.interval is not None else (None, None)
    return Contrast(difference=found.value, low=low, high=high, verdict=found.verdict, wanted=found.wanted)


def _uplift(each: Uplift, currency: str) -> UpliftReport:
    ends = (each.paid.interval.low, each.paid.interval.high) if each.paid.interval is not None else (None, None)
    paid, low, high = (
        None if value is None else money.written(round(value), currency) for value in (each.paid.value, *ends)
    )
    return UpliftReport(
        against=each.against,
        dealt=_group(each.dealt, currency),
        without=_group(each.without, currency),
        bought=_contrast(each.bought),
        redeemed=_contrast(each.redeemed),
        paid=PaidContrast(difference=paid, low=low, high=high, verdict=each.paid.verdict),
    )


def _group(group: Group, currency: str) -> GroupReport:
    return GroupReport(
        customers=group.people,
        bought=group.bought,
        redeemed=group.redeemed,
        paid=money.written(group.paid, currency),
    )
