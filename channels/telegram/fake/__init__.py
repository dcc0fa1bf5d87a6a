"""A Bot API server to play with: real HTTP, Telegram's checks and limits, scripted faults, played customers."""

from channels.telegram.fake.customers import Customer, Group
from channels.telegram.fake.server import TOKEN, FakeTelegram
from channels.telegram.fake.thread import Threaded, in_thread

__all__ = ["TOKEN", "Customer", "FakeTelegram", "Group", "Threaded", "in_thread"]
