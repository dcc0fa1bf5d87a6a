"""Templates are begun, written in five languages, previewed, reviewed, copied, removed and brought back."""

from __future__ import annotations

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image
from sqlalchemy.engine import Connection

from console.staff.template_frame import PAGE
from console.staff.template_texts import BEGINNINGS, FLOWS
from handlers.conversation_started import DEEP_LINKS
from loyalty import programme
from loyalty.programme import Programme, Reward
from outreach.templates import starters
from outreach.templates.content import Content, Gift, Press, Text, content_of
from store import campaigns, media, segments
from store.segments import Segment
from tests.console.staff.team import Browser, Team, field
from tests.console.staff.template_deeds import kept, made, save
from tests.store.rows import add_contact

WRITTEN = {
    "kind": "news",
    "text-en": 'Hello {{ call_me | default("friend") }}\r\nat {{ business }}',
    "text-ms": "Hai",
    "does-0": "flow",
    "flow-0": "points",
    "label-0-en": "My points",
    "label-0-ms": "Mata saya",
    "does-1": "link",
    "link-1": "https://shop.example/menu",
    "label-1-en": "Menu",
    "label-1-ms": "Menu kami",
    "points": "50",
    "reward": "cake",
}


@pytest.fixture
async def marketer(sqlite_team: Team) -> Browser:
    """A marketer, in a house with a reward."""
    rules = Programme(business="Kopi Kita", rewards=(Reward("cake", "A slice of cake", 40),))
    await sqlite_team.database.transact(
        lambda connection: programme.keep(connection, rules, text="", by="tests", at=sqlite_team.house.now)
    )
    return await sqlite_team.browser("marketer")


async def content(team: Team, address: str) -> Content:
    """What the template at an address says."""
    return content_of((await kept(team, address)).content)


def states(page: httpx.Response) -> list[str]:
    """How far each language is, in the list's first line."""
    return re.findall(r'class="state (\w+)"', page.text)[:5]


def text(page: httpx.Response) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def test_a_template_is_written_and_saved_as_a_draft(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    answer = await save(marketer, address, **WRITTEN)
    assert answer.headers["location"] == f"{address}?said=saved&sample="
    assert await content(sqlite_team, address) == Content(
        kind="news",
        texts={"en": Text('Hello {{ call_me | default("friend") }}\nat {{ business }}'), "ms": Text("Hai")},
        buttons=(
            Press({"en": "My points", "ms": "Mata saya"}, "flow", "points"),
            Press({"en": "Menu", "ms": "Menu kami"}, "link", "https://shop.example/menu"),
        ),
        gift=Gift(50, "cake"),
    )
    listed = await marketer.get(PAGE)
    assert states(listed) == ["draft", "draft", "missing", "missing", "missing"]
    assert "with a gift" in listed.text
    assert marketer.account.name in listed.text


async def test_five_languages_are_seen_side_by_side_as_a_chosen_customer_sees_them(
    sqlite_team: Team, marketer: Browser
) -> None:
    address = await made(sqlite_team, marketer)
    await save(marketer, address, **WRITTEN)
    seen = text(await marketer.get(address))
    assert "Hello Grace at Kopi Kita" in seen
    assert "Get my gift My points Menu ↗ Why do I get this? Stop news and offers" in seen
    assert seen.count("No text yet") == 3
    assert "Hello friend at Kopi Kita" in text(await marketer.get(f"{address}?sample=nobody"))
    await sqlite_team.database.transact(
        lambda connection: add_contact(connection, "1", sqlite_team.house.now, name="Tan Ah Kow", language="zh")
    )
    page = await marketer.get(address)
    found = re.search(r'<option value="([^"]+)">Tan Ah Kow<', page.text)
    assert found
    assert "Hello Tan Ah Kow at Kopi Kita" in text(await marketer.get(f"{address}?sample={found[1]}"))


async def test_what_is_typed_is_shown_at_once_and_kept_nowhere(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    before = await kept(sqlite_team, address)
    typed = WRITTEN | {"text-en": "\n{{ naem }}", "text-vi": "Chào {{ name }}", "flow-0": ""}
    tried = await marketer.submit(f"{address}/preview", **typed)
    assert '<hx-partial hx-target="#wrong-en"' in tried.text
    assert "Line 1: There is no value “naem”. Did you mean “name”?" in text(tried)
    assert "“name” is not known of everybody" in text(tried)
    assert "There is no such dialogue any more" in text(tried)
    shown = await save(marketer, address, "preview", **typed)
    assert "There is no value “naem”" in text(shown)
    assert "<!doctype html>" in shown.text
    assert await kept(sqlite_team, address) == before


async def test_a_text_is_reviewed_by_somebody_and_a_draft_again_when_it_changes(
    sqlite_team: Team, marketer: Browser
) -> None:
    address = await made(sqlite_team, marketer)
    reviewed = await save(marketer, address, "review-en", **WRITTEN)
    assert "said=reviewed" in reviewed.headers["location"]
    english = (await content(sqlite_team, address)).texts["en"]
    assert (english.state, english.by, english.at) == (
        "reviewed",
        marketer.account.public_id,
        sqlite_team.house.now,
    )
    page = await marketer.get(address)
    assert f"Reviewed by {marketer.account.name}" in text(page)
    await save(marketer, address, **WRITTEN | {"text-ms": "Apa khabar"})
    assert (await content(sqlite_team, address)).texts["en"] == english
    await save(marketer, address, **WRITTEN | {"label-0-en": "Points of mine"})
    assert (await content(sqlite_team, address)).texts["en"].state == "draft"
    await save(marketer, address, "review-en", **WRITTEN)
    undone = await save(marketer, address, "draft-en", **WRITTEN)
    assert "said=unreviewed" in undone.headers["location"]
    assert (await content(sqlite_team, address)).texts["en"].state == "draft"


async def test_what_has_a_problem_is_kept_and_not_marked_as_reviewed(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    answer = await save(marketer, address, "review-en", **WRITTEN | {"text-en": "Hi {{ city }}"})
    assert "said=not_reviewed" in answer.headers["location"]
    assert (await content(sqlite_team, address)).texts["en"] == Text("Hi {{ city }}")
    assert "“city” is not known of everybody" in text(await marketer.get(address))
    malay = await save(marketer, address, "review-ms", **WRITTEN | {"text-en": "Hi {{ city }}"})
    assert "said=reviewed" in malay.headers["location"]


async def test_whoever_saves_second_is_told_and_loses_nothing(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    seen = field(await marketer.get(address), "seen")
    await save(marketer, address, **WRITTEN)
    late = await marketer.submit(
        address, seen=seen, deed="save", name="Mine", kind="offer", **{"text-en": "My own"}
    )
    assert late.status_code == 409
    assert "Somebody else has changed this template meanwhile" in late.text
    assert "My own</textarea>" in late.text
    assert (await kept(sqlite_team, address)).name == "Weekend"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Please give it a name"),
        ({"name": "x" * 101}, "Please give it a name"),
        ({"text-en": "x" * 4_001}, "This is too long to be kept."),
        ({"label-0-en": "x" * 31}, "This is too long to be kept."),
        ({"link-1": "https://x.example/" + "x" * 500}, "This is too long to be kept."),
        ({"points": "many"}, "Give points as a whole number from 0 to 100,000."),
        ({"points": "100001"}, "Give points as a whole number from 0 to 100,000."),
    ],
)
async def test_what_cannot_be_kept_is_told_at_its_place(
    sqlite_team: Team, marketer: Browser, wrong: dict[str, str], said: str
) -> None:
    address = await made(sqlite_team, marketer)
    before = await kept(sqlite_team, address)
    answer = await save(marketer, address, **WRITTEN | wrong)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert "It was not saved. Please look below." in answer.text
    assert await kept(sqlite_team, address) == before


async def test_a_picture_is_cleaned_kept_once_and_left_out_again(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")

    async def send(content: bytes, **fields: str) -> httpx.Response:
        seen = field(await marketer.get(address), "seen")
        form = {"csrf": marketer.csrf, "seen": seen, "deed": "save", "name": "Weekend", "text-en": "Hi"} | fields
        return await marketer.post(address, data=form, files={"picture": ("red.png", content, "image/png")})

    assert (await send(drawn.getvalue())).status_code == 303
    picture = (await content(sqlite_team, address)).picture
    assert await sqlite_team.database.read(lambda connection: media.is_ours(connection, picture))
    assert f'src="/media/{picture}"' in (await marketer.get(address)).text
    assert (await marketer.get(f"/media/{picture}")).headers["content-type"] == "image/png"
    await send(drawn.getvalue())
    assert (await content(sqlite_team, address)).picture == picture
    refused = await send(b"no picture")
    assert (refused.status_code, "This picture can&#39;t be used" in refused.text) == (422, True)
    await save(marketer, address, no_picture="yes")
    assert (await content(sqlite_team, address)).picture == ""


async def test_a_starter_a_copy_and_what_was_removed(sqlite_team: Team, marketer: Browser) -> None:
    assert "We miss you" in (await marketer.get(f"{PAGE}/new")).text
    address = await made(sqlite_team, marketer, "miss_you")
    await save(marketer, address, "review-en", name="We miss you", **{"text-en": "Hi"})
    copied = (await marketer.submit(f"{address}/copy")).headers["location"].partition("?")[0]
    assert (await kept(sqlite_team, copied)).name == "We miss you (copy)"
    assert (await content(sqlite_team, copied)).texts == {"en": Text("Hi")}
    gone = await marketer.submit(f"{address}/remove")
    page = await marketer.get(gone.headers["location"])
    assert "The template is removed." in page.text
    assert f'action="{address}/restore"' in page.text
    assert "Campaigns that have started keep what they say" in (await marketer.get(address)).text
    await marketer.submit(f"{address}/restore")
    assert (await kept(sqlite_team, address)).removed_at is None
    assert (await marketer.submit(f"{PAGE}/nobody/remove")).status_code == 404


async def test_the_campaigns_that_use_it_are_named(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    public_id, now = address.rpartition("/")[2], sqlite_team.house.now

    def plan(connection: Connection) -> None:
        everybody = segments.add(connection, name="All", condition=None, by="x", now=now)
        assert isinstance(everybody, Segment)
        settings = {"variants": [{"template": public_id}]}
        campaigns.add(
            connection, name="Big sale", kind="offer", segment_id=everybody.id, settings=settings, by="x", now=now
        )

    await sqlite_team.database.transact(plan)
    assert "Big sale" in (await marketer.get(PAGE)).text
    assert "Big sale" in (await marketer.get(address)).text


async def test_who_only_looks_sees_the_texts_and_changes_nothing(sqlite_team: Team, marketer: Browser) -> None:
    address = await made(sqlite_team, marketer)
    await save(marketer, address, **WRITTEN)
    support = await sqlite_team.browser("support")
    page = await support.get(address)
    assert "readonly" in page.text
    assert 'value="save"' not in page.text
    assert (await support.submit(address, deed="save")).status_code == 403
    assert f"{PAGE}/new" not in (await support.get(PAGE)).text


def test_every_dialogue_that_a_link_may_open_can_stand_behind_a_button() -> None:
    assert set(FLOWS) == DEEP_LINKS


def test_every_starter_can_be_begun_with() -> None:
    assert list(BEGINNINGS) == ["empty", *starters.ORDER]
