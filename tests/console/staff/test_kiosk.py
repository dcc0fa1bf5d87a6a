"""The kiosk: one visitor after another, and nothing of the one before."""

from __future__ import annotations

import datetime as dt
import re

import httpx
import sqlalchemy as sa

from console.kiosk import COOKIE, RESTS
from console.staff.survey_frame import PAGE
from store import tables
from tests.console.staff.interviews_deeds import published
from tests.console.staff.team import HOME, Team


async def opened(team: Team) -> tuple[httpx.AsyncClient, str]:
    """A tablet at a new kiosk, and the kiosk's address."""
    survey, marketer = await published(team), await team.browser("marketer")
    page = (await marketer.submit(f"{PAGE}/{survey.public_id}/kiosks", name="Door")).text
    found = re.search(rf'href="{HOME}(/kiosk/[^"]+)"', page)
    assert found
    transport = httpx.ASGITransport(app=team.app)
    headers = {"origin": HOME, "sec-fetch-site": "same-origin"}
    return httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers), found[1]


async def kept(team: Team) -> list[tuple[object, ...]]:
    columns = (tables.survey_responses.c[name] for name in ("mode", "state", "language", "contact_id"))
    return [tuple(row) for row in await team.rows(sa.select(*columns).order_by(tables.survey_responses.c.id))]


async def test_visitors_answer_one_after_the_other_in_their_languages(sqlite_team: Team) -> None:
    tablet, kiosk = await opened(sqlite_team)
    async with tablet:
        assert "العربية" in (await tablet.get(kiosk)).text
        await tablet.post(kiosk, data={"language": "ms"})
        assert "Anda gembira?" in (await tablet.get(kiosk)).text
        assert (await tablet.post(kiosk, data={"question": "happy"})).status_code == 422
        await tablet.post(kiosk, data={"question": "happy", "answer": "1"})
        assert "You said 1. Why?" in (await tablet.get(kiosk)).text
        await tablet.post(kiosk, data={"back": "yes"})
        assert "Anda gembira?" in (await tablet.get(kiosk)).text
        await tablet.post(kiosk, data={"question": "happy", "answer": "5"})
        assert "What for?" in (await tablet.get(kiosk)).text  # no picture is asked for
        await tablet.post(kiosk, data={"question": "came", "skip": "yes"})
        assert "Come again." in (await tablet.get(kiosk)).text
        assert "Come again." not in (await tablet.get(kiosk)).text  # it is the next visitor's now
    assert await kept(sqlite_team) == [("kiosk", "done", "ms", None)]
    assert await sqlite_team.rows(sa.select(tables.cases.c.id)) == []  # nobody could be answered


async def test_whoever_walks_away_leaves_nothing_behind(sqlite_team: Team) -> None:
    tablet, kiosk = await opened(sqlite_team)
    async with tablet:
        await tablet.post(kiosk, data={"language": "en"})
        await tablet.post(kiosk, data={"question": "happy", "answer": "1"})
        cookie = tablet.cookies.get(COOKIE)
        sqlite_team.house.now += RESTS + dt.timedelta(seconds=1)
        page = await tablet.get(kiosk)
        assert ("You said" in page.text, page.headers["cache-control"]) == (False, "no-store")
        tablet.cookies.set(COOKIE, str(cookie), path=kiosk)  # somebody goes back
        assert "You said" not in (await tablet.get(kiosk)).text
        await tablet.post(kiosk, data={"question": "why", "answer": "Rain"})
    assert [row[1] for row in await kept(sqlite_team)] == ["begun"]


async def test_a_kiosk_that_is_off_or_unknown_shows_nothing(sqlite_team: Team) -> None:
    tablet, kiosk = await opened(sqlite_team)
    async with tablet:
        off = tables.kiosks.update().values(active=False)
        await sqlite_team.database.transact(lambda connection: connection.execute(off))
        assert (await tablet.get(kiosk)).status_code == 404
        assert (await tablet.post(kiosk, data={"language": "en"})).status_code == 404
        assert (await tablet.get("/kiosk/nothing")).status_code == 404
