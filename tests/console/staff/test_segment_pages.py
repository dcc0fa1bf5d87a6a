"""Segments are built, listed, filled from files and saved as tables on pages; nothing that was typed is lost."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from console.staff import segments_members
from console.staff.segments_frame import PAGE
from loyalty import programme
from loyalty.programme import Programme, Tier, Tiers
from store import campaigns, segments, tables
from store.segments import Segment
from store.tables import audit, contacts, segment_members
from tests.console.staff.segments_deeds import AT_RISK, a_list, a_segment, customers_of_a_shop, read_file
from tests.console.staff.team import Team, field

NEW = f"{PAGE}/new"
STAGE = {"all": [{"fact": "stage", "op": "is", "value": "at_risk"}]}
HTMX = {"HX-Request": "true"}
HOSTILE = '<script data-hostile>alert(1)</script>"=1+1'


async def kept(team: Team, home: str) -> Segment:
    """The segment at this address, as it is stored."""
    found = await team.database.read(lambda connection: segments.find(connection, home.rpartition("/")[2]))
    assert found is not None
    return found


async def tried(team: Team, **fields: str) -> httpx.Response:
    """What the builder hears about what stands in it."""
    return await (await team.browser("marketer")).submit(f"{NEW}/count", **fields)


def figures(page: httpx.Response) -> list[str]:
    """The figures of a page, in their order."""
    return [each.partition("</dd>")[0] for each in page.text.split("<dd>")[1:]]


async def test_a_house_without_segments_begins_with_one_of_those_that_fit_it(sqlite_team: Team) -> None:
    team, marketer = sqlite_team, await sqlite_team.browser("marketer")
    rules = Programme(tiers=Tiers((Tier("basic", "Basic", 0), Tier("gold", "Gold", 500, names={"ms": "Emas"}))))
    await team.database.transact(lambda c: programme.keep(c, rules, text="", by="test", at=team.house.now))
    shown = (await marketer.get(PAGE)).text
    assert "There are no segments yet" in shown
    for words in ("New customers who agreed to news", "At risk, Gold tier", "Birthday in the next 30 days"):
        assert words in shown, words
    begun = await marketer.get(f"{NEW}?starter=at_risk_top")
    assert 'value="At risk, Gold tier"' in begun.text
    assert '<option value="gold" selected>' in begun.text
    in_malay = await team.browser("marketer", language="ms")
    assert '<option value="gold" selected>Emas' in (await in_malay.get(f"{NEW}?starter=at_risk_top")).text


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("stage=at_risk", '<option value="at_risk" selected>At risk'),
        ("rfm=champions", '<option value="champions" selected>Champions'),
        ("tag=at+risk", 'value="at risk"'),
        ("stage=nonsense", "There is no condition yet"),
        ("starter=nonsense", "There is no condition yet"),
        ("like=nonsense", "There is no condition yet"),
    ],
)
async def test_an_address_fills_the_builder_in(sqlite_team: Team, query: str, chosen: str) -> None:
    page = await (await sqlite_team.browser("marketer")).get(f"{NEW}?{query}")
    assert page.status_code == 200
    assert chosen in page.text


async def test_a_segment_is_saved_listed_in_words_and_counted(team: Team) -> None:
    await team.database.transact(customers_of_a_shop)
    marketer = await team.browser("marketer", name="Mei")
    saved = await marketer.submit(NEW, deed="save", name="  Worth   a call ", **AT_RISK)
    home = saved.headers["location"].removesuffix("?said=saved")
    assert (await kept(team, home)).name == "Worth a call"
    assert (await kept(team, home)).condition == STAGE
    listed = await marketer.get(PAGE)
    assert "Stage of life as a customer is At risk." in listed.text
    assert "by Mei" in listed.text
    assert "Being counted" in listed.text
    assert figures(await marketer.submit(f"{home}/count")) == ["3", "3", "3"]
    assert figures(await marketer.get(PAGE)) == ["3", "3", "3"]
    await marketer.submit(home, deed="save", name="Worth a call", edit="0", **AT_RISK | {"n-0-value": "active"})
    assert figures(await marketer.get(PAGE)) == []  # what was counted before it was changed says nothing


async def test_whoever_is_meant_is_counted_and_shown_while_one_builds(team: Team) -> None:
    await team.database.transact(customers_of_a_shop)
    answer = await tried(team, **AT_RISK)
    assert figures(answer) == ["3", "3", "3"]
    assert "Stage of life as a customer is At risk." in answer.text
    assert answer.text.count('<a href="/staff/customers/customer-') == 3
    assert '<hx-partial hx-target="#trouble-n-0" hx-swap="innerHTML"></hx-partial>' in answer.text


async def test_what_is_not_complete_is_told_at_its_row_and_the_last_count_stays(sqlite_team: Team) -> None:
    rows = AT_RISK | {"n-1-fact": "", "n-2-fact": "orders", "n-2-op": "at_least", "n-2-value": "many"}
    answer = await tried(sqlite_team, **rows, **{"n-3-fact": "tags", "n-3-op": "has"})
    assert figures(answer) == []
    assert "The figures are those of before." in answer.text
    parts = dict(part.split('"', 1) for part in answer.text.split('<hx-partial hx-target="#trouble-')[1:])
    assert "Please choose a fact" in parts["n-1"]
    assert "Please write a whole number from 0 to" in parts["n-2"]
    assert "Please choose at least one" in parts["n-3"]
    assert ['class="open"' in parts[name] for name in ("n-1", "n-2", "n-3")] == [True, False, True]
    assert "<p" not in parts["n-0"]


async def test_names_that_the_house_does_not_have_are_told_where_they_stand(sqlite_team: Team) -> None:
    rows = AT_RISK | {"n-1-fact": "tier", "n-1-op": "is", "n-1-value": "platinum"}
    assert "#trouble-n-1" in (await tried(sqlite_team, **rows)).text
    refused = await (await sqlite_team.browser("marketer")).submit(NEW, deed="save", name="x", **rows)
    assert refused.status_code == 422
    assert '<option value="platinum" selected>' in refused.text


async def test_what_cannot_be_saved_stands_there_as_it_was_typed(sqlite_team: Team) -> None:
    marketer = await sqlite_team.browser("marketer")
    nameless = await marketer.submit(NEW, deed="save", name=" ", **AT_RISK)
    assert nameless.status_code == 422
    assert "Please give it a name, of 100 characters at most." in nameless.text
    assert '<option value="at_risk" selected>' in nameless.text
    half = await marketer.submit(NEW, deed="save", name="Half", **AT_RISK | {"n-0-value": ""})
    assert half.status_code == 422
    assert 'value="Half"' in half.text
    assert "Please choose one." in half.text
    await a_segment(sqlite_team, STAGE, "Taken")
    taken = await marketer.submit(NEW, deed="save", name="Taken", **AT_RISK)
    assert taken.status_code == 422
    assert "Another segment has this name: Taken." in taken.text
    assert await sqlite_team.audited() == []


async def test_the_buttons_work_without_scripts_and_with_them_bring_the_rows_alone(sqlite_team: Team) -> None:
    marketer = await sqlite_team.browser("marketer")
    page = await marketer.submit(NEW, deed="wrap:n-0", name="Kept", edit="7", **AT_RISK)
    assert page.status_code == 200
    assert 'value="Kept"' in page.text
    assert field(page, "edit") == "7"
    assert '<select id="n-0-1-fact" name="n-0-1-fact" aria-describedby="trouble-n-0-1"' in page.text
    part = await marketer.post(NEW, data={"csrf": marketer.csrf, "deed": "add:n", **AT_RISK}, headers=HTMX)
    assert part.text.lstrip().startswith('<div id="tree">')
    assert 'id="n-1-fact"' in part.text
    changed = AT_RISK | {"n-0-fact": "language", "n-0-was": "stage"}
    other = await marketer.post(NEW, data={"csrf": marketer.csrf, **changed}, headers=HTMX)
    assert '<option value="en">English</option>' in other.text
    assert "at_risk" not in other.text
    assert await sqlite_team.rows(sa.select(tables.segments)) == []


async def test_who_is_logged_out_hears_so_in_the_place_of_a_part_of_the_page(sqlite_team: Team) -> None:
    told = await sqlite_team.stranger().post(NEW, data=AT_RISK, headers=HTMX)
    assert told.status_code == 401
    assert "You are not logged in any more." in told.text


async def test_somebody_elses_change_is_kept_until_one_decides(sqlite_team: Team) -> None:
    team, home = sqlite_team, await a_segment(sqlite_team, STAGE)
    mine, theirs = await team.browser("marketer"), await team.browser("admin", name="Wei")
    await theirs.submit(home, deed="save", name="Wei's", edit="0", **AT_RISK | {"n-0-value": "new"})
    stale = await mine.submit(home, deed="save", name="Mine", edit="0", **AT_RISK | {"n-0-value": "lapsed"})
    assert stale.status_code == 409
    for words in ("Somebody else changed this segment meanwhile", "by Wei", "is New customer.", "is Lapsed."):
        assert words in stale.text, words
    assert 'value="Mine"' in stale.text
    assert '<option value="lapsed" selected>' in stale.text
    assert (await kept(team, home)).name == "Wei's"
    again = {"deed": "save", "name": "Mine", "edit": field(stale, "edit"), **AT_RISK, "n-0-value": "lapsed"}
    assert (await mine.submit(home, **again)).status_code == 303
    assert (await kept(team, home)).condition == {"all": [{"fact": "stage", "op": "is", "value": "lapsed"}]}


async def test_a_removed_segment_is_looked_at_and_comes_back_unless_its_name_is_taken(sqlite_team: Team) -> None:
    team, home = sqlite_team, await a_segment(sqlite_team, STAGE)
    marketer = await team.browser("marketer")
    gone = await marketer.submit(f"{home}/remove")
    offered = await marketer.get(gone.headers["location"])
    assert "The segment is removed." in offered.text
    assert f'action="{home}/restore"' in offered.text
    looked_at = (await marketer.get(home)).text
    assert "This segment was removed." in looked_at
    assert 'id="segment-form"' not in looked_at
    assert (await marketer.submit(home, deed="save", name="x", edit="1", **AT_RISK)).headers["location"] == home
    other = await a_segment(team, STAGE)
    refused = await marketer.get((await marketer.submit(f"{home}/restore")).headers["location"])
    assert "Another segment has this name now." in refused.text
    await marketer.submit(other, deed="save", name="Another", edit="0", **AT_RISK)
    assert (await marketer.submit(f"{home}/restore")).headers["location"] == f"{home}?said=restored"
    assert (await kept(team, home)).removed_at is None


async def test_the_list_says_which_campaigns_are_written_to_a_segment(sqlite_team: Team) -> None:
    team, home = sqlite_team, await a_segment(sqlite_team, STAGE)
    segment = await kept(team, home)

    def add(connection: Connection) -> str:
        asked: dict[str, Any] = {"kind": "offer", "settings": {}, "by": "x", "now": team.house.now}
        return campaigns.add(connection, name="Tea week", segment_id=segment.id, **asked).public_id

    campaign = await team.database.transact(add)
    shown = (await (await team.browser("support")).get(PAGE)).text
    assert f'<a href="/staff/campaigns/{campaign}"><bdi>Tea week</bdi></a>' in shown


async def test_who_may_only_look_reads_what_it_says_and_who_is_in_it(sqlite_team: Team) -> None:
    team = sqlite_team
    await team.database.transact(customers_of_a_shop)
    home, support = await a_segment(team, STAGE), await team.browser("support")
    listed, page = await support.get(PAGE), await support.get(home)
    for shown in (listed.text, page.text):
        assert "Stage of life as a customer is At risk." in shown
        assert "/new" not in shown
        assert "customers.csv" not in shown
        assert "/remove" not in shown
    assert figures(page) == ["3", "3", "3"]
    assert page.text.count('<a href="/staff/customers/customer-') == 3


@pytest.mark.parametrize("words", [HOSTILE, "{{1337*1337}}", "\u202eabc", "A" * 100])
async def test_hostile_names_and_values_stay_words(sqlite_team: Team, words: str) -> None:
    marketer = await sqlite_team.browser("marketer")
    rows = AT_RISK | {"n-1-fact": "city", "n-1-op": "is", "n-1-value": words}
    saved = await marketer.submit(NEW, deed="save", name=words[:100], **rows)
    home = saved.headers["location"].removesuffix("?said=saved")
    for page in (await marketer.get(PAGE), await marketer.get(home), await tried(sqlite_team, **rows)):
        assert page.status_code == 200
        assert "<script data-hostile" not in page.text
        assert "1787569" not in page.text
    await marketer.submit(home, deed="save", name="x", edit="0", **AT_RISK)
    changes = await (await sqlite_team.browser("owner")).get("/staff/audit")
    assert "<script data-hostile" not in changes.text
    assert "Stage of life as a customer is At risk." in changes.text


async def test_everybody_in_it_is_saved_as_a_table_that_no_spreadsheet_works_out(team: Team) -> None:
    ids = await team.database.transact(customers_of_a_shop)
    formula = contacts.update().where(contacts.c.id == ids[0]).values(name="=1+1", city="@here")
    await team.database.transact(lambda connection: connection.execute(formula))
    home, marketer = await a_segment(team, STAGE), await team.browser("marketer")
    table = await marketer.get(f"{home}/customers.csv")
    assert table.headers["content-type"].startswith("text/csv")
    head, *rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row[head.index("customer")] for row in rows] == ["customer-0", "customer-2", "customer-4"]
    assert rows[0][head.index("name")] == "'=1+1"
    assert rows[0][head.index("city")] == "'@here"
    assert not {"phone", "email"} & set(head)
    assert ("segment.exported") in [action for _who, action in await team.audited()]


async def test_a_table_of_more_than_one_piece_has_everybody_once(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.staff.segments_export.AT_ONCE", 2)
    await sqlite_team.database.transact(customers_of_a_shop)
    home = await a_segment(sqlite_team, {"all": []})
    table = await (await sqlite_team.browser("marketer")).get(f"{home}/customers.csv")
    assert [row.partition(",")[0] for row in table.text.splitlines()[1:]] == [f"customer-{n}" for n in range(6)]


async def test_a_file_fills_a_list_and_what_it_names_in_vain_is_told(team: Team) -> None:
    home = await a_list(team, 5)
    page = await read_file(team, home, b"name;customer number\nx;C-0\ny;C-5\nz;C-77\nz;=2+2\n\nz;\xff\n")
    assert page.status_code == 200
    for words in ("1 customer came onto the list", "1 customer was on it already", "3 lines name no customer"):
        assert words in page.text, words
    missed = json.loads(field(page, "lines").replace("&#34;", '"'))
    assert missed == [[4, "C-77", "unknown"], [5, "=2+2", "unknown"], [7, "", "unreadable"]]
    marketer = await team.browser("marketer")
    table = await marketer.submit(f"{home}/missed.csv", lines=json.dumps(missed))
    assert list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff")))) == [
        ["line", "value", "why"],
        ["4", "C-77", "unknown"],
        ["5", "'=2+2", "unknown"],
        ["7", "", "unreadable"],
    ]
    assert (await marketer.submit(f"{home}/missed.csv", lines="nonsense")).status_code == 404
    [row] = await team.rows(sa.select(audit.c.after).where(audit.c.action == "segment.members"))
    assert row.after == {"name": "Guests", "added": 1, "taken_off": 0}


async def test_a_file_may_say_who_is_on_the_list_and_nobody_else(team: Team) -> None:
    home = await a_list(team, 0, 1, 2, 3)
    team.house.now += dt.timedelta(minutes=1)
    page = await read_file(team, home, b"C-0\nC-1\n", how="replace")
    assert (await kept(team, home)).changed_at == team.house.now  # a campaign that was approved for it hears of it
    assert "2 customers were taken off" in page.text
    assert figures(page)[0] == "2"
    assert "customer-1" in page.text
    assert "customer-3" not in page.text


async def test_a_page_that_asks_hears_how_far_a_file_is(sqlite_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.segments.members.AT_ONCE", 2)
    home, marketer = await a_list(sqlite_team), await sqlite_team.browser("marketer")
    answer = await marketer.post(
        f"{home}/file",
        data={"csrf": marketer.csrf},
        files={"file": ("x.csv", b"C-0\nC-1\nC-2\nC-3\nC-4")},
        headers={"Accept": segments_members.STEPS},
    )
    *steps, last = map(json.loads, answer.text.splitlines())
    assert [(step["lines"], step["total"]) for step in steps] == [(2, 5), (4, 5), (5, 5), (5, 5)]
    assert "5 customers came onto the list" in last["html"]


async def test_a_file_that_is_too_long_is_read_as_far_as_it_may_and_takes_nobody_off(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.segments.members.MOST_LINES", 2)
    monkeypatch.setattr("outreach.segments.members.AT_ONCE", 1)
    page = await read_file(sqlite_team, await a_list(sqlite_team, 5), b"C-0\nC-1\nC-2\n", how="replace")
    assert "The file has too many lines" in page.text
    assert figures(page)[0] == "3"


async def test_no_file_and_a_name_that_cannot_be_are_told(sqlite_team: Team) -> None:
    team, home = sqlite_team, await a_list(sqlite_team)
    assert "Please choose a file." in (await read_file(team, home, b" \n")).text
    marketer = await team.browser("marketer")
    assert (await marketer.submit(f"{PAGE}/lists", name=" ")).status_code == 422
    assert "Another segment has this name" in (await marketer.submit(f"{PAGE}/lists", name="Guests")).text
    assert (await marketer.submit(f"{home}/name", name="", edit="0")).status_code == 422
    renamed = await marketer.submit(f"{home}/name", name="Friends", edit="0")
    assert renamed.headers["location"] == f"{home}?said=saved"
    stale = await marketer.submit(f"{home}/name", name="Others", edit="0")
    assert stale.status_code == 409
    assert 'value="Others"' in stale.text
    assert (await kept(team, home)).name == "Friends"


async def test_customers_are_taken_off_a_list(sqlite_team: Team) -> None:
    team, home = sqlite_team, await a_list(sqlite_team, 0, 1, 2, 3)
    marketer = await team.browser("marketer")
    nobody = await marketer.submit(f"{home}/members")
    assert nobody.headers["location"] == f"{home}?said=nobody_ticked"
    await marketer.submit(f"{home}/members", **{"who~customer-0": "yes", "who~stranger": "yes"})
    assert len(await team.rows(sa.select(segment_members))) == 3
    everybody = await marketer.submit(f"{home}/members", all="yes")
    assert "Nobody is on the list any more." in (await marketer.get(everybody.headers["location"])).text
    assert await team.rows(sa.select(segment_members)) == []


async def test_a_long_list_is_shown_in_pages(sqlite_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.staff.segments_members.ROWS", 4)
    home, marketer = await a_list(sqlite_team, *range(6)), await sqlite_team.browser("marketer")
    first = (await marketer.get(home)).text
    assert f'href="{home}?after=customer-3"' in first
    second = (await marketer.get(f"{home}?after=customer-3")).text
    assert ["customer-4" in first, "customer-4" in second, "customer-3" in second] == [False, True, False]


async def test_a_list_is_no_condition_and_a_condition_no_list(sqlite_team: Team) -> None:
    team, marketer = sqlite_team, await sqlite_team.browser("marketer")
    home, other = await a_list(team), await a_segment(team, STAGE)
    assert (await marketer.submit(home, deed="save", name="x", edit="0", **AT_RISK)).status_code == 404
    for tail in ("/name", "/members", "/file", "/missed.csv"):
        assert (await marketer.submit(f"{other}{tail}", name="x", edit="0")).status_code == 404, tail
