"""What was answered to a survey in people's own words, and whole responses for a table to keep."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.survey_results import COLUMNS, Narrow, narrowed
from store.tables import contacts, survey_answers, survey_responses, survey_versions
from talk.reading.normal import fold

SCANNED = 20_000  # answers that are looked through at once
AT_ONCE = 1_000
EPOCH, MICROSECOND = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.timedelta(microseconds=1)
_PLACE = re.compile(r"[0-9]{1,16}-[0-9]{1,15}-[0-9]{1,15}")


class Said(NamedTuple):
    """Words of one finished response: an answer's own, an interviewer's note on it; `customer` is a public id."""

    response: int
    answer: int
    begun_at: dt.datetime
    at: dt.datetime
    question: str
    text: str
    note: str
    language: str
    mode: str
    touchpoint: str
    branch_id: int | None
    customer: str | None
    name: str | None


class Found(NamedTuple):
    """Some of the words, the newest first, and the place to go on from; None when these were the last."""

    said: list[Said]
    after: str | None


class Whole(NamedTuple):
    """A finished response, without its answers."""

    id: int
    public_id: str
    number: int
    begun_at: dt.datetime
    done_at: dt.datetime | None
    mode: str
    language: str
    segment: str
    touchpoint: str
    department: str
    branch_id: int | None
    wave_id: int | None
    customer: str | None


class Answered(NamedTuple):
    """One row of an answer."""

    response_id: int
    question: str
    part: str
    number: int | None
    text: str
    skipped: bool
    note: str


def words(
    connection: Connection,
    survey_id: int,
    narrow: Narrow,
    questions: Collection[str],
    *,
    typed: str = "",
    after: str = "",
    notes: bool = True,
    limit: int = 30,
) -> Found:
    """What was said to these questions, in whatever spelling: every word of `typed` stands somewhere in it.

    With `notes` what interviewers noted on any question, too. `after` is where an earlier page ended. Looks through
    `SCANNED` answers at most, so that a page may be short and still not the last.
    """
    wanted, found, looked = fold(typed).split(), list[Said](), 0
    place = after
    while looked < SCANNED:
        rows = _newest(connection, survey_id, narrow, _worded(questions, notes), place)
        for row in rows:
            place = _place(row)
            folded = fold(f"{row.text} {row.note}") if wanted else ""
            if all(word in folded for word in wanted):
                found.append(row)
            if len(found) == limit:
                return Found(found, place)
        looked += len(rows)
        if len(rows) < AT_ONCE:
            return Found(found, None)
    return Found(found, place)


def wholes(connection: Connection, survey_id: int, narrow: Narrow, after: Whole | None) -> list[Whole]:
    """Finished responses after this one, in the order in which they were begun; so many as are read at once."""
    own = survey_responses.c
    found = (
        sa.select(
            *(own.id, own.public_id, survey_versions.c.number, own.begun_at, own.done_at, own.mode, own.language),
            *(own.segment, own.touchpoint, own.department, own.branch_id, own.wave_id, contacts.c.public_id),
        )
        .select_from(survey_responses.join(survey_versions).outerjoin(contacts, contacts.c.id == own.contact_id))
        .where(own.survey_id == survey_id, own.state == "done", *narrowed(narrow, COLUMNS))
    )
    if after:
        later = sa.or_(own.begun_at > after.begun_at, own.id > after.id)
        found = found.where(own.begun_at >= after.begun_at, later)
    return [Whole._make(row) for row in connection.execute(found.order_by(own.begun_at, own.id).limit(AT_ONCE))]


def answers(connection: Connection, responses: Sequence[int]) -> Iterator[Answered]:
    """The rows of these responses' answers, response by response."""
    own = (survey_answers.c[name] for name in Answered._fields)
    found = sa.select(*own).where(survey_answers.c.response_id.in_(responses))
    return (Answered._make(row) for row in connection.execute(found.order_by(survey_answers.c.response_id)))


def noted(connection: Connection, survey_id: int) -> set[str]:
    """The questions on whose answers an interviewer noted something."""
    found = sa.select(survey_answers.c.question).distinct().join_from(survey_responses, survey_answers)
    where = survey_responses.c.survey_id == survey_id, survey_responses.c.state == "done"
    return set(connection.scalars(found.where(*where, survey_answers.c.note != "")))


def _newest(
    connection: Connection, survey_id: int, narrow: Narrow, in_words: sa.ColumnElement[bool], after: str
) -> list[Said]:
    """Words after a place, the newest first; by index from the newest response on."""
    own, answer = survey_responses.c, survey_answers.c
    found = (
        sa.select(
            *(own.id, answer.id, own.begun_at, answer.at, answer.question, answer.text, answer.note, own.language),
            *(own.mode, own.touchpoint, own.branch_id, contacts.c.public_id, contacts.c.name),
        )
        .select_from(survey_responses.join(survey_answers).outerjoin(contacts, contacts.c.id == own.contact_id))
        .where(own.survey_id == survey_id, own.state == "done", in_words, *narrowed(narrow, COLUMNS))
    )
    if (place := _parted(after)) is not None:
        begun, response, last = place
        later = sa.and_(
            own.begun_at == begun, sa.or_(own.id < response, sa.and_(own.id == response, answer.id > last))
        )
        found = found.where(own.begun_at <= begun, sa.or_(own.begun_at < begun, later))
    found = found.order_by(own.begun_at.desc(), own.id.desc(), answer.id).limit(AT_ONCE)
    return [Said._make(row) for row in connection.execute(found)]


def _worded(questions: Collection[str], notes: bool) -> sa.ColumnElement[bool]:
    """Which rows of answers hold words."""
    words = sa.and_(survey_answers.c.question.in_(questions), survey_answers.c.text != "")
    return sa.or_(words, survey_answers.c.note != "") if notes else words


def _place(row: Said) -> str:
    return f"{(row.begun_at - EPOCH) // MICROSECOND}-{row.response}-{row.answer}"


def _parted(place: str) -> tuple[dt.datetime, int, int] | None:
    """The moment and the ids of a place; None for what is none."""
    if not _PLACE.fullmatch(place):
        return None
    begun, response, answer = map(int, place.split("-"))
    return EPOCH + begun * MICROSECOND, response, answer
