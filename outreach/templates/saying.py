"""Templates' texts, compiled once and said many times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import nodes
from jinja2.environment import Template as Compiled

from outreach.templates.flaws import TemplateWrong
from outreach.templates.grammar import parse
from outreach.templates.speech import Speech, speech
from talk.errors import SapaError

MOST_SAID = 40_000  # ten times what any channel takes
_EMPTY_LINES = re.compile(r"\n{3,}")


class TooLong(SapaError):
    """What a template says about this customer is longer than any channel takes."""


class Saying:
    """A text in one language, ready to be said."""

    __slots__ = ("_root", "_speech")

    def __init__(self, own: Speech, root: Callable[[Any], Iterator[str]]) -> None:
        self._speech, self._root = own, root

    def said(self, known: Mapping[str, object]) -> str:
        """The text with these values, as HTML. Raises Lacking and TooLong."""
        context = self._speech.context_class(self._speech, known, None, {})  # type: ignore[arg-type]
        pieces, signs = [], 0
        for piece in self._root(context):
            pieces.append(piece)
            signs += len(piece)
            if signs > MOST_SAID:
                raise TooLong("The text is far longer than any channel takes; shorten it.")
        text = "".join(pieces).strip()
        return _EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text


@lru_cache(maxsize=1024)
def saying(source: str, language: str, digits: str = "") -> Saying:
    """A text, read, judged and compiled; the same one again costs nothing. Raises TemplateWrong."""
    parsed = parse(source, language)
    if parsed.tree is None or parsed.flaws:
        raise TemplateWrong(parsed.flaws)
    own = speech(language, digits)
    for data in parsed.tree.find_all(nodes.TemplateData):
        data.data = own.written(data.data)
    compiled = Compiled.from_code(own, own.compile(parsed.tree), {})
    return Saying(own, compiled.root_render_func)
