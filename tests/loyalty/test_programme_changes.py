"""What is different between two programmes is told whole, in the words of the file."""

from __future__ import annotations

from loyalty import programme_file
from loyalty.changes import changes
from loyalty.programme import DEFAULT, Programme


def read(text: str) -> Programme:
    return programme_file.read(f"business: Kopi\n{text}".encode())


def test_differences_are_told_in_the_files_own_words() -> None:
    before = read("""
earn: {every: 1.00}
tiers: {levels: [{code: a, name: A, threshold: 0}]}
rewards: [{code: cup, name: Cup, points: 50}, {code: old, name: Old, points: 9}]
hours: {fri: 08:00-12:00}
""")
    after = read("""
currency: VND
earn: {every: 1000, periods: [{name: Night, multiplier: 2, weekdays: mon}]}
tiers: {levels: [{code: a, name: {en: A, ms: Satu}, threshold: 0}]}
rewards: [{code: cup, name: Cup, points: 60, listed: no}, {code: new, name: New, points: 1000}]
hours: {sat: 22:00-02:00}
""")
    assert [str(each) for each in changes(before, after)] == [
        "currency: MYR → VND",
        "earn › every: RM1.00 → 1,000 ₫",
        "earn › periods › Night: — → Night, x 2",
        "tiers › levels › a › name › ms: — → Satu",
        "rewards › cup › points: 50 → 60",
        "rewards › cup › listed: yes → no",
        "rewards › new: — → New, 1,000 points",
        "rewards › old: Old, 9 points → —",
        "hours › fri: 08:00-12:00 → closed",
        "hours › sat: closed → 22:00-02:00",
    ]
    assert changes(after, after) == []
    assert changes(DEFAULT, before)


def test_countries_are_told_of_key_by_key() -> None:
    before = read('outreach: {countries: {MY: {label: "[Ad]", holidays: yes}, SG: {hours: 09:00-18:00}, AE: {}}}')
    after = read(
        'outreach: {hold_out: 5, countries: {MY: {label: {en: "[Ad]", zh: "[广告]"}}, VN: {label: "[QC]"}}}'
    )
    assert [str(each) for each in changes(before, after)] == [
        "outreach › hold_out: 0 → 5",
        "outreach › countries › MY › label › zh: — → [广告]",
        "outreach › countries › MY › holidays: yes → no",
        "outreach › countries › SG › hours: 09:00-18:00 → —",
        "outreach › countries › VN › label: — → [QC]",
    ]


def test_of_two_periods_with_one_name_neither_is_forgotten() -> None:
    night = "{name: Night, multiplier: 2, weekdays: %s}"
    before, after = (read(f"earn: {{periods: [{night % 'mon'}, {night % day}]}}") for day in ("tue", "wed"))
    assert [str(each) for each in changes(before, after)] == ["earn › periods › Night (2) › weekdays: tue → wed"]


def test_a_usual_value_that_is_written_out_is_no_difference() -> None:
    assert changes(read(""), read("earn: {every: 1.00}")) == []
