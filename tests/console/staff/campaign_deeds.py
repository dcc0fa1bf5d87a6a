"""One deed for each way to change a campaign, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection

from console.staff.campaign_frame import CAMPAIGN, PAGE
from outreach.campaigns import testing
from store import tags
from store.campaigns import Campaign
from tests.conftest import NOON
from tests.console.staff.team import Browser, Team
from tests.outreach.campaigns.drafts import kept, said, segment, template
from tests.store.rows import add_contact

Deed: TypeAlias = Callable[[Team], Awaitable[object]]
FORM = {
    "name": "Weekend offer",
    "kind": "offer",
    "audience": "frozen",
    "start": "now",
    "hour": "10",
    "ends": "3",
    "unit": "days",
    "a_minute": "",
    "hold_out": "0",
    "priority": "5",
    "days": "14",
    "fall_back": "yes",
}


async def furnished(team: Team) -> dict[str, str]:
    """A house with a segment and a template; the fields of a form that names them."""

    def work(connection: Connection) -> dict[str, str]:
        whom, says = segment(connection, name="Regulars"), template(connection, said(), name="Half price")
        return {"segment": whom.public_id, "template-A": says.public_id, "weight-A": "1"}

    return FORM | await team.database.transact(work)


async def drafted(team: Team, by: str = "somebody", **settings: Any) -> Campaign:
    """A draft that could be sent, whom nobody of the team wrote."""
    return await team.database.transact(lambda connection: kept(connection, by=by, **settings))


def page_of(campaign: Campaign) -> str:
    return f"{PAGE}/{campaign.public_id}"


async def does(browser: Browser, campaign: Campaign, deed: str, seen: int | None = None) -> Any:
    """Press a button on the campaign's page."""
    edit = campaign.edit if seen is None else seen
    return await browser.submit(f"{page_of(campaign)}/deed", deed=deed, seen=str(edit))


async def _make(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{PAGE}/new", **await furnished(team))


async def _change(team: Team) -> object:
    found, form = await drafted(team), await furnished(team)
    return await (await team.browser("marketer")).submit(f"{page_of(found)}/edit", seen="0", **form)


async def _submit(team: Team) -> object:
    return await does(await team.browser("marketer"), await drafted(team), "submit")


async def _test(team: Team) -> object:
    found = await drafted(team)

    def colleague(connection: Connection) -> None:
        tags.add(connection, add_contact(connection, "mei", NOON), testing.TAG, NOON)

    await team.database.transact(colleague)
    browser = await team.browser("marketer")
    return await browser.submit(f"{page_of(found)}/test", **{"language-en": "yes"})


CAMPAIGN_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{PAGE}/new": ("campaign.made", _make),
    f"{CAMPAIGN}/edit": ("campaign.changed", _change),
    f"{CAMPAIGN}/deed": ("campaign.submitted", _submit),
    f"{CAMPAIGN}/test": ("campaign.tested", _test),
}
CAMPAIGN_QUIET = {f"{CAMPAIGN}/trial": "a dry run counts, and changes nothing"}
