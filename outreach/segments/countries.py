"""In which country a contact lives, as a database can tell: the rules of `outreach.country`, said of whole tables.

Who has a phone number lives where it belongs; others by their time zone, else where the business is. A code that
several countries share (+1, +7, +44) tells no country: there the time zone does, if it is one of theirs, and
otherwise it is the largest of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from zoneinfo import available_timezones

import sqlalchemy as sa
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

from locales.formats import territories
from outreach.country import of_zone
from store.tables import contacts

_NOWHERE = "001"  # the region of numbers that belong to no country
_CODES = {code: regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if _NOWHERE not in regions}
COUNTRIES = tuple(sorted({region for regions in _CODES.values() for region in regions}))
"""Every country that a phone number can belong to, by ISO 3166's two letters."""


def lives_in(countries: Collection[str], house: str) -> sa.ColumnElement[bool]:
    """Whether a contact lives in one of these; `house` is the country of the business. Never null."""
    wanted = set(countries)
    zone = contacts.c.timezone
    by_zone = [zone.in_(_zones(wanted))]
    if house in wanted:
        by_zone.append(zone.in_(_nowhere()))
    without_number = sa.and_(_number() == "", sa.or_(*by_zone))
    return sa.or_(without_number, *_by_number(wanted))


@cache
def names(language: str) -> dict[str, str]:
    """What the countries are called in a language, by code, in the order of their names."""
    known = territories(language)
    return dict(sorted(((code, known.get(code, code)) for code in COUNTRIES), key=lambda pair: pair[1]))


def _number() -> sa.ColumnElement[str]:
    return sa.func.coalesce(contacts.c.phone, "")


def _by_number(wanted: set[str]) -> Iterator[sa.ColumnElement[bool]]:
    for code, regions in _CODES.items():
        theirs = wanted.intersection(regions)
        if not theirs:
            continue
        coded = _number().like(f"+{code}%")
        if len(theirs) == len(regions):
            yield coded
        elif regions[0] in theirs:
            yield sa.and_(coded, contacts.c.timezone.not_in(_zones(set(regions) - theirs)))
        else:
            yield sa.and_(coded, contacts.c.timezone.in_(_zones(theirs)))


def _zones(countries: Collection[str]) -> list[str]:
    return sorted(zone for zone, country in _countries_of_zones().items() if country in countries)


def _nowhere() -> list[str]:
    return ["", *sorted(zone for zone, country in _countries_of_zones().items() if not country)]


@cache
def _countries_of_zones() -> dict[str, str]:
    return {zone: of_zone(zone) for zone in available_timezones()}
