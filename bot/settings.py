"""Settings: the only reader of the environment. Every one is `SAPA_…` or a line in a `.env` file."""

from __future__ import annotations

import os
import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from locales import Language
from talk.errors import SapaError

ORIGIN_FORM = re.compile(r"https?://[^/\s*@]+")
SMTP_FORM = re.compile(r"smtps?://(?:[^\s/@]+@)?[^\s/@:]+(?::[0-9]{1,5})?/?")
ISSUER_FORM = re.compile(r"(https://|http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$))[^?#\s]*$")
MAIL_FORM = re.compile(r"[^\s@<>]+@[^\s@<>]+")
SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsWrong(SapaError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """What an operator may set; docs/settings.md explains each, and a test compares the two."""

    model_config = SettingsConfigDict(env_prefix="SAPA_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = ""
    business_timezone: str = "Asia/Kuala_Lumpur"
    business_country: str = Field("MY", pattern="^[A-Z]{2}$")
    default_language: Language = "en"
    embed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = ""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_secret: SecretStr = SecretStr("")
    telegram_paid: bool = False
    telegram_staff_group: str = Field("", pattern=r"^(-\d{1,32})?$")
    smtp_url: SecretStr = SecretStr("")
    smtp_from: str = ""
    sms_webhook_url: str = ""
    sms_webhook_secret: SecretStr = SecretStr("")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = ""
    staff_passwords: Literal["on", "off"] = "on"
    alert_url: str = ""
    alert_chat: str = ""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("embed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [origin for origin in value if not ORIGIN_FORM.fullmatch(origin)]:
            raise ValueError(f"{wrong[0]!r} is no site's address; write it like https://shop.example")
        return value

    @field_validator("business_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone; use a name such as Asia/Kuala_Lumpur")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not SMTP_FORM.fullmatch(value.get_secret_value()):
            raise ValueError("must be like smtp://user:password@mail.shop.example:587, or smtps:// for TLS at once")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _provider(cls, value: str) -> str:
        """Kept to the letter, the last slash too: the provider signs it so."""
        if value and not ISSUER_FORM.match(value):
            raise ValueError("must be an https:// address without a question mark (http:// on this machine alone)")
        return value

    @field_validator("public_url", "telegram_api", "alert_url", "sms_webhook_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _webhook_has_what_it_needs(self) -> Settings:
        if self.telegram_mode == "webhook" and self.telegram_token.get_secret_value():
            if not SECRET_FORM.fullmatch(self.telegram_secret.get_secret_value()):
                raise ValueError(
                    "SAPA_TELEGRAM_MODE=webhook needs SAPA_TELEGRAM_SECRET: 1-256 letters, digits, _ or -, "
                    "so that only Telegram can post updates"
                )
            if not self.public_url.startswith("https://"):
                raise ValueError("SAPA_TELEGRAM_MODE=webhook needs SAPA_PUBLIC_URL to begin with https://")
        return self

    @model_validator(mode="after")
    def _codes_have_what_they_need(self) -> Settings:
        if self.smtp_url.get_secret_value() and not MAIL_FORM.fullmatch(self.smtp_from):
            raise ValueError("SAPA_SMTP_URL needs SAPA_SMTP_FROM, the address that mail comes from")
        if self.sms_webhook_url and not SECRET_FORM.fullmatch(self.sms_webhook_secret.get_secret_value()):
            raise ValueError(
                "SAPA_SMS_WEBHOOK_URL needs SAPA_SMS_WEBHOOK_SECRET: 1-256 letters, digits, _ or -, "
                "so that the gateway knows our requests"
            )
        return self

    @model_validator(mode="after")
    def _company_log_in_is_whole(self) -> Settings:
        registered = self.oidc_client_id and self.oidc_client_secret.get_secret_value()
        if self.oidc_issuer and not registered:
            raise ValueError("SAPA_OIDC_ISSUER needs SAPA_OIDC_CLIENT_ID and SAPA_OIDC_CLIENT_SECRET")
        if self.staff_passwords == "off" and not self.oidc_issuer:
            raise ValueError("SAPA_STAFF_PASSWORDS=off needs SAPA_OIDC_ISSUER, or nobody could log in")
        return self

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data directory unless another is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'sapa.sqlite3'}"

    @property
    def new_sqlite(self) -> bool:
        """Whether the database is a SQLite file that does not exist yet: it is then made without being asked."""
        url = make_url(self.database)
        return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

    @property
    def zone(self) -> ZoneInfo:
        """The business's time zone."""
        return ZoneInfo(self.business_timezone)

    @property
    def address(self) -> str:
        """Where customers reach the web chat."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @cached_property
    def secret(self) -> bytes:
        """The secret key; made and kept in the data directory when none is set.

        Raises SettingsWrong when a kept key cannot be read, or a given one is shorter than 32 characters.
        """
        given = self.secret_key.get_secret_value()
        if given:
            if len(given) < 32:
                raise SettingsWrong("SAPA_SECRET_KEY is too short; use at least 32 random characters.")
            return given.encode()
        return _kept_key(self.data_dir / "secret.key")


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes().strip()
        if len(key) < 32:
            raise SettingsWrong(f"{path} holds no usable key; delete it to have a new one made.") from None
        return key
    key = secrets.token_urlsafe(32).encode()
    with os.fdopen(made, "wb") as file:
        file.write(key)
    return key


def load(**overrides: object) -> Settings:
    """The settings of the environment, with a command's own on top.

    Raises SettingsWrong, naming each setting and what is wrong with it.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_explained(one["loc"], one["msg"]) for one in error.errors()]
        raise SettingsWrong("\n".join(lines)) from None


def _explained(where: tuple[int | str, ...], message: str) -> str:
    name = f"SAPA_{str(where[0]).upper()}: " if where else ""
    return f"{name}{message.removeprefix('Value error, ')}"
