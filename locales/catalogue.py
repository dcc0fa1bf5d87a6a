"""Catalogues: one gettext file a language, read once a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from gettext import c2py
from pathlib import Path

HERE = Path(__file__).parent


class Catalogue:
    """The sentences of one language.

    `forms` maps a message's English text to its translations, one for each plural form; `plural` gives the
    form for a count.
    """

    def __init__(self, language: str, forms: dict[str, tuple[str, ...]], plural: Callable[[int], int]) -> None:
        self.language = language
        self.forms = forms
        self.plural = plural

    def sentence(self, one: str, many: str | None = None, count: int | None = None) -> str:
        """The sentence in this language; the English source where the catalogue has none."""
        forms = self.forms.get(one)
        if count is None:
            return forms[0] if forms else one
        if forms:
            return forms[self.plural(count)]
        return one if count == 1 or many is None else many

    def __iter__(self) -> Iterator[str]:
        return iter(self.forms)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of `language`, from `locales/<language>/messages.po`."""
    from babel.messages.pofile import read_po

    path = HERE / language / "messages.po"
    if not path.exists():
        return Catalogue(language, {}, c2py("n != 1"))
    with path.open("rb") as file:
        source = read_po(file, locale=None, ignore_obsolete=True)
    forms: dict[str, tuple[str, ...]] = {}
    for message in source:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if strings and all(strings):
            forms[key] = strings
    return Catalogue(language, forms, c2py(_plural_rule(path)))


def _plural_rule(path: Path) -> str:
    # Babel's own table orders two Arabic forms against CLDR, so the file's header is the rule.
    for line in path.read_text(encoding="utf-8").splitlines():
        if "Plural-Forms:" in line:
            return line.split("plural=", 1)[1].split(";", 1)[0]
    raise ValueError(f"{path}: the header has no Plural-Forms; add the language's rule to it.")
