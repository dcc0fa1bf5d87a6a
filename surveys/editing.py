"""Changes to a survey under construction: a question is added, moved, doubled, renamed, taken out.

Pure functions from a definition to the next. They leave conditions alone that lose their question, so that nothing
is lost when a step is undone; `surveys.checks` tells what does not fit any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import TypeVar

from msgspec import structs

from surveys.definition import Choice, Kind, Question, Section, Survey, Test, Texts, When

T = TypeVar("T")
KEY_LENGTH = 32
_OTHERS = re.compile(r"[^a-z0-9]+")


def free_key(wanted: str, taken: Iterable[str]) -> str:
    """A key made of these words that nothing has yet: `nps`, then `nps_2`. Words without Latin letters make `x`."""
    known = set(taken)
    stem = _OTHERS.sub("_", wanted.lower()).strip("_")
    stem = (stem if stem[:1].isalpha() else f"x_{stem}".rstrip("_"))[:KEY_LENGTH].rstrip("_")
    ends = ("" if place == 1 else f"_{place}" for place in count(1))
    return next(key for end in ends if (key := stem[: KEY_LENGTH - len(end)] + end) not in known)


def blank(code: str, name: str, language: str) -> Survey:
    """A survey without questions, in this language, with one section to put them into."""
    return Survey(code=code, names={language: name}, language=language, sections=(Section("section", ()),))


def begun(survey: Survey, kind: Kind) -> Question:
    """A question of this kind with nothing said yet, under a key of its own."""
    key = free_key(kind, (each.key for each in survey.questions))
    empty = (Choice("choice_1", {}), Choice("choice_2", {}))
    rows = (Choice("row_1", {}), Choice("row_2", {}))
    return Question(
        key,
        kind,
        {},
        choices=empty if kind in ("single", "multiple") else (),
        rows=rows if kind == "matrix" else (),
    )


def added(survey: Survey, section: str, question: Question) -> Survey:
    """With the question at the end of the section of this key."""
    return _sections(survey, section, lambda each: _with(each, (*each.questions, question)))


def changed(survey: Survey, key: str, question: Question) -> Survey:
    """With this question in the place of that of this key; a new key is followed wherever the old one was named."""
    put = _each_question(survey, lambda each: question if each.key == key else each)
    return _renamed(put, key, question.key) if question.key != key else put


def without(survey: Survey, key: str) -> Survey:
    """Without the question of this key."""
    kept = (
        _with(each, tuple(question for question in each.questions if question.key != key))
        for each in survey.sections
    )
    return structs.replace(survey, sections=tuple(kept))


def doubled(survey: Survey, key: str) -> tuple[Survey, str]:
    """With a copy of the question right behind it; and the copy's key."""
    other = free_key(key, (each.key for each in survey.questions))

    def twice(section: Section) -> Section:
        pairs = (
            (each, structs.replace(each, key=other)) if each.key == key else (each,) for each in section.questions
        )
        return _with(section, tuple(one for pair in pairs for one in pair))

    return structs.replace(survey, sections=tuple(map(twice, survey.sections))), other


def moved(survey: Survey, key: str, step: int) -> Survey:
    """With the question one place further up (-1) or down (1), into the neighbouring section at a section's end."""
    home = next(place for place, each in enumerate(survey.sections) if _has(each, key))
    section = survey.sections[home]
    place = next(place for place, each in enumerate(section.questions) if each.key == key)
    if 0 <= place + step < len(section.questions):
        return _sections(survey, section.key, lambda each: _with(each, swapped(each.questions, place, step)))
    if not 0 <= home + step < len(survey.sections):
        return survey
    other, question = survey.sections[home + step], section.questions[place]
    taken = without(survey, key)
    ends = (*other.questions, question) if step < 0 else (question, *other.questions)
    return _sections(taken, other.key, lambda each: _with(each, ends))


def section_added(survey: Survey) -> tuple[Survey, str]:
    """With an empty section at the end; and its key."""
    key = free_key("section", (each.key for each in survey.sections))
    return structs.replace(survey, sections=(*survey.sections, Section(key, ()))), key


def section_changed(survey: Survey, key: str, texts: Texts, when: When) -> Survey:
    """With another heading and condition of the section."""
    return _sections(survey, key, lambda each: structs.replace(each, texts=texts, when=when))


def section_moved(survey: Survey, key: str, step: int) -> Survey:
    """With the section one place further up (-1) or down (1)."""
    place = next(place for place, each in enumerate(survey.sections) if each.key == key)
    return structs.replace(survey, sections=swapped(survey.sections, place, step))


def section_removed(survey: Survey, key: str) -> Survey:
    """Without the section and its questions."""
    return structs.replace(survey, sections=tuple(each for each in survey.sections if each.key != key))


def swapped(items: Sequence[T], place: int, step: int) -> tuple[T, ...]:
    """With the item one place further up (-1) or down (1); the same at either end."""
    found, other = list(items), place + step
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return tuple(found)


def earlier(survey: Survey, part: str) -> list[Question]:
    """The questions before the question or section of this key; all of them for any other part."""
    found: list[Question] = []
    for section in survey.sections:
        if part == f"section.{section.key}":
            return found
        for question in section.questions:
            if part == f"question.{question.key}":
                return found
            found.append(question)
    return found


def _renamed(survey: Survey, old: str, new: str) -> Survey:
    """With another name of a question in conditions and texts."""
    named = re.compile(rf"\{{{re.escape(old)}(?=[|}}])")

    def texts(each: Texts) -> Texts:
        return {language: named.sub(f"{{{new}", text) for language, text in each.items()}

    def when(each: When) -> When:
        return tuple(tuple(_of(test, old, new) for test in group) for group in each)

    def asked(each: Question) -> Question:
        return structs.replace(
            each,
            texts=texts(each.texts),
            when=when(each.when),
            choices=tuple(Choice(one.key, texts(one.texts)) for one in each.choices),
            rows=tuple(Choice(one.key, texts(one.texts)) for one in each.rows),
            probe=texts(each.probe),
        )

    followed = _each_question(survey, asked)
    sections = (structs.replace(each, texts=texts(each.texts), when=when(each.when)) for each in followed.sections)
    said = (structs.replace(each, texts=texts(each.texts), when=when(each.when)) for each in survey.thanks)
    return structs.replace(followed, sections=tuple(sections), thanks=tuple(said))


def _of(test: Test, old: str, new: str) -> Test:
    return structs.replace(test, question=new) if test.question == old else test


def _each_question(survey: Survey, change: Callable[[Question], Question]) -> Survey:
    sections = (_with(each, tuple(map(change, each.questions))) for each in survey.sections)
    return structs.replace(survey, sections=tuple(sections))


def _sections(survey: Survey, key: str, change: Callable[[Section], Section]) -> Survey:
    return structs.replace(
        survey, sections=tuple(change(each) if each.key == key else each for each in survey.sections)
    )


def _with(section: Section, questions: tuple[Question, ...]) -> Section:
    return structs.replace(section, questions=questions)


def _has(section: Section, key: str) -> bool:
    return any(each.key == key for each in section.questions)
