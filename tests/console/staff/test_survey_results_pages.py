"""The pages of results: with nothing, a little and much to show, shared by address, and saved as tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re

import pytest
from sqlalchemy.engine import Connection

from console.staff import charts
from console.staff.charts import Bar, Event, Piece, Point, Stack
from surveys import library, waves
from surveys.definition import Answer
from surveys.library import Published
from tests.conftest import NOON
from tests.console.staff.team import Browser, Team
from tests.store.rows import add_contact
from tests.surveys.answered import anything, of_every_kind, respond
from tests.surveys.some_surveys import a_survey, publish

DAY = dt.timedelta(days=1)
VIEWS = ("", "/groups", "/waves", "/words")


async def page(browser: Browser, version: Published, view: str = "", **asked: str) -> str:
    answer = await browser.get(f"/staff/surveys/{version.public_id}/results{view}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def make(connection: Connection, many: int) -> Published:
    """A survey of every kind of question, answered so often over two waves, of which the second is better."""
    rng, version = random.Random(3), publish(connection, of_every_kind(), NOON - 90 * DAY)
    mei = add_contact(connection, "mei", NOON, name="Mei", public_id="mei-the-customer")
    for place in range(many):
        later = place >= many // 2
        if place in (0, many // 2):
            waves.begin(
                connection, version.survey_id, "Spring" if not later else "Autumn", NOON - (80 - place) * DAY
            )
        answers: dict[str, Answer] = {each.key: anything(rng, each) for each in version.survey.questions}
        answers |= {"nps": 10 if later else 2, "why": "=HYPERLINK(1)" if place else "It was fine", "ces": None}
        language, contact_id = rng.choice(("en", "ar")), mei if place % 2 else None
        at = NOON - (80 - place) * DAY
        respond(connection, version, answers, at, language=language, contact_id=contact_id)
    respond(connection, version, {"nps": 0}, NOON - 9 * DAY, done=False)
    return version


async def test_a_survey_without_answers_says_so_on_every_page(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("owner")
    version = await sqlite_team.database.transact(lambda c: publish(c, of_every_kind(), NOON))
    said = [await page(browser, version, view) for view in VIEWS]
    assert "Nobody has answered this yet." in said[0]
    assert "Too few people were asked so far to judge by." in said[0]
    assert '<svg class="chart"' not in said[0]
    assert "Nobody has answered this yet." in said[1]
    assert "There are no two waves to compare yet." in said[2]
    assert "Nobody has written anything yet." in said[3]
    assert rows_of(await page(browser, version, "/answers.csv")) == []
    draft = await sqlite_team.database.transact(lambda c: library.create(c, a_survey(code="draft"), NOON))
    assert isinstance(draft, library.Kept)
    address = f"/staff/surveys/{draft.public_id}/results"
    assert "not published yet" in (await browser.get(address)).text
    assert (await browser.get(f"{address}/answers.csv")).status_code == 404


async def test_few_answers_are_shown_and_said_to_be_too_few(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("support")
    version = await sqlite_team.database.transact(lambda c: make(c, 6))
    said = await page(browser, version)
    assert "There are only 6 answers, too few to judge by. Wait for ten." in said
    assert '<svg class="chart"' in said
    assert "95% sure</span>" not in said
    assert "answers.csv" not in said
    assert "Too few answers to tell" in await page(browser, version, "/waves")
    assert "There are too few answers to compare." in await page(browser, version, "/groups", by="language")


async def test_much_is_told_with_its_interval_and_waves_with_a_verdict(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("owner")
    version = await sqlite_team.database.transact(lambda c: make(c, 60))
    said = await page(browser, version)
    assert re.search(r'<p class="figure">0</p><p class="under">-24.\d to 24.\d, 95% sure</p>', said)
    assert "The true figure may lie far from this one." in said
    assert "Too few people were asked so far to judge by." in said  # these came without an invitation
    assert len(re.findall('<svg class="chart"', said)) == len(re.findall('<details class="as-table"', said))
    assert len(re.findall('<svg class="chart"', said)) == 2 + len(list(version.survey.questions)) - 3
    compared = await page(browser, version, "/waves")
    assert "What was done for Would you recommend us? shows: it is clearly better than before." in compared
    assert "+200" in compared
    groups = await page(browser, version, "/groups", by="language", figure="nps")
    assert "No difference that we could tell" in groups
    assert "English" in groups


async def test_an_address_narrows_what_is_shown_on_every_page(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("owner")
    version = await sqlite_team.database.transact(lambda c: make(c, 20))
    day = (NOON - 62 * DAY).date().isoformat()
    whole, part = await page(browser, version), await page(browser, version, since=day)
    assert "<dt>Finished</dt><dd>20</dd>" in whole
    assert "<dt>Finished</dt><dd>2</dd>" in part
    assert f"/results/groups?since={day}" in part
    assert "<dt>Finished</dt><dd>0</dd>" in await page(browser, version, mode="kiosk")
    odd = {"wave": "none", "branch": "x" * 99, "since": "tomorrow", "until": "9999-12-31"}
    assert "<dt>Finished</dt><dd>20</dd>" in await page(browser, version, **odd)
    assert len(rows_of(await page(browser, version, "/answers.csv", since=day))) == 2


async def test_words_are_searched_and_lead_to_customers_for_whoever_may_see_them(sqlite_team: Team) -> None:
    browser, viewer = await sqlite_team.browser("marketer"), await sqlite_team.browser("viewer")
    version = await sqlite_team.database.transact(lambda c: make(c, 40))
    found = await page(browser, version, "/words", q="FINE")
    assert found.count("It was fine") == 1
    assert "mei-the-customer" not in found
    every = await page(browser, version, "/words")
    assert '<a href="/staff/customers/mei-the-customer"><bdi>Mei</bdi></a>' in every
    older = re.search(r'href="([^"]*after=[^"]*)"', every)
    assert older
    assert "It was fine" in (await browser.get(older[1].replace("&amp;", "&"))).text
    assert "Nothing was found" in await page(browser, version, "/words", q="kangaroo")
    assert "/words" not in await page(viewer, version)
    refused = await viewer.get(f"/staff/surveys/{version.public_id}/results/words")
    assert refused.status_code == 403


async def test_answers_are_saved_harmless_and_the_codebook_names_their_columns(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("owner")
    version = await sqlite_team.database.transact(lambda c: make(c, 12))
    rows = rows_of(await page(browser, version, "/answers.csv"))
    assert [row["why"] for row in rows] == ["It was fine", *["'=HYPERLINK(1)"] * 11]
    assert {row["nps"] for row in rows} == {"2", "10"}
    assert [row["wave"] for row in rows] == ["Spring"] * 6 + ["Autumn"] * 6
    assert [row["customer"] for row in rows[:2]] == ["", "mei-the-customer"]
    assert all("ces" in row["skipped"].split() and row["ces"] == "" for row in rows)
    assert all(row["days.weekend"] in ("0", "1") for row in rows if "days" not in row["skipped"].split())
    book = rows_of(await page(browser, version, "/codebook.csv"))
    assert {entry["column"] for entry in book} == set(rows[0])
    choices = {entry["value"]: entry["text_en"] for entry in book if entry["column"] == "drink" and entry["value"]}
    assert choices == {"coffee": "Coffee", "tea": "Tea", "water": "Water"}
    [nps] = [entry for entry in book if entry["column"] == "nps"]
    assert (nps["kind"], nps["least"], nps["most"], nps["versions"]) == ("nps", "0", "10", "1")
    assert ("survey.exported") in [action for _who, action in await sqlite_team.audited()]


@pytest.mark.parametrize("rtl", [False, True])
def test_charts_escape_what_they_show_and_are_mirrored(rtl: bool) -> None:
    evil = '"><script>alert(1)</script>'
    drawn = [
        charts.bars("a", evil, evil, [Bar(evil, 0.25, evil, 0.2, 0.3)], rtl=rtl),
        charts.stacks("b", evil, evil, [Stack(evil, [Piece(1, evil, "down")], evil)], [("down", evil)], rtl=rtl),
        charts.whiskers("c", evil, evil, [Point(evil, 0.5, evil, 0.4, 0.6)], ends=(evil, evil), mark=0.5, rtl=rtl),
        charts.line(
            "d", evil, evil, [Point(evil, 0.5, evil)] * 9, ends=(evil, evil), events=[Event(1, evil)], rtl=rtl
        ),
    ]
    assert not any("<script" in each for each in drawn)
    width = 25 * charts.BAR_WIDTH
    begin = 100 - width if rtl else 0
    assert f'<rect x="{begin:.2f}%" y="19" width="{width:.2f}%" height="15" class="fill-plain"/>' in drawn[0]
    assert 'fill="url(#b-down)"' in drawn[1]


def test_words_are_cut_by_their_width() -> None:
    assert charts.shortened("Shorter", 7) == "Shorter"
    assert charts.shortened("Somewhat longer", 8) == "Somewha…"
    assert charts.shortened("您会推荐我们吗", 8) == "您会推…"
