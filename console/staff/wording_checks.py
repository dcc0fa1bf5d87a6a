"""What is wrong, or only unwise, about a sentence in the business's own words; said to whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from console import texts as chat_texts
from console.staff.sentences import Sentence, known
from locales import Language, Text, _, render
from locales.own_words import LABEL_CHARACTERS, Fault, Forms, Kind, faults
from store.wordings import Said
from talk.reading.words import Match, match
from talk.split import plain

UNSHOWN = _("There is a character in it that can't be shown.")
FAULTS: dict[Kind, Text] = {
    "unused": _("Sapa doesn't say this sentence any more."),
    "forms": _("Every form needs words, or none of them."),
    "empty": _("There are no words in it."),
    "lacks": _("{detail} is missing. It stands for what Sapa puts in there."),
    "adds": _("Sapa doesn't know {detail} in this sentence."),
    "braces": _("Braces may only stand around the values of this sentence."),
    "tags": _("{detail} can't stand here. Bold is written as {example}, and each tag must be closed."),
    "long": _("It is too long: at most {detail} characters."),
    "entity": UNSHOWN,
    "characters": UNSHOWN,
}
UNHEARD = _("Sapa's own sentence tells customers that they can send {word}. Yours doesn't any more.")
UNKNOWN_WORD = _("Sapa doesn't understand {word} when a customer sends it.")
NOT_UNDERSTOOD = _("Customers send this sentence by a button. Sapa wouldn't understand it in these words.")
LONG_LABEL = _("It stands on a button; more than {number} characters may be cut off on a phone.")
SAME_LABEL = _("Another button says the same: {label}")
_QUOTED = re.compile('[“«"]([^“”«»"]{1,40})[”»"]')
_SUGGESTED = frozenset(text.one for text in chat_texts.SUGGESTIONS)


Doubt: TypeAlias = tuple[Text, dict[str, object]]


class Remark(NamedTuple):
    """Something about the words of one language, in words; `place` is the number of the plural form."""

    language: Language
    place: int
    text: Text
    values: dict[str, object]


def wrong(sentence: Sentence, after: Mapping[Language, Forms]) -> list[Remark]:
    """What keeps these words from being published."""
    return [
        Remark(language, place, FAULTS[fault.kind], _values(fault))
        for language, forms in after.items()
        for place, fault in _placed(sentence, language, forms)
    ]


def unwise(sentence: Sentence, after: Mapping[Language, Forms], own: Mapping[str, Said]) -> list[Remark]:
    """What may be published, but is better looked at twice. The words are such as `wrong` has nothing against."""
    return [
        Remark(language, place, text, values)
        for language, forms in after.items()
        for place, form in enumerate(forms)
        for text, values in (
            *_commands(sentence.forms(language)[place], form, language),
            *_suggestion(sentence, form, language),
            *_label(sentence, form, language, own),
        )
    ]


def sayable(sentence: Sentence, language: Language, place: int, form: str) -> bool:
    """Whether one form could be said, whatever the others are."""
    return sentence.used and not _faults_at(sentence, language, place, form)


def _placed(sentence: Sentence, language: Language, forms: Forms) -> list[tuple[int, Fault]]:
    theirs = sentence.forms(language)
    if len(forms) != len(theirs) or not all(forms):
        kind: Kind = "forms" if any(forms) else "empty"
        return [(place, Fault(kind)) for place, form in enumerate(forms) if not form] or [(0, Fault("forms"))]
    return [
        (place, fault) for place, form in enumerate(forms) for fault in _faults_at(sentence, language, place, form)
    ]


def _faults_at(sentence: Sentence, language: Language, place: int, form: str) -> list[Fault]:
    theirs = sentence.forms(language)
    return faults(sentence.source, language, (*theirs[:place], form, *theirs[place + 1 :]))


def _values(fault: Fault) -> dict[str, object]:
    detail = f"{{{fault.detail}}}" if fault.kind in ("lacks", "adds") else fault.detail
    return {"detail": detail, "example": "<b>…</b>"}


def _commands(theirs: str, form: str, language: Language) -> list[Doubt]:
    wanted = {meant.intent: word for word in _QUOTED.findall(theirs) if (meant := _command(word, language))}
    found = [(word, _command(word, language)) for word in _QUOTED.findall(form)]
    heard = {meant.intent for _word, meant in found if meant}
    lost: list[Doubt] = [(UNHEARD, {"word": f"“{word}”"}) for intent, word in wanted.items() if intent not in heard]
    strange: list[Doubt] = [
        (UNKNOWN_WORD, {"word": f"“{word}”"}) for word, meant in found if wanted and meant is None
    ]
    return [*lost, *strange]


def _command(word: str, language: Language) -> Match | None:
    meant = match(word, language)
    return meant if meant and meant.whole else None


def _suggestion(sentence: Sentence, form: str, language: Language) -> list[Doubt]:
    if sentence.source not in _SUGGESTED:
        return []
    before, after = match(sentence.forms(language)[0], language), match(form, language)
    same = (before.intent if before else "") == (after.intent if after else "")
    return [] if same else [(NOT_UNDERSTOOD, {})]


def _label(sentence: Sentence, form: str, language: Language, own: Mapping[str, Said]) -> list[Doubt]:
    if not sentence.label:
        return []
    said = plain(form)
    found: list[Doubt] = []
    if len(said) > LABEL_CHARACTERS:
        found.append((LONG_LABEL, {"number": LABEL_CHARACTERS}))
    for other in known().values():
        if other.label and other.id != sentence.id and set(other.files) & set(sentence.files):
            theirs = own.get(other.source, {}).get(language) or other.forms(language)
            if theirs and plain(theirs[0]).casefold() == said.casefold():
                found.append((SAME_LABEL, {"label": render(Text(other.source), language)}))
    return found
