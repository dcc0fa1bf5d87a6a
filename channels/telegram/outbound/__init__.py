"""Writing to Telegram, with python-telegram-bot.

The only package that imports telegram; only whoever runs the channel imports it.
"""

from channels.telegram.outbound.channel import CallFailed, FileUnavailable, TelegramChannel

__all__ = ["CallFailed", "FileUnavailable", "TelegramChannel"]
