"""The page of wordings: a sentence is found in any language, previewed, published without a restart, and undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from console.staff import sentences
from console.staff.sentences import GROUPS, known
from flows.book import FLOWS
from locales import LANGUAGES, Text, render
from locales.catalogue import lay_over, original
from locales.own_words import values_of
from store import tables
from store.wordings import digest
from tests.console.staff.team import Browser, Team

PAGE = "/staff/settings/wordings"
MEETING = Text("Nice to meet you, {name}.")
HERE = f"{PAGE}/{digest(MEETING.one)}"


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> Iterator[None]:
    yield
    lay_over({})


def said(language: str = "en") -> str:
    return render(MEETING, language, {"name": "Mei"})


async def publish(browser: Browser, seen: int, address: str = HERE, **words: str) -> int:
    answer = await browser.submit(
        address, deed="publish", seen=str(seen), **{name.replace("_", "-"): text for name, text in words.items()}
    )
    return answer.status_code


async def test_a_sentence_is_said_in_own_words_at_once_and_undone(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    malay = original("ms").forms[MEETING.one][0]
    assert await publish(owner, 0, en_0="Lovely to meet you, <b>{name}</b> & co!", ms_0=malay) == 303
    assert said() == "Lovely to meet you, <b>Mei</b> &amp; co!"
    page = (await owner.get(HERE)).text
    assert "Lovely to meet you, &lt;b&gt;{name}&lt;/b&gt; &amp; co!</textarea>" in page
    undo = re.search(rf'action="({PAGE}/undo/[^"]+)"', page)
    assert undo
    assert (await owner.submit(undo[1])).status_code == 303
    assert said() == "Nice to meet you, Mei."
    assert (await owner.submit(undo[1])).status_code == 409
    assert (await owner.submit(f"{PAGE}/undo/none")).status_code == 404
    who = f"staff:{owner.account.public_id}"
    assert await sqlite_team.audited() == [(who, "wording.published"), (who, "wording.undone")]
    rows = await sqlite_team.rows(
        sa.select(tables.audit.c.before, tables.audit.c.after).order_by(tables.audit.c.id)
    )
    assert rows[0].after == {"en": "Lovely to meet you, <b>{name}</b> &amp; co!"}
    assert (rows[0].before, rows[1].before, rows[1].after) == ({}, rows[0].after, {})


async def test_what_does_not_fit_is_explained_and_nothing_typed_is_lost(sqlite_team: Team) -> None:
    admin = await sqlite_team.browser("admin")
    answer = await admin.submit(
        HERE, deed="publish", seen="0", **{"en-0": "Hello {nick.__class__}", "ar-0": "أهلا {name}"}
    )
    assert answer.status_code == 422
    assert "{name} is missing" in answer.text
    assert "Hello {nick.__class__}</textarea>" in answer.text
    assert "أهلا {name}</textarea>" in answer.text
    assert said() == "Nice to meet you, Mei."
    assert await sqlite_team.audited() == []


async def test_a_preview_shows_five_languages_and_changes_nothing(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner", language="zh")
    answer = await owner.submit(HERE, deed="preview", seen="0", **{"en-0": "Hi <b>{name}</b>"})
    bubbles = re.findall(r'<p class="bubble">(.*?)</p>', answer.text)
    assert len(bubbles) == 5
    assert bubbles[0] == "Hi <b>Mei</b>"
    assert 'lang="ar" dir="rtl"' in answer.text
    assert said() == "Nice to meet you, Mei."


async def test_who_would_take_a_command_from_customers_is_asked_once_more(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    source = next(each for each in known().values() if "send “menu”" in each.source and not values_of(each.source))
    address = f"{PAGE}/{source.id}"
    asked = await owner.submit(address, deed="publish", seen="0", **{"en-0": "We have it. Send “banana”."})
    assert asked.status_code == 422
    assert "can send “menu”" in asked.text
    assert "doesn't understand “banana”" in asked.text
    assert 'name="sure"' in asked.text
    words = {"en-0": "We have it. Send “banana”."}
    sure = await owner.submit(address, deed="publish", seen="0", sure="yes", **words)
    assert sure.status_code == 303


async def test_nobody_writes_over_what_they_have_not_seen(sqlite_team: Team) -> None:
    owner, admin = await sqlite_team.browser("owner"), await sqlite_team.browser("admin")
    assert await publish(owner, 0, en_0="Hi {name}") == 303
    late = await admin.submit(HERE, deed="publish", seen="0", **{"en-0": "Hello {name}"})
    assert late.status_code == 409
    assert "Hello {name}</textarea>" in late.text
    assert said() == "Hi Mei"
    assert (await admin.submit(HERE, deed="sapas", seen="1")).status_code == 303
    assert said() == "Nice to meet you, Mei."


async def test_sentences_are_found_in_every_language_by_dialogue_and_by_whose_words_they_are(
    sqlite_team: Team,
) -> None:
    owner = await sqlite_team.browser("owner")

    async def found(**asked: str) -> bool:
        return HERE in (await owner.get(PAGE, params=asked)).text

    for language in LANGUAGES:
        words = original(language).forms[MEETING.one][0].replace("{name}", "").strip(" .。,،")
        assert await found(q=words), language
    assert await found(q="nice meet", group="welcome")
    assert not await found(q="nice meet", group="points")
    assert not await found(which="own")
    assert await publish(owner, 0, vi_0="Chào {name}") == 303
    assert await found(which="own")
    assert await found(q="chao")  # as people type it, without marks


async def test_own_words_of_a_sentence_that_is_gone_are_kept_and_can_be_taken_back(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")

    def keep(connection: sa.Connection) -> None:
        gone = {"sentence": digest("Gone {x}"), "language": "en", "source": "Gone {x}", "forms": ["Away {x}"]}
        connection.execute(tables.wordings.insert().values(gone))

    await sqlite_team.database.transact(keep)
    listed = await owner.get(PAGE, params={"which": "amiss"})
    assert "Away ‹x›" in listed.text
    address = f"{PAGE}/{digest('Gone {x}')}"
    assert "Not said any more" in (await owner.get(address)).text
    assert (await owner.submit(address, deed="sapas", seen="0")).status_code == 303
    assert await sqlite_team.rows(sa.select(tables.wordings)) == []


async def test_what_no_customer_hears_is_not_there(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    assert (await owner.get(f"{PAGE}/{digest('Go to the content')}")).status_code == 404
    assert (await owner.get(f"{PAGE}/nothing")).status_code == 404


def test_every_sentence_of_every_dialogue_is_there_and_can_be_shown() -> None:
    found = [source for source in original("en").forms if digest(source) in known()]
    assert len(found) == len(known())
    for sentence in known().values():
        assert sentence.groups
        assert set(sentence.groups) <= set(GROUPS)
        for language in LANGUAGES:
            for place, form in enumerate(sentence.forms(language)):
                assert "{" not in sentences.example(sentence, language, place, form)


def test_every_dialogue_has_a_name_for_the_team() -> None:
    # A flow without a sentence of its own would stand under "Everything else", as one that is no more does.
    unnamed = [name for name in FLOWS if sentences.of_flow(name) is GROUPS["other"]]
    assert unnamed == []
    assert sentences.of_flow("of_an_older_version") is GROUPS["other"]
