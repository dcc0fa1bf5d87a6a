"""How Sapa is started in these stories: its settings, and the command line's environment."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings
from channels.telegram.fake import TOKEN

ROOT = Path(__file__).parents[2]
STARTUP = Path(__file__).parent / "startup"


def settings(folder: Path, url: str, api: str, **more: Any) -> Settings:
    """A house over this database, with the fake Telegram at `api`, where it is noon: offers may go out."""
    ahead = 12 - dt.datetime.now(dt.UTC).hour
    chosen: dict[str, Any] = {
        "data_dir": folder,
        "database_url": url,
        "port": 0,
        "business_timezone": f"Etc/GMT{-ahead:+d}" if ahead else "UTC",
        "telegram_token": SecretStr(TOKEN),
        "telegram_api": api,
        **more,
    }
    return Settings(**chosen)


def environment(chosen: Settings) -> dict[str, str]:
    """What `sapa run` is to find in its environment for these settings; the dialogue of the crash runs joins it."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": f"{STARTUP}{os.pathsep}{ROOT}",
        "SAPA_DATA_DIR": str(chosen.data_dir),
        "SAPA_DATABASE_URL": chosen.database_url,
        "SAPA_PORT": str(chosen.port),
        "SAPA_BUSINESS_TIMEZONE": chosen.business_timezone,
        "SAPA_TELEGRAM_TOKEN": chosen.telegram_token.get_secret_value(),
        "SAPA_TELEGRAM_API": chosen.telegram_api,
        "SAPA_TELEGRAM_PAID": str(chosen.telegram_paid),
        "SAPA_ALERT_CHAT": chosen.alert_chat,
        "SAPA_LOG_FORMAT": "json",
    }
