"""Single values as people write them. Each function takes the text and raises Wrong with what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from written.problems import Wrong

YES, NO = ("yes", "true", "on"), ("no", "false", "off")

_WHOLE = re.compile(r"\d{1,15}")


def whole(text: str) -> int:
    """A whole number."""
    if not _WHOLE.fullmatch(text):
        raise Wrong(f"a whole number such as 100 is expected, in digits alone; it says “{text}”")
    return int(text)


def truth(text: str) -> bool:
    """Yes or no."""
    if (said := text.lower()) not in (*YES, *NO):
        raise Wrong(f"yes or no is expected; it says “{text}”")
    return said in YES


def one_of(text: str, allowed: Iterable[str]) -> str:
    """One of several words."""
    if text not in (known := list(allowed)):
        raise Wrong(f"one of {', '.join(known)} is expected; it says “{text}”")
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or all of them."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(re.sub(r"[\s-]+", "_", word.lower()), names, 1)
    return f"did you mean “{names[close[0]]}”?" if close else f"there are: {', '.join(names.values())}"
