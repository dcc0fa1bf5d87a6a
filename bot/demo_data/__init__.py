"""The sample business: made up, and the same every time for the same day."""

from bot.demo_data.files import apply_pictures, apply_setup, write
from bot.demo_data.pictures import pictures

__all__ = ["apply_pictures", "apply_setup", "pictures", "write"]
