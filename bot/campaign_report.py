"""The report of a campaign in the terminal: the figures that the report's page tells, in lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.campaign_work import the_one
from bot.why import reason_of
from insights.scores import FEW

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from insights.campaign_outcome import Group, Uplift
    from insights.campaigns import Figures, Rates, VariantFigures
    from insights.experiments import Difference
    from insights.scores import Share

DID = {"clicked": "clicked", "replied": "replied", "stopped": "said stop", "bought": "bought"}
AGAINST = {"held": "who was held out of it", "apart": "who is held out of all offers and news"}
VERDICTS = {
    "higher": "more, not by chance",
    "lower": "less, not by chance",
    "open": "may be chance",
    "few": "too few",
}


def lines(connection: Connection, named: str, settings: Settings) -> list[str]:
    """What came of a campaign. Raises SapaError for one that is not there."""
    from bot.app import utc_now
    from insights import campaigns

    return list(told(campaigns.figures(connection, the_one(connection, named), utc_now()), settings.zone))


def told(found: Figures, zone: dt.tzinfo) -> Iterator[str]:
    """The figures in lines, moments on the clock of `zone`."""
    yield f"“{found.name}”, {found.kind}, id {found.public_id}: {found.state}"
    if not found.recipients:
        yield "Nothing of it has been sent yet, so there is nothing to report."
        return
    yield from _everybody(found)
    for each in found.channels:
        if each.delivered is not None:
            yield f"  {each.delivered:>9,}  delivered by {each.channel}, as far as it is known"
    if not found.rates.people:
        return
    yield f"Of {found.rates.people:,} whose message left, or may have, within {found.days} days:"
    yield from _did(found.rates)
    yield f"  {_money(found.rates.paid, found.currency):>9}  paid"
    yield from _variants(found, zone)
    if len(found.languages) > 1:
        yield "Clicks by language:"
        yield from (
            f"  {each.language or '-':<9}  {_share(each.rates.share('clicked'))}" for each in found.languages
        )
    for uplift in found.uplifts:
        yield from _uplift(uplift, found.currency)
    if found.outcome is not None and not found.outcome.final and found.closes_at is not None:
        yield f"Purchases count until {_at(found.closes_at, zone)}."
    elif not found.hold_out:
        yield "Nobody was held out, so it cannot be told what it brought."


def _everybody(found: Figures) -> Iterator[str]:
    for part in found.parts:
        yield f"  {part.count:>9,}  {part.state}{f': {reason_of(part.reason)}' if part.reason else ''}"
    yield f"  {found.recipients:>9,}  recipients in all"


def _did(rates: Rates) -> Iterator[str]:
    for name, words in DID.items():
        share = rates.share(name)
        yield f"  {share.hits:>9,}  {words}, {_share(share)}"


def _variants(found: Figures, zone: dt.tzinfo) -> Iterator[str]:
    if len(found.variants) < 2:
        return
    yield "Variants, each against the first:"
    for each in found.variants:
        yield from _variant(each)
    if found.decided_at is not None:
        won = f"Variant {found.winner} won" if found.winner else "No variant was better"
        yield f"  {won} on {_at(found.decided_at, zone)}."
    elif found.race is not None:
        yield f"  Variant {found.race.leader} is ahead, but it may still be chance."


def _variant(each: VariantFigures) -> Iterator[str]:
    yield f"  {each.variant}  {each.rates.people:>9,} sent, clicks {_share(each.rates.share('clicked'))}"
    for name, difference in (("clicks", each.clicked), ("buyers", each.bought)):
        if difference is not None:
            yield f"     {name} {_points(difference)}"


def _uplift(found: Uplift, currency: str) -> Iterator[str]:
    yield f"Against {AGAINST[found.against]} ({found.dealt.people:,} dealt, {found.without.people:,} without):"
    for name, difference in (("bought", found.bought), ("redeemed", found.redeemed)):
        yield f"  {name:<9}  {_of(found.dealt, name)} and {_of(found.without, name)}: {_points(difference)}"
    paid = found.paid
    if paid.value is None:
        return
    ends = [_money(end, currency) for end in (paid.interval.low, paid.interval.high)] if paid.interval else []
    within = f" ({' to '.join(ends)})" if ends else ""
    yield f"  paid each  {_money(paid.value, currency)} more{within}, {VERDICTS[paid.verdict]}"


def _of(group: Group, name: str) -> str:
    value = group.share(name).value
    return "-" if value is None else _percent(value)


def _points(found: Difference) -> str:
    if found.value is None:
        return VERDICTS[found.verdict]
    ends = [f"{100 * end:+.1f}" for end in (found.interval.low, found.interval.high)] if found.interval else []
    within = f" ({' to '.join(ends)})" if ends else ""
    return f"{100 * found.value:+.1f} points{within}, {VERDICTS[found.verdict]}"


def _share(found: Share) -> str:
    if found.value is None:
        return "-"
    interval = found.interval if found.n >= FEW else None
    within = f" ({_percent(interval.low)} to {_percent(interval.high)})" if interval else ""
    return f"{_percent(found.value)}{within}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _money(minor: float, currency: str) -> str:
    from loyalty.programme import decimals

    digits = decimals(currency)
    return f"{currency} {minor / 10**digits:,.{digits}f}"


def _at(at: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
