"""Phone numbers and e-mail addresses as typed."""

import pytest

from talk.reading.contact_points import read_email, read_phone


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("012-345 6789", "MY", "+60123456789"),
        ("0123456789", "MY", "+60123456789"),
        ("60123456789", "MY", "+60123456789"),
        ("0060123456789", "MY", "+60123456789"),
        ("(012) 3456789", "MY", "+60123456789"),
        ("+60 12 345 6789", "VN", "+60123456789"),
        ("０１２３４５６７８９", "MY", "+60123456789"),
        ("my number is 012-3456789, thanks 👍", "MY", "+60123456789"),
        ("012-3456789 or +60123456789", "MY", "+60123456789"),
        ("\u202a+60 12-345 6789\u202c", "MY", "+60123456789"),
        ("0901.234.567", "VN", "+84901234567"),
        ("SĐT: 0901 234 567 ạ", "VN", "+84901234567"),
        ("٠٥٠١٢٣٤٥٦٧", "AE", "+971501234567"),
        ("رقمي ٠٥٠ ١٢٣ ٤٥٦٧", "SA", "+966501234567"),
        ("我的电话是13812345678谢谢", "CN", "+8613812345678"),
    ],
)
def test_a_valid_phone_number_is_read_in_its_international_form(typed: str, region: str, expected: str) -> None:
    assert read_phone(typed, region) == expected


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("", "MY"),
        ("hello", "MY"),
        ("12345", "MY"),
        ("012345678901234", "MY"),
        ("21/11/2026", "MY"),
        ("012-3456789 or 013-4567890", "MY"),
        ("0123456789", ""),
        ("0123456789", "XX"),
        ("1" * 400, "MY"),
        ("012 345 6789 " * 300, "MY"),
    ],
)
def test_invalid_several_or_unplaceable_phone_numbers_give_none(typed: str, region: str) -> None:
    assert read_phone(typed, region) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ali@gmail.com", "ali@gmail.com"),
        ("Ali.Bin@Gmail.COM", "Ali.Bin@gmail.com"),
        ("ali+tag@sub.example.co.uk", "ali+tag@sub.example.co.uk"),
        ("it's ali@gmail.com, thanks", "ali@gmail.com"),
        ("我的邮箱是ali@gmail.com谢谢", "ali@gmail.com"),
        ("بريدي ali@x.com", "ali@x.com"),
        ("ali＠gmail.com", "ali@gmail.com"),
        ("<ali@x.com>", "ali@x.com"),
        ("mailto:ali@x.com", "ali@x.com"),
        ("ali@gmail.com.", "ali@gmail.com"),
        ("ali@x.com, ali@X.com", "ali@x.com"),
    ],
)
def test_the_one_address_is_read_with_its_domain_in_lower_case(typed: str, expected: str) -> None:
    assert read_email(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "@ali",
        "ali@gmail",
        "a@b.c",
        "ali@@gmail.com",
        "a..b@gmail.com",
        ".a@gmail.com",
        "a.@gmail.com",
        "émile@x.com",
        "ali@-x.com",
        "ali@x-.com",
        "ali@gmail.com@x",
        "a@x.com b@y.com",
        "x" * 65 + "@x.com",
        "a@" + "b" * 60 + ("." + "b" * 60) * 3 + ".com" + "x" * 20,
        "a@x.com" + " " * 600,
        "a." * 2000 + "@x.com",
    ],
)
def test_no_address_several_or_an_ill_formed_one_give_none(typed: str) -> None:
    assert read_email(typed) is None
