"""A template's text, read and not yet judged: at most MOST_SIGNS characters, none that nobody sees, and its tree.

Reading does nothing but read: nothing is evaluated, and what is too deep for the reader is refused.
"""

from __future__ import annotations

import re
import unicodedata

from jinja2 import Environment, TemplateSyntaxError, nodes

from outreach.templates import flaws
from outreach.templates.content import MOST_SIGNS
from outreach.templates.flaws import Flaw

_READER = Environment(autoescape=False)  # noqa: S701 - it reads and says nothing
_RAW = re.compile(r"\{%[-+]?\s*raw\b")
_COMMENT_OR_LINE = re.compile(  # a comment, or a line of nothing but `{% ... %}`
    r"(?s:\{#.*?#\})|^(?P<before>[ \t]*)(?P<tags>\{%[^%\n]*%\}(?:[ \t]*\{%[^%\n]*%\})*)(?P<after>[ \t]*\n)",
    re.MULTILINE,
)
_KEPT_UNSEEN = (
    "\n\t\u200c\u200d\u200e\u200f\u061c\ufe0f"  # joiners and marks of direction belong to scripts and emoji
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_NO_SIGN = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_FLAG_TAGS = range(0xE0020, 0xE0080)  # the letters of a flag


def read(source: str) -> nodes.Template | Flaw:
    """The tree of a text, in which nothing is judged yet; or why there is none."""
    if len(source) > MOST_SIGNS:
        return Flaw(1, flaws.LONG, {"signs": len(source), "most": MOST_SIGNS})
    if found := unseen(source, 1):
        return found
    if raw := _RAW.search(source):
        return flaws.not_allowed(1 + source.count("\n", 0, raw.start()), "raw")
    try:
        return _READER.parse(_COMMENT_OR_LINE.sub(_as_if_empty, source))
    except RecursionError:
        return Flaw(1, flaws.DEEP, {})
    except TemplateSyntaxError as error:
        return _syntax(error)


def _as_if_empty(found: re.Match[str]) -> str:
    """A line that says nothing leaves nothing behind; comments around its spaces keep the lines' numbers."""
    if found["tags"] is None:
        return found[0]
    return f"{{#{found['before']}#}}{found['tags']}{{#{found['after']}#}}"


def unseen(text: str, line: int) -> Flaw | None:
    """The first character that nobody sees and that turns, breaks or hides what is around it."""
    for place, sign in enumerate(text):
        if sign.isprintable() or sign in _KEPT_UNSEEN or ord(sign) in _FLAG_TAGS:
            continue
        if unicodedata.category(sign) in _UNSEEN or _NO_SIGN.match(sign):
            return Flaw(line + text.count("\n", 0, place), flaws.BAD_SIGN, {"sign": f"U+{ord(sign):04X}"})
    return None


def _syntax(error: TemplateSyntaxError) -> Flaw:
    said = error.message or ""
    if unknown := re.match(r"Encountered unknown tag '([^']{1,40})", said):
        if unknown[1].startswith(("end", "el")):
            return Flaw(error.lineno, flaws.UNREADABLE, {})
        return flaws.not_allowed(error.lineno, unknown[1])
    if "nexpected end of template" in said or "issing end of" in said or "end of print statement" in said:
        return flaws.not_closed(error.lineno)
    return Flaw(error.lineno, flaws.UNREADABLE, {})
