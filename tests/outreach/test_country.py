"""Where a contact lives, and what their country asks to stand before an offer."""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import available_timezones

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS, PhoneNumberType

from loyalty.programme import Country, Outreach
from outreach.country import country_of, label_of, of_phone, of_zone

TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        *(("+60123456789", "MY"), ("+84912345678", "VN"), ("+971501234567", "AE"), ("+8613812345678", "CN")),
        *(("+16135550123", "CA"), ("+12125550123", "US"), ("+77771234567", "KZ"), ("+79161234567", "RU")),
        *(("+390669812345", "VA"), ("+390612345678", "IT"), ("+447400123456", "GB"), ("+441481256789", "GG")),
        *(
            ("+80012345678", ""),
            ("+99912345678", ""),
            ("60123456789", ""),
            ("+", ""),
            ("+1", ""),
            ("no number", ""),
        ),
        *(("+1²³", ""), ("+1" + "9" * 40, ""), ("", "")),
    ],
)
def test_a_number_tells_its_country(phone: str, country: str) -> None:
    assert of_phone(phone) == country


@given(st.sampled_from(sorted(SUPPORTED_REGIONS)), st.sampled_from(TYPES))
def test_every_countrys_numbers_are_told_as_the_library_tells_them(country: str, type_: int) -> None:
    example = phonenumbers.example_number_for_type(country, type_)
    if example is None:
        return
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert of_phone(written) == phonenumbers.region_code_for_number(example)


@given(st.text(max_size=20) | st.from_regex(r"\+[0-9]{0,20}", fullmatch=True))
def test_whatever_stands_where_a_number_should_has_a_country_or_none(phone: str) -> None:
    assert of_phone(phone) in {*SUPPORTED_REGIONS, ""}


def test_every_zone_that_is_a_countrys_tells_it() -> None:
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) > 400
    assert [of_zone(row[2]) for row in rows] == [row[0] for row in rows]


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        *(("Asia/Saigon", "VN"), ("Asia/Calcutta", "IN"), ("US/Pacific", "US"), ("Singapore", "SG")),
        *(("UTC", ""), ("Etc/GMT+8", ""), ("EST5EDT", ""), ("", ""), ("Mars/Olympus", "")),
    ],
)
def test_older_names_of_zones_are_known_and_those_of_no_country_have_none(zone: str, country: str) -> None:
    assert of_zone(zone) == country


def test_most_zones_have_a_country() -> None:
    without = {zone for zone in available_timezones() if "/" in zone and not of_zone(zone)}
    assert {zone.split("/")[0] for zone in without} <= {
        "Etc",
        "Asia",
        "America",
        "Antarctica",
        "Brazil",
        "Canada",
    } | {*("Chile", "Europe", "Mexico", "Pacific", "US", "Africa", "Atlantic", "Australia", "Indian", "Arctic")}
    assert len(without) < 60


def test_the_number_says_more_than_the_zone_and_the_zone_more_than_the_business() -> None:
    assert country_of("+60123456789", "Asia/Dubai", "Asia/Ho_Chi_Minh") == "MY"
    assert country_of("+80012345678", "Asia/Dubai", "Asia/Ho_Chi_Minh") == "AE"
    assert country_of(None, "Asia/Dubai", "Asia/Ho_Chi_Minh") == "AE"
    assert country_of(None, "", "Asia/Ho_Chi_Minh") == "VN"
    assert country_of(None, "", "UTC") == ""


def test_the_label_is_in_the_customers_language_or_in_english() -> None:
    rules = Outreach(countries={"MY": Country("[Promotion]", {"ms": "[Promosi]"}), "VN": Country()})
    assert label_of(rules, "MY", "ms") == "[Promosi]"
    assert label_of(rules, "MY", "ar") == "[Promotion]"
    assert (label_of(rules, "VN", "vi"), label_of(rules, "AE", "ar"), label_of(rules, "", "en")) == ("", "", "")
