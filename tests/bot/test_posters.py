"""Posters: one for each branch and language, with letters for all of them and codes that lead into the chat."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.posters import sheet
from bot.posters.content import Content, compose
from bot.posters.printing import table_of
from locales import LANGUAGES, Language
from loyalty import programme
from loyalty.programme import Gift, Occasions, Programme, Reward, Tier, Tiers
from store.database import Database
from store.joins import Count, poster_of
from store.tables import branches
from talk.errors import SapaError
from tests.conftest import NOON

pytestmark = pytest.mark.slow

RULES = Programme(
    business="Daun Pagi",
    rewards=(
        Reward("coffee", "Free coffee", 300, names={"zh": "免费咖啡", "ar": "قهوة مجانية"}),
        Reward("rain", "Umbrella", 100, ends=dt.date(2027, 1, 1)),
        Reward("gold", "Dinner", 50, tier="gold"),
    ),
    tiers=Tiers((Tier("gold", "Gold", 1000, multiplier=Decimal(2)),)),
    occasions=Occasions(birthday=Gift(points=50)),
)


def content(
    language: Language = "en", *, rules: Programme = RULES, code: str = "KL", bot: str = "daun_bot"
) -> Content:
    chat = "https://chat.daun.example"
    return compose(rules, code, "Daun Pagi KLCC", language, chat=chat, bot=bot, today=NOON.date())


def drawn(shown: Content) -> bytes:
    return sheet.Sheet(shown, (15, 118, 110), NOON).draw()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_one_page_whose_fonts_are_in_the_file(language: Language) -> None:
    pdf = drawn(content(language))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert pdf.count(b"/FontFile2") == pdf.count(b"/Type /FontDescriptor") > 0
    assert f"/Lang ({language})".encode() in pdf


@pytest.mark.parametrize("language", ["en", "ms", "vi", "zh"])
def test_a_posters_text_can_be_searched(language: Language) -> None:
    streams = re.findall(rb"stream\n(.*?)\nendstream", drawn(content(language)), re.DOTALL)
    maps = [text for text in map(_inflated, streams) if b"beginbfchar" in text or b"beginbfrange" in text]
    mapped = {int(code, 16) for text in maps for code in re.findall(rb"<([0-9A-Fa-f]{4})>", text)}
    assert {ord(letter) for letter in content(language).heading} - {0xA0} <= mapped


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_the_codes_lead_to_the_bot_and_to_the_web_chat_and_say_which_poster_it_was() -> None:
    telegram, web = content("ms").codes
    assert telegram.address == "https://t.me/daun_bot?start=p_KL_ms"
    assert web.address == "https://chat.daun.example/chat?from=p_KL_ms"
    assert poster_of("p_KL_ms") is not None


def test_without_a_bot_there_is_one_code() -> None:
    assert [code.typed for code in content(bot="").codes] == ["chat.daun.example/chat"]


def test_the_benefits_are_those_of_the_programme() -> None:
    assert content().benefits == (
        "1 point for every RM1.00 you spend",
        "Rewards from 300 points, such as: Free coffee",
        "A present on your birthday",
    )


def test_a_bare_programme_has_three_benefits_too() -> None:
    assert len(content(rules=Programme()).benefits) == 3


def test_letters_that_no_font_has_are_named() -> None:
    with pytest.raises(SapaError, match="no letters for 'กด'"):
        drawn(content(rules=Programme(business="ดก")))


def test_a_branch_whose_code_cannot_stand_in_a_link_is_named() -> None:
    with pytest.raises(SapaError, match="Mid Valley"):
        content(code="Mid Valley")


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAPA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path))
    asyncio.run(_filled(sqlite_url))
    return tmp_path


async def _filled(url: str) -> None:
    database = Database(url)
    rows = [{"code": "KL", "name": "KLCC"}, {"code": "GT", "name": "光大 George Town"}]
    await database.transact(lambda connection: connection.execute(branches.insert(), rows))
    await database.transact(lambda connection: programme.keep(connection, RULES, text="", by="owner", at=NOON))
    database.close()


def test_every_branch_has_a_poster_in_every_language(shop: Path) -> None:
    result = CliRunner().invoke(
        cli, ["poster", "--all", "--out", str(shop / "out"), "--telegram-name", "@daun_bot"]
    )
    assert result.exit_code == 0, result.output
    printed = {file.name for file in (shop / "out").iterdir()}
    assert printed == {f"poster-{branch}-{language}.pdf" for branch in ("KL", "GT") for language in LANGUAGES}


@pytest.mark.parametrize(
    ("options", "says"),
    [([], "Say --branch"), (["--branch", "XX"], "There is no branch 'XX'"), (["--language", "xx"], "Say --branch")],
)
def test_a_poster_that_cannot_be_printed_says_why(shop: Path, options: list[str], says: str) -> None:
    result = CliRunner().invoke(cli, ["poster", "--out", str(shop), *options])
    assert says in str(result.exception)


@pytest.mark.parametrize("words", [["poster", "--all", "--out", "out"], ["joins"]])
def test_without_a_database_none_is_made(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    assert "There is no database" in str(CliRunner().invoke(cli, words).exception)
    assert list(tmp_path.iterdir()) == []


def test_joins_are_shown_by_poster_and_channel() -> None:
    table = table_of(
        [Count("", "", "telegram", 7), Count("KL", "ms", "telegram", 2), Count("KL", "ms", "webchat", 1)]
    )
    columns = [[*column.cells] for column in table.columns]
    assert columns == [["KL", "no poster"], ["ms", ""], ["2", "7"], ["1", "0"], ["3", "7"]]
