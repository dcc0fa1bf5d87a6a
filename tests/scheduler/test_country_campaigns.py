"""A campaign keeps to what its readers' countries ask, label, hours and holidays, and to the hold-out."""

from __future__ import annotations

import datetime as dt

import pytest

from loyalty import programme
from loyalty.programme import Country, Outreach, Programme
from outreach.hold_out import is_held
from tests.conftest import NOON
from tests.scheduler.agency import Agency, tell, text

pytestmark = pytest.mark.slow

MINUTE = dt.timedelta(minutes=1)
COUNTRIES = {
    "MY": Country("[Promotion]", {"ms": "[Promosi]"}),
    "VN": Country("[QC]", hours=(dt.time(11, 4), dt.time(20))),
    "CN": Country(holidays=True),
}


async def set_rules(agency: Agency, **outreach: object) -> None:
    rules = Programme(outreach=Outreach(**outreach))  # type: ignore[arg-type]
    await agency.change(lambda connection: programme.keep(connection, rules, text="", by="test", at=NOON))


def test_each_reader_has_the_label_and_the_hours_of_their_country(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await set_rules(agency, countries=COUNTRIES)
        await agency.meet("aisyah", language="ms", phone="+60123456789")
        await agency.meet("binh", language="vi", phone="+84912345678", timezone="Asia/Ho_Chi_Minh")
        await agency.meet("li", language="zh", phone="+8613812345678", timezone="Asia/Shanghai")
        await agency.plan("campaign", text(ms="Kopi", vi="Cà phê", zh="咖啡"))
        async with agency.at_work():
            await agency.ended()
        assert sorted(agency.provider.texts) == sorted(["[Promosi] Kopi", "[QC] Cà phê", "咖啡"])
        sent = {row.language: row.sent_at for row in await agency.recipients()}
        assert sent["ms"] < NOON + 4 * MINUTE
        assert sent["vi"] >= NOON + 4 * MINUTE  # it is eleven in Saigon

    tell(database_url, story)


def test_who_is_held_out_is_passed_over_and_says_so(sqlite_url: str) -> None:
    async def story(agency: Agency) -> None:
        await set_rules(agency, hold_out=20)
        await agency.meet_all(40)
        await agency.plan()
        async with agency.at_work():
            await agency.ended()
        rows = await agency.recipients()
        held = [row for row in rows if is_held(row.contact_id, 20)]
        assert 0 < len(held) < 40
        assert {(row.state, row.reason) for row in held} == {("skipped", "hold-out")}
        assert len(agency.provider.heard) == 40 - len(held)

    tell(sqlite_url, story)
