"""Whatever staff change leaves a row, and the rows are found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from console.staff.audit_log import ACTIONS
from console.staff.audit_words import FIELDS, Reader
from console.staff.rendering import StaffRoute
from console.staff.routes import ROUTES
from locales import Language
from locales.catalogue import lay_over
from loyalty.till.presses import UNDOABLE, Kind
from store import api_keys, audit, tables
from tests.console.staff.account_deeds import ACCOUNT_DEEDS, Deed
from tests.console.staff.builder_deeds import BUILDER_DEEDS, BUILDER_QUIET
from tests.console.staff.campaign_deeds import CAMPAIGN_DEEDS, CAMPAIGN_QUIET
from tests.console.staff.case_deeds import CASE_DEEDS, CASE_QUIET
from tests.console.staff.customers_deeds import CUSTOMER_DEEDS
from tests.console.staff.interviews_deeds import INTERVIEW_DEEDS
from tests.console.staff.inviting_deeds import INVITING_DEEDS
from tests.console.staff.offers_deeds import OFFERS_DEEDS
from tests.console.staff.segments_deeds import SEGMENT_DEEDS, SEGMENT_QUIET
from tests.console.staff.settings_deeds import SETTINGS_DEEDS
from tests.console.staff.talks import public_id, taken, waiting
from tests.console.staff.team import PASSWORD, Team
from tests.console.staff.template_deeds import TEMPLATE_DEEDS, TEMPLATE_QUIET
from tests.console.staff.test_staff_claims import APPROVAL, filed
from tests.console.staff.today_deeds import TODAY_DEEDS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def claim(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        number = await filed(team)
        return await (await team.browser("admin")).submit(f"/staff/claims/{number}{path}", **fields)

    return deed


def talk(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        customer = await waiting(team)
        if path == "/take":
            contact = await public_id(team, customer)
            return await (await team.browser("owner")).submit(f"/staff/inbox/{contact}/take", owner="queue")
        agent, home = await taken(team, customer)
        return await agent.submit(f"{home}{path}", **fields)

    return deed


async def _settle(team: Team) -> object:
    agent, home = await taken(team, await waiting(team))
    await agent.submit(f"{home}/promise", promise="We call you", due="hour")
    made = (await team.rows(sa.select(tables.promises.c.public_id)))[0]
    return await agent.submit(f"{home}/promises/{made.public_id}", how="kept")


async def _transfer(team: Team) -> object:
    colleague = await team.account("support")
    agent, home = await taken(team, await waiting(team))
    return await agent.submit(f"{home}/transfer", to=f"staff:{colleague.public_id}")


async def _label(team: Team) -> object:
    _agent, home = await taken(team, await waiting(team))
    return await (await team.browser("owner")).submit(f"{home}/labels", new="Urgent")


async def _merge(team: Team) -> object:
    agent, home = await taken(team, await waiting(team))
    await agent.submit(f"{home}/close", reason="solved")
    earlier = (await team.rows(sa.select(tables.conversations.c.public_id)))[0]
    await agent.submit(f"{home}/take", owner="bot")
    return await agent.submit(f"{home}/merge", other=earlier.public_id)


async def _make_key(team: Team) -> object:
    return await (await team.browser("owner")).submit("/staff/api-keys", **{"system": "web", "points:read": "on"})


async def _revoke_key(team: Team) -> object:
    made = await team.database.transact(lambda c: api_keys.add(c, "web", ["points:read"], team.house.now))
    return await (await team.browser("owner")).submit(f"/staff/api-keys/{made.public_id}/revoke")


TALK = "/staff/inbox/{public_id}"
QUIET: dict[str, str] = (
    CASE_QUIET
    | BUILDER_QUIET
    | CAMPAIGN_QUIET
    | SEGMENT_QUIET
    | TEMPLATE_QUIET
    | {  # what leaves no row, and why
        f"{TALK}/look": "that somebody looks at a page changes nothing of anybody's",
        f"{TALK}/draft": "nor that they type there",
        "/staff/presence": "a break changes nothing but who is given conversations, which owner_changes tells",
        "/staff/forgotten": "nobody is known yet; the row of the link that is made is tested with the mail",
        "/staff/interviews/{public_id}": "an answer is kept with who asked for it; begin and end leave rows",
        "/staff/settings/channels/{channel}/test": "a look at a server changes nothing",
    }
)
DEEDS: dict[str, tuple[str, Deed]] = (
    ACCOUNT_DEEDS
    | BUILDER_DEEDS
    | CAMPAIGN_DEEDS
    | CASE_DEEDS
    | CUSTOMER_DEEDS
    | SETTINGS_DEEDS
    | TODAY_DEEDS
    | OFFERS_DEEDS
    | INVITING_DEEDS
    | INTERVIEW_DEEDS
    | SEGMENT_DEEDS
    | TEMPLATE_DEEDS
    | {
        "/staff/api-keys": ("apikey.added", _make_key),
        "/staff/api-keys/{public_id}/revoke": ("apikey.revoked", _revoke_key),
        f"{TALK}/take": ("conversation.taken", talk("/take")),
        f"{TALK}/reply": ("conversation.answered", talk("/reply", nonce="answer-0001", text="Hello")),
        f"{TALK}/note": ("conversation.noted", talk("/note", note="Call back")),
        f"{TALK}/back": ("conversation.given_back", talk("/back", how="drop")),
        f"{TALK}/transfer": ("conversation.transferred", _transfer),
        f"{TALK}/snooze": ("conversation.snoozed", talk("/snooze", until="hour")),
        f"{TALK}/close": ("conversation.closed", talk("/close", reason="solved")),
        f"{TALK}/promise": ("promise.made", talk("/promise", promise="We call you", due="hour")),
        f"{TALK}/promises/{{promise}}": ("promise.settled", _settle),
        f"{TALK}/labels": ("conversation.labelled", _label),
        f"{TALK}/merge": ("conversation.merged", _merge),
        f"{TALK}/spam": ("conversation.spam", talk("/spam", spam="yes")),
        "/staff/claims/{public_id}/approve": ("claim.approved", claim("/approve", **APPROVAL)),
        "/staff/claims/{public_id}/refuse": ("claim.refused", claim("/refuse", reason="Another shop's")),
    }
)


@pytest.fixture(autouse=True)
def _published_words_are_taken_back() -> Iterator[None]:
    yield
    lay_over({})


def changing(route: StaffRoute) -> bool:
    return bool(set(route.methods or ()) - {"GET", "HEAD"})


def test_every_route_that_changes_something_is_walked_here() -> None:
    assert set(DEEDS) | set(QUIET) == {route.path for route in ROUTES if changing(route)}


@pytest.mark.parametrize("path", DEEDS)
async def test_a_change_leaves_a_row_with_who_and_from_where(sqlite_team: Team, path: str) -> None:
    action, deed = DEEDS[path]
    await deed(sqlite_team)
    rows = await sqlite_team.rows(sa.select(tables.audit).where(tables.audit.c.action == action))
    assert len(rows) == 1, await sqlite_team.audited()
    assert rows[0].actor.startswith("staff:")
    assert rows[0].object.partition(":")[2]
    assert rows[0].address == "192.0.2.1"
    assert rows[0].at == sqlite_team.house.now
    assert set(rows[0].before or ()) | set(rows[0].after or ()) <= set(FIELDS)
    assert PASSWORD not in str(rows[0])


async def test_a_change_that_was_refused_leaves_none(sqlite_team: Team) -> None:
    number = await filed(sqlite_team)
    await (await sqlite_team.browser("admin")).submit(f"/staff/claims/{number}/approve", amount="no")
    assert await sqlite_team.audited() == []


async def test_a_row_tells_what_was_and_what_is(team: Team) -> None:
    owner, colleague = await team.browser("owner", name="Mei"), await team.account("viewer", name="Tan")
    await owner.submit(f"/staff/people/{colleague.public_id}", name="Tan Wei", role="cashier", branch="")
    row = (await team.rows(sa.select(tables.audit)))[0]
    assert (row.before["role"], row.after["role"]) == ("viewer", "cashier")
    page = (await owner.get("/staff/audit")).text
    for words in ("Mei", "Account changed", "Tan</bdi> → <bdi>Tan Wei", "Observer</bdi> → <bdi>Cashier"):
        assert words in page


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Role</bdi>: <bdi>Observer</bdi> → <bdi>Cashier"),
        ("ar", "الدور</bdi>: <bdi>اطلاع فقط</bdi> ← <bdi>الصندوق"),
    ],
)
async def test_a_row_is_told_in_the_readers_language(sqlite_team: Team, language: Language, told: str) -> None:
    owner = await sqlite_team.browser("owner", language=language)

    def note(connection: sa.Connection) -> None:
        was, now = {"role": "viewer"}, {"role": "cashier"}
        audit.note(connection, audit.COMMAND_LINE, "staff.changed", "x", was, now, "", sqlite_team.house.now)

    await sqlite_team.database.transact(note)
    assert told in (await owner.get("/staff/audit")).text


def test_moments_names_and_words_of_the_code_are_told_as_people_say_them() -> None:
    before = {"same": 1, "due": "2026-11-21T05:00:00+00:00", "owner": "S1", "bought": None, "odd": "2026-99-99"}
    after: dict[str, Any] = {"same": 1, "due": "2026-11-22T05:00:00Z", "owner": "queue", "bought": "2026-11-20"}
    after |= {"names": {"en": "A"}, "languages": ["en", "ms"]}
    assert Reader("en", ZoneInfo("Asia/Kuala_Lumpur"), {"S1": "Mei"}).differences(before, after) == [
        ("Due", "21 November 2026, 1.00 pm", "22 November 2026, 1.00 pm"),
        ("Who has the conversation", "Mei", "A queue"),
        ("Bought on", "–", "20 November 2026"),
        ("odd", "2026-99-99", "–"),
        ("Name in each language", "–", "English: A"),
        ("Languages of its customers", "–", "English and Bahasa Melayu"),
    ]


def test_what_is_new_has_no_before() -> None:
    reader = Reader("vi", ZoneInfo("Asia/Kuala_Lumpur"), {})
    assert reader.differences(None, {"tag": "vip"}) == [("Thẻ", "", "vip")]
    assert reader.differences({"tag": "vip"}, None) == [("Thẻ", "vip", "–")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [3, 2, 1]),
        ("MEI", [1]),
        ("points claim", [2]),
        ("claim staff", [1]),
        ("phượng", [3]),
        ("198.51", [3]),
        ("100%", []),
        ("nothing", []),
    ],
)
async def test_rows_are_found_by_every_word_wherever_it_stands(team: Team, words: str, found: list[int]) -> None:
    account = await team.account("owner", name="Mei")

    def note(connection: sa.Connection) -> None:
        now = team.house.now
        audit.note(connection, f"staff:{account.public_id}", "claim.refused", "claim:K1", None, None, "", now)
        audit.note(connection, audit.COMMAND_LINE, "claim.approved", "x", None, {"points": 1007}, "", now)
        audit.note(connection, "api:K", "customer.changed", "x", {"name": "Phượng"}, None, "198.51.100.7", now)

    await team.database.transact(note)
    entries = await team.database.read(lambda c: audit.search(c, audit.Wanted(words), None, 10))
    assert [entry.id for entry in entries] == found


async def test_the_log_comes_in_pages(sqlite_team: Team) -> None:
    now = sqlite_team.house.now

    def note(connection: sa.Connection) -> None:
        for number in range(60):
            audit.note(connection, audit.COMMAND_LINE, "x", f"thing:{number}.", None, None, "", now)

    await sqlite_team.database.transact(note)
    owner = await sqlite_team.browser("owner")
    newest = (await owner.get("/staff/audit?q=thing")).text
    assert "thing:59." in newest
    assert "thing:9." not in newest
    assert "/staff/audit?q=thing&amp;before=11" in newest
    older = (await owner.get("/staff/audit?q=thing&before=11")).text
    assert "thing:9." in older
    assert "thing:10." not in older


def test_every_action_that_the_code_notes_has_words() -> None:
    rooms = ("bot", "console", "handlers", "loyalty")
    source = "".join(file.read_text() for room in rooms for file in (ROOT / room).rglob("*.py"))
    noted = set(re.findall(r'note\((?:[^()]|\([^()]*\))*?"([a-z]+\.[a-z_]+)"', source))
    assert {"staff.logged_in", "programme.applied", "customer.deceased"} <= noted
    till = {f"till.{kind}" for kind in get_args(Kind)} | {f"till.undo.{kind}" for kind in UNDOABLE}
    assert noted | till <= set(ACTIONS)
