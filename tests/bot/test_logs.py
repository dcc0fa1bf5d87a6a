"""Nothing secret and nobody's number reaches a log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import structlog

from bot.logs import redact, set_up
from store.database import Database
from store.tables import contacts
from tests.conftest import NOON

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before, handlers, level = structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level
    yield
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", "POST https://api.telegram.org/bot[token]/getMe"),
        ("call +60 12-345 6789 now", "call [phone] now"),
        ("0123456789", "[phone]"),
        ("84901234567", "[phone]"),
        ("2026-11-21T09:00:00.123456Z", "2026-11-21T09:00:00.123456Z"),
        ("at postgresql://sapa:pa55@db/sapa", "at postgresql://[hidden]@db/sapa"),
        ("GET /chat?as=WyJq.Yd-_q HTTP/1.1", "GET /chat?as=[hidden] HTTP/1.1"),
        ("points: 1200", "points: 1200"),
        ("10.0.0.1:5432", "10.0.0.1:5432"),
    ],
)
def test_tokens_and_phone_numbers_are_taken_out(text: str, shown: str) -> None:
    assert redact(text) == shown


async def test_a_row_that_the_database_refuses_is_logged_without_what_it_says(database: Database) -> None:
    row = {"number": "Aminah's", "language": "ms", "created_at": NOON}
    twice = [row | {"public_id": public_id} for public_id in ("one", "two")]
    with pytest.raises(sa.exc.IntegrityError) as refused:
        await database.transact(lambda c: [c.execute(contacts.insert().values(each)) for each in twice])
    told = redact(str(refused.value))
    assert "contacts" in told
    assert "Aminah" not in told


def test_what_lies_deeper_is_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "info")
    details = {"phone": 60123456789, "said": ["call +60 12-345 6789", 3], "why": ValueError(f"bot{TOKEN}")}
    structlog.get_logger().info("sent", details=details)
    told = json.loads(capsys.readouterr().err)["details"]
    assert told == {"phone": "[hidden]", "said": ["call [phone]", 3], "why": "bot[token]"}


def test_the_number_of_an_update_is_no_phone_number(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "info")
    structlog.get_logger().info("turn_failed", external_id="700000123", error="for 0123456789")
    told = json.loads(capsys.readouterr().err)
    assert (told["external_id"], told["error"]) == ("700000123", "for [phone]")


def test_both_kinds_of_logging_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "info")
    structlog.get_logger().info("sent", token=TOKEN, note="to +60123456789", count=3)
    logging.getLogger("library").warning("asked %s", f"https://x/bot{TOKEN}/m")
    try:
        raise ValueError(f"bot{TOKEN}")
    except ValueError:
        structlog.get_logger().exception("failed")
    printed = capsys.readouterr().err
    assert TOKEN not in printed
    assert "60123456789" not in printed
    first, second, third = (json.loads(line) for line in printed.splitlines())
    assert (first["token"], first["note"], first["count"]) == ("[hidden]", "to [phone]", 3)
    assert second["event"] == "asked https://x/bot[token]/m"
    assert "ValueError" in third["exception"]
