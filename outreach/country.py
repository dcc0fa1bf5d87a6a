"""Where a contact lives: by their phone number, else by their time zone, else where the business is.

Numbers are in the form of E.164 (+60…), zones are IANA's and countries ISO 3166's two letters. Most countries have
a code of their own, so that looking at the first digits is enough; the others are told apart by `phonenumbers`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from phonenumbers import PhoneNumber, region_code_for_number
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE

from loyalty.programme import Outreach, named

_SHARED, _NOWHERE = "", "001"  # codes of several countries, and of none
_REGIONS = {
    str(code): regions[0] if len(regions) == 1 else _SHARED for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
}
_LONGEST_CODE, _LONGEST_NUMBER = 3, 15  # digits


def country_of(phone: str | None, zone: str, house: str) -> str:
    """The country of a contact with this number and time zone; `house` is the zone of the business.

    Empty when nobody can say, as for a business that lives by UTC.
    """
    return (of_phone(phone) if phone else "") or of_zone(zone) or of_zone(house)


def label_of(rules: Outreach, country: str, language: str) -> str:
    """What is to stand before offers and news to those who live there, in a language; empty: nothing."""
    asked = rules.countries.get(country)
    return named(asked.label, asked.labels, language) if asked else ""


def of_phone(phone: str) -> str:
    """The country that a number belongs to; empty for one of no country, and for what is no number."""
    for end in range(2, _LONGEST_CODE + 2):
        region = _REGIONS.get(phone[1:end])
        if region is not None:
            break
    else:
        return ""
    if region == _NOWHERE or phone[0] != "+":
        return ""
    return region or _told_apart(phone, end)


@lru_cache(maxsize=16_384)
def _told_apart(phone: str, end: int) -> str:
    """Of the countries that share a code, the one whose number it is. Some 50 µs."""
    digits = phone[end:]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        return ""
    leading = len(digits) - len(digits.lstrip("0"))
    number = PhoneNumber(
        country_code=int(phone[1:end]),
        national_number=int(digits),
        italian_leading_zero=leading > 0 or None,
        number_of_leading_zeros=leading if leading > 1 else None,
    )
    return region_code_for_number(number) or ""


@lru_cache(maxsize=1_024)
def of_zone(zone: str) -> str:
    """The country of a time zone; empty for one of no single country, as UTC is, and for an unknown one."""
    countries, links = _tables()
    return countries.get(zone) or countries.get(links.get(zone, ""), "")


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """The country of each zone that is some country's, and the zone that each older name of one stands for."""
    database = files("tzdata") / "zoneinfo"
    rows = (line.split("\t") for line in _lines((database / "zone.tab").read_text(encoding="utf-8")))
    links = (line.split() for line in _lines((database / "tzdata.zi").read_text(encoding="utf-8")))
    countries = {zone: country for country, _place, zone, *_rest in rows}
    return countries, {words[2]: words[1] for words in links if words[0] == "L"}


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
