"""Customers for whom a template is tried: real ones, and made ones of the sorts that texts are often wrong for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy.engine import Connection

from locales import ARAB, Text, _, verbatim
from locales.formats import Money
from outreach.templates import values
from outreach.templates.content import Content
from outreach.templates.known import Bought, Named, Nothing, Offer, Voucher
from outreach.templates.registry import VALUES
from outreach.templates.speech import month_name
from outreach.templates.values import Values
from store import template_values as rows

NUMBERS = (0, 1, 2, 3, 11, 100)  # one for each of the Arabic forms
A_LANGUAGE = 2  # real customers
_LONG = 64  # letters of a name that is long
NAMES: Mapping[str, tuple[str, str]] = {
    "en": ("Grace", "Grace Thompson"),
    "ms": ("Aisyah", "Nur Aisyah binti Rahman"),
    "vi": ("Lan", "Nguyễn Thị Lan"),
    "ar": ("ليلى", "ليلى الحسن"),
    "zh": ("王芳", "王芳"),
}
CITIES: Mapping[str, str] = {"en": "Ipoh", "ms": "Ipoh", "vi": "Đà Nẵng", "ar": "الكويت", "zh": "槟城"}
PRODUCTS = (
    Named("Black coffee", {"ms": "Kopi O", "vi": "Cà phê đen", "ar": "قهوة سوداء", "zh": "黑咖啡"}),
    Named(
        "Coconut toast",
        {"ms": "Roti bakar kaya", "vi": "Bánh mì dừa", "ar": "خبز محمص بجوز الهند", "zh": "椰香吐司"},
    ),
    Named("Milk tea", {"ms": "Teh tarik", "vi": "Trà sữa", "ar": "شاي بالحليب", "zh": "奶茶"}),
)

EVERYTHING = _("Somebody of whom everything is known")
NOBODY = _("Somebody of whom nothing is known")
LONG_NAMES = _("Somebody with long names and large numbers")
ARABIC_NAME = _("Somebody with an Arabic name")
LATIN_NAME = _("Somebody with an English name")
WITH_POINTS = _("Somebody with {points} points")


class Sample(NamedTuple):
    """A customer to try a template on; `key` names them, `label` (with `said`) says who they are."""

    key: str
    label: Text
    said: dict[str, object]
    values: Values


def made(language: str, shared: Mapping[str, object], now: dt.datetime) -> Iterator[Sample]:
    """Customers of a language who are made up. `shared` is what is known of everybody."""
    today = now.date()
    yield Sample("everything", EVERYTHING, {}, _values(language, {**shared, **everything(language, today)}))
    yield Sample("nobody", NOBODY, {}, _values(language, dict(shared)))
    yield Sample("long", LONG_NAMES, {}, _values(language, {**shared, **_long(language, today)}))
    other = "ar" if language != "ar" else "en"
    called, name = NAMES[other]
    known = {**shared, **everything(language, today), "call_me": called, "name": name}
    yield Sample("name", LATIN_NAME if language == "ar" else ARABIC_NAME, {}, _values(language, known))
    for number in NUMBERS:
        known = {**shared, **everything(language, today), **_with_number(number)}
        digits = ARAB if language == "ar" else ""
        yield Sample(f"points-{number}", WITH_POINTS, {"points": number}, _values(language, known, digits))


def lacking(language: str, shared: Mapping[str, object], now: dt.datetime) -> Iterator[tuple[str, Values]]:
    """Customers of whom all is known (named ""), then all but the value that is named."""
    full = {**shared, **everything(language, now.date())}
    yield "", _values(language, full)
    for value in VALUES:
        if not value.always:
            yield value.name, _values(language, {name: each for name, each in full.items() if name != value.name})
    bare = Voucher(Named("x"), Nothing(name="until"))
    yield "until", _values(language, {**full, "vouchers": (bare,)})


def real(connection: Connection, now: dt.datetime, zone: str, content: Content) -> list[Sample]:
    """Some customers of each language, those who wrote last."""
    found = values.of(connection, rows.some_of_each_language(connection, A_LANGUAGE), now, zone, content)
    return [_real(each) for each in found.values()]


def one(connection: Connection, public_id: str, now: dt.datetime, zone: str, content: Content) -> Sample | None:
    """The customer with this public id; None where there is none, or none any more."""
    contact_id = rows.contact_id(connection, public_id)
    found = values.of(connection, [contact_id], now, zone, content) if contact_id is not None else {}
    return next((_real(each) for each in found.values()), None)


def everything(language: str, today: dt.date) -> dict[str, object]:
    """All that can be known of a customer besides what everybody shares, as it is of one in the middle."""
    called, name = NAMES[language]
    day, money = dt.timedelta(1), (Money(1250, "MYR"), Money(1500, "MYR"))
    return {
        "call_me": called,
        "name": name,
        "city": CITIES[language],
        "points": 120,
        "tier": Named("Silver", {"ms": "Perak", "vi": "Bạc", "ar": "الفضية", "zh": "银卡"}),
        "next_tier": Named("Gold", {"ms": "Emas", "vi": "Vàng", "ar": "الذهبية", "zh": "金卡"}),
        "points_to_next_tier": 80,
        "points_expiring": 40,
        "expiry_day": today + 14 * day,
        "member_since": today - 400 * day,
        "birthday_month": month_name(today.month, language),
        "last_product": PRODUCTS[0],
        "last_purchase_day": today - 9 * day,
        "branch": "Bangsar",
        "bought": tuple(Bought(each, today - 9 * day) for each in PRODUCTS),
        "vouchers": tuple(Voucher(each, today + 9 * day) for each in PRODUCTS),
        "offers": tuple(Offer(each, *money, today + 9 * day) for each in PRODUCTS),
    }


def _long(language: str, today: dt.date) -> dict[str, object]:
    name = NAMES[language][1]
    long = (f"{name} " * _LONG)[:_LONG].strip()
    named, money = Named(long), Money(1_234_567_890, "MYR")
    known: dict[str, object] = {
        each.name: {"text": long, "number": 9_999_999, "day": today}.get(each.kind)
        for each in VALUES
        if not each.shared
    }
    bought, voucher, offer = Bought(named, today), Voucher(named, today), Offer(named, money, money, today)
    return {**known, "bought": (bought,) * 3, "vouchers": (voucher,) * 3, "offers": (offer,) * 3}


def _with_number(number: int) -> dict[str, object]:
    return {each.name: number for each in VALUES if each.kind == "number" and not each.shared}


def _values(language: str, known: dict[str, object], digits: str = "") -> Values:
    return Values(0, "sample", language, digits, known)


def _real(found: Values) -> Sample:
    name = str(found.known.get("name") or found.known.get("call_me") or "")
    return Sample(found.public_id, verbatim(name or found.public_id), {}, found)
