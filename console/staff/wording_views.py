"""Own words as their pages show them: found sentences, the fields of one in every language, and changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from console import texts as chat_texts
from console.staff import sentences, wording_checks
from console.staff.rich import rich
from console.staff.sentences import GROUPS, Sentence
from console.staff.wording_checks import Remark
from locales import LANGUAGES, Language, direction, render
from locales.own_words import Forms, as_written, faults
from store.wordings import Publication, Said
from talk.split import plain


class Field(msgspec.Struct, frozen=True):
    """One text to write: its name in the form, Sapa's words, what is written, and how it looks to a customer."""

    name: str
    theirs: str
    written: str
    count: int | None
    bubble: Markup
    remarks: tuple[Markup, ...]
    wrong: bool


def row(sentence: Sentence, own: Mapping[str, Said], language: Language) -> dict[str, Any]:
    """A found sentence: how it sounds to the reader and in English, where it is said, and what is own about it."""
    said = own.get(sentence.source, {})
    return {
        "sentence": sentence,
        "words": [
            (each, rich(sentences.example(sentence, each, place := _longest(forms), forms[place])), each in said)
            for each in dict.fromkeys((language, "en"))
            if (forms := said.get(each) or sentence.forms(each)) and not _unsayable(sentence, each, forms)
        ],
        "groups": [render(GROUPS[group], language) for group in sentence.groups],
        "own": [chat_texts.NAMES[each] for each in LANGUAGES if each in said],
        "amiss": bool(amiss(sentence, said, language)),
    }


def title(sentence: Sentence, language: Language) -> str:
    """A sentence as the heading of its page."""
    forms = sentence.forms(language)
    return plain(sentences.example(sentence, language, _longest(forms), forms[-1])) if forms else sentence.source


def _longest(forms: Forms) -> int:
    return len(forms) - 1


def _unsayable(sentence: Sentence, language: Language, forms: Forms) -> bool:
    return sentence.used and bool(faults(sentence.source, language, forms))


def amiss(sentence: Sentence, said: Said, language: Language) -> list[tuple[str, Markup]]:
    """The languages in which the business's words do not fit the sentence any more, and why."""
    found = wording_checks.wrong(sentence, said) if sentence.used else []
    return [(chat_texts.NAMES[remark.language], _say(remark, language)) for remark in found]


def side(
    sentence: Sentence, language: Language, written: Said, remarks: list[Remark], spoken: Language
) -> dict[str, Any]:
    """One language of a sentence: Sapa's words, the business's, and what is to be said about them."""
    theirs = sentence.forms(language)
    forms = written.get(language, ("",) * len(theirs))
    mine = [remark for remark in remarks if remark.language == language]
    return {
        "language": language,
        "name": chat_texts.NAMES[language],
        "direction": direction(language),
        "own": language in written,
        "fields": [
            _field(sentence, language, place, forms, [remark for remark in mine if remark.place == place], spoken)
            for place in range(max(len(theirs), len(forms)))
        ],
    }


def _field(
    sentence: Sentence, language: Language, place: int, forms: Forms, remarks: list[Remark], spoken: Language
) -> Field:
    theirs = sentence.forms(language)
    written = forms[place] if place < len(forms) else ""
    said = written or (theirs[place] if place < len(theirs) else "")
    fits = not written or wording_checks.sayable(sentence, language, place, written)
    return Field(
        name=f"{language}-{place}",
        theirs=theirs[place] if place < len(theirs) else "",
        written=as_written(written),
        count=sentences.example_count(language, place) if len(theirs) > 1 and place < len(theirs) else None,
        bubble=rich(sentences.example(sentence, language, place, said)) if fits and sentence.used else Markup(""),
        remarks=tuple(_say(remark, spoken) for remark in remarks),
        wrong=not fits,
    )


def _say(remark: Remark, language: Language) -> Markup:
    return Markup(render(remark.text, language, remark.values))  # noqa: S704 - render escapes what it inserts


def change(change: Publication, of_sentence: list[Publication]) -> dict[str, Any]:
    """A change with the languages in which it changed something; the last that stands can be undone."""
    standing = [each for each in of_sentence if each.undone_at is None]
    languages = [each for each in LANGUAGES if change.before.get(each) != change.after.get(each)]
    return {
        "it": change,
        "differences": [(each, _lines(change.before, each), _lines(change.after, each)) for each in languages],
        "undoable": bool(standing) and standing[0].id == change.id,
    }


def _lines(said: Said, language: Language) -> str:
    return "\n".join(said.get(language, ()))
