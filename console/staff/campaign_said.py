"""Figures of campaigns as a reader's language writes them, what a difference means, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from console.staff import campaign_report_texts as texts
from console.staff import survey_results_texts
from insights.campaigns import Figures
from insights.experiments import Difference
from insights.intervals import Interval
from insights.scores import FEW, Share
from locales import Language, Text, formats, render
from locales.formats import Money

ALONE, POP = "\u2066", "\u2069"  # a number with its sign stands from left to right in Arabic, too
MANY_STOPPED = 0.01


class Says(NamedTuple):
    """A sentence and what stands in it."""

    text: Text
    values: Mapping[str, object] = {}

    def to(self, language: Language) -> str:
        return render(self.text, language, self.values)


def percent(share: float | None, language: Language) -> str:
    """A share in percent with one decimal; a dash where there is none."""
    if share is None:
        return "–"
    return _alone(f"{formats.decimal(_tenths(100 * share), language)}%", language)


def shared(found: Share, language: Language) -> str:
    """A share of people: how many, and how many percent that is."""
    return f"{formats.number(found.hits, language)} ({percent(found.value, language)})"


def within(found: Share, language: Language) -> str:
    """From where to where the true share lies; a dash for fewer people than can be judged by."""
    interval = found.interval
    if interval is None or found.n < FEW:
        return "–"
    return _ends(percent(interval.low, language), percent(interval.high, language), language)


def points(difference: float | None, language: Language) -> str:
    """A difference of shares, in points of percent with their sign."""
    if difference is None:
        return "–"
    return render(texts.POINTS, language, {"value": _signed(_tenths(100 * difference), language)})


def bare_points(difference: float, language: Language) -> str:
    """The same where there is no room for more than the number."""
    return _signed(_tenths(100 * difference), language)


def points_within(interval: Interval | None, language: Language) -> str:
    """From where to where a difference of shares lies."""
    if interval is None:
        return "–"
    low, high = (_signed(_tenths(100 * each), language) for each in (interval.low, interval.high))
    return render(texts.POINTS, language, {"value": _ends(low, high, language)})


def money(minor: float | None, currency: str, language: Language, *, signed: bool = False) -> str:
    """An amount that is a mean, or a difference of means; a dash where there is none."""
    if minor is None:
        return "–"
    shown = formats.money(Money(round(abs(minor)), currency), language)
    sign = "−" if round(minor) < 0 else "+" if signed and round(minor) > 0 else ""
    return _alone(f"{sign}{shown}", language)


def money_within(interval: Interval | None, currency: str, language: Language) -> str:
    """From where to where a difference of means lies."""
    if interval is None:
        return "–"
    low, high = (money(each, currency, language, signed=True) for each in (interval.low, interval.high))
    return _ends(low, high, language)


def verdict(found: Difference, words: Mapping[str, Text], language: Language) -> str:
    """What a difference means, and how many people it takes where it cannot be told."""
    said = render(words[found.verdict], language)
    if found.verdict in ("open", "few") and found.wanted is not None:
        return f"{said}. {render(texts.WANTED, language, {'count': found.wanted})}"
    return said


def next_step(found: Figures, now: dt.datetime, zone: dt.tzinfo) -> Says | None:
    """What to do next: the first thing that is so; None where nothing was sent. `zone` is the business's clock."""
    if not found.rates.people:
        return None
    if found.ended_at is None:
        return Says(texts.STILL_SENT)
    failed = found.count("failed")
    if failed and found.ends_at is not None and found.ends_at > now:
        return Says(texts.RETRY, {"count": failed, "moment": found.ends_at.astimezone(zone)})
    stopped = found.rates.share("stopped").interval
    if stopped is not None and stopped.low > MANY_STOPPED:
        return Says(texts.MANY_STOPPED)
    if found.rates.people < FEW:
        return Says(texts.TOO_FEW)
    return _of_purchases(found) or _of_variants(found) or _in_the_end(found, now, zone)


def best(found: Figures) -> str:
    """The variant with more clicks than the others, by more than chance; empty where that cannot be said."""
    judged = [each for each in found.variants if each.clicked is not None]
    higher = [each for each in judged if each.clicked is not None and each.clicked.verdict == "higher"]
    if higher:
        return max(higher, key=lambda each: each.tried.share("clicked").value or 0.0).variant
    worse = judged and all(each.clicked is not None and each.clicked.verdict == "lower" for each in judged)
    return found.variants[0].variant if worse else ""


def _of_purchases(found: Figures) -> Says | None:
    held = next((each for each in found.uplifts if each.against == "held"), None)
    if held is None or held.bought.verdict not in ("higher", "lower"):
        return None
    return Says(texts.BROUGHT if held.bought.verdict == "higher" else texts.HARMED)


def _of_variants(found: Figures) -> Says | None:
    letter = best(found)
    return Says(texts.USE_VARIANT, {"letter": letter}) if letter else None


def _in_the_end(found: Figures, now: dt.datetime, zone: dt.tzinfo) -> Says:
    if found.closes_at is not None and now < found.closes_at:
        return Says(texts.WAIT, {"moment": found.closes_at.astimezone(zone)})
    return Says(texts.MORE_HELD if found.hold_out else texts.HOLD_OUT)


def _ends(low: str, high: str, language: Language) -> str:
    return render(survey_results_texts.WITHIN, language, {"low": low, "high": high})


def _tenths(value: float) -> Decimal:
    return Decimal(f"{value:.1f}") + 0


def _signed(value: Decimal, language: Language) -> str:
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return _alone(f"{sign}{formats.decimal(abs(value), language)}", language)


def _alone(shown: str, language: Language) -> str:
    return f"{ALONE}{shown}{POP}" if language == "ar" else shown
