"""Reading Telegram, with aiogram.

The only package that imports aiogram. The import costs seconds of CPU, so only whoever runs the channel imports it.
"""

from channels.telegram.inbound.reading import UnreadableUpdate, read
from channels.telegram.inbound.source import CallRefused, PolledElsewhere, Source, Unreached
from channels.telegram.inbound.team import read_posted

__all__ = ["CallRefused", "PolledElsewhere", "Source", "Unreached", "UnreadableUpdate", "read", "read_posted"]
