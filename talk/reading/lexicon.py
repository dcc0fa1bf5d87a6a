"""The words of each language, from `locales/words/<language>.toml`.

A file holds `polite` (words that may follow or lead any answer or command), `address` (what people call whoever
answers: "bro", "shop ơi"), `accents_matter` (words that mean something else without diacritics), one table an
intent (`whole`: messages that are this command; `inside`: phrases that mean it within a sentence too),
`not_commands` (phrases that hide the shorter command words they overlap), `answers`, `dates`, `numbers` and
`guess`. Every list is written as people write; comparing happens on normalised text.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from locales import LANGUAGES
from talk.reading.normal import bare_letters, normalise

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words, normalised, each also as typed without diacritics.

    `months` and its sisters hold twelve groups of names, or none; `days` maps a number of days from today to its
    words; `between` may stand between the parts of a date. `units` after a number word and `giving` before it show
    that a number is meant; `out_of` stands between a score and its scale. `strong` and `weak` words tell the
    language (these only as written), unless a short message is one of `names`.
    """

    polite: Words
    address: Words
    whole: dict[str, Words]
    inside: dict[str, Words]
    not_commands: Words
    yes: Words
    no: Words
    months: tuple[Words, ...]
    hijri_months: tuple[Words, ...]
    lunar_months: tuple[Words, ...]
    lunar: Words
    leap_month: Words
    days: dict[int, Words]
    between: frozenset[str]
    units: frozenset[str]
    giving: frozenset[str]
    out_of: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    names: frozenset[str]


_DAYS = {"before_yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "after_tomorrow": 2}


def own_first(language: str) -> Words:
    """All languages, the customer's own before the others: people mix."""
    return (language, *(other for other in LANGUAGES if other != language)) if language in LANGUAGES else LANGUAGES


@cache
def lexicon(language: str) -> Lexicon:
    """The words of `language`, read once a process. Raises FileNotFoundError for an unknown language."""
    file = files("locales") / "words" / f"{language}.toml"
    source: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    accented = frozenset(map(normalise, source.get("accents_matter", ())))

    def words(phrases: list[str]) -> Words:
        exact = dict.fromkeys(map(normalise, phrases))
        return tuple(exact | dict.fromkeys(bare_letters(phrase) for phrase in exact if phrase not in accented))

    intents, dates, numbers, guess = source["intents"], source["dates"], source["numbers"], source["guess"]
    return Lexicon(
        polite=words(source["polite"]),
        address=words(source["address"]),
        whole={intent: words(table["whole"]) for intent, table in intents.items()},
        inside={intent: words(table["inside"]) for intent, table in intents.items()},
        not_commands=words(source["not_commands"]["inside"]),
        yes=words(source["answers"]["yes"]),
        no=words(source["answers"]["no"]),
        months=tuple(map(words, dates["months"])),
        hijri_months=tuple(map(words, dates["hijri_months"])),
        lunar_months=tuple(map(words, dates["lunar_months"])),
        lunar=words(dates["lunar"]),
        leap_month=words(dates["leap_month"]),
        days={days: words(dates[name]) for name, days in _DAYS.items()},
        between=frozenset(words(dates["between"])),
        units=frozenset(words(numbers["units"])),
        giving=frozenset(words(numbers["giving"])),
        out_of=frozenset(words(numbers["out_of"])),
        strong=frozenset(map(normalise, guess["strong"])),
        names=frozenset(map(normalise, guess["names"])),
        weak=frozenset(map(normalise, guess["weak"])),
    )
