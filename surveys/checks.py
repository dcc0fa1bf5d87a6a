"""What must fit together in a survey before it is published; each problem says where it stands.

The builder shows a problem at its field, in the reader's language; a file's reader gives it the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from locales import LANGUAGES, _
from surveys.definition import AREAS, CONTACTS, SCALES, Choice, Question, Survey, Texts
from surveys.problem import Path, Problem
from surveys.references import LONE_BRACE, NUMBER, ONE_OF, references
from surveys.texts import NAMES

MOST_QUESTIONS = 100
MOST_CHOICES = 30
MOST_PHOTOS = 10
LETTERS = {"names": 100, "texts": 1_000, "intro": 1_000, "probe": 500, "low": 40, "high": 40, "label": 64}
"""The most letters of a text, by its field; `label` is of choices and rows, which stand on buttons."""

NO_TEXT = _("Write this in the survey's own language: it stands in for languages that have no text.")
NO_LANGUAGE = _("Sapa doesn't speak this language. It speaks {languages}.")
LONG = _("It is too long: at most {detail} characters.")
NO_QUESTIONS = _("A survey has at least one question.")
MANY_QUESTIONS = _("A survey has at most {number} questions; nobody answers more.")
NO_SECTION = _("A section has at least one question.")
KEY_TAKEN = _("The key {key} is taken. Give each its own.")
KEY_RESERVED = _("Texts use the key {key} for something else. Choose another.")
KIND_CHANGED = _("An earlier version has another kind of question under the key {key}. Choose another key.")
FEW_CHOICES = _("At least two choices are needed.")
MANY_CHOICES = _("There are at most {number} choices.")
SAME_LABEL = _("Another button says the same: {label}")
NO_CHOICES = _("Only single and multiple choice have choices.")
FEW_ROWS = _("A matrix has at least one row.")
NO_ROWS = _("Only a matrix has rows.")
NO_BOUNDS = _("Only numbers, multiple choice and photos have a least and a most.")
LEAST_ABOVE = _("The least is more than the most.")
NO_ENDS = _("Only scales have words at their ends.")
NOBODY = _("Name at least one kind of contact it is for.")
LATE_REMINDER = _("The reminder would come after the deadline.")
NO_REWARD = _("A reward is points, a voucher, or both.")
NO_THANKS = _("Thank everybody at the end.")
LAST_THANKS = _("The last thanks have no condition, so that everybody is thanked.")
UNSEEN_THANKS = _("Nobody would see the thanks below: only the last ones have no condition.")


class Known(NamedTuple):
    """What the business has, by code: where a survey may be about, and what it may give."""

    touchpoints: Collection[str]
    departments: Collection[str]
    vouchers: Collection[str]


def problems(survey: Survey, earlier: Sequence[Survey] = (), known: Known | None = None) -> list[Problem]:
    """Everything that keeps a survey from being published.

    `earlier` are its versions so far: answers of all versions are counted together, by key. Without `known` codes
    of the business are not looked at.
    """
    found = [*_whole(survey), *_end(survey), *_questions(survey), *references(survey), *_stable(survey, earlier)]
    return found if known is None else [*found, *_codes(survey, known)]


def _whole(survey: Survey) -> Iterator[Problem]:
    if survey.language not in LANGUAGES:
        yield Problem(("language",), NO_LANGUAGE, {"languages": ", ".join(LANGUAGES)})
    yield from _texts(("names",), survey.names, survey, needed=True, braces=False)
    yield from _texts(("intro",), survey.intro, survey)
    if not survey.kinds:
        yield Problem(("kinds",), NOBODY, {})
    for place, kind in enumerate(survey.kinds):
        if kind not in CONTACTS:
            yield Problem(("kinds", place), ONE_OF, {"keys": ", ".join(CONTACTS)})
    if survey.remind_days >= survey.days:
        yield Problem(("remind_days",), LATE_REMINDER, {})
    if survey.reward and not survey.reward.points and not survey.reward.voucher:
        yield Problem(("reward",), NO_REWARD, {})


def _end(survey: Survey) -> Iterator[Problem]:
    last = len(survey.thanks) - 1
    if not survey.thanks:
        yield Problem(("thanks",), NO_THANKS, {})
    for place, thanks in enumerate(survey.thanks):
        yield from _texts(("thanks", place, "texts"), thanks.texts, survey, needed=True)
        if place == last and thanks.when:
            yield Problem(("thanks", place, "when"), LAST_THANKS, {})
        if place < last and not thanks.when:
            yield Problem(("thanks", place), UNSEEN_THANKS, {})


def _questions(survey: Survey) -> Iterator[Problem]:
    count = sum(max(1, len(each.rows)) for each in survey.questions)  # a matrix is asked row by row
    if not count:
        yield Problem(("sections",), NO_QUESTIONS, {})
    if count > MOST_QUESTIONS:
        yield Problem(("sections",), MANY_QUESTIONS, {"number": MOST_QUESTIONS})
    yield from _taken((("sections", number), each.key) for number, each in enumerate(survey.sections))
    yield from _taken((path, each.key) for path, each in _placed(survey))
    for number, section in enumerate(survey.sections):
        yield from _texts(("sections", number, "texts"), section.texts, survey)
        if count and not section.questions:
            yield Problem(("sections", number), NO_SECTION, {})
    for path, question in _placed(survey):
        yield from _question(path, question, survey)


def _placed(survey: Survey) -> Iterator[tuple[Path, Question]]:
    for number, section in enumerate(survey.sections):
        for place, question in enumerate(section.questions):
            yield ("sections", number, "questions", place), question


def _question(path: Path, question: Question, survey: Survey) -> Iterator[Problem]:
    if question.key in NAMES:
        yield Problem((*path, "key"), KEY_RESERVED, {"key": question.key})
    yield from _texts((*path, "texts"), question.texts, survey, needed=True)
    yield from _texts((*path, "probe"), question.probe, survey)
    for field in ("low", "high"):
        texts: Texts = getattr(question, field)
        yield from _texts((*path, field), texts, survey, braces=False)
        if any(texts.values()) and question.kind not in SCALES:
            yield Problem((*path, field), NO_ENDS, {})
    if question.area and question.area not in AREAS:
        yield Problem((*path, "area"), ONE_OF, {"keys": ", ".join(AREAS)})
    yield from _choices(path, question, survey)
    yield from _bounds(path, question)


def _choices(path: Path, question: Question, survey: Survey) -> Iterator[Problem]:
    chosen, matrix = question.kind in ("single", "multiple"), question.kind == "matrix"
    if question.choices and not chosen:
        yield Problem((*path, "choices"), NO_CHOICES, {})
    elif chosen and len(question.choices) < 2:
        yield Problem((*path, "choices"), FEW_CHOICES, {})
    if question.rows and not matrix:
        yield Problem((*path, "rows"), NO_ROWS, {})
    elif matrix and not question.rows:
        yield Problem((*path, "rows"), FEW_ROWS, {})
    yield from _labels((*path, "choices"), question.choices, survey)
    yield from _labels((*path, "rows"), question.rows, survey)


def _labels(path: Path, labels: Sequence[Choice], survey: Survey) -> Iterator[Problem]:
    if len(labels) > MOST_CHOICES:
        yield Problem(path, MANY_CHOICES, {"number": MOST_CHOICES})
    yield from _taken(((*path, place), each.key) for place, each in enumerate(labels))
    seen = set[tuple[str, str]]()
    for place, each in enumerate(labels):
        at: Path = (*path, place, "texts")
        yield from _texts(at, each.texts, survey, needed=True, braces=False, most=LETTERS["label"])
        for said in each.texts.items():
            if said in seen:
                yield Problem((*at, said[0]), SAME_LABEL, {"label": said[1]})
            seen.add(said)


def _bounds(path: Path, question: Question) -> Iterator[Problem]:
    least, most = question.least, question.most
    given = [name for name in ("least", "most") if getattr(question, name) is not None]
    if given and question.kind not in ("number", "multiple", "photo"):
        yield Problem((*path, given[0]), NO_BOUNDS, {})
        return
    if question.kind != "number":
        highest = MOST_PHOTOS if question.kind == "photo" else len(question.choices)
        for name in given:
            if not 1 <= getattr(question, name) <= highest:
                yield Problem((*path, name), NUMBER, {"low": 1, "high": highest})
                return
    if least is not None and most is not None and least > most:
        yield Problem((*path, "least"), LEAST_ABOVE, {})


def _texts(
    path: Path, texts: Texts, survey: Survey, *, needed: bool = False, braces: bool = True, most: int = 0
) -> Iterator[Problem]:
    """What is wrong with one text in its languages; a text that may be missing is there in all or in none."""
    most = most or LETTERS[str(path[-1])]
    if (needed or any(texts.values())) and not texts.get(survey.language, "").strip():
        yield Problem((*path, survey.language), NO_TEXT, {})
    for language, text in texts.items():
        if language not in LANGUAGES:
            yield Problem((*path, language), NO_LANGUAGE, {"languages": ", ".join(LANGUAGES)})
        if len(text) > most:
            yield Problem((*path, language), LONG, {"detail": most})
        if not braces and ("{" in text or "}" in text):
            yield Problem((*path, language), LONE_BRACE, {"example": "{key}"})


def _taken(keys: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    seen = set[str]()
    for path, key in keys:
        if key in seen:
            yield Problem((*path, "key"), KEY_TAKEN, {"key": key})
        seen.add(key)


def _stable(survey: Survey, earlier: Sequence[Survey]) -> Iterator[Problem]:
    """Answers under one key are compared over all versions, so it stays one kind of question."""
    before = {(each.key, each.kind) for version in earlier for each in version.questions}
    keys = {key for key, _kind in before}
    for path, question in _placed(survey):
        if question.key in keys and (question.key, question.kind) not in before:
            yield Problem((*path, "kind"), KIND_CHANGED, {"key": question.key})


def _codes(survey: Survey, known: Known) -> Iterator[Problem]:
    used: list[tuple[Path, str, Collection[str]]] = [
        (("touchpoint",), survey.touchpoint, known.touchpoints),
        (("department",), survey.department, known.departments),
        (("reward", "voucher"), survey.reward.voucher if survey.reward else "", known.vouchers),
    ]
    for path, question in _placed(survey):
        used.append(((*path, "touchpoint"), question.touchpoint, known.touchpoints))
        used.append(((*path, "department"), question.department, known.departments))
    for path, code, codes in used:
        if code and code not in codes:
            yield Problem(path, ONE_OF, {"keys": ", ".join(sorted(codes)) or "—"})
