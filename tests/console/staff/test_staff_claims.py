"""Missing points on the staff's pages: seen with their photo and promise, approved or refused once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from loyalty import claims, ledger
from loyalty.claims import Filed
from store import media, tables
from store.media import File
from tests.console.staff.team import Team
from tests.handlers.house import later

PHOTO = File.of("image/jpeg", b"\xff\xd8\xff and a receipt")
APPROVAL = {"amount": "RM 25.50", "bought": "2026-11-20", "branch": ""}


async def filed(team: Team, receipt: str = "R-100", *, photo: bool = False) -> str:
    """An open claim of a customer; its number."""
    await team.house.customer().types("hello")
    local = team.house.now.astimezone(team.house.house.zone)

    def work(connection: sa.Connection) -> str:
        contact = connection.scalar(sa.select(tables.contacts.c.id))
        assert contact is not None
        if photo:
            media.keep_new(connection, PHOTO, team.house.now, public_id="photo-1", contact_id=contact)
        claim = claims.file(connection, contact, receipt, "photo-1" if photo else "", local)
        assert isinstance(claim, Filed)
        return claim.number

    return await team.database.transact(work)


async def balance(team: Team) -> int:
    def read(connection: sa.Connection) -> int:
        contact = connection.scalar(sa.select(tables.contacts.c.id))
        assert contact is not None
        return ledger.account_of(connection, contact, team.house.now, "en").balance

    return await team.database.read(read)


async def test_an_open_claim_is_shown_with_its_photo_and_when_it_is_overdue(team: Team) -> None:
    number = await filed(team, photo=True)
    agent = await team.browser("support")
    listed = (await agent.get("/staff/claims")).text
    assert number in listed
    assert "Overdue" not in listed
    page = (await agent.get(f"/staff/claims/{number}")).text
    assert "R-100" in page
    assert 'src="/staff/media/photo-1"' in page
    assert (await agent.get("/staff/media/photo-1")).content == PHOTO.content
    later(team.house, days=14)
    again = await team.browser("support")
    assert "Overdue" in (await again.get("/staff/claims")).text


async def test_an_approved_claim_brings_points_once_and_is_told(team: Team) -> None:
    number = await filed(team)
    agent = await team.browser("support")
    answer = await agent.submit(f"/staff/claims/{number}/approve", **APPROVAL)
    assert answer.headers["Location"] == "/staff/claims?said=approved"
    assert await balance(team) == 25
    again = await agent.submit(f"/staff/claims/{number}/approve", **APPROVAL)
    assert again.status_code == 409
    refused = await agent.submit(f"/staff/claims/{number}/refuse", reason="Too late")
    assert refused.status_code == 409
    assert await balance(team) == 25
    assert "claim_decided" in {row.flow for row in await team.rows(sa.select(tables.due.c.flow))}
    row = (await team.rows(sa.select(tables.audit).where(tables.audit.c.action == "claim.approved")))[0]
    assert row.actor == f"staff:{agent.account.public_id}"
    assert (row.after["amount"], row.after["points"]) == (2550, 25)


async def test_a_refused_claim_brings_nothing_and_keeps_its_reason(team: Team) -> None:
    number = await filed(team)
    agent = await team.browser("support")
    assert (await agent.submit(f"/staff/claims/{number}/refuse", reason="x" * 201)).status_code == 422
    answer = await agent.submit(f"/staff/claims/{number}/refuse", reason="The receipt is of another shop.")
    assert answer.headers["Location"] == "/staff/claims?said=refused"
    assert await balance(team) == 0
    row = (await team.rows(sa.select(tables.claims)))[0]
    assert (row.state, row.reason, row.decided_by) == (
        "refused",
        "The receipt is of another shop.",
        agent.account.id,
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"amount": "a lot"}, "amount of the receipt, for example RM25.00"),
        ({"amount": "0"}, "amount of the receipt"),
        ({"bought": "2026-11-22"}, "today at the latest"),
        ({"bought": "yesterday"}, "today at the latest"),
        ({"bought": "2020-01-01"}, "takes receipts from"),
    ],
)
async def test_an_approval_that_cannot_be_right_changes_nothing(
    sqlite_team: Team, fields: dict[str, str], says: str
) -> None:
    number = await filed(sqlite_team)
    agent = await sqlite_team.browser("support")
    answer = await agent.submit(f"/staff/claims/{number}/approve", **APPROVAL | fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert await balance(sqlite_team) == 0


async def test_a_purchase_of_this_morning_can_be_approved_this_morning(sqlite_team: Team) -> None:
    sqlite_team.house.now -= dt.timedelta(hours=3)  # nine in Kuala Lumpur
    number = await filed(sqlite_team)
    agent = await sqlite_team.browser("support")
    answer = await agent.submit(f"/staff/claims/{number}/approve", **APPROVAL | {"bought": "2026-11-21"})
    assert answer.status_code == 303
