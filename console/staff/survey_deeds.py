"""What somebody does to a draft in the builder: fields are filled in, and a button may change what there is.

A form names its `part` (settings, rules, thanks, `section.KEY`, `question.KEY`) and its `deed`, with places after
colons. Deeds that begin with `q-` and `s-` are the outline's, about a question or section; the others belong to the
form of the part, whose fields they save as well.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection
from typing import NamedTuple

import msgspec
from msgspec import structs

from console.staff import survey_conditions, survey_forms, survey_ready
from console.staff.access import Form
from surveys import editing
from surveys.definition import Kind, Question, Section, Survey

PACKED, UNPACKED = 100_000, 1_000_000  # the most bytes of a draft that a form brings back
KINDS: tuple[Kind, ...] = (
    "nps",
    "csat",
    "ces",
    "stars",
    "matrix",
    "single",
    "multiple",
    "text",
    "number",
    "date",
    "photo",
)


class Done(NamedTuple):
    """The survey after a deed, the part to go on with, the element to stand at, and what to say was done."""

    survey: Survey
    part: str
    at: str = ""
    said: str = ""


def done(survey: Survey, form: Form, fixed: Collection[str]) -> Done | None:
    """The survey after what a form says; None for a part that is not there. Keys of `fixed` questions stay."""
    deed, part = form.get("deed", "save").split(":"), form.get("part", "")
    if deed[0] == "undo":
        before = unpacked(form.get("before", ""))
        return Done(before, part) if before else None
    if deed[0].startswith("q-"):
        return _with_question(survey, deed, part)
    if deed[0].startswith("s-"):
        return _with_section(survey, deed, part)
    return _saved(survey, form, deed, part, fixed)


def packed(survey: Survey) -> str:
    """A draft as a form carries it, to come back to."""
    return base64.urlsafe_b64encode(zlib.compress(msgspec.json.encode(survey))).decode()


def unpacked(text: str) -> Survey | None:
    """The draft that a form carried; None when it is none."""
    if len(text) > PACKED:
        return None
    try:
        document = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text), UNPACKED)
        return msgspec.json.decode(document, type=Survey)
    except (ValueError, zlib.error, msgspec.DecodeError):
        return None


def _with_question(survey: Survey, deed: list[str], part: str) -> Done | None:
    what, key, more = deed[0], deed[1] if len(deed) > 1 else "", deed[2:]
    if what in ("q-add", "q-take"):
        if survey_forms.part_of(survey, f"section.{key}") is None or not more:
            return None
        new = survey_ready.taken(survey, more) if what == "q-take" else _begun(survey, more[0])
        return Done(editing.added(survey, key, new), f"question.{new.key}", "editor") if new else None
    if survey.question(key) is None:
        return None
    if what == "q-double":
        twice, other = editing.doubled(survey, key)
        return Done(twice, f"question.{other}", "editor", "doubled")
    if what == "q-delete":
        gone = f"question.{key}"
        return Done(editing.without(survey, key), "" if part == gone else part, "undo", "deleted")
    step = {"q-up": -1, "q-down": 1}.get(what)
    return Done(editing.moved(survey, key, step), part, f"{what}-{key}") if step else None


def _begun(survey: Survey, wanted: str) -> Question | None:
    kind = next((each for each in KINDS if each == wanted), None)
    return survey_ready.furnished(editing.begun(survey, kind)) if kind else None


def _with_section(survey: Survey, deed: list[str], part: str) -> Done | None:
    if deed[0] == "s-add":
        more, key = editing.section_added(survey)
        return Done(more, f"section.{key}", "editor")
    key = deed[1] if len(deed) > 1 else ""
    section = survey_forms.part_of(survey, f"section.{key}")
    if not isinstance(section, Section):
        return None
    if deed[0] == "s-delete":
        gone = {f"section.{key}", *(f"question.{each.key}" for each in section.questions)}
        return Done(editing.section_removed(survey, key), "" if part in gone else part, "undo", "deleted")
    step = {"s-up": -1, "s-down": 1}.get(deed[0])
    return Done(editing.section_moved(survey, key, step), part, f"{deed[0]}-{key}") if step else None


def _saved(survey: Survey, form: Form, deed: list[str], part: str, fixed: Collection[str]) -> Done | None:
    if part == "settings":
        return Done(survey_forms.settings(form, survey), part)
    if part == "rules":
        return Done(survey_forms.rules(form, survey), part)
    if part == "thanks":
        return _thanked(survey_forms.thanks(form, survey), deed)
    found = survey_forms.part_of(survey, part)
    if isinstance(found, Section):
        return _in_section(survey_forms.section(form, survey, found.key), deed, found.key)
    if isinstance(found, Question):
        place = [each.key for each in survey.questions].index(found.key)
        saved = survey_forms.question(form, survey, found, named=found.key not in fixed)
        return _in_question(saved, deed, [each.key for each in saved.questions][place])
    return None


def _thanked(survey: Survey, deed: list[str]) -> Done:
    known = list(survey.questions)
    if len(deed) > 1 and deed[1] == "thanks":
        said = survey_forms.thanks_after(survey.thanks, deed, known)
        return Done(structs.replace(survey, thanks=said), "thanks", _at(deed, max(0, len(said) - 2)))
    said = tuple(
        structs.replace(each, when=survey_conditions.done(each.when, deed, known))
        if deed[1:2] == [f"thanks-{place}-when"]
        else each
        for place, each in enumerate(survey.thanks)
    )
    return Done(structs.replace(survey, thanks=said), "thanks", deed[1] if len(deed) > 1 else "")


def _in_section(survey: Survey, deed: list[str], key: str) -> Done:
    part, section = f"section.{key}", survey_forms.part_of(survey, f"section.{key}")
    assert isinstance(section, Section)
    if deed[1:2] != ["when"]:
        return Done(survey, part)
    when = survey_conditions.done(section.when, deed, editing.earlier(survey, part))
    return Done(editing.section_changed(survey, key, section.texts, when), part, "when")


def _in_question(survey: Survey, deed: list[str], key: str) -> Done:
    part, question = f"question.{key}", survey.question(key)
    assert question is not None
    field = deed[1] if len(deed) > 1 else ""
    if field == "when":
        when = survey_conditions.done(question.when, deed, editing.earlier(survey, part))
        return Done(editing.changed(survey, key, structs.replace(question, when=when)), part, "when")
    if field not in ("choices", "rows"):
        return Done(survey, part)
    items = survey_forms.choices_after(getattr(question, field), deed, field.removesuffix("s"))
    new = structs.replace(question, **{field: items})
    return Done(editing.changed(survey, key, new), part, _at(deed, len(items) - 1))


def _at(deed: list[str], new: int) -> str:
    """Where somebody goes on after a button of a list: at what is new, or at the button that was pressed."""
    return f"{deed[1]}-{new}" if deed[0] == "add" else "-".join(deed)
