"""Sentences in the business's own words: what they may be, and how they are put in force.

Own words are formats as the catalogues' are: `{name}` stands for a value, the subset's tags mark text. Nothing else
of a format is taken, so that whoever may write them reaches no value's insides and no format's width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from locales.catalogue import lay_over, original, places
from locales.text import LANGUAGES, Language

Forms: TypeAlias = tuple[str, ...]  # one text, or one for each plural form of the language
Wordings: TypeAlias = Mapping[str, Mapping[Language, Forms]]  # by English text, then by language
Kind = Literal["unused", "forms", "empty", "lacks", "adds", "braces", "tags", "entity", "long", "characters"]

LABEL_CHARACTERS = 26
"""A sentence of this length at most, and without a full stop, stands on buttons."""
LONGEST_LABEL, LONGEST = 64, 1000
TALKING = ("flows/", "handlers/", "talk/", "service/", "outreach/", "loyalty/")
"""Where sentences become messages, in which tags may stand."""

_VALUE = re.compile(r"\{([a-z_]+)\}")
_TAG = re.compile(r'<(/?)(b|i|u|s|code|a)>|<(a) href="https?://[^"<>{}\s]+">')
_LIKE_A_TAG = re.compile(r"<(?=[a-zA-Z/!?])[^<>]*>?")
_ENTITY = re.compile("&(?:lt|gt|amp|quot);")
_JOINERS = "\u200c\u200d"
_NO_TEXT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Copied along from a preview or an editor, where nobody sees them.
_UNSEEN = dict.fromkeys([0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Fault(NamedTuple):
    """Why words are not taken; `detail` is the value, the tag or the number that is meant."""

    kind: Kind
    detail: str = ""


class Misfit(NamedTuple):
    """Own words that are not said, because they do not fit the sentence as the code has it now."""

    sentence: str
    language: str
    fault: Fault


def use(wordings: Wordings) -> list[Misfit]:
    """Say these words in this process from now on; those that do not fit are left out and returned."""
    left_out = misfits(wordings)
    out = {(misfit.sentence, misfit.language) for misfit in left_out}
    own: dict[str, dict[str, Forms]] = {}
    for sentence, by_language in wordings.items():
        for language, forms in by_language.items():
            if (sentence, language) not in out:
                own.setdefault(language, {})[sentence] = forms
    lay_over(own)
    return left_out


def misfits(wordings: Wordings) -> list[Misfit]:
    """Which of these words do not fit their sentence, and the first reason of each."""
    return [
        Misfit(sentence, language, found[0])
        for sentence, by_language in wordings.items()
        for language, forms in by_language.items()
        if (found := faults(sentence, language, forms))
    ]


def tidy(written: str) -> str:
    """What somebody typed, as a catalogue would hold it: in NFC, and what is no tag and no entity escaped."""
    lines = "\n".join(written.translate(_UNSEEN).splitlines())
    text = unicodedata.normalize("NFC", lines).strip()
    text = re.sub(r"&(?!(?:lt|gt|amp|quot);)", "&amp;", text)
    kept = [found.span() for found in _LIKE_A_TAG.finditer(text)]
    inside = {place for start, end in kept for place in range(start, end)}
    return "".join(
        {"<": "&lt;", ">": "&gt;"}.get(character, character) if place not in inside else character
        for place, character in enumerate(text)
    )


def as_written(form: str) -> str:
    """A form as somebody would type it: `tidy` makes the same of it again."""
    text = re.sub("&amp;(?!(?:lt|gt|amp|quot);)", "&", form)
    return re.sub("&lt;(?![a-zA-Z/!?])", "<", text)


def faults(sentence: str, language: str, forms: Forms) -> list[Fault]:
    """What keeps these forms from being said for a sentence in a language; nothing: they may be."""
    if language not in LANGUAGES or sentence not in original(language).forms:
        return [Fault("unused")]
    theirs = original(language).forms[sentence]
    if len(forms) != len(theirs):
        return [Fault("forms", str(len(theirs)))]
    known = _values(original("en").forms[sentence])
    return [
        fault for form, own in zip(forms, theirs, strict=True) for fault in _faults_of(sentence, form, own, known)
    ]


def is_label(sentence: str) -> bool:
    """Whether a sentence, by its English text, stands on buttons and in lists rather than in a message."""
    return len(sentence) <= LABEL_CHARACTERS and not sentence.endswith((".", "?", "!", ":", "…", ">"))


def may_have_tags(sentence: str) -> bool:
    """Whether the subset's tags may stand in a sentence, by its English text."""
    return not is_label(sentence) and any(place.startswith(TALKING) for place in places().get(sentence, ()))


def values_of(form: str) -> list[str]:
    """The names of the values that stand in a form, in order, each once."""
    return list(dict.fromkeys(_VALUE.findall(form)))


def _faults_of(sentence: str, form: str, theirs: str, known: set[str]) -> list[Fault]:
    text = _TAG.sub("", form)
    if not text.strip():
        return [Fault("empty")]
    given, wanted = set(values_of(form)), set(values_of(theirs))
    found = [Fault("lacks", name) for name in sorted(wanted - given)]
    found += [Fault("adds", name) for name in sorted(given - known)]
    if re.search("[{}]", _VALUE.sub("", form)):
        found.append(Fault("braces"))
    limit = LONGEST_LABEL if is_label(sentence) else LONGEST
    if len(form) > limit:
        found.append(Fault("long", str(limit)))
    if not all(_may_stand(character, sentence) for character in form):
        found.append(Fault("characters"))
    if "&" in _ENTITY.sub("", text):
        found.append(Fault("entity"))
    return found + _faults_of_tags(form, allowed=may_have_tags(sentence))


def _may_stand(character: str, sentence: str) -> bool:
    if character == "\n":
        return not is_label(sentence)
    return character in _JOINERS or unicodedata.category(character) not in _NO_TEXT


def _faults_of_tags(form: str, *, allowed: bool) -> list[Fault]:
    strange = re.search("<[^<>]*>?|>", _TAG.sub("", form))
    if strange:
        return [Fault("tags", strange[0])]
    if not allowed:
        return [Fault("tags", found[0]) for found in _TAG.finditer(form)][:1]
    still_open: list[str] = []
    for found in _TAG.finditer(form):
        name = found[2] or found[3]
        if found[1]:
            if not still_open or still_open.pop() != name:
                return [Fault("tags", found[0])]
        elif name in still_open or found[0] == "<a>":
            return [Fault("tags", found[0])]
        else:
            still_open.append(name)
    return [Fault("tags", f"<{still_open[-1]}>")] if still_open else []


def _values(forms: Iterable[str]) -> set[str]:
    return {name for form in forms for name in values_of(form)}
