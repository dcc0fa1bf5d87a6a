"""Telegram's HTML parse mode: text out, entities out, or the real server's complaint.

The rules and the wording are those of tdlib's `parse_html` (td/telegram/MessageEntity.cpp): sixteen tags, four
named references (`&nbsp;` and the like stay literal text), offsets and lengths in UTF-16 code units, complaints
with the byte offset of the offending tag.
"""

import re
from dataclasses import dataclass
from typing import Any

from channels.telegram.fake.errors import ApiError, bad_request

Entity = dict[str, Any]

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.-]+(?=[\s>]))))?")
_SPACE = re.compile(r"[\s/]*")
_END = re.compile(r"([^\s>]*)\s*>")
_USER = re.compile(r"tg://user\?id=(\d+)")
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://\S+|[^\s/]+\.[^\s/]{2,}\S*)$", re.IGNORECASE)


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text and its entities, or raise `bad_request` with "can't parse entities: ..."."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).run()


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return text and entities without white space at either end, as the server stores them."""
    if not entities:
        return text.strip(), entities
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept: list[Entity] = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] - lead + entity["length"])
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return text, kept


def decoded(source: str) -> str:
    """Return a text with its character references resolved."""
    return _REFERENCE.sub(lambda match: _character(match) or match[0], source)


def _character(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= code <= 0xDFFF:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
            "surrogate code units"
        )
    return chr(code) if 0 < code < 0x10FFFF else None


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str | None
    offset: int
    part: int


class _Parser:
    """One pass over the source: text is copied, tags open and close entities."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while found := _SPECIAL.search(self.source, self.at):
            self._copy(self.source[self.at : found.start()])
            self.at = found.start()
            if found[0] == "&":
                self._reference()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        self._copy(self.source[self.at :])
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.parts), self.entities

    def _copy(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _reference(self) -> None:
        match = _REFERENCE.match(self.source, self.at)
        character = _character(match) if match else None
        self._copy(character or "&")
        self.at = match.end() if match and character else self.at + 1

    def _complaint(self, what: str, more: str = "") -> ApiError:
        offset = len(self.source[: self.at].encode("utf-8", "surrogatepass"))
        return _unparsable(f"{what} at byte offset {offset}{more}")

    def _start_tag(self) -> None:
        name = _NAME.match(self.source, self.at + 1)
        if name is None or name.end() == len(self.source):
            raise self._complaint("Unclosed start tag")
        tag = name[0].lower()
        if tag not in TYPES:
            raise self._complaint(f'Unsupported start tag "{tag}"')
        attributes, end = self._attributes(tag, name.end())
        argument = _argument(tag, attributes)
        if tag == "span" and argument != "spoiler":
            raise self._complaint('Tag "span" must have class "tg-spoiler"')
        self.open.append(_Open(tag, argument, self.length, len(self.parts)))
        self.at = end

    def _attributes(self, tag: str, at: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            space = _SPACE.match(self.source, at)
            at = space.end() if space else at
            if self.source.startswith(">", at):
                return found, at + 1
            if at >= len(self.source):
                raise self._complaint(f'Unclosed start tag "{tag}"')
            match = _ATTRIBUTE.match(self.source, at)
            if match is None:
                raise self._bad_attribute(tag, at)
            name, double, single, token = match.groups()
            found[name.lower()] = decoded(double or single or "") or (token or "").lower()
            at = match.end()

    def _bad_attribute(self, tag: str, at: int) -> ApiError:
        if not self.source.startswith("=", at):
            return self._complaint(f'Empty attribute name in the tag "{tag}"')
        value = _SPACE.match(self.source, at + 1)
        begin = value.end() if value else at + 1
        if self.source[begin : begin + 1] in ("", '"', "'"):
            return self._complaint("Unclosed start tag")
        self.at = begin
        return self._complaint("Unexpected end of name token")

    def _end_tag(self) -> None:
        if not self.open:
            raise self._complaint("Unexpected end tag")
        match = _END.match(self.source, self.at + 2)
        if match is None:
            raise self._complaint("Unclosed end tag")
        name, opened = match[1].lower(), self.open[-1]
        if name and name != opened.tag:
            raise self._complaint("Unmatched end tag", f', expected "</{opened.tag}>", found "</{name}>"')
        self.open.pop()
        self.at = match.end()
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        span = {"offset": opened.offset, "length": self.length - opened.offset}
        kind = TYPES[opened.tag]
        if opened.tag == "a":
            self._link(opened, span)
        elif opened.tag == "tg-emoji":
            if not (opened.argument or "").isdigit():
                raise _unparsable("Invalid custom emoji identifier specified")
            self.entities.append({"type": kind, **span, "custom_emoji_id": opened.argument})
        elif opened.tag == "blockquote" and opened.argument is not None:
            self.entities.append({"type": "expandable_blockquote", **span})
        elif opened.tag == "pre":
            self._preformatted(span)
        elif opened.tag == "code" and opened.argument:
            self.entities.append({"type": kind, **span, "language": opened.argument})
        else:
            self.entities.append({"type": kind, **span})

    def _link(self, opened: _Open, span: Entity) -> None:
        url = opened.argument or "".join(self.parts[opened.part :])
        if user := _USER.match(url):
            self.entities.append(
                {
                    "type": "text_mention",
                    **span,
                    "user": {"id": int(user[1]), "is_bot": False, "first_name": ""},
                }
            )
        elif _LINK.match(url):
            self.entities.append({"type": "text_link", **span, "url": url})

    def _preformatted(self, span: Entity) -> None:
        """`<pre><code class="language-x">` is one entity with a language, not two."""
        last = self.entities[-1] if self.entities else {}
        entity = {"type": "pre", **span}
        if last.get("type") == "code" and "language" in last and span.items() <= last.items():
            entity["language"] = self.entities.pop()["language"]
        self.entities.append(entity)


def _argument(tag: str, attributes: dict[str, str]) -> str | None:
    if tag == "a":
        return attributes.get("href")
    if tag == "code":
        name = attributes.get("class", "")
        return name.removeprefix("language-") if name.startswith("language-") else None
    if tag == "span":
        name = attributes.get("class", "")
        return name.removeprefix("tg-") if name.startswith("tg-") else None
    if tag == "tg-emoji":
        return attributes.get("emoji-id")
    return attributes.get("expandable") if tag == "blockquote" else None


def _unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")
