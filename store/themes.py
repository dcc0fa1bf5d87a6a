"""Themes: what people speak of, by the words that tell it, and which answers and cases were marked with one.

A text is an answer to an open question of a response that is done, or all that a customer said in a case (not one
of a survey's, whose answers are texts by themselves). Whatever a person marked or unmarked stays as they left it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import insert
from store.tables import (
    Utc,
    case_lines,
    cases,
    survey_answers,
    survey_responses,
    survey_versions,
    theme_marks,
    themes,
)

Kind: TypeAlias = Literal["answer", "case"]
Words: TypeAlias = Mapping[str, list[str]]  # by language
RULE = "rule"
KINDS: tuple[Kind, ...] = ("answer", "case")
_MARKED = {"answer": theme_marks.c.answer_id, "case": theme_marks.c.case_id}


class Place(NamedTuple):
    """Up to where texts were read: a moment, and the id of an answer or of a line."""

    at: dt.datetime
    id: int


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme; `department` is the code of whose business it is, `changed_at` when its words were last changed.

    It was read in answers up to the place `read_at` and `read_id`, in lines of cases up to `read_line`.
    """

    id: int
    public_id: str
    names: Mapping[str, str]
    words: Words
    department: str
    active: bool
    changed_at: dt.datetime
    read_at: dt.datetime
    read_id: int
    read_line: int


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A text: which kind it is, the id of its answer or case, the language of the talk, and when it was said.

    `place` is after which it stands in the order in which texts are read.
    """

    kind: Kind
    id: int
    language: str
    text: str
    at: dt.datetime
    place: Place


class Mark(NamedTuple):
    """That a theme was found in a text, or was found not to be meant there."""

    theme: Theme
    by: str
    removed: bool


def every(connection: Connection) -> list[Theme]:
    """All themes, those in use first, in the order in which they came."""
    return [
        Theme(**row._mapping) for row in connection.execute(_READ.order_by(themes.c.active.desc(), themes.c.id))
    ]


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Theme | None:
    """The theme with this public id, locked until the transaction ends if asked."""
    wanted = _READ.where(themes.c.public_id == public_id)
    row = connection.execute(wanted.with_for_update() if lock else wanted).first()
    return Theme(**row._mapping) if row else None


def make(connection: Connection, **values: Any) -> Theme:
    """A new theme with these names, words, department and moment of change."""
    new = themes.insert().values(public_id=secrets.token_urlsafe(12), **values).returning(*_READ.selected_columns)
    return Theme(**connection.execute(new).one()._mapping)


def change(connection: Connection, theme_id: int, **values: Any) -> Theme:
    """Change columns of a theme."""
    changed = themes.update().where(themes.c.id == theme_id).values(**values).returning(*_READ.selected_columns)
    return Theme(**connection.execute(changed).one()._mapping)


def after(connection: Connection, kind: Kind, place: Place, limit: int) -> list[Said]:
    """At most `limit` texts of a kind that follow a place, in order; of a case, its text is all that was said.

    The place of an answer is when its response was done and its own id, that of a case the last of its lines.
    """
    if kind == "answer":
        follows = sa.tuple_(*_PLACE) > sa.tuple_(sa.literal(place.at, Utc()), sa.literal(place.id))
        found = connection.execute(_answers(connection).where(follows).order_by(*_PLACE).limit(limit))
        return [_answer(row) for row in found]
    lines = _lines().where(case_lines.c.id > place.id).order_by(case_lines.c.id).limit(limit)
    last = {row.case_id: Place(row.at, row.id) for row in connection.execute(lines)}
    return sorted(_told(connection, last), key=lambda one: one.place.id)


def count_after(connection: Connection, kind: Kind, place: Place) -> int:
    """How many texts of a kind follow a place; of cases, how many lines."""
    if kind == "answer":
        follows = sa.tuple_(*_PLACE) > sa.tuple_(sa.literal(place.at, Utc()), sa.literal(place.id))
        found = _answers(connection).where(follows)
    else:
        found = _lines().where(case_lines.c.id > place.id)
    return connection.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def first_line(connection: Connection, since: dt.datetime) -> int:
    """The id after which the lines of cases begin that were said since a moment."""
    newer = sa.select(sa.func.min(case_lines.c.id)).where(case_lines.c.at >= since)
    found = connection.scalar(newer)
    return found - 1 if found is not None else connection.scalar(sa.select(sa.func.max(case_lines.c.id))) or 0


def latest(connection: Connection, limit: int) -> list[Said]:
    """The latest texts of all kinds, the newest first."""
    answers = _answers(connection).order_by(*(each.desc() for each in _PLACE)).limit(limit)
    newest = sa.select(cases.c.id).where(cases.c.kind != "survey")
    ids = connection.scalars(newest.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(limit))
    told = _told(connection, dict.fromkeys(ids))
    both = [*(_answer(row) for row in connection.execute(answers)), *told]
    return sorted(both, key=lambda one: (one.at, one.kind, one.id), reverse=True)[:limit]


def texts(connection: Connection, kind: Kind, ids: Collection[int]) -> dict[int, Said]:
    """These texts by the ids of their answers or cases."""
    if not ids:
        return {}
    if kind == "case":
        return {one.id: one for one in _told(connection, dict.fromkeys(ids))}
    found = connection.execute(_answers(connection).where(survey_answers.c.id.in_(ids)))
    return {row.id: _answer(row) for row in found}


def mark(connection: Connection, theme_id: int, read: Collection[Said], found: Collection[Said]) -> None:
    """Of the texts of one kind that were `read`, keep in which a theme's words were found, and in which not."""
    column = _MARKED[next(iter(read)).kind]
    rows = connection.execute(
        sa.select(theme_marks.c.id, column.label("text_id"), theme_marks.c.by).where(
            theme_marks.c.theme_id == theme_id, among(column, "ids")
        ),
        {"ids": [one.id for one in read]},
    ).all()
    wanted = {one.id: one for one in found}
    if gone := [row.id for row in rows if row.by == RULE and row.text_id not in wanted]:
        connection.execute(theme_marks.delete().where(among(theme_marks.c.id, "ids")), {"ids": gone})
    there = {row.text_id for row in rows}
    new = [one for text_id, one in wanted.items() if text_id not in there]
    if new:
        values = [{"theme_id": theme_id, column.name: one.id, "by": RULE, "at": one.at} for one in new]
        connection.execute(insert(theme_marks).on_conflict_do_nothing(), values)


def mark_by_hand(connection: Connection, theme_id: int, said: Said, by: str, *, removed: bool) -> None:
    """Somebody says that a text speaks of a theme, or that it does not; words do not change that any more."""
    column = _MARKED[said.kind]
    values = {"theme_id": theme_id, column.name: said.id, "by": by, "removed": removed, "at": said.at}
    new = insert(theme_marks).values(values)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["theme_id", column.name], set_={"by": new.excluded.by, "removed": new.excluded.removed}
        )
    )


def marks_of(connection: Connection, kind: Kind, ids: Collection[int]) -> dict[int, list[Mark]]:
    """The marks of texts by their ids, also those that somebody took off; of themes in use."""
    if not ids:
        return {}
    column = _MARKED[kind]
    rows = connection.execute(
        sa.select(column.label("text_id"), theme_marks.c.by, theme_marks.c.removed, *_READ.selected_columns)
        .select_from(theme_marks.join(themes, themes.c.id == theme_marks.c.theme_id))
        .where(column.in_(ids), themes.c.active)
        .order_by(themes.c.id)
    )
    found: dict[int, list[Mark]] = {}
    for row in rows.mappings():
        theme = Theme(**{name: row[name] for name in Theme.__struct_fields__})
        found.setdefault(row["text_id"], []).append(Mark(theme, row["by"], row["removed"]))
    return found


def questions(connection: Connection, kinds: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """The questions of these kinds, each by the id of its version and its key, in every published version."""
    found: dict[str, list[tuple[int, str]]] = {kind: [] for kind in kinds}
    for version_id, definition in connection.execute(sa.select(survey_versions.c.id, survey_versions.c.definition)):
        for section in definition.get("sections", ()):
            for question in section["questions"]:
                if question["kind"] in found:
                    found[question["kind"]].append((version_id, question["key"]))
    return found


_READ = sa.select(*(themes.c[name] for name in Theme.__struct_fields__))
_TOLD = (
    case_lines.c.kind == "words",
    case_lines.c.by == "customer",
    case_lines.c.text != "",
    cases.c.kind != "survey",
)
_PLACE = (survey_responses.c.done_at, survey_answers.c.id)


def open_answers(connection: Connection) -> list[sa.ColumnElement[bool]]:
    """What answers to open questions are, among answers joined with their responses."""
    asked = sa.tuple_(survey_responses.c.version_id, survey_answers.c.question)
    return [
        survey_responses.c.state == "done",
        survey_answers.c.text != "",
        asked.in_(questions(connection, ("text",))["text"]),
    ]


def _answers(connection: Connection) -> sa.Select[Any]:
    columns = (survey_answers.c.id, survey_answers.c.text, survey_responses.c.language, survey_responses.c.done_at)
    return (
        sa.select(*columns)
        .select_from(survey_answers.join(survey_responses, survey_responses.c.id == survey_answers.c.response_id))
        .where(*open_answers(connection))
    )


def _answer(row: Any) -> Said:
    place = Place(row.done_at, row.id)
    return Said(kind="answer", id=row.id, language=row.language, text=row.text, at=row.done_at, place=place)


def _lines() -> sa.Select[Any]:
    return (
        sa.select(case_lines.c.case_id, case_lines.c.id, case_lines.c.at)
        .select_from(case_lines.join(cases, cases.c.id == case_lines.c.case_id))
        .where(*_TOLD)
    )


def _told(connection: Connection, last: Mapping[int, Place | None]) -> list[Said]:
    """The cases with all that their customers said; those in which nothing was said are left out."""
    rows = connection.execute(
        sa.select(cases.c.id, cases.c.language, cases.c.opened_at, case_lines.c.text)
        .select_from(case_lines.join(cases, cases.c.id == case_lines.c.case_id))
        .where(among(cases.c.id, "ids"), *_TOLD)
        .order_by(case_lines.c.id),
        {"ids": list(last)},
    )
    words: dict[int, list[Any]] = {}
    for row in rows:
        words.setdefault(row.id, []).append(row)
    return [
        Said(
            kind="case",
            id=case_id,
            language=said[0].language,
            text="\n".join(row.text for row in said),
            at=said[0].opened_at,
            place=last[case_id] or Place(said[0].opened_at, case_id),
        )
        for case_id, said in words.items()
    ]
