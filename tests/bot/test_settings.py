"""Settings: the environment, a kept key, and errors that name the setting."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsWrong, load

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_sapa_runs_on_sqlite_in_the_data_directory() -> None:
    settings = load()
    assert settings.database == "sqlite:///data/sapa.sqlite3"
    assert settings.new_sqlite
    assert settings.address == "http://127.0.0.1:8000"


def test_a_key_is_made_once_kept_and_for_its_owner_alone() -> None:
    first = load().secret
    assert load().secret == first
    assert len(first) >= 32
    assert stat.S_IMODE(Path("data/secret.key").stat().st_mode) == 0o600


def test_a_given_key_must_be_long() -> None:
    assert load(secret_key="k" * 32).secret == b"k" * 32
    with pytest.raises(SettingsWrong, match="SAPA_SECRET_KEY is too short"):
        load(secret_key="short").secret  # noqa: B018


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SAPA_BUSINESS_TIMEZONE", "Kuala Lumpur", "SAPA_BUSINESS_TIMEZONE: is not a time zone"),
        ("SAPA_PUBLIC_URL", "shop.example", "SAPA_PUBLIC_URL: must begin with http"),
        ("SAPA_PORT", "many", "SAPA_PORT: "),
        (
            "SAPA_EMBED_ORIGINS",
            "https://a.example,b.example",
            "SAPA_EMBED_ORIGINS: 'b.example' is no site's address",
        ),
        ("SAPA_DATABASE_URL", "mysql://host/sapa", "SAPA_DATABASE_URL: must begin with postgresql"),
        ("SAPA_DEFAULT_LANGUAGE", "fr", "SAPA_DEFAULT_LANGUAGE: "),
        ("SAPA_TELEGRAM_MODE", "pigeon", "SAPA_TELEGRAM_MODE: "),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=says):
        load()


def test_a_webhook_needs_a_secret_and_https() -> None:
    hook = {"telegram_token": "1:a", "telegram_mode": "webhook"}
    with pytest.raises(SettingsWrong, match="SAPA_TELEGRAM_SECRET"):
        load(**hook)
    with pytest.raises(SettingsWrong, match="SAPA_PUBLIC_URL"):
        load(**hook, telegram_secret="s3cret", public_url="http://shop.example")
    assert load(**hook, telegram_secret="s3cret", public_url="https://shop.example").telegram_mode == "webhook"


def test_origins_are_a_list_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_EMBED_ORIGINS", "https://a.example/, https://b.example")
    assert load().embed_origins == ("https://a.example", "https://b.example")


def test_secrets_do_not_show_in_print() -> None:
    shown = repr(load(telegram_token="123456:ABC", secret_key="k" * 40))
    assert "ABC" not in shown
    assert "kkk" not in shown


def test_every_setting_has_its_line_in_the_docs_and_no_other() -> None:
    documented = {line.split("`")[1] for line in DOCS.read_text().splitlines() if line.startswith("| `SAPA_")}
    assert documented == {f"SAPA_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"smtp_url": "mail.shop.example"}, "SAPA_SMTP_URL: must be like smtp://"),
        ({"smtp_url": "smtp://u:p@mail.shop.example:587"}, "SAPA_SMTP_URL needs SAPA_SMTP_FROM"),
        ({"sms_webhook_url": "gateway.example"}, "SAPA_SMS_WEBHOOK_URL: must begin with http"),
        ({"sms_webhook_url": "https://gateway.example/sms"}, "SAPA_SMS_WEBHOOK_URL needs SAPA_SMS_WEBHOOK_SECRET"),
    ],
)
def test_a_way_for_codes_needs_all_it_takes(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsWrong, match=says):
        load(**given)


def test_a_mail_servers_password_is_not_shown() -> None:
    settings = load(smtp_url="smtp://shop:hunter2@mail.shop.example:587", smtp_from="shop@shop.example")
    assert "hunter2" not in repr(settings)
