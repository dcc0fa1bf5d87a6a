"""The page of canned replies: five languages side by side, previewed, saved, put away."""

from __future__ import annotations

import re

from store import canned
from tests.console.staff.team import Team

PAGE = "/staff/settings/replies"
HELLO = {
    "shortcut": "/Hello",
    "title": "Hello",
    "text-en": "Hello {name},\r\nyou have {points} points.",
    "text-ar": "مرحبا {name}",
}


async def test_a_reply_is_written_previewed_saved_put_away_and_offered_again(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    preview = await owner.submit(f"{PAGE}/new", deed="preview", **HELLO)
    assert '<p class="bubble">Hello Mei,\nyou have 1,250 points.</p>' in preview.text
    assert "مرحبا \u2068سارة\u2069" in preview.text
    assert await sqlite_team.database.read(canned.every) == []

    saved = await owner.submit(f"{PAGE}/new", deed="save", **HELLO)
    address = saved.headers["location"].partition("?")[0]
    [reply] = await sqlite_team.database.read(canned.every)
    assert (reply.shortcut, reply.texts) == (
        "hello",
        {"en": "Hello {name},\nyou have {points} points.", "ar": HELLO["text-ar"]},
    )
    listed = (await owner.get(PAGE, params={"q": "مرحبا"})).text
    assert address in listed
    assert "Without words in: Bahasa Melayu, Tiếng Việt, 简体中文" in listed
    await owner.submit(address, deed="away")
    assert await sqlite_team.database.read(canned.every) == []
    assert address in (await owner.get(PAGE, params={"away": "yes"})).text
    await owner.submit(address, deed="again")
    assert await sqlite_team.database.read(canned.every) == [reply]
    assert [action for _who, action in await sqlite_team.audited()] == ["reply.saved"] * 3


async def test_what_cannot_be_filled_in_or_found_is_explained_and_kept_in_the_form(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    wrong = {"shortcut": "two words", "title": "", "text-en": "Hi {nick}, {name.x}", "text-zh": "您好" * 1001}
    answer = await owner.submit(f"{PAGE}/new", deed="save", **wrong)
    assert answer.status_code == 422
    problems = re.findall(r"<li>([^<]*)</li>", answer.text)
    assert [problem.split(":")[0] for problem in problems[-4:]] == [
        "Please write a shortcut of at most 32 letters and digits, without spaces.",
        "Please write a title of at most 100 characters.",
        "English",
        "简体中文",
    ]
    assert "Hi {nick}, {name.x}</textarea>" in answer.text
    assert await owner.submit(f"{PAGE}/new", deed="save", **HELLO)
    taken = await owner.submit(f"{PAGE}/new", deed="save", **HELLO | {"title": "Again"})
    assert taken.status_code == 409
    assert "The shortcut /hello belongs to “Hello” already." in taken.text
    assert (await owner.get(f"{PAGE}/nobody")).status_code == 404
