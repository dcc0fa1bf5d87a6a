"""The list of changes filtered, and saved as a table that a spreadsheet takes for nothing but text."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa

from store import audit
from tests.console.staff.team import Team

pytestmark = pytest.mark.slow


async def some_changes(team: Team) -> str:
    """Four changes over three days of the business; the public id of who made the first."""
    mei = await team.account("support", name="Mei")
    rows = (
        (f"staff:{mei.public_id}", "claim.refused", "claim:K1", {"reason": "=cmd()"}, dt.timedelta(days=-2)),
        (audit.COMMAND_LINE, "claim.approved", "claim:K2", {"points": 7}, dt.timedelta(days=-1)),
        ("api:P", "customer.changed", "contact:C1", {"name": "@SUM(1)"}, dt.timedelta(hours=-12, seconds=-1)),
        ("api:P", "customer.changed", "=HYPERLINK(1)", None, dt.timedelta(hours=-12)),
    )

    def note(connection: sa.Connection) -> None:
        for actor, action, subject, after, ago in rows:
            audit.note(connection, actor, action, subject, None, after, "", team.house.now + ago)

    await team.database.transact(note)
    return mei.public_id


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"who": "staff:MEI"}, [1]),
        ({"who": "command line"}, [2]),
        ({"what": "customer.changed"}, [4, 3]),
        ({"object": "claim"}, [2, 1]),
        ({"object": "claim:K2"}, [2]),
        ({"object": "laim"}, []),
        ({"since": "2026-11-21"}, [4]),  # midnight in Kuala Lumpur
        ({"until": "2026-11-20"}, [3, 2, 1]),
        ({"since": "2026-11-20", "until": "2026-11-20"}, [3, 2]),
        ({"q": "claim", "until": "2026-11-19"}, [1]),
        ({"since": "no date", "until": "9999-12-31"}, [4, 3, 2, 1]),
    ],
)
async def test_changes_are_found_by_who_what_object_and_the_days_of_the_business(
    team: Team, asked: dict[str, str], found: list[int]
) -> None:
    mei, owner = await some_changes(team), await team.browser("owner")
    wanted = {name: value.replace("MEI", mei) for name, value in asked.items()}
    table = await owner.get("/staff/audit.csv", params=wanted)
    subjects = ["claim:K1", "claim:K2", "contact:C1", "'=HYPERLINK(1)"]
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row["object"] for row in rows] == [subjects[number - 1] for number in found]
    page = (await owner.get("/staff/audit", params=wanted)).text
    for number, subject in enumerate(("claim:K1", "claim:K2", "contact:C1", "=HYPERLINK(1)"), 1):
        assert (f'<bdi dir="ltr">{subject}</bdi>' in page) == (number in found), subject


async def test_the_table_holds_no_formulas_is_kept_nowhere_and_leaves_a_row(team: Team) -> None:
    await some_changes(team)
    owner = await team.browser("owner")
    table = await owner.get("/staff/audit.csv?what=customer.changed")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.headers["Cache-Control"] == "no-store"
    assert "attachment" in table.headers["Content-Disposition"]
    for row in csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))):
        assert not [field for field in row if field.startswith(("=", "+", "-", "@"))]
    last = (await team.database.read(lambda c: audit.search(c, audit.Wanted(), None, 1)))[0]
    assert (last.actor, last.action) == (f"staff:{owner.account.public_id}", "audit.exported")
    assert last.after == {"rows": 2, "what": "customer.changed"}


async def test_what_is_asked_for_stays_in_the_form_and_in_the_way_to_older_ones(sqlite_team: Team) -> None:
    def note(connection: sa.Connection) -> None:
        for number in range(60):
            now = sqlite_team.house.now
            audit.note(connection, audit.COMMAND_LINE, "x", f"thing:{number}", None, None, "", now)

    await sqlite_team.database.transact(note)
    owner = await sqlite_team.browser("owner")
    page = (await owner.get('/staff/audit?object=thing&q="><script>')).text
    assert 'value="thing"' in page
    assert "<script>" not in page.partition("<main")[2]
    page = (await owner.get("/staff/audit?object=thing&who=command+line")).text
    assert "/staff/audit?who=command+line&amp;object=thing&amp;before=11" in page
