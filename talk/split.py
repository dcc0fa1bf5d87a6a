"""Cutting rich text to a platform's limit.

The text is Sapa's HTML subset (b, i, u, s, a, code) as `locales.render` writes it. Lengths are those Telegram
counts: UTF-16 code units of what the customer sees, tags gone and entities resolved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_ENTITY = r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_TOKEN = re.compile(rf"<(?P<end>/?)(?P<name>b|i|u|s|a|code)(?:\s[^<>]*)?>|{_ENTITY}|.", re.DOTALL)
_TAG = re.compile(r"</?(?:b|i|u|s|a|code)(?:\s[^<>]*)?>")
_REFERENCE = re.compile(_ENTITY)
_STRAY = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}

# Scripts written without spaces, where a line may break between any two characters.
_UNSPACED = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FULL_STOP = "。！？；，、："
_CLOSING = f"{_FULL_STOP}）」』】》〉”’…～ー％"
_OPENING = "（「『【《〈“‘"
_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[.!?؟۔…][\"'”’»)\]]*(?=\s)|[。！？][”’」』）】》]*")
_WORD = re.compile(
    rf"[^\S\u00a0\u202f]+|(?<=[{_UNSPACED}{_CLOSING}])(?![{_CLOSING}])|(?<![{_OPENING}\s])(?=[{_UNSPACED}{_OPENING}])"
)
# A border counts when the piece it ends is at least this full; only words may end a piece earlier.
_FULL_ENOUGH = 0.5

_JOINERS = "\u200d\u2069"  # zero-width joiner, end of an isolate: never first in a piece
_LEADERS = "\u200d\u2066\u2067\u2068"  # joiner and beginnings of isolates: never last in a piece


class _Atom(NamedTuple):
    """One visible character: its source and the tags around it, outermost first."""

    source: str
    tags: tuple[str, ...]


def plain(html: str) -> str:
    """The text without its tags, entities resolved."""
    if "<" in html:
        html = _TAG.sub("", html)
    return _REFERENCE.sub(lambda found: _character(found[0]), html) if "&" in html else html


def visible_length(html: str) -> int:
    """The length of what is seen, in UTF-16 code units."""
    return _units(plain(html))


def split(html: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cut `html` into pieces of at most `limit` visible UTF-16 units, each well-formed by itself.

    Cuts fall between paragraphs, lines, sentences or words where they can, never inside a tag, an entity or
    what is seen as one character; white space at a cut goes. Text that fits comes back as it is; text with
    nothing to see gives no piece. Raises ValueError for a limit under 2: one character may take two units.
    """
    if limit < 2:
        raise ValueError("A piece needs room for one character: use a limit of at least 2.")
    if _units(html) <= limit or visible_length(html) <= limit:
        return [html] if plain(html).strip() else []
    text, atoms = _read(html)
    return [_written(atoms[start:end]) for start, end in _pieces(text, limit)]


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _character(reference: str) -> str:
    return unescape(reference) or "\ufffd"  # a reference to a control character unescapes to nothing


def _read(html: str) -> tuple[str, list[_Atom]]:
    """The visible text, and for each of its characters the atom that writes it."""
    text: list[str] = []
    atoms: list[_Atom] = []
    tags: tuple[str, ...] = ()
    for token in _TOKEN.finditer(html):
        source = token[0]
        if name := token["name"]:
            tags = _closed(tags, name) if token["end"] else (*tags, source)
        else:
            text.append(_character(source) if len(source) > 1 else source)
            atoms.append(_Atom(_STRAY.get(source, source), tags))
    return "".join(text), atoms


def _closed(tags: tuple[str, ...], name: str) -> tuple[str, ...]:
    for index in range(len(tags) - 1, -1, -1):
        if _name(tags[index]) == name:
            return tags[:index] + tags[index + 1 :]
    return tags


def _name(tag: str) -> str:
    return tag[1:-1].split(maxsplit=1)[0]


def _written(atoms: list[_Atom]) -> str:
    """The source of these characters, tags opened and closed where they change."""
    parts: list[str] = []
    tags: tuple[str, ...] = ()
    for atom in atoms:
        if atom.tags is not tags:
            parts.append(_change(tags, atom.tags))
            tags = atom.tags
        parts.append(atom.source)
    parts.append(_change(tags, ()))
    return "".join(parts)


def _change(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    shared = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        shared += 1
    closing = "".join(f"</{_name(tag)}>" for tag in reversed(before[shared:]))
    return closing + "".join(after[shared:])


def _pieces(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Where each piece begins and ends in the visible text, white space at its borders left out."""
    start, length = _past_space(text, 0), len(text.rstrip())
    while start < length:
        end = _furthest(text, start, limit)
        if end < length:
            end = _cut(text, start, end)
        yield start, start + len(text[start : min(end, length)].rstrip())
        start = _past_space(text, end)


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _furthest(text: str, start: int, limit: int) -> int:
    window = text[start : start + limit].encode("utf-16-le", "replace")[: 2 * limit]
    return start + len(window.decode("utf-16-le", "ignore"))


def _cut(text: str, start: int, end: int) -> int:
    """The best place in (start, end] to end a piece."""
    for border in (_PARAGRAPH, _LINE, _SENTENCE):
        if found := _last_border(border, text, start + int((end - start) * _FULL_ENOUGH), end):
            return found
    if found := _last_border(_WORD, text, start, end):
        return found
    for at in range(end, start, -1):
        if not _joined(text, at):
            return at
    return end


def _last_border(border: re.Pattern[str], text: str, after: int, end: int) -> int:
    """The last place in (after, end] where a match ends or, being white space, begins; 0 for none."""
    last = 0
    for found in border.finditer(text, after, min(end + 1, len(text))):
        for at in (found.start(), found.end()) if found[0].isspace() else (found.end(),):
            if after < at <= end and not _joined(text, at):
                last = at
    return last


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and after `at` are seen as one."""
    before, after = text[at - 1], text[at] if at < len(text) else ""
    if not after:
        return False
    if before in _LEADERS or after in _JOINERS or unicodedata.category(after)[0] == "M":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones and the letters of a flag's tag
    return _is_flag_letter(before) and _is_flag_letter(after) and _flag_letters_before(text, at) % 2 == 1


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while at > count and _is_flag_letter(text[at - 1 - count]):
        count += 1
    return count
