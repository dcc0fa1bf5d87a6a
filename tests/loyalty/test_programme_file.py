"""A programme file is read whole: everything it can say, and everything that can be wrong with it, by its line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.demo_data.shop import FILE
from loyalty import programme_file
from loyalty.programme import Country, Gift, Hours, Lifecycle, Outreach, PeriodRule, Programme, Reward, Tier
from loyalty.programme_file import STARTER
from talk.errors import SapaError
from written.problems import FileWrong

BUSINESS = "business: Kopi\n"


def read(text: str) -> Programme:
    return programme_file.read((BUSINESS + text).encode())


def wrong(text: str) -> list[str]:
    """The problems of a file whose second line is the first of `text`."""
    with pytest.raises(FileWrong) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_earning_is_written_as_people_say_it() -> None:
    rules = read("""
currency: KWD
earn:
  points: 3
  every: 0.250
  expiry_months: 12
  products:
    - {category: cakes, multiplier: 150%}
    - {sku: A-1, extra: 5}
  periods:
    - name: {en: Happy hours, vi: Giờ vui}
      multiplier: +50%
      weekdays: fri-sun, tue
      hours: 22:00-02:00
      starts: 2026-12-01
      ends: 2026-12-31
      branches: [KL]
branches: [{code: KL, name: Kopi KL}]
""")
    assert (rules.earn.points, rules.earn.every, rules.earn.expiry_months) == (3, 250, 12)
    assert [(each.multiplier, each.extra) for each in rules.earn.products] == [(Decimal("1.5"), 0), (1, 5)]
    assert rules.earn.periods == (
        PeriodRule(
            "Happy hours",
            Decimal("1.5"),
            {"vi": "Giờ vui"},
            dt.date(2026, 12, 1),
            dt.date(2026, 12, 31),
            (1, 4, 5, 6),
            (dt.time(22), dt.time(2)),
            ("KL",),
        ),
    )


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("MYR", "1", 100), ("MYR", "1.5", 150), ("VND", "1000", 1000), ("KWD", "1", 1000)],
)
def test_money_is_in_the_currencys_own_decimals(currency: str, written: str, minor: int) -> None:
    assert read(f"currency: {currency}\nearn: {{every: {written}}}").earn.every == minor


def test_names_come_in_one_language_or_in_five() -> None:
    rules = read(
        "tiers: {levels: [{code: a, name: One, threshold: 0}, {code: b, name: {en: Two, zh: 二}, threshold: 5}]}"
    )
    assert rules.tiers.levels == (Tier("a", "One", 0), Tier("b", "Two", 5, {"zh": "二"}))


def test_hours_are_by_weekday_with_days_that_differ() -> None:
    rules = read("""
hours:
  mon-thu: 08:00-12:00, 13:00-18:00
  Saturday: [22:00-02:00]
  sun: closed
  days:
    2027-02-06 to 2027-02-07: closed
    2026-12-25: 10:00-24:00
""")
    day = ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(18)))
    assert rules.hours.week == (day, day, day, day, (), ((dt.time(22), dt.time(2)),), ())
    assert rules.hours.days == {
        "2027-02-06": (),
        "2027-02-07": (),
        "2026-12-25": ((dt.time(10), dt.time(0)),),
    }
    assert read("hours: 07:00-19:00").hours == Hours(week=(((dt.time(7), dt.time(19)),),) * 7)


def test_countries_ask_for_labels_hours_and_quiet_holidays() -> None:
    rules = read("""
outreach:
  hold_out: 5
  approve_above: 1000
  countries:
    MY: {label: {en: "[Ad]", ms: "[Iklan]"}, holidays: yes}
    VN: {label: "[QC]", hours: 08:00-20:00}
    NO: {holidays: no}
lifecycle: {lapsed_days: 200}
""")
    assert rules.outreach == Outreach(
        hold_out=5,
        approve_above=1000,
        countries={
            "MY": Country("[Ad]", {"ms": "[Iklan]"}, holidays=True),
            "VN": Country("[QC]", hours=(dt.time(8), dt.time(20))),
            "NO": Country(),
        },
    )
    assert rules.lifecycle == Lifecycle(lapsed_days=200)


def test_what_is_left_out_is_as_it_is_without_a_file() -> None:
    assert read("earn:\nrewards:\nhours:\n") == Programme(business="Kopi")


def test_yaml_guesses_nothing() -> None:
    rules = read("""
rewards:
  - {code: 007, name: no, points: 010, valid_days: 30}
  - {code: "1e3", name: 12:30, points: 1, listed: off}
occasions: {at: 08:30, birthday: {greet: no, reward: "007"}}
""")
    assert rules.rewards == (Reward("007", "no", 10, valid_days=30), Reward("1e3", "12:30", 1, listed=False))
    assert (rules.occasions.at, rules.occasions.birthday) == (dt.time(8, 30), Gift(greet=False, reward="007"))


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    problems = wrong("""earn:
  points: many
  evry: 1.00
  points: 3
tiers:
  levels:
    - code: silver
      name: {fr: Argent}
      threshold: 10
    - {code: Silver, name: Silver, threshold: 5}
rewards:
  - code: a cup
    points: 20
  - {code: card, name: Card, points: 0, kind: card}
  - {code: free, name: Free, points: 0}
  - {code: gift, name: Gift, points: 5, kind: donation, valid_days: 3, starts: 2026-12-02, ends: 2026-12-01}
branches:
  - {code: KL, name: Kopi, timezone: asia/kuala lumpur}
hours:
  mon-fri: 08:00-12:00, 11:00-18:00
  days: {2026-02-30: closed}
outreach: {a_day: 1000}""")
    assert [each.split(";")[0] for each in problems] == [
        "line 3, earn › points: a whole number such as 100 is expected, in digits alone",
        "line 4, earn: there is no key “evry” here",
        "line 5, earn: “points” stands here twice, first in line 3",
        "line 9, tiers › levels › silver › name: the English text (en) is missing",
        "line 9, tiers › levels › silver › name › fr: this is no language here",
        "line 10, tiers › levels › silver › threshold: the first tier begins at 0: everybody is in it",
        "line 11, tiers › levels › Silver › code: the code “Silver” is taken",
        "line 13, rewards › a cup: name is missing",
        "line 13, rewards › a cup › code: a code of at most 32 letters (a-z), digits, - and _ is expected",
        "line 15, rewards › card › valid_days: valid_days is missing: a card is good until it ends",
        "line 16, rewards › free › per_member: per_member is missing: for 0 points it could be had without end",
        "line 17, rewards › gift › ends: it ends before it starts (2026-12-02)",
        "line 19, branches › KL › timezone: “asia/kuala lumpur” is no time zone",
        "line 21, hours › mon-fri: these hours overlap",
        "line 22, hours › days › 2026-02-30: a day such as 2026-12-31 is expected (year-month-day)",
        "line 23, outreach › a_day: a number from 0 to 100 is expected",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("currency: RM", "line 2, currency: a currency's three letters are expected, such as MYR; it says “RM”"),
        ("earn: {every: 1.005}", "line 2, earn › every: MYR has 2 decimals; write it like 1.00"),
        (
            "earn: 3",
            "line 2, earn: keys are expected here, each with a colon, a space and its value: points, every",
        ),
        (
            "rewards: {code: cup}",
            "line 2, rewards: a list is expected here: begin each of its items with a dash (-)",
        ),
        (
            "occasions: {birthday: {reward: cake}}",
            "line 2, occasions › birthday › reward: there is no reward “cake”",
        ),
        (
            "rewards: [{code: cup, name: Cup, points: 5, tier: gold}]",
            "line 2, rewards › cup › tier: there is no tier “gold”; the file names none",
        ),
        (
            "earn: {periods: [{name: Night, multiplier: 2, branches: KL}]}\nbranches: [{code: KLA, name: A}]",
            "line 2, earn › periods › Night › branches › KL: there is no branch “KL”; did you mean “KLA”?",
        ),
        (
            "earn: {products: [{sku: A, category: b}]}",
            "line 2, earn › products › A: a rule is for one sku or for one category; write one of the two",
        ),
        (
            "tiers: {levels: [{code: a, name: A, threshold: 0}, {code: b, name: B, threshold: 0}]}",
            "line 2, tiers › levels › b › threshold: tiers ascend: more than 0 is expected here",
        ),
        ("hours: {mon-fri: 08:00-18:00, fri: closed}", "line 2, hours › fri: the hours of friday stand here twice"),
        ("outreach: {countries: MY}", "line 2, outreach › countries: codes of countries are expected here"),
        ("outreach: {countries: {my: {}}}", "countries › my: “my” is no country's code; did you mean “MY”?"),
        (
            "outreach: {countries: {Viet Nam: {label: QC}}}",
            "“Viet Nam” is no country's code; write its two letters",
        ),
        ("outreach: {countries: {Vietnam: {label: QC}}}", "is no country's code; did you mean “VN”?"),
        ("outreach: {countries: {MY: yes}}", "countries › MY: keys are expected here, each with a colon"),
        ("outreach: {countries: {MY: {lable: a}}}", "there is no key “lable” here; did you mean “label”?"),
        ("outreach: {countries: {MY: {hours: 8-20}}}", "MY › hours: a time such as 09:00 or 18:30 is expected"),
        ("outreach: {countries: {MY: {hours: 08:00-08:00}}}", "MY › hours: that is the whole day or none of it"),
        ("outreach: {hold_out: 50}", "line 2, outreach › hold_out: a number from 0 to 20 is expected"),
        ("outreach: {kinds: 3}", "keys with numbers are expected here, such as “offer: 2”"),
        ("\tearn: 3", "line 2: a tab stands here: use spaces"),
        ("earn: {points: 1", "line 2: the file ends within this: is a bracket not closed?"),
        ("earn:\n   points: 1\n  every: 2", "line 4: the indentation is not that of the lines above"),
        ("currency:MYR\nearn: {points: 1}", "line 2: a key, a colon and a space are expected here"),
        ("earn:\n  points:1", "line 2, earn: keys are expected here, each with a colon, a space and its value"),
        ("rewards:\n- code:cup\n  name: A", "line 4: there is a colon where none can be"),
        ("rewards:\n- name: 'Mum's tea'", "line 3: a quote ends within this text"),
        ("earn:\n\u00a0\u00a0points: 1", "line 3: the spaces before this are of another kind"),
        ("earn: {every: 0.00}", "line 2, earn › every: an amount above 0 is expected, such as 1.00"),
        ("earn: {products: [{sku: A}, {sku: A}]}", "line 2, earn › products › A: there is a rule for it above"),
        ("branches: [{code: A, name: A, timezone: GMT+8}]", "“GMT+8” is no time zone; write it like Asia/Kuala"),
        ('earn: "1', "line 2: a quote that is opened here is never closed"),
        ("earn: &a {points: 1}", "line 2: references (& and *) are not read here"),
        ("earn: !!python/name:os.system x", "line 2: tags (!) are not read here"),
        ("---\nbusiness: B", "line 2: a second document begins here"),
        ("? [a, b]\n: c", "line 2: a key is one word"),
    ],
)
def test_each_problem_says_where_it_is_and_what_to_write(text: str, says: str) -> None:
    assert says in "\n".join(wrong(text))


@pytest.mark.parametrize(
    "content",
    [
        b"x" * 10_000_000,
        b"[" * 300_000,
        b"{a: " * 100_000,
        b"- " * 200_000,
        b"a: &a [x]\n" + b"\n".join(b"b%d: &b%d [*a, *a]" % (each, each) for each in range(9)),
        bytes(range(256)) * 100,
        b"\x00\x00",
        b"a: \xff\xfe",
        b"",
        b"# nothing",
        b"- a\n- b",
    ],
)
def test_a_hostile_file_is_refused_at_once(content: bytes) -> None:
    with pytest.raises(FileWrong, match=r"line [12]"):  # at once: read whole, some take hours
        programme_file.read(content)


@given(st.text(max_size=200) | st.text(alphabet="a:-[]{}\n \"'#&*!|>%@`,?earn points", max_size=200))
def test_any_text_is_a_programme_or_has_problems(text: str) -> None:
    try:
        programme_file.read(text.encode("utf-8", "replace"))
    except FileWrong as reason:
        problems = reason.problems
    else:
        return
    assert problems
    assert all(problem.line >= 1 and problem.message for problem in problems)


@pytest.mark.parametrize("file", [STARTER, FILE])
def test_what_comes_with_it_is_a_programme(file: Path) -> None:
    assert programme_file.read(file.read_bytes()).rewards


def test_pictures_are_found_beside_the_file_and_cleaned(tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("RGB", (30, 30), "red").save(picture, "JPEG", comment=b"taken at home")
    (tmp_path / "cup.jpg").write_bytes(picture.getvalue())
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    file = tmp_path / "programme.yaml"

    def with_picture(name: str) -> None:
        file.write_text(BUSINESS + f"rewards: [{{code: cup, name: Cup, points: 5, picture: {name}}}]")

    with_picture("cup.jpg")
    written = programme_file.read_file(file, ())
    assert written.pictures["cup"].cleaned.type == "image/jpeg"
    assert b"taken at home" not in written.pictures["cup"].cleaned.content
    for name, says in (
        ("gone.jpg", "there is no picture “gone.jpg” beside"),
        ("broken.jpg", "cannot be read"),
        ("../../../etc/passwd", "must be in the programme file's folder"),
        ("/etc/passwd", "must be in the programme file's folder"),
        (f"{tmp_path}/cup.jpg", "must be in the programme file's folder"),
        (f"../{tmp_path.name}/cup.jpg", "must be in the programme file's folder"),
        (".", "there is no picture"),
    ):
        with_picture(name)
        with pytest.raises(FileWrong, match=f"line 2, rewards › cup › picture: .*{says}"):
            programme_file.read_file(file, ())
    with pytest.raises(SapaError, match="cannot be read"):
        programme_file.read_file(tmp_path / "nothing.yaml", ())
