"""Catalogues: one gettext file a language, read once a process, and the business's own words laid over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from gettext import c2py
from pathlib import Path
from threading import Lock

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
        if forms is None:
            return one if many is None or count == 1 else many
        if count is None or len(forms) == 1:
            return forms[0]
        return forms[self.plural(abs(count))]

    def __iter__(self) -> Iterator[str]:
        return iter(self.forms)


class _Shelf:
    """What this process says now. Both are replaced as a whole: a thread that renders sees one or the other."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.own: dict[str, Catalogue] = {}
        self.edition = 0


_shelf = _Shelf()


def catalogue(language: str) -> Catalogue:
    """What is said in `language`: the sentences of `original`, with the business's own words where it has some."""
    return _shelf.own.get(language) or original(language)


def edition() -> int:
    """Another number for each change of what is said: whoever keeps rendered text keeps it by this."""
    return _shelf.edition


def lay_over(own: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """Say these forms, by language and English text, instead of the catalogues', in every thread from now on."""
    laid = {
        language: Catalogue(language, {**original(language).forms, **forms}, original(language).plural)
        for language, forms in own.items()
    }
    with _shelf.lock:
        # In this order: who has seen the new number has the new words.
        _shelf.own = laid
        _shelf.edition += 1


@cache
def original(language: str) -> Catalogue:
    """Sapa's own catalogue, from `locales/<language>/messages.po`; what is fuzzy or half done is left out.

    Raises FileNotFoundError for a language without a file, ValueError for a file without a plural rule.
    """
    return read(HERE / language / "messages.po")


@cache
def places() -> dict[str, tuple[str, ...]]:
    """The files that say each sentence, by its English text."""
    from babel.messages.pofile import read_po

    with (HERE / "en" / "messages.po").open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: tuple(
                name for name, _line in message.locations
            )
            for message in read_po(file, ignore_obsolete=True)
            if message.id
        }


def read(path: Path) -> Catalogue:
    """The catalogue in a file. Raises ValueError when its header has no plural rule."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        source = read_po(file, ignore_obsolete=True)
    # Babel's own table orders two Arabic forms against CLDR, so the file's header must have the rule.
    if '\n"Plural-Forms:' not in path.read_text(encoding="utf-8"):
        raise ValueError(f"{path}: the header has no Plural-Forms; add the language's rule to it.")
    forms: dict[str, tuple[str, ...]] = {}
    for message in source:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if strings and all(strings):
            forms[key] = strings
    return Catalogue(path.parent.name, forms, c2py(source.plural_expr))
