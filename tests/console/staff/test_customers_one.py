"""One customer: everything that happened, and everything that may be done to what is kept of them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service import rules
from store import anniversaries, erasures, tags
from store.tables import audit, consents, contacts, conversations, owner_changes, vouchers
from tests.conftest import NOON
from tests.console.staff import clientele
from tests.console.staff.team import Browser, Team, field

pytestmark = pytest.mark.slow

MEI = "/staff/customers/mei"


async def with_mei(team: Team) -> None:
    """Mei, who has 1,250 points, a voucher and a past."""
    staff = await team.account("support", name="Aina")

    def add(connection: Connection) -> None:
        mei = clientele.add_customer(connection, "mei", email="mei@kopi.example")
        clientele.give_points(connection, mei, 350, 980)
        clientele.give_voucher(connection, mei)
        clientele.live_a_life(connection, mei, staff.id, staff.public_id)

    await team.database.transact(add)


async def changes(team: Team) -> list[tuple[str, Any, Any]]:
    """What the audit log has of Mei."""
    rows = await team.rows(sa.select(audit).where(audit.c.object == "customer:mei").order_by(audit.c.id))
    return [(row.action, row.before, row.after) for row in rows]


async def row(team: Team) -> sa.Row[tuple[object, ...]]:
    found: sa.Row[tuple[object, ...]] = await team.database.read(lambda c: clientele.of(c, "mei"))
    return found


HAPPENED = {
    "messages": ["2 messages", "Hello, where is my order?", "It is on its way."],
    "purchases": ["Purchase", "RM23.50", "2 pieces", "Receipt R-77"],
    "points": ["Earned", "+980", "Redeemed", "−80"],
    "vouchers": ["Voucher: A cup of coffee"],
    "requests": ["Promised: We call tomorrow by 10", "Promise kept"],
    "consents": ["Agreed: News and offers", "chat news"],
    "occasions": ["Not sent: Greeting", "It was quiet hours."],
    "team": [
        "the customer asked for a person",
        "Aina took over",
        "Lost parcel",
        "Solved",
        "Rated 5 stars",
        "So kind!",
    ],
    "changes": ["Tag added", "vip"],
}


async def test_everything_that_happened_is_told_and_each_kind_alone(team: Team) -> None:
    await with_mei(team)
    browser = await team.browser("owner")
    await browser.submit(f"{MEI}/tags", tag="VIP")
    whole = (await browser.get(MEI)).text
    for group, words in HAPPENED.items():
        alone = (await browser.get(f"{MEI}?show={group}")).text
        shown = alone.partition('<ol class="timeline">')[2].partition("</ol>")[0]
        for word in words:
            assert word.replace("2 messages", "3 messages") in shown, (group, word)
            assert word.replace("2 messages", "3 messages") in whole
        others = [word for other, said in HAPPENED.items() if other != group for word in said if word not in words]
        assert not [word for word in others if f">{word}<" in shown], group


async def test_what_is_kept_is_changed_checked_and_noted_with_what_it_was(team: Team) -> None:
    await with_mei(team)
    browser = await team.browser("support")
    given = {"name": "Tan Mei", "call_me": "Mei", "phone": "012-999 8888", "email": "Mei@Kopi.Example"}
    given |= {"city": "Ipoh", "language": "ms", "kind": "investor", "timezone": "Asia/Kuala_Lumpur"}
    given |= {"day": "9", "month": "3", "year": "1990"}
    answer = await browser.submit(f"{MEI}/edit", **given)
    assert answer.headers["Location"] == f"{MEI}?said=saved"
    kept = await row(team)
    assert (kept.phone, kept.email, kept.language_chosen) == ("+60129998888", "Mei@kopi.example", True)
    assert kept.words.split()[:2] == ["60129998888", "129998888"]
    [(action, before, after)] = await changes(team)
    assert action == "customer.changed"
    assert (before["phone"], after["phone"], after["birthday"]) == ("+60123456789", "+60129998888", "1990-03-09")
    assert (await browser.submit(f"{MEI}/edit", **given)).headers["Location"] == f"{MEI}?said=nothing"
    assert len(await changes(team)) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"phone": "123"}, "This is not a phone number."),
        ({"email": "mei@"}, "This is not an e-mail address"),
        ({"timezone": "Mars/Base"}, "There is no such time zone."),
        ({"day": "31", "month": "2"}, "There is no such day."),
        ({"day": "1", "month": "1", "year": "2999"}, "There is no such day."),
        ({"day": "x"}, "There is no such day."),
        ({"day": "1", "month": "1"}, "It can be changed from 1 November 2027 on."),
        ({"name": "x" * 201}, "at most 200 characters"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason_and_nothing_is_saved(
    sqlite_team: Team, given: dict[str, str], said: str
) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("support")
    answer = await browser.submit(f"{MEI}/edit", **{"name": "Other", "language": "en", "kind": "customer"} | given)
    assert answer.status_code == 422
    assert said in answer.text
    assert (await row(sqlite_team)).name == "Tan Mei Ling"
    assert await changes(sqlite_team) == []


async def test_tags_are_added_and_removed_and_a_removal_is_undone(sqlite_team: Team) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("marketer")
    await browser.submit(f"{MEI}/tags", tag="  Coffee   LOVER ")
    removed = await browser.post(
        f"{MEI}/tags", data={"csrf": browser.csrf, "off": "coffee lover"}, headers={"HX-Request": "true"}
    )
    assert "The tag coffee lover is removed." in removed.text.replace("\u2068", "").replace("\u2069", "")
    await browser.submit(f"{MEI}/tags", tag=field(removed, "tag"))
    assert await sqlite_team.database.read(lambda c: tags.of(c, clientele.of(c, "mei").id)) == ("coffee lover",)
    said = [(action, before or after) for action, before, after in await changes(sqlite_team)]
    tag = {"tag": "coffee lover"}
    assert said == [("customer.tagged", tag), ("customer.untagged", tag), ("customer.tagged", tag)]


async def correct(browser: Browser, how: str, points: int, nonce: str = "a-first-nonce") -> str:
    """Send the form; where it leads."""
    form = {"how": how, "points": str(points), "reason": "A cup fell", "nonce": nonce}
    answer = await browser.submit(f"{MEI}/points", **form)
    return str(answer.headers.get("Location", answer.text))


async def test_points_are_corrected_by_one_person_up_to_the_limit_and_above_it_by_two(team: Team) -> None:
    await with_mei(team)
    await team.database.transact(lambda c: rules.save(c, rules.Desk(adjust_limit=100), NOON))
    first, second = await team.browser("admin", name="Mei"), await team.browser("owner", name="Ali")
    for _twice in range(2):
        assert await correct(first, "give", 50) == f"{MEI}/points?said=moved"
    page = (await first.get(f"{MEI}/points")).text
    assert re.findall(r'dir="ltr"[^>]*>([^<]*)</bdi>', page)[1:5] == ["+50", "1,300", "−80", "1,250"]
    assert await correct(first, "take", 60, "second-nonce") == f"{MEI}/points?said=waits"
    assert "can spend only" in await correct(first, "take", 100_000, "third-nonce")
    [waiting] = re.findall(
        r'action="(/staff/corrections/[^/]+)/agree"', (await second.get("/staff/corrections")).text
    )
    assert "somebody else decides" in (await first.get("/staff/corrections")).text
    assert (await first.submit(f"{waiting}/agree")).status_code == 409
    assert (await second.submit(f"{waiting}/agree")).headers["Location"] == "/staff/corrections?said=agreed"
    assert (await second.submit(f"{waiting}/refuse")).status_code == 409
    assert "1,240" in (await first.get(f"{MEI}/points")).text
    said = await changes(team)
    assert [action for action, _, _ in said] == [
        "points.corrected", "points.correction_asked", "points.correction_agreed",
    ]  # fmt: skip
    asked = {"state": "waiting", "points": -60, "reason": "A cup fell", "asked_by": "Mei"}
    assert said[-1][1:] == (asked, asked | {"state": "posted"})
    told = (await second.get(f"{MEI}?show=points")).text.replace("\u2068", "").replace("\u2069", "")
    assert "Mei corrected the points, Ali agreed" in told


@pytest.mark.parametrize("typed", ["1,250", "1.250", " 1250 ", "١٢٥٠"])
async def test_points_are_read_as_people_write_them(sqlite_team: Team, typed: str) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("support")
    form = {"how": "give", "points": typed, "reason": "A cup fell", "nonce": "a-first-nonce"}
    await browser.submit(f"{MEI}/points", **form)
    assert "+1,250" in (await browser.get(f"{MEI}/points")).text


@pytest.mark.parametrize(
    "form",
    [
        {"points": "0"},
        {"points": "x"},
        {"points": "1000001"},
        {"points": "0000000019"},
        {"points": "9" * 5000},
        {"how": ""},
        {"reason": " "},
    ],
)
async def test_a_correction_without_points_or_a_reason_is_refused(sqlite_team: Team, form: dict[str, str]) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("support")
    given = {"how": "give", "points": "5", "reason": "A cup fell", "nonce": "a-first-nonce"} | form
    assert (await browser.submit(f"{MEI}/points", **given)).status_code == 422
    assert await changes(sqlite_team) == []


async def test_a_voucher_is_cancelled_once_and_its_points_are_back(team: Team) -> None:
    await with_mei(team)
    browser = await team.browser("support")
    [path] = re.findall(rf'action="({MEI}/vouchers/[^"]+/cancel)"', (await browser.get(f"{MEI}/vouchers")).text)
    assert (await browser.submit(path)).headers["Location"] == f"{MEI}/vouchers?said=cancelled"
    page = (await browser.get(f"{MEI}/vouchers")).text
    assert "Cancelled" in page
    assert "/cancel" not in page
    await team.database.transact(lambda c: c.execute(vouchers.update().values(state="used")))
    refused = await browser.submit(path)
    assert (refused.status_code, "was used" in refused.text) == (409, True)
    assert "1,330" in (await browser.get(MEI)).text


async def test_a_withdrawal_told_by_phone_holds_at_once_and_nothing_is_recorded_without_proof(team: Team) -> None:
    await with_mei(team)
    browser = await team.browser("support", name="Mei")
    form = {"answer": "no", "purpose": "marketing", "channel": "phone", "proof": ""}
    assert (await browser.submit(f"{MEI}/consents", **form)).status_code == 422
    assert (await row(team)).marketing == "granted"
    await browser.submit(f"{MEI}/consents", **form | {"proof": "called on 21 November"})
    assert (await row(team)).marketing == "withdrawn"
    last = (await team.rows(sa.select(consents).order_by(consents.c.id.desc()).limit(1)))[0]
    assert (last.granted, last.channel, last.evidence) == (False, "phone", "Mei: called on 21 November")
    assert "called on 21 November" in (await browser.get(f"{MEI}/consents")).text


async def test_the_data_are_given_out_as_the_customer_gets_them(sqlite_team: Team) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("admin")
    answer = await browser.submit(f"{MEI}/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(archive.read("data.json"))
    assert told["profile"][0]["phone"] == "+60123456789"
    assert [note["text"] for note in told["notes"]] == ["Lost parcel, see order R-77"]
    assert "Lost parcel" in archive.read("index.html").decode()
    assert [action for action, _, _ in await changes(sqlite_team)] == ["customer.exported"]


async def test_data_are_erased_a_day_after_somebody_typed_whose_and_can_be_kept_until_then(team: Team) -> None:
    await with_mei(team)
    browser = await team.browser("owner")
    assert (await browser.submit(f"{MEI}/erase", typed="mei")).status_code == 422

    async def pending() -> object:
        return await team.database.read(lambda c: erasures.pending(c, clientele.of(c, "mei").id))

    assert await pending() is None
    await browser.submit(f"{MEI}/erase", typed=" c-MEI ")
    assert await pending() == team.house.now + erasures.TAKEN_BACK_WITHIN
    await browser.submit(f"{MEI}/keep")
    assert await pending() is None
    said = [action for action, _, _ in await changes(team)]
    assert said == ["customer.erasure_asked", "customer.erasure_taken_back"]


async def test_a_death_is_noted_and_taken_back(sqlite_team: Team) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("admin")
    await browser.submit(f"{MEI}/deceased", died="yes")
    assert (await row(sqlite_team)).deceased
    await browser.submit(f"{MEI}/deceased", died="no")
    assert not (await row(sqlite_team)).deceased
    assert len(await changes(sqlite_team)) == 2


async def test_staff_begin_a_conversation_that_is_theirs_and_nobody_elses(team: Team) -> None:
    await with_mei(team)
    browser, other = await team.browser("support"), await team.browser("admin")
    assert (await browser.submit(f"{MEI}/start")).headers["Location"] == "/staff/inbox/mei"
    assert (await row(team)).owner == browser.account.public_id
    held = await team.rows(sa.select(conversations.c.state).where(conversations.c.state != "closed"))
    moved = await team.rows(sa.select(owner_changes.c.after).order_by(owner_changes.c.id.desc()).limit(1))
    assert (held[0].state, moved[0].after) == ("held", browser.account.public_id)
    assert (await other.submit(f"{MEI}/start")).status_code == 409


async def test_no_conversation_begins_where_nobody_can_be_written_to(sqlite_team: Team) -> None:
    def add(connection: Connection) -> None:
        new = {"public_id": "mei", "name": "Mei", "language": "en", "created_at": NOON}
        connection.execute(contacts.insert().values(**new))

    await sqlite_team.database.transact(add)
    answer = await (await sqlite_team.browser("support")).submit(f"{MEI}/start")
    assert (answer.status_code, "no chat that can be reached" in answer.text) == (409, True)


async def test_who_was_erased_is_not_there_and_who_was_taken_over_is_whoever_took_them_over(
    sqlite_team: Team,
) -> None:
    await with_mei(sqlite_team)

    def change(connection: Connection) -> None:
        new = {"language": "en", "created_at": NOON}
        mei = clientele.of(connection, "mei").id
        connection.execute(contacts.insert().values(public_id="gone", erased_at=NOON, **new))
        connection.execute(contacts.insert().values(public_id="joined", merged_into=mei, **new))

    await sqlite_team.database.transact(change)
    browser = await sqlite_team.browser("owner")
    assert (await browser.get("/staff/customers/gone")).status_code == 404
    assert "Tan Mei Ling" in (await browser.get("/staff/customers/joined")).text


async def test_a_birthday_stays_when_its_fields_are_left_empty(sqlite_team: Team) -> None:
    await with_mei(sqlite_team)
    browser = await sqlite_team.browser("support")
    await browser.submit(f"{MEI}/edit", name="Mei", language="en", kind="customer")
    kept = await sqlite_team.database.read(lambda c: anniversaries.of(c, clientele.of(c, "mei").id))
    assert 309 in {each.month_day for each in kept}
