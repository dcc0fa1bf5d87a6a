"""The channels' page: what is set up, what failed of late, and what a test says in words."""

from __future__ import annotations

import sqlalchemy as sa

from console.staff.office import Line, Outcome
from locales import _
from store import tables
from tests.console.staff.team import Team

PAGE = "/staff/settings/channels"
SAYS = _("Telegram delivers messages to {address}.")


async def well(to: str) -> list[Outcome]:
    return [Outcome("ok", SAYS, {"address": f"<b>{to}</b>"})]


async def broken(_to: str) -> list[Outcome]:
    raise RuntimeError("the token 123:secret")


async def hanging(_to: str) -> list[Outcome]:
    raise TimeoutError


LINES = {
    "telegram": Line("42", "webhook", well),
    "email": Line("shop@shop.test", "", broken),
    "sms": Line("sms.test", "", hanging),
}


async def test_a_channel_is_tested_by_whoever_manages_and_says_what_it_found(sqlite_team: Team) -> None:
    app = sqlite_team.application(lines=LINES)
    admin = await sqlite_team.of(await sqlite_team.account("admin"), app=app)
    said = (await admin.submit(f"{PAGE}/telegram/test")).text
    assert f"Telegram delivers messages to &lt;b&gt;{admin.account.email}&lt;/b&gt;." in said
    said = (await admin.submit(f"{PAGE}/email/test")).text
    assert "The test itself failed (RuntimeError)" in said
    assert "secret" not in said
    assert "No answer came within 25 seconds." in (await admin.submit(f"{PAGE}/sms/test")).text
    assert (await admin.submit(f"{PAGE}/webchat/test")).status_code == 404
    rows = await sqlite_team.rows(
        sa.select(tables.audit.c.object, tables.audit.c.after).order_by(tables.audit.c.id)
    )
    assert [(row.object, row.after["well"]) for row in rows] == [
        ("channel:telegram", True),
        ("channel:email", False),
        ("channel:sms", False),
    ]


async def test_what_went_and_what_failed_of_late_is_told(team: Team) -> None:
    await team.house.customer().types("hello")

    def fail(connection: sa.Connection) -> None:
        connection.execute(tables.outbox.update().values(state="failed", reason="Forbidden: bot was blocked"))

    await team.database.transact(fail)
    app = team.application(lines=dict.fromkeys(("webchat", "telegram", "email", "sms"), LINES["telegram"]))
    owner = await team.of(await team.account("owner"), app=app)
    page = (await owner.get(PAGE)).text
    assert "Forbidden: bot was blocked" in page
    assert "21 November 2026" in page
    assert page.count("Not set up") == 0
