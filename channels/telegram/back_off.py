"""How long to wait before Telegram is asked again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """Pauses in seconds that double from `first` up to `longest`."""

    first: float = 0.5
    longest: float = 30.0

    def after(self, failures: int) -> float:
        """The pause after so many failures, the first of which is 0."""
        return float(min(self.longest, self.first * 2 ** min(failures, 30)))
