"""The tags of Sapa's HTML subset in what the author of a template wrote.

Each part of a text (the whole of it, what stands within an `if` or a `for`) opens and closes its own tags, so that
whatever is said is well-formed. What is no tag and no entity is escaped: “2 < 3” and “A & B” are what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from outreach.templates.flaws import TAG, TAG_OPEN, TAG_STRAY, Flaw, listed

KNOWN = ("<b>", "<i>", "<u>", "<s>", "<code>", '<a href="https://…">')
_PART = re.compile(
    r"(?P<tag></?(?P<name>b|i|u|s|code)>"
    r'|<a href="https://[^"<>{}\s]{1,500}">|</(?P<link>a)>)'
    r"|(?P<other><(?=[a-zA-Z/!?])[^<>\s]*)"
    r"|(?P<entity>&(?:lt|gt|amp|quot);)"
    r"|[<>&]"
)
_STRAY = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


class _Open(NamedTuple):
    name: str
    tag: str
    line: int


class Marks:
    """The tags of one part of a text, in order."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def read(self, text: str, line: int) -> tuple[str, list[Flaw]]:
        """The next piece of text that begins in `line`, with what is no tag escaped; and what is wrong with it."""
        flaws: list[Flaw] = []

        def kept(found: re.Match[str]) -> str:
            here = line + text.count("\n", 0, found.start())
            if found["entity"]:
                return found[0]
            if found["other"]:
                flaws.append(Flaw(here, TAG, {"tag": found[0][:40], "known": listed(KNOWN)}))
                return ""
            if found["tag"] is None:
                return _STRAY[found[0]]
            flaws.extend(self._tag(found, here))
            return found[0]

        return _PART.sub(kept, text), flaws

    def end(self) -> Iterator[Flaw]:
        """What was opened and not closed when the part ends."""
        return (Flaw(each.line, TAG_OPEN, {"tag": each.tag}) for each in self._open)

    def _tag(self, found: re.Match[str], line: int) -> Sequence[Flaw]:
        tag = found[0]
        name = found["name"] or "a"
        if not tag.startswith("</"):
            if any(each.name == name for each in self._open):
                return [Flaw(line, TAG, {"tag": tag[:40], "known": listed(KNOWN)})]
            self._open.append(_Open(name, tag[:40], line))
            return []
        if self._open and self._open[-1].name == name:
            self._open.pop()
            return []
        return [Flaw(line, TAG_STRAY, {"tag": tag})]
