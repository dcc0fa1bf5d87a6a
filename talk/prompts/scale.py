"""A score: 0 to 10, stars, how far one agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from locales import Text, _, verbatim
from talk.prompts.base import Accepted, Heard, Option, Reading, Rejected
from talk.prompts.labels import by_key, by_label, plainer
from talk.prompts.number import FROM_TO
from talk.prompts.typed import Typed, rows, words
from talk.reading.answers import read_yes_no
from talk.reading.normal import fold, normalise
from talk.reading.numbers import find_number, read_number

ONE_OR_NUMBER = _("Please choose one of the options, or type a number from {low} to {high}.")
FIVE_AGREEMENTS = (
    _("Strongly disagree"),
    _("Disagree"),
    _("Neither agree nor disagree"),
    _("Agree"),
    _("Strongly agree"),
)
SEVEN_AGREEMENTS = (
    *FIVE_AGREEMENTS[:2],
    _("Somewhat disagree"),
    FIVE_AGREEMENTS[2],
    _("Somewhat agree"),
    *FIVE_AGREEMENTS[3:],
)
WIDEST = 6
MOST_STEPS = 21
LONGEST = 300
"""Characters in which a score is looked for, more than `find_number` examines."""

_STARS = re.compile(r"[★⭐🌟✭✮✯*]+[☆✩⚝]*")
_HOLLOW = "☆✩⚝"
_OUT_OF = re.compile(
    r"\s*(?:/|\bout of\b|\bof\b|\bover\b|\bdaripada\b|\bdari\b|\bper\b|\btrên\b|\btren\b|\bمن\b|满分)\s*"
)
_COUNTED = re.compile(
    r"\b(\w+)\s+(?:seconds?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?|years?|times?|people|persons?|kids?"
    r"|saat|minit|jam|hari|minggu|bulan|tahun|kali|orang|ringgit"
    r"|giay|phut|gio|tieng|ngay|tuan|thang|nam|lan|nguoi|dong|nghin|ngan|k"
    r"|ثاني[هت]|ثواني|دقيق[هت]|دقايق|ساع[هت]|ساعات|يوم|ايام|اسبوع|اسابيع|شهر|اشهر|سن[هت]|سنوات|مر[هت]|مرات|اشخاص"
    r"|ريال|درهم)\b"
    r"|[\d〇零一二两三四五六七八九十百半几]\s*个?(?:秒|分钟|小时|钟|天|周|星期|月|年|次|人|元|块|件)"
    r"|(?:\brm|[$€£¥₫])\s*\d|\d\s*[$€£¥₫%]"
)
"""A number that counts hours, people or money, folded: it is no score, though it may be the only number."""


@dataclass(frozen=True, slots=True)
class Scale(Typed):
    """A whole number from `low` to `high`, each a button; with `labels` (one a step, from the lowest) in words.

    Typed, a score is a number in digits or words, alone, in a short sentence or out of the highest ("8/10"); a
    label in any language; or so many stars. Raises ValueError for a scale without steps, or with too many.
    """

    low: int
    high: int
    labels: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        steps = self.high - self.low + 1
        if not 2 <= steps <= MOST_STEPS:
            raise ValueError(f"A scale has 2 to {MOST_STEPS} steps, not {steps}; ask for more with Number.")
        if self.labels and len(self.labels) != steps:
            raise ValueError(f"A scale of {steps} steps needs as many labels, not {len(self.labels)}.")

    @classmethod
    @cache
    def nps(cls) -> Scale:
        """How likely one is to recommend, 0 to 10."""
        return cls(0, 10)

    @classmethod
    @cache
    def stars(cls) -> Scale:
        """One to five stars."""
        return cls(1, 5, tuple(verbatim("★" * count) for count in range(1, 6)))

    @classmethod
    @cache
    def likert(cls, points: int = 5) -> Scale:
        """How far one agrees, from 1 (strongly disagree) to 5 or 7 (strongly agree)."""
        agreements = {5: FIVE_AGREEMENTS, 7: SEVEN_AGREEMENTS}
        if points not in agreements:
            raise ValueError(f"Agreement is asked in 5 or 7 steps, not {points}.")
        return cls(1, points, agreements[points])

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """Labels one a row, numbers in rows of nearly equal length (0 to 5, then 6 to 10)."""
        if self.labels:
            return rows(self._steps, 1)
        steps = self.high - self.low + 1
        lines = -(-steps // WIDEST)
        return rows(self._steps, -(-steps // lines))

    def read(self, heard: Heard) -> Reading[int]:
        """The score."""
        if heard.pressed is not None:
            chosen = by_key(heard.pressed, self._steps)
            score = int(chosen.key) if chosen else None
        else:
            score = self._typed(words(heard), heard.language)
        if score is not None and self.low <= score <= self.high:
            return Accepted(score)
        return Rejected(ONE_OR_NUMBER if self._worded else FROM_TO, {"low": self.low, "high": self.high})

    def dump(self, value: Any) -> Any:
        """The number."""
        return value

    def load(self, plain: Any) -> int:
        """The score. Raises ValueError when it is not on the scale."""
        if not isinstance(plain, int) or isinstance(plain, bool) or not self.low <= plain <= self.high:
            raise ValueError(f"{plain!r} is not on the scale from {self.low} to {self.high}.")
        return plain

    @property
    def _worded(self) -> bool:
        return any(not label.literal for label in self.labels)

    @property
    def _steps(self) -> tuple[Option, ...]:
        return _options(self.low, self.high, self.labels)

    def _typed(self, text: str, language: str) -> int | None:
        for said in plainer(text, language) if self.labels else ():
            if chosen := by_label(said, language, self._steps):
                return int(chosen.key)
        if (stars := _stars(text)) is not None:
            return stars
        parts = _OUT_OF.split(normalise(text))
        if len(parts) == 2 and (score := find_number(parts[0], language)) is not None:
            return score if find_number(parts[1], language) == self.high else None
        # 十分 is also "very", which is no answer here.
        number = read_number(normalise(text).removesuffix("分"), language)
        if number is None:
            return None if _counts_something(text, language) else find_number(text, language)
        # "không" is zero, but more often a no.
        return None if number == 0 and read_yes_no(text, language) is False else number


@lru_cache(maxsize=128)
def _options(low: int, high: int, labels: tuple[Text, ...]) -> tuple[Option, ...]:
    scores = range(low, high + 1)
    shown = labels or [verbatim(str(score)) for score in scores]
    return tuple(Option(str(score), label) for score, label in zip(scores, shown, strict=True))


def _stars(text: str) -> int | None:
    bare = "".join(text.split()).replace("\ufe0f", "")
    return sum(character not in _HOLLOW for character in bare) if _STARS.fullmatch(bare) else None


def _counts_something(text: str, language: str) -> bool:
    counted = _COUNTED.finditer(fold(text[:LONGEST]))
    return any(found[1] is None or read_number(found[1], language) is not None for found in counted)
