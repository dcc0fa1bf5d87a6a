"""Logging: structlog, with secrets and phone numbers taken out of everything that is logged."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}")  # a Telegram bot token, also inside a URL
PHONE = re.compile(r"(?<![\w.:-])\+?\d[\d ()-]{7,16}\d(?![\w.:-])")
CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+(?=@)")  # in a database's address
PERSONAL_LINK = re.compile(r"(?:(?<=[?&]as=)|(?<=/my-data/))[\w.-]+")
REFUSED_ROW = re.compile(r"(?<=DETAIL:).+")  # PostgreSQL names the values that it refused
SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|api_key|phone", re.IGNORECASE)
NUMBERS = frozenset({"timestamp", "update", "external_id"})  # of an event, which looks like a phone number
HIDDEN = "[hidden]"

Event = MutableMapping[str, Any]
Processor = Callable[[Any, str, Event], Any]


def redact(text: str) -> str:
    """The text without tokens, passwords in addresses, what opens a personal link, refused rows, phone numbers."""
    text = REFUSED_ROW.sub(f" {HIDDEN}", text)
    text = PERSONAL_LINK.sub(HIDDEN, CREDENTIALS.sub(HIDDEN, TOKEN.sub("[token]", text)))
    return PHONE.sub("[phone]", text)


def redact_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with secrets hidden by their name, and tokens and phone numbers by their form."""
    return {name: _shown(str(name), value) for name, value in fields.items()}


def redact_event(_logger: object, _method: str, event: Event) -> Event:
    """The structlog processor that redacts everything that is logged."""
    return redact_fields(event)


def _shown(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(name):
        return HIDDEN
    if name in NUMBERS:
        return value
    if isinstance(value, dict):
        return redact_fields(value)
    if isinstance(value, (list, tuple)):
        return [_shown("", held) for held in value]
    if isinstance(value, (str, BaseException)):
        return redact(str(value))
    return value


def set_up(form: str, level: str) -> None:
    """Send structlog's and the standard library's logging through one pipeline to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "aiogram", "telegram", "apscheduler", "alembic", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
