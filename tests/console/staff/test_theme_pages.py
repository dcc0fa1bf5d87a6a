"""Themes and improvements as the team reads and changes them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy.engine import Connection

from scheduler.theming import mark_themes
from store import improvements, themes
from store.improvements import Improvement
from store.themes import Theme
from tests.conftest import NOON
from tests.console.staff.clientele import add_customer
from tests.console.staff.team import Team
from tests.service.saying import answer, drop_themes, publish, tell

THEMES, IMPROVEMENTS = "/staff/themes", "/staff/improvements"
DAY = dt.timedelta(days=1)
PRICE = {"name-en": "Price", "words-en": "price\n too   dear \n", "department": "products", "active": "yes"}


async def heard(team: Team) -> Theme:
    """Some answers and a complaint, and a theme that somebody made, which has been read."""

    def say(connection: Connection) -> None:
        drop_themes(connection)
        survey, mei = publish(connection), add_customer(connection, "mei")
        for number in range(12):
            answer(connection, survey, f"the price {number}", NOON - DAY, nps=2, happy=1)
        answer(connection, survey, "<b>too slow</b>", NOON - DAY)
        tell(connection, mei, "It is too dear", NOON - 2 * DAY, department="shop")

    await team.database.transact(say)
    made = await (await team.browser("marketer")).submit(f"{THEMES}/new", **PRICE)
    assert made.status_code == 303, made.text
    while await mark_themes(team.database, NOON):
        pass
    public_id = made.headers["Location"].split("/")[-1].partition("?")[0]
    theme = await team.database.read(lambda c: themes.find(c, public_id))
    assert theme is not None
    return theme


async def test_themes_are_counted_shown_with_examples_and_set_right_by_hand(sqlite_team: Team) -> None:
    team, theme = sqlite_team, await heard(sqlite_team)
    assert theme.words == {"en": ["price", "too dear"]}
    viewer, agent = await team.browser("viewer"), await team.browser("support")
    page = (await viewer.get(THEMES)).text
    assert "Begin with “Price”: 100% of those who speak of it are not content." in page
    assert "1 text speaks of no theme" in page
    assert re.search(r"In the shop|Shops</bdi></th><td>1</td>", page)
    one = (await agent.get(f"{THEMES}/{theme.public_id}?days=7")).text
    assert one.count("<mark>price</mark>") + one.count("<mark>too dear</mark>") == 12
    assert 'action="/staff/themes' not in (await viewer.get(f"{THEMES}/{theme.public_id}")).text

    loose = (await agent.get(f"{THEMES}-untagged")).text
    assert "&lt;b&gt;too slow&lt;/b&gt;" in loose
    text = re.search(r'name="text" value="(\d+)"', loose)
    assert text
    about = {"kind": "answer", "text": text[1], "theme": theme.public_id}
    assert (await agent.submit(f"{THEMES}-untagged", **about)).status_code == 303
    assert "too slow" not in (await agent.get(f"{THEMES}-untagged")).text
    off = {"kind": "answer", "text": text[1], "off": "yes"}
    await agent.submit(f"{THEMES}/{theme.public_id}/marks", **off)
    assert "too slow" in (await agent.get(f"{THEMES}-untagged")).text
    assert (await agent.submit(f"{THEMES}/{theme.public_id}/marks", kind="answer", text="0")).status_code == 404


async def test_words_are_tried_live_and_what_is_wrong_is_said(sqlite_team: Team) -> None:
    team, theme = sqlite_team, await heard(sqlite_team)
    browser = await team.browser("owner")
    tried = (await browser.submit(f"{THEMES}/new/try", **{"words-en": "slow"})).text
    assert "These words are found in 1 of the last 14 texts." in tried
    assert "too <mark>slow" in tried
    home = f"{THEMES}/{theme.public_id}"
    wrong = await browser.submit(home, **{"name-en": "", "words-en": "price"})
    assert (wrong.status_code, "Please write a name" in wrong.text) == (422, True)
    assert "said=kept" in (await browser.submit(home, **PRICE)).headers["Location"]
    changed = await browser.submit(home, **PRICE | {"words-en": "slow"})
    assert "said=saved" in changed.headers["Location"]
    assert "Looking through what was said in the last year: 0% done." in (await browser.get(home)).text


async def planned(team: Team, **more: str) -> Improvement:
    owner = await team.browser("owner")
    fields = {"title": "Cheaper cups", "owner": owner.account.public_id, "state": "planned", **more}
    made = await owner.submit(f"{IMPROVEMENTS}/new", **fields)
    assert made.status_code == 303, made.text
    public_id = made.headers["Location"].split("/")[-1].partition("?")[0]
    found = await team.database.read(lambda c: improvements.find(c, public_id))
    assert found is not None
    return found


async def test_what_is_late_is_marked_and_what_was_done_is_compared(sqlite_team: Team) -> None:
    team, theme = sqlite_team, await heard(sqlite_team)
    one = await planned(team, due_on="2026-11-01", lifts="survey-visit/happy", theme=theme.public_id)
    browser = await team.browser("marketer")
    assert "1 is overdue" in (await browser.get(IMPROVEMENTS)).text
    home = f"{IMPROVEMENTS}/{one.public_id}"
    assert "Once it is done" in (await browser.get(home)).text
    assert (await browser.submit(home, title="", owner="x")).status_code == 422

    def done(connection: Connection) -> None:
        kept = improvements.find(connection, one.public_id)
        assert kept is not None
        improvements.change(connection, kept, NOON - 12 * 3600 * dt.timedelta(seconds=1), state="done")
        for number in range(30):
            answer(connection, (kept.survey_id or 0, 1), "fine", NOON - dt.timedelta(minutes=number), happy=5)

    await team.database.transact(done)
    page = (await browser.get(home)).text
    assert "It helped: the score is better than before, by more than chance." in page
    assert "How happy are you?" in page
    assert '<svg class="chart"' in page
    assert "Cheaper cups" in (await browser.get(f"{THEMES}/{theme.public_id}")).text


async def test_too_few_answers_are_said_to_be_so(sqlite_team: Team) -> None:
    team = sqlite_team

    def few(connection: Connection) -> Any:
        return answer(connection, publish(connection), "x", NOON - 2 * DAY)

    await team.database.transact(few)
    one = await planned(team, state="done", lifts="survey-visit/nps")
    page = (await (await team.browser("viewer")).get(f"{IMPROVEMENTS}/{one.public_id}")).text
    assert "There are too few answers after it was done, or before." in page
