"""A message's text, which is in Sapa's small HTML subset, as safe markup for a staff page."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

from markupsafe import Markup

TAGS = frozenset({"b", "i", "u", "s", "code"})


class _Subset(HTMLParser):
    """Writes the tags of the subset, closed in order, and everything else as the text it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS:
            self.written.append(f"<{tag}>")
            self._open.append(tag)
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            if address.startswith(("https://", "http://")):
                self.written.append(f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">')
                self._open.append(tag)
        else:
            self.written.append(escape(self.get_starttag_text() or "", quote=False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.written.append(escape(self.get_starttag_text() or "", quote=False))

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            last = self._open.pop()
            self.written.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.written.append(escape(data, quote=False))

    def finish(self) -> str:
        """All of it, what is still open closed."""
        self.close()
        self.written.extend(f"</{tag}>" for tag in reversed(self._open))
        return "".join(self.written)


def rich(text: str) -> Markup:
    """The text with the subset's tags; whatever else looks like a tag is shown, not obeyed."""
    parser = _Subset()
    parser.feed(text)
    return Markup(parser.finish())  # noqa: S704 - the parser escapes everything but the subset
