"""Opening hours: what is open now, then the week."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from flows.days import WEEKDAYS, days_named, hours_named
from locales import _, verbatim
from loyalty import effects as loyalty
from loyalty.opening import Opening
from loyalty.programme import Interval
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

UNKNOWN = _("I don't know our opening hours yet. Our team will gladly tell you.")
WE = _("Our shop")
OPEN_UNTIL = _("<b>{shop}</b> is open now, until {time}.")
ALWAYS_OPEN = _("<b>{shop}</b> is open around the clock.")
OPENS_TODAY = _("<b>{shop}</b> is closed now and opens today at {time}.")
OPENS_ON = _("<b>{shop}</b> is closed now and opens on {day} at {time}.")
CLOSED = _("<b>{shop}</b> is closed until further notice.")

WEEK = _("Opening hours of {shop}:")
WEEK_OF_ALL = _("All our shops have these hours:")
OPEN_DAYS = _("• {days}: open {hours}")
CLOSED_DAYS = _("• {days}: closed")
OTHER_DAYS = _("These days are different:")

WHICH = _("Whose hours would you like to see?")
MORE = Option("more", _("More shops"))
DONE = Option("done", _("That's all, thanks"), declines=True)
PAGE = 6


async def hours(talk: Talk) -> None:
    """Tell what is open now; then the week, of the shop that is chosen where they differ."""
    shops = talk.do("shops", loyalty.opening_hours)
    if not shops:
        talk.say(UNKNOWN)
        return
    alike = all(shop.is_as(shops[0]) for shop in shops)
    for start in range(0, len(shops), PAGE):
        page, more = shops[start : start + PAGE], start + PAGE < len(shops)
        for shop in page:
            _now(talk, shop)
        if alike and not more:
            _week(talk, shops[0], alone=len(shops) == 1)
        if talk.args.get("brief") or (alike and not more) or not await _choose(talk, page, more, alike):
            return


async def _choose(talk: Talk, page: tuple[Opening, ...], more: bool, alike: bool) -> bool:
    """Ask which shop's week is wanted, and show it; whether the next page is wanted instead."""
    shown = () if alike else page
    offered = {Option(f"shop-{place}", verbatim(shop.name)): shop for place, shop in enumerate(shown)}
    wish = await talk.ask("which", WHICH, Choice(*offered, *([MORE] if more else []), DONE))
    if wish in offered:
        _week(talk, offered[wish], alone=True)
    return wish is MORE


def _now(talk: Talk, shop: Opening) -> None:
    name = shop.name or WE
    if shop.open and shop.until is None:
        talk.say(ALWAYS_OPEN, line=True, shop=name)
    elif shop.open and shop.until is not None:
        talk.say(OPEN_UNTIL, line=True, shop=name, time=shop.until.time())
    elif shop.opens is None:
        talk.say(CLOSED, line=True, shop=name)
    elif shop.opens.date() == shop.today:
        talk.say(OPENS_TODAY, line=True, shop=name, time=shop.opens.time())
    else:
        soon = shop.opens.date() - shop.today < dt.timedelta(days=7)
        day = WEEKDAYS[shop.opens.weekday()] if soon else shop.opens.date()
        talk.say(OPENS_ON, line=True, shop=name, day=day, time=shop.opens.time())


def _week(talk: Talk, shop: Opening, *, alone: bool) -> None:
    if alone:
        talk.say(WEEK, shop=shop.name or WE)
    else:
        talk.say(WEEK_OF_ALL)
    for intervals, days in groupby(range(len(shop.week)), key=lambda day: shop.week[day]):
        _line(talk, days_named(list(days)), intervals)
    if shop.days:
        talk.say(OTHER_DAYS)
    for day, intervals in shop.days:
        _line(talk, day, intervals)


def _line(talk: Talk, days: object, intervals: tuple[Interval, ...]) -> None:
    if intervals:
        talk.say(OPEN_DAYS, line=True, days=days, hours=tuple(hours_named(*each) for each in intervals))
    else:
        talk.say(CLOSED_DAYS, line=True, days=days)
