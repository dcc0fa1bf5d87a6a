"""`sapa programme`: show, check, apply after saying what changes, and look back."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.demo_data.shop import FILE
from loyalty import ledger, programme
from loyalty.ledger import Earning
from loyalty.programme_file import STARTER
from store.database import Database
from store.tables import audit, contacts, media, rewards
from talk.errors import SapaError
from tests.conftest import NOON

PROGRAMME = """# Ours.
business: Kopi
tiers:
  levels:
    - {code: member, name: Member, threshold: 0}
    - {code: gold, name: Gold, threshold: 500}
rewards:
  - {code: cup, name: A cup, points: 80, stock: 5, picture: cup.png}
branches:
  - {code: KL, name: Kopi KL}
"""


@pytest.fixture
def shop(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of either kind that the commands find, and a programme file with its picture."""
    monkeypatch.setenv("SAPA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("programme.yaml").write_text(PROGRAMME)
    from bot.demo_data.pictures import pictures

    Path("cup.png").write_bytes(pictures()["CF-01"])
    return database_url


def sapa(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["programme", *words], input=typed)


def said(*words: str, typed: str = "") -> str:
    result = sapa(*words, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def changed(before: str, after: str) -> None:
    file = Path("programme.yaml")
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def looked(url: str, statement: sa.Select[tuple[int]]) -> list[tuple[object, ...]]:
    async def look() -> list[tuple[object, ...]]:
        database = Database(url, writes=False)
        try:
            return await database.read(lambda connection: [tuple(row) for row in connection.execute(statement)])
        finally:
            database.close()

    return asyncio.run(look())


def with_members(url: str, *points: int) -> None:
    def earn(connection: Connection) -> None:
        for number, each in enumerate(points):
            contact = connection.execute(
                contacts.insert()
                .values(public_id=f"c{number}", number=f"K-{number}", language="en", created_at=NOON)
                .returning(contacts.c.id)
            ).scalar_one()
            ledger.earn(connection, [Earning(f"e{number}", contact, each, dt.datetime.now(dt.UTC))])

    async def work() -> None:
        database = Database(url)
        try:
            await database.transact(earn)
        finally:
            database.close()

    asyncio.run(work())


def test_a_programme_is_shown_as_it_was_applied(shop: str) -> None:
    assert said("show").startswith(STARTER.read_text()[:100])
    told = said("apply", "programme.yaml", "--yes")
    assert "rewards › cup: — → A cup, 80 points" in told
    assert "It holds from now on." in told
    assert said("show") == PROGRAMME
    assert said("history", "--show", re.findall(r"^\s*(\d+)", said("history"))[0]) == PROGRAMME
    kept = sa.select(rewards.c.code, rewards.c.stock, media.c.type).join(media)
    assert looked(shop, kept) == [("cup", 5, "image/png")]
    assert looked(shop, sa.select(audit.c.action)) == [("programme.applied",)]


def test_the_same_text_again_is_no_new_version(shop: str) -> None:
    said("apply", "programme.yaml", "--yes")
    assert "nothing was changed" in said("apply", "programme.yaml", "--yes")
    changed("# Ours.", "# Yours.")
    assert "Only remarks or the order are different." in said("apply", "programme.yaml", "--yes")
    assert len(said("history").splitlines()) == 2


def test_a_dry_run_says_who_would_be_in_another_tier_and_changes_nothing(shop: str) -> None:
    said("apply", "programme.yaml", "--yes")
    with_members(shop, 100, 320, 600)
    changed("threshold: 500", "threshold: 300")
    changed("points: 80, stock: 5", "points: 90, stock: 7")
    changed("{code: KL, name: Kopi KL}", "{code: GT, name: Kopi GT}")
    changed("# Ours.", "# Ours.\noutreach: {hold_out: 5}\nlifecycle: {new_days: 30}")
    told = said("apply", "programme.yaml", "--dry-run")
    for line in (
        "tiers › levels › gold › threshold: 500 → 300",
        "rewards › cup › points: 80 → 90",
        "rewards › cup: 5 are left now, 7 then",
        "Balances: none changes.",
        "Branches that the file does not name any more are closed",
        "Tiers: customers whose tier changes, within an hour: 1",
        "Member → Gold: 1",
        "The first of them: K-1",
        "Hold-out: 5 % of all customers get no offers and no news; who is held out already stays so.",
        "Life cycle: where customers stand is worked out by the new rules in the coming night.",
        "Nothing was changed.",
    ):
        assert line in told
    assert "threshold: 500" in said("show")


def test_another_picture_in_the_same_file_is_told_and_kept(shop: str) -> None:
    from bot.demo_data.pictures import pictures

    said("apply", "programme.yaml", "--yes")
    first = looked(shop, sa.select(rewards.c.picture_id))
    Path("cup.png").write_bytes(pictures()["CF-06"])
    assert "rewards › cup: another picture" in said("apply", "programme.yaml", "--dry-run")
    assert looked(shop, sa.select(rewards.c.picture_id)) == first
    assert "It holds from now on." in said("apply", "programme.yaml", "--yes")
    assert looked(shop, sa.select(rewards.c.picture_id)) != first
    assert "held already" in said("apply", "programme.yaml", "--yes")
    assert len(looked(shop, sa.select(audit.c.id))) == 2
    assert len(said("history").splitlines()) == 1


def test_who_says_no_changes_nothing(shop: str) -> None:
    refused = sapa("apply", "programme.yaml", typed="n\n")
    assert refused.exit_code == 1
    assert "Nothing was changed." in refused.output
    assert said("history") == "No programme was applied yet.\n"
    assert "It holds from now on." in said("apply", "programme.yaml", typed="y\n")


def test_a_wrong_file_is_told_whole_and_never_applied(shop: str) -> None:
    changed("threshold: 0", "threshold: some")
    changed("cup.png", "mug.png")
    changed("business: Kopi", "business: Kopi\noutreach: {kinds: {ofer: 2}}")
    for words in (("check",), ("apply", "--yes"), ("apply", "--dry-run")):
        result = sapa(*words, "programme.yaml")
        assert isinstance(result.exception, SapaError)
        assert str(result.exception).splitlines() == [
            "programme.yaml has 3 problems.",
            "line 3, outreach › kinds › ofer: there is no kind of message “ofer”; did you mean “offer”?",
            "line 6, tiers › levels › member › threshold: "
            "a whole number such as 100 is expected, in digits alone; it says “some”",
            "line 9, rewards › cup › picture: there is no picture “mug.png” beside the programme file",
        ]


def test_check_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    Path("p.yaml").write_text(re.sub(r"\n *picture: .*", "", FILE.read_text()))
    assert said("check", "p.yaml") == "p.yaml is a programme: 4 tiers, 10 rewards, 5 branches.\n"
    assert not (tmp_path / "data").exists()


def test_the_first_steps_need_no_database_and_make_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path / "data"))
    Path("p.yaml").write_text(
        said("show").replace("No programme was applied yet", "# No programme was applied yet")
    )
    assert "rewards › coffee: — → A coffee, 100 points" in said("apply", "p.yaml", "--dry-run")
    assert said("history") == "No programme was applied yet.\n"
    assert not (tmp_path / "data").exists()


def test_a_database_without_tables_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sapa.sqlite3").touch()
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path))
    Path(tmp_path / "p.yaml").write_bytes(STARTER.read_bytes())
    for words in (("show",), ("apply", str(tmp_path / "p.yaml"), "--dry-run"), ("history",)):
        assert "run `sapa migrate`" in str(sapa(*words).exception)


def test_a_version_that_is_not_there_is_an_error(shop: str) -> None:
    assert "There is no version 99" in str(sapa("history", "--show", "99").exception)


async def test_apply_works_beside_a_running_house_or_says_why_not(shop: str) -> None:
    running = Database(shop)
    try:
        result = await asyncio.to_thread(sapa, "apply", "programme.yaml", "--yes")
        if running.dialect == "sqlite":
            assert "Sapa is already running" in str(result.exception)
        else:
            rules = await running.read(programme.read)
            assert rules.business == "Kopi"
        dry = await asyncio.to_thread(sapa, "apply", "programme.yaml", "--dry-run")
        assert "Nothing was changed." in dry.output
    finally:
        running.close()


def test_the_programme_that_holds_can_be_had_with_its_pictures_and_applied_as_it_is(shop: str) -> None:
    noise = random.Random(1).randbytes(3 * 64 * 64)  # a JPEG of it gets worse each time it is made anew
    Image.frombytes("RGB", (64, 64), noise).save("cup.png", "JPEG")
    said("apply", "programme.yaml", "--yes")
    assert "with 1 pictures" in said("show", "--into", "copy")
    assert Path("copy/programme.yaml").read_text() == PROGRAMME
    said("check", "copy/programme.yaml")
    assert "held already" in said("apply", "copy/programme.yaml", "--yes")
    Path("copy/programme.yaml").unlink()
    refused = sapa("show", "--into", "copy")  # for its picture is there
    assert isinstance(refused.exception, SapaError)
    assert "is there already" in str(refused.exception)
