"""What the builder's forms say, made into parts of a survey.

A field is named by its place in the part it changes: `choices-2-texts-ms` is the Malay text of the third choice, so
a problem of `surveys.checks` finds its field by its path. Whatever is a definition at all is kept, finished or not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import structs

from console.staff import survey_conditions
from console.staff.access import Form
from locales import LANGUAGES
from surveys import editing
from surveys.definition import (
    AREAS,
    CONTACTS,
    Choice,
    Question,
    Reward,
    Section,
    Survey,
    Test,
    Texts,
    Thanks,
    When,
)

_INTEGER = re.compile(r"-?\d{1,12}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{0,64}")
_BOUNDS = {"minutes": (1, 60), "days": (1, 90), "remind_days": (0, 60)}
_POINTS, _A_DAY = (0, 100_000), (1, 1_000_000)


def settings(form: Form, survey: Survey) -> Survey:
    """The survey with the names, the greeting, the language and the minutes of the form."""
    language = form.get("language", "")
    return structs.replace(
        survey,
        names=texts(form, "names"),
        intro=texts(form, "intro"),
        language=language if language in LANGUAGES else survey.language,
        minutes=_bounded(form, "minutes", survey.minutes),
    )


def rules(form: Form, survey: Survey) -> Survey:
    """The survey with who it is for, until when, what it brings and who follows it up."""
    return structs.replace(
        survey,
        days=_bounded(form, "days", survey.days),
        remind_days=_bounded(form, "remind_days", survey.remind_days),
        touchpoint=_code(form, "touchpoint"),
        department=_code(form, "department"),
        follow_up="follow_up" in form,
        kinds=tuple(kind for kind in CONTACTS if f"kinds-{kind}" in form),
        reward=_reward(form, survey.reward),
    )


def thanks(form: Form, survey: Survey) -> Survey:
    """The survey with the thanks of the form."""
    said: list[Thanks] = []
    while f"thanks-{len(said)}" in form:
        name = f"thanks-{len(said)}"
        said.append(Thanks(texts(form, f"{name}-texts"), survey_conditions.read(form, f"{name}-when", survey)))
    return structs.replace(survey, thanks=tuple(said))


def section(form: Form, survey: Survey, key: str) -> Survey:
    """The survey with another heading and condition of this section."""
    when = survey_conditions.read(form, "when", survey)
    return editing.section_changed(survey, key, texts(form, "texts"), when)


def question(form: Form, survey: Survey, old: Question, *, named: bool) -> Survey:
    """The survey with what the form says in the place of the question; another key only if it may be `named`."""
    key = form.get("key", "").strip().lower() if named else old.key
    area = form.get("area", "")
    new = structs.replace(
        old,
        key=key if _KEY.fullmatch(key) and (key == old.key or survey.question(key) is None) else old.key,
        texts=texts(form, "texts"),
        required="required" in form,
        when=survey_conditions.read(form, "when", survey),
        choices=_choices(form, "choices"),
        rows=_choices(form, "rows"),
        least=_integer(form, "least"),
        most=_integer(form, "most"),
        low=texts(form, "low"),
        high=texts(form, "high"),
        area=area if area in AREAS else "",
        touchpoint=_code(form, "touchpoint"),
        department=_code(form, "department"),
        probe=texts(form, "probe"),
    )
    return editing.changed(survey, old.key, new)


def texts(form: Form, name: str) -> Texts:
    """A text in the languages in which there is one."""
    found = {language: tidied(form.get(f"{name}-{language}", "")) for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def tidied(text: str) -> str:
    """The text in NFC, lines ended as everywhere, without what nobody sees."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each == "\n" or unicodedata.category(each) != "Cc")
    return "".join(kept).strip()


def unread(form: Form) -> dict[str, tuple[int, int]]:
    """The numbers of a form that are none, or out of their bounds, by field."""
    wrong = {}
    for name, (low, high) in {**_BOUNDS, "reward-points": _POINTS, "reward-a_day": _A_DAY}.items():
        number = _integer(form, name)
        if form.get(name, "").strip() and (number is None or not low <= number <= high):
            wrong[name] = (low, high)
    return wrong


def choices_after(items: Sequence[Choice], deed: Sequence[str], stem: str) -> tuple[Choice, ...]:
    """The choices, or rows, after a button: `add`, or `up`, `down` and `remove` with a place."""
    place = int(deed[2]) if len(deed) == 3 and deed[2].isdecimal() else len(items)
    if deed[0] == "add":
        return (*items, Choice(_numbered(stem, items), {}))
    if place >= len(items):
        return tuple(items)
    if deed[0] == "remove":
        return tuple(each for at, each in enumerate(items) if at != place)
    return editing.swapped(items, place, -1 if deed[0] == "up" else 1)


def thanks_after(items: Sequence[Thanks], deed: Sequence[str], known: Sequence[Question]) -> tuple[Thanks, ...]:
    """The thanks after a button: `add` before the last, which is everybody's, or `up`, `down`, `remove` a place."""
    place = int(deed[2]) if len(deed) == 3 and deed[2].isdecimal() else len(items)
    if deed[0] == "add":
        condition: When = ((_score(known),),) if known and items else ()
        return (*items[:-1], Thanks({}, condition), *items[-1:])
    if place >= len(items):
        return tuple(items)
    if deed[0] == "remove":
        return tuple(each for at, each in enumerate(items) if at != place)
    return editing.swapped(items, place, -1 if deed[0] == "up" else 1)


def part_of(survey: Survey, part: str) -> Section | Question | None:
    """The section or question that a part is about, `section.KEY` or `question.KEY`."""
    what, _dot, key = part.partition(".")
    if what == "question":
        return survey.question(key)
    return next((each for each in survey.sections if what == "section" and each.key == key), None)


def _score(known: Sequence[Question]) -> Test:
    """The condition that thanks begin with: the last score's unhappy answers."""
    scored = [each for each in known if each.kind in ("nps", "csat", "ces", "stars")]
    return survey_conditions.begun((scored or known)[-1])


def _numbered(stem: str, items: Sequence[Choice]) -> str:
    taken = {each.key for each in items}
    return next(key for number in range(1, len(items) + 2) if (key := f"{stem}_{number}") not in taken)


def _choices(form: Form, name: str) -> tuple[Choice, ...]:
    found: list[Choice] = []
    while (key := form.get(f"{name}-{len(found)}-key")) is not None:
        safe = key if _KEY.fullmatch(key) else _numbered("choice", found)
        found.append(Choice(safe, texts(form, f"{name}-{len(found)}-texts")))
    return tuple(found)


def _reward(form: Form, old: Reward | None) -> Reward | None:
    """The reward of the form: none where it brings none."""
    if form.get("rewarded") != "yes":
        return None
    return Reward(
        points=_bounded(form, "reward-points", 0, _POINTS),
        voucher=_code(form, "reward-voucher"),
        a_day=_bounded(form, "reward-a_day", old.a_day if old else Reward().a_day, _A_DAY),
    )


def _bounded(form: Form, name: str, otherwise: int, bounds: tuple[int, int] | None = None) -> int:
    low, high = bounds or _BOUNDS[name]
    number = _integer(form, name)
    return number if number is not None and low <= number <= high else otherwise


def _integer(form: Form, name: str) -> int | None:
    text = form.get(name, "").strip()
    return int(text) if text.isascii() and _INTEGER.fullmatch(text) else None


def _code(form: Form, name: str) -> str:
    text = form.get(name, "").strip()
    return text if _CODE.fullmatch(text) else ""
