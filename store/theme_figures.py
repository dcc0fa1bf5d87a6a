"""How often themes are spoken of, how content those who speak of them are, and what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import themes
from store.tables import Utc, case_lines, cases, survey_answers, survey_responses, theme_marks
from store.themes import Kind, Said

LOW_NPS, LOW_STARS = 6, 2  # at most so much is low, of 10 and of 5
_M = theme_marks.c


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of a theme in a time: how many texts speak of it; of how many there is a score, how many of those are low.

    `stars` is the mean of what was given on scales from 1 to 5, of `starred` who gave it.
    """

    texts: int = 0
    scored: int = 0
    low: int = 0
    starred: int = 0
    stars: float | None = None


class Span(NamedTuple):
    """A time: from a moment to before another."""

    begin: dt.datetime
    end: dt.datetime


def by_theme(connection: Connection, span: Span) -> dict[int, Figures]:
    """The figures of each theme that was spoken of in a time, by its id."""
    counted = connection.execute(sa.select(_M.theme_id, sa.func.count()).where(*_in(span)).group_by(_M.theme_id))
    texts = {row[0]: row[1] for row in counted}
    scores = _scores(connection, span).subquery()
    rows = connection.execute(
        sa.select(
            scores.c.theme_id,
            sa.func.count(),
            sa.func.sum(scores.c.low),
            sa.func.count(scores.c.stars),
            sa.func.avg(scores.c.stars),
        ).group_by(scores.c.theme_id)
    )
    found = {row[0]: row for row in rows}
    return {
        theme_id: Figures(
            texts=count,
            scored=found[theme_id][1] if theme_id in found else 0,
            low=int(found[theme_id][2]) if theme_id in found else 0,
            starred=found[theme_id][3] if theme_id in found else 0,
            stars=float(found[theme_id][4]) if theme_id in found and found[theme_id][4] is not None else None,
        )
        for theme_id, count in texts.items()
    }


def trend(connection: Connection, spans: Sequence[Span], theme_id: int | None = None) -> dict[int, list[int]]:
    """How many texts spoke of each theme (or of one) in each of these times, by its id."""
    columns = [sa.func.sum(_within(_M.at, span)) for span in spans]
    where = [
        _M.removed.is_(sa.false()),
        _M.at >= sa.literal(spans[0].begin, Utc()),
        _M.at < sa.literal(spans[-1].end, Utc()),
    ]
    if theme_id is not None:
        where.append(_M.theme_id == theme_id)
    rows = connection.execute(sa.select(_M.theme_id, *columns).where(*where).group_by(_M.theme_id))
    return {row[0]: [int(count) for count in row[1:]] for row in rows}


def said_in(connection: Connection, spans: Sequence[Span]) -> list[int]:
    """How many texts there were in each of these times, whatever they speak of."""
    whole = Span(spans[0].begin, spans[-1].end)
    counts = [0] * len(spans)
    for texts, at in _texts(connection, whole):
        row = connection.execute(
            sa.select(*(sa.func.sum(_within(at, span)) for span in spans)).select_from(texts)
        ).one()
        counts = [count + int(more or 0) for count, more in zip(counts, row, strict=True)]
    return counts


def by_department(connection: Connection, span: Span) -> dict[str, int]:
    """How many texts that speak of a theme each department answers for, by its code (empty: none)."""
    answered = sa.select(survey_responses.c.department.label("department"), _M.answer_id.label("text_id"))
    answered = answered.select_from(
        theme_marks.join(survey_answers, survey_answers.c.id == _M.answer_id).join(
            survey_responses, survey_responses.c.id == survey_answers.c.response_id
        )
    ).where(*_in(span))
    told = sa.select(cases.c.department.label("department"), (-_M.case_id).label("text_id"))
    told = told.select_from(theme_marks.join(cases, cases.c.id == _M.case_id)).where(*_in(span))
    both = sa.union(answered, told).subquery()
    rows = connection.execute(sa.select(both.c.department, sa.func.count()).group_by(both.c.department))
    return {row[0]: row[1] for row in rows}


def examples(connection: Connection, theme_id: int, span: Span, most: int) -> list[Said]:
    """The latest texts that speak of a theme in a time."""
    rows = connection.execute(
        sa.select(_M.answer_id, _M.case_id)
        .where(_M.theme_id == theme_id, *_in(span))
        .order_by(_M.at.desc(), _M.id.desc())
        .limit(most)
    ).all()
    wanted: list[tuple[Kind, int]] = [
        ("answer", row.answer_id) if row.answer_id is not None else ("case", row.case_id) for row in rows
    ]
    known = {
        kind: themes.texts(connection, kind, [one for each, one in wanted if each == kind]) for kind in themes.KINDS
    }
    return [known[kind][one] for kind, one in wanted if one in known[kind]]


def untagged(connection: Connection, span: Span, most: int) -> tuple[list[Said], int]:
    """The latest texts of a time that speak of no theme in use, and how many there are."""
    kept = sa.select(sa.literal(1)).where(_M.removed.is_(sa.false()))
    answers = (
        sa.select(survey_answers.c.id, survey_responses.c.done_at.label("at"), sa.literal("answer").label("kind"))
        .select_from(survey_answers.join(survey_responses, survey_responses.c.id == survey_answers.c.response_id))
        .where(
            *themes.open_answers(connection),
            *_between(survey_responses.c.done_at, span),
            ~kept.where(_M.answer_id == survey_answers.c.id).exists(),
        )
    )
    told = (
        sa.select(cases.c.id, cases.c.opened_at.label("at"), sa.literal("case").label("kind"))
        .where(cases.c.kind != "survey", *_between(cases.c.opened_at, span), _SPOKEN)
        .where(~kept.where(_M.case_id == cases.c.id).exists())
    )
    both = sa.union_all(answers, told).subquery()
    count = connection.scalar(sa.select(sa.func.count()).select_from(both)) or 0
    rows = connection.execute(sa.select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(most)).all()
    known = {
        kind: themes.texts(connection, kind, [row.id for row in rows if row.kind == kind]) for kind in themes.KINDS
    }
    return [known[row.kind][row.id] for row in rows if row.id in known[row.kind]], count


_SPOKEN = sa.exists().where(
    case_lines.c.case_id == cases.c.id,
    case_lines.c.kind == "words",
    case_lines.c.by == "customer",
    case_lines.c.text != "",
)


def _between(at: sa.ColumnElement[Any], span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return at >= sa.literal(span.begin, Utc()), at < sa.literal(span.end, Utc())


def _in(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return _M.removed.is_(sa.false()), *_between(_M.at, span)


def _within(at: sa.ColumnElement[Any], span: Span) -> sa.ColumnElement[int]:
    return sa.case((sa.and_(*_between(at, span)), 1), else_=0)


def _texts(connection: Connection, span: Span) -> list[tuple[sa.FromClause, sa.ColumnElement[Any]]]:
    """The texts of each kind in a time, with when they were said."""
    answers = (
        sa.select(survey_responses.c.done_at.label("at"))
        .select_from(survey_answers.join(survey_responses, survey_responses.c.id == survey_answers.c.response_id))
        .where(*themes.open_answers(connection), *_between(survey_responses.c.done_at, span))
        .subquery()
    )
    told = (
        sa.select(cases.c.opened_at.label("at"))
        .where(cases.c.kind != "survey", *_between(cases.c.opened_at, span), _SPOKEN)
        .subquery()
    )
    return [(answers, answers.c.at), (told, told.c.at)]


def _scores(connection: Connection, span: Span) -> sa.Select[Any]:
    """A row for each marked text with a score: whether any of what was given with it is low, and its mean of 5."""
    asked = themes.questions(connection, ("nps", "csat", "stars"))
    said, scored = survey_answers.alias("said"), survey_answers.alias("scored")
    question = sa.tuple_(survey_responses.c.version_id, scored.c.question)
    nps, five = question.in_(asked["nps"]), question.in_([*asked["csat"], *asked["stars"]])
    low = sa.or_(sa.and_(nps, scored.c.number <= LOW_NPS), sa.and_(five, scored.c.number <= LOW_STARS))
    answered = (
        sa.select(
            _M.theme_id.label("theme_id"),
            sa.func.max(sa.case((low, 1), else_=0)).label("low"),
            sa.func.avg(sa.case((five, sa.cast(scored.c.number, sa.Float())))).label("stars"),
        )
        .select_from(theme_marks)
        .join(said, said.c.id == _M.answer_id)
        .join(survey_responses, survey_responses.c.id == said.c.response_id)
        .join(scored, scored.c.response_id == survey_responses.c.id)
        .where(*_in(span), scored.c.number.is_not(None), sa.or_(nps, five))
        .group_by(_M.theme_id, survey_responses.c.id)
    )
    told = (
        sa.select(
            _M.theme_id.label("theme_id"),
            sa.case((cases.c.stars <= LOW_STARS, 1), else_=0).label("low"),
            sa.cast(cases.c.stars, sa.Float()).label("stars"),
        )
        .select_from(theme_marks.join(cases, cases.c.id == _M.case_id))
        .where(*_in(span), cases.c.stars.is_not(None))
    )
    return sa.select(sa.union_all(answered, told).subquery())
