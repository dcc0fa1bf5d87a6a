"""One deed for each way to change what is kept of a customer, and the action that the audit log calls it by."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import sqlalchemy as sa

from service import rules
from store.staff import Role
from store.tables import merges
from tests.console.staff.team import Team
from tests.console.staff.test_customers_one import MEI, correct, with_mei
from tests.console.staff.test_joining_pages import twins

Deed: TypeAlias = Callable[[Team], Awaitable[object]]


def mei(path: str, fields: dict[str, str], role: Role = "admin") -> Deed:
    """Something done about Mei."""

    async def deed(team: Team) -> object:
        await with_mei(team)
        return await (await team.browser(role)).submit(f"{MEI}{path}", **fields)

    return deed


async def _correct(team: Team) -> object:
    await with_mei(team)
    return await correct(await team.browser("admin"), "give", 50)


def decided(how: str) -> Deed:
    """A correction that a second person decides."""

    async def deed(team: Team) -> object:
        await with_mei(team)
        await team.database.transact(lambda c: rules.save(c, rules.Desk(adjust_limit=10), team.house.now))
        await correct(await team.browser("admin"), "give", 50)
        owner = await team.browser("owner")
        page = (await owner.get("/staff/corrections")).text
        found = re.search(rf'action="(/staff/corrections/[^/]+/{how})"', page)
        assert found, page
        return await owner.submit(found[1])

    return deed


async def _allow(team: Team) -> object:
    await with_mei(team)
    browser = await team.browser("support")
    await browser.submit(f"{MEI}/points/stop", why="her phone is lost")
    return await browser.submit(f"{MEI}/points/allow", why="she has it again")


async def _cancel(team: Team) -> object:
    await with_mei(team)
    browser = await team.browser("support")
    found = re.search(rf'action="({MEI}/vouchers/[^"]+/cancel)"', (await browser.get(f"{MEI}/vouchers")).text)
    assert found
    return await browser.submit(found[1])


async def _keep(team: Team) -> object:
    await with_mei(team)
    browser = await team.browser("owner")
    await browser.submit(f"{MEI}/erase", typed="C-MEI")
    return await browser.submit(f"{MEI}/keep")


def same(how: str) -> Deed:
    """Two customers are found to be one, or two after all."""

    async def deed(team: Team) -> object:
        await team.database.transact(twins)
        browser = await team.browser("support")
        home = "/staff/customers/member-0/same"
        if how != "/part":
            return await browser.submit(f"{home}/member-1{how}")
        await browser.submit(f"{home}/member-1")
        [joining] = await team.database.read(lambda c: c.scalars(sa.select(merges.c.public_id)).all())
        return await browser.submit(f"{home}/{joining}/part")

    return deed


EDIT = {"name": "Mei", "language": "ms", "kind": "customer"}
WITHDRAWN = {"answer": "no", "purpose": "marketing", "channel": "phone", "proof": "called"}
ONE, CORRECTION = "/staff/customers/{public_id}", "/staff/corrections/{public_id}"
CUSTOMER_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{ONE}/edit": ("customer.changed", mei("/edit", EDIT)),
    f"{ONE}/tags": ("customer.tagged", mei("/tags", {"tag": "VIP"})),
    f"{ONE}/points": ("points.corrected", _correct),
    f"{ONE}/points/stop": ("redemption.stopped", mei("/points/stop", {"why": "her phone is lost"})),
    f"{ONE}/points/allow": ("redemption.allowed", _allow),
    f"{ONE}/vouchers/{{voucher}}/cancel": ("voucher.cancelled", _cancel),
    f"{ONE}/consents": ("customer.consent", mei("/consents", WITHDRAWN)),
    f"{ONE}/export": ("customer.exported", mei("/export", {})),
    f"{ONE}/erase": ("customer.erasure_asked", mei("/erase", {"typed": "C-MEI"}, "owner")),
    f"{ONE}/keep": ("customer.erasure_taken_back", _keep),
    f"{ONE}/deceased": ("customer.deceased", mei("/deceased", {"died": "yes"})),
    f"{ONE}/same/{{other}}": ("customer.joined", same("")),
    f"{ONE}/same/{{other}}/part": ("customer.parted", same("/part")),
    f"{ONE}/same/{{other}}/distinct": ("customer.distinct", same("/distinct")),
    f"{ONE}/start": ("conversation.taken", mei("/start", {}, "support")),
    f"{CORRECTION}/agree": ("points.correction_agreed", decided("agree")),
    f"{CORRECTION}/refuse": ("points.correction_refused", decided("refuse")),
}
