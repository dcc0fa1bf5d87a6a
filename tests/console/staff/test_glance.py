"""Customers at a glance: everybody is counted where they stand, and each part leads to a segment."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from console.staff import glance as page
from insights import rfm
from scheduler import scoring
from store import glance, purchases, score_runs
from store.glance import Part
from store.purchases import Purchase
from store.scores import STAGES
from store.tables import audit, customer_scores
from tests.conftest import NOON
from tests.console.staff.clientele import add_customer
from tests.console.staff.team import Team

DAY = dt.timedelta(days=1)
GLANCE = "/staff/glance"


def plain(text: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text.partition("<main")[2])).split())


def rows(text: str, section: str) -> dict[str, list[str]]:
    """The figures of a section's table by what its rows are called."""
    part = text.partition(f'aria-labelledby="{section}-head"')[2].partition("</section>")[0]
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", part, re.DOTALL):
        name = re.sub(r"<[^>]*>", "", row.partition('<span class="under">')[0]).strip()
        found[name] = [
            html.unescape(re.sub(r"<[^>]*>|[\u2066-\u2069]", "", one)) for one in re.findall(r"<td.*?</td>", row)
        ]
    return found


async def scored(team: Team) -> None:
    """Customers of most stages, scored: the first is loyal, the last only looked around."""
    bought = {"Loyal": (300, 200, 100, 50, 20, 5), "New": (3,), "Risk": (200,), "Lapsed": (500,), "Looks": ()}

    def add(connection: Connection) -> None:
        now = team.house.now
        for name, days in bought.items():
            one = add_customer(connection, name, name=name, marketing="granted" if name != "Risk" else "withdrawn")
            purchases.add(
                connection, [Purchase(f"{name}{ago}", one, now - ago * DAY, 1, 2_500, "MYR") for ago in days]
            )

    await team.database.transact(add)
    await scoring.score(team.database, now=lambda: team.house.now)


async def test_an_empty_house_is_told_what_fills_the_page(sqlite_team: Team) -> None:
    marketer = await sqlite_team.browser("marketer")
    assert "sapa import purchases" in plain((await marketer.get(GLANCE)).text)

    def buy(connection: Connection) -> None:
        one = add_customer(connection, "a", name="A")
        purchases.add(connection, [Purchase("a", one, NOON, 1, 100, "MYR")])
        assert score_runs.begin(connection, sqlite_team.house.now) is not None

    await sqlite_team.database.transact(buy)
    words = plain((await marketer.get(GLANCE)).text)
    assert "within minutes" in words
    assert "being scored just now" in words


async def test_everybody_is_counted_in_their_stage_and_segment_and_leads_to_a_segment(sqlite_team: Team) -> None:
    await scored(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    text = (await marketer.get(GLANCE)).text
    found = rows(text, "stages")
    assert {name: one[:4] for name, one in found.items() if one[0] != "0"} == {
        "Prospect": ["1", "20%", "RM0.00", "1"],
        "New customer": ["1", "20%", "RM25.00", "1"],
        "Loyal customer": ["1", "20%", "RM150.00", "1"],
        "At risk": ["1", "20%", "RM25.00", "0"],
        "Lapsed": ["1", "20%", "RM25.00", "1"],
    }
    segments = rows(text, "segments")
    assert len(segments) == 10
    assert sum(int(one[0]) for one in segments.values()) == 4
    links = set(re.findall(r'href="(/staff/segments/new\?[^"]+)"', text))
    assert links == {
        *(f"/staff/segments/new?stage={stage}" for stage in STAGES),
        *(f"/staff/segments/new?rfm={name}" for name in rfm.SEGMENTS),
    }
    assert "4 customers who have bought" in plain(text)
    assert "at least 5 times, the first time at least 180 days ago" in plain(text)


async def test_who_does_not_market_is_not_led_where_they_may_not_go(sqlite_team: Team) -> None:
    await scored(sqlite_team)
    support = await sqlite_team.browser("support")
    text = (await support.get(GLANCE)).text
    assert "/staff/segments/new" not in text
    assert (await (await sqlite_team.browser("cashier")).get(GLANCE)).status_code == 403


async def test_who_moved_this_week_is_told(sqlite_team: Team) -> None:
    await scored(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    assert "Nobody went from one stage to another" in plain((await marketer.get(GLANCE)).text)
    await scoring.score(sqlite_team.database, now=lambda: sqlite_team.house.now + 125 * DAY)
    part = plain((await marketer.get(GLANCE)).text).partition("last seven days")[2]
    assert "Loyal customer At risk 1" in part
    assert "New customer At risk 1" in part


async def test_the_table_to_keep_has_all_of_it_and_is_noted(sqlite_team: Team) -> None:
    await scored(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    text = (await marketer.get(f"{GLANCE}.csv")).text
    assert text.startswith(page.BOM)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix(page.BOM))))
    assert Counter(line["kind"] for line in lines) == {"stage": 6, "segment": 10, "cell": 25}
    [loyal] = [line for line in lines if line["name"] == "loyal"]
    assert (loyal["customers"], loyal["share"], loyal["spent"], loyal["currency"]) == (
        "1",
        "0.2000",
        "150.00",
        "MYR",
    )
    assert sum(int(line["customers"]) for line in lines if line["kind"] == "cell") == 4
    noted = await sqlite_team.database.read(
        lambda connection: connection.scalars(
            sa.select(audit.c.object).where(audit.c.action == "figures.exported")
        ).all()
    )
    assert noted == ["figures:customers"]


def test_a_cell_is_coloured_by_whom_most_of_it_are_and_an_empty_one_by_the_rules() -> None:
    parts = [
        Part("active", "champions", 5, 5, 30, 0, 0),
        Part("active", "loyal_customers", 5, 5, 10, 0, 0),
        Part("prospect", "", 0, 0, 99, 0, 0),
    ]
    cells = {(cell.recency, cell.frequency): cell for row in page.matrix(parts) for cell in row}
    assert (cells[5, 5].region, cells[5, 5].customers, cells[5, 5].share) == ("champions", 40, 1.0)
    assert cells[1, 1].region == "at_risk"  # of five combinations three
    assert {cell.region for cell in cells.values()} <= set(rfm.SEGMENTS)


async def test_who_is_gone_is_not_counted(sqlite_team: Team) -> None:
    def play(connection: Connection) -> list[Part]:
        add_customer(connection, "a", name="A")
        add_customer(connection, "b", name="B", deceased=True)
        add_customer(connection, "c", name="C", erased_at=NOON)
        assert connection.scalar(sa.select(sa.func.count()).select_from(customer_scores)) == 0
        return glance.parts(connection)

    [part] = await sqlite_team.database.transact(play)
    assert (part.stage, part.customers) == ("prospect", 1)
