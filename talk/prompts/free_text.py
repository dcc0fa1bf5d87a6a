"""An answer in the customer's own words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from locales import _, n_
from talk.prompts.base import Accepted, Heard, Reading, Rejected
from talk.prompts.typed import Typed, words

TYPE_IT = _("Please type your answer in words.")
TOO_SHORT = n_(
    "Please write a little more: at least {limit} character.",
    "Please write a little more: at least {limit} characters.",
    "limit",
)
TOO_LONG = n_(
    "That is too long to keep. Please write at most {limit} character.",
    "That is too long to keep. Please write at most {limit} characters.",
    "limit",
)

_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, apart from those that end lines or part words
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides, isolates: they turn the text around them
    "\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"  # half a character: no database stores it
)
_BLANK_LINES = re.compile(r"\n{3,}")
_UNSEEN = {"Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cc"}


@dataclass(frozen=True, slots=True)
class FreeText(Typed):
    """Words of `min_length` to `max_length` characters, cleaned by `clean`. A picture's caption counts."""

    min_length: int = 1
    max_length: int = 1000

    def read(self, heard: Heard) -> Reading[str]:
        """The words."""
        text = clean(words(heard))
        if not text:
            return Rejected(TYPE_IT)
        if len(text) < self.min_length:
            return Rejected(TOO_SHORT, {"limit": self.min_length})
        if len(text) > self.max_length:
            return Rejected(TOO_LONG, {"limit": self.max_length})
        return Accepted(text)

    def dump(self, value: Any) -> Any:
        """The words."""
        return value

    def load(self, plain: Any) -> str:
        """The words. Raises ValueError for what is not clean text of this length."""
        if not isinstance(plain, str) or plain != clean(plain):
            raise ValueError(f"{plain!r} is not clean text.")
        if not max(self.min_length, 1) <= len(plain) <= self.max_length:
            raise ValueError(f"{plain!r} is not of {self.min_length} to {self.max_length} characters.")
        return plain


def clean(text: str) -> str:
    """Text fit to keep and to show among ours: NFC, no control or bidi-override characters, tidy white space.

    Joiners stay, for emoji and Arabic need them; so do line breaks, at most one empty line together. Empty when
    nothing of it can be seen.
    """
    lines = (" ".join(line.split()) for line in _UNWANTED.sub("", text).splitlines())
    tidy = unicodedata.normalize("NFC", _BLANK_LINES.sub("\n\n", "\n".join(lines).strip()))
    return tidy if any(unicodedata.category(character) not in _UNSEEN for character in tidy) else ""
