"""Whom a survey asks is decided on its page: rules in plain words, tried out, paused, removed and brought back."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts, purchases, tables
from store.purchases import Purchase
from surveys import inviting
from surveys.inviting import Candidate
from surveys.rules import rule_of
from tests.console.staff.inviting_deeds import AFTER_A_VISIT, asks, ruled
from tests.console.staff.team import Team

RULES = tables.invitation_rules.c


async def kept(team: Team) -> Any:
    found = sa.select(RULES.settings, RULES.active, RULES.removed_at, RULES.next_at)
    return (await team.database.read(lambda connection: connection.execute(found).all()))[-1]


def buys(connection: Connection, sender: str, team: Team) -> int:
    """Somebody who agreed to hear from us and has just bought something in Bangsar."""
    now = team.house.now
    made = contacts.make(connection, "webchat", "web", sender, name="Ali", language="en", at=now)
    connection.execute(tables.contacts.update().values(marketing="granted"))
    branch = connection.scalar(sa.select(tables.branches.c.id))
    purchases.add(connection, [Purchase(sender, made.id, now, 1, 1250, "MYR", branch_id=branch)])
    return made.id


async def test_a_rule_is_added_said_in_plain_words_changed_paused_and_brought_back(sqlite_team: Team) -> None:
    team = sqlite_team
    page, marketer = await asks(team), await team.browser("marketer")
    rule = AFTER_A_VISIT | {"branch-bangsar": "yes", "least": "12.50", "tags": "VIP, new ", "language-ms": "yes"}
    assert (await marketer.submit(f"{page}/new", **rule)).headers["location"] == f"{page}?said=added"
    shown = (await marketer.get(page)).text
    for phrase in (
        "1 day after a purchase",
        "At Bangsar",
        "From RM12.50 on",
        "Only who reads Bahasa Melayu",
        "vip and new",
        "Every second one of these",
        "every 90 days",
    ):
        assert phrase in shown, phrase
    address = shown.split(f'href="{page}/rules/')[1].split('"')[0]
    form = (await marketer.get(f"{page}/rules/{address}")).text
    assert 'name="branch-bangsar" value="yes" checked' in form
    assert 'value="12.50"' in form
    for deed, badge in (("pause", "Paused"), ("resume", "At work"), ("remove", "Undo"), ("restore", "At work")):
        said = await marketer.submit(f"{page}/rules/{address}/state", deed=deed)
        assert badge in (await marketer.get(said.headers["location"])).text, deed
    assert (await marketer.submit(f"{page}/rules/nobody/state", deed="pause")).status_code == 404
    assert (await marketer.submit(f"{page}/rules/{address}", **rule | {"share": "10"})).status_code == 303
    assert rule_of((await kept(team)).settings).share == 10


async def test_what_cannot_be_a_rule_is_told_and_nothing_typed_is_lost(sqlite_team: Team) -> None:
    page, marketer = await asks(sqlite_team), await sqlite_team.browser("marketer")
    wrong = {"cause": "every", "months": "99", "share": "0", "gap_days": "0", "hour": "10", "wave": "Pulse"}
    refused = await marketer.submit(f"{page}/new", **wrong)
    assert refused.status_code == 422
    for problem in ("from 1 to 24", "from 1 to 100", "from which on customers are asked", "at least 1 day"):
        assert problem in refused.text, problem
    assert 'value="Pulse"' in refused.text
    assert "Correct what is marked" in (await marketer.get(f"{page}/count", params=wrong)).text


async def test_a_rule_is_tried_out_while_it_is_written_and_invites_nobody(sqlite_team: Team) -> None:
    team = sqlite_team
    page, marketer = await asks(team), await team.browser("marketer")
    people = [await team.database.transact(partial(buys, sender=str(number), team=team)) for number in range(6)]
    tried = (await marketer.get(f"{page}/count", params=AFTER_A_VISIT | {"share": "100"})).text
    assert tried.count('<span class="figure">6</span>') == 3
    await marketer.submit(f"{page}/new", cause="hand", share="100", gap_days="90", hour="10")
    assert (await kept(team)).next_at == team.house.now

    def ask(connection: Connection) -> None:
        [rule] = inviting.at_work(connection, "hand")
        inviting.invite(connection, rule, [Candidate(people[0], "round:x", team.house.now)], team.house.now)

    await team.database.transact(ask)
    now = (await marketer.get(f"{page}/count", params={"cause": "hand", "share": "100", "gap_days": "90"})).text
    assert [now.count(f'<span class="figure">{number}</span>') for number in (6, 5)] == [2, 1]
    shown = (await marketer.get(page)).text
    assert '<th scope="row">Planned</th><td class="amount">1</td>' in shown
    assert ">Ali</bdi></a>" in shown


async def test_a_wave_is_begun_and_renamed_and_needs_a_name(sqlite_team: Team) -> None:
    page, _rule = await ruled(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    assert "said=nameless" in (await marketer.submit(f"{page}/waves", name=" ")).headers["location"]
    await marketer.submit(f"{page}/waves", name="Spring")
    shown = (await marketer.get(page)).text
    address = shown.split(f'action="{page}/waves/')[1].split('"')[0]
    await marketer.submit(f"{page}/waves/{address}", name="Autumn")
    assert "<bdi>Autumn</bdi>" in (await marketer.get(page)).text
    assert (await marketer.submit(f"{page}/waves/nobody", name="x")).status_code == 404
