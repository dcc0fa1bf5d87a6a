"""The answers of a survey as a table to keep, and the codebook that says what its columns mean."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.staff.access import Staff, absent
from console.staff.audit_log import BOM
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE
from console.staff.survey_figures import MANY
from console.staff.survey_filters import Sheet, sheet
from locales import LANGUAGES
from store import survey_progress, survey_words
from store.survey_words import Answered, Whole
from surveys.definition import SCALES, Question, Texts
from talk.reading.spreadsheet import harmless

ABOUT: Mapping[str, str] = {
    "response": "The response's own id",
    "version": "The version of the survey that was answered",
    "begun_at": "When it was begun, UTC",
    "done_at": "When it was finished, UTC",
    "mode": "chat, phone, in_person or kiosk",
    "language": "The language in which it was asked",
    "segment": "The customer's tier or kind when it was begun",
    "touchpoint": "Where the customer met the business",
    "department": "Who answers for that",
    "branch": "The branch's code",
    "wave": "The wave's name",
    "customer": "The customer's id in the console; empty: nobody knows whose it is",
    "skipped": "The questions that were skipped, by their keys; what is empty and not named here was not asked",
}
HEAD = (
    *(
        "column",
        "question",
        "part",
        "value",
        "kind",
        "required",
        "least",
        "most",
        "area",
        "touchpoint",
        "department",
    ),
    *(f"text_{language}" for language in LANGUAGES),
    *("versions", "low_end", "high_end"),
)


class Column(NamedTuple):
    """A column of answers: a question, or one of its rows or choices; or the notes on it."""

    question: str
    part: str = ""
    notes: bool = False

    @property
    def name(self) -> str:
        return (
            f"{self.question}.{self.part}"
            if self.part
            else f"{self.question}.note"
            if self.notes
            else self.question
        )


async def answers(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results/answers.csv`: a row for each finished response, as narrowed down."""
    database = office_of(request).database

    def read(connection: Connection) -> tuple[Sheet, list[Column], dict[int, str]]:
        found = _published(connection, request, staff)
        noted = survey_words.noted(connection, found.kept.id)
        branches = {each: code for each, (code, _name) in survey_progress.branches_by_id(connection).items()}
        return found, list(columns(found, noted)), branches

    found, wanted, branches = await database.read(read)
    after = {"survey": found.kept.code, **found.chosen}

    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, "survey.exported", f"survey:{found.kept.public_id}", None, after)

    await database.transact(note_it)

    async def lines() -> AsyncIterator[str]:
        yield BOM + _line((*ABOUT, *(column.name for column in wanted)))
        last: Whole | None = None
        while True:
            look = partial(_some, found=found, wanted=wanted, branches=branches, after=last)
            last, written = await database.read(look)
            if not written:
                return
            yield written

    return StreamingResponse(lines(), headers=_headers(f"{found.kept.code}-answers"), media_type="text/csv")


async def codebook(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results/codebook.csv`: what each column means, in every language."""

    def read(connection: Connection) -> tuple[Sheet, set[str]]:
        found = _published(connection, request, staff)
        return found, survey_words.noted(connection, found.kept.id)

    found, noted = await office_of(request).database.read(read)
    rows = [_line(HEAD)]
    rows += [_line(_entry(name, text_en=about)) for name, about in ABOUT.items()]
    rows += [_line(entry) for entry in _entries(found, noted)]
    return Response(BOM + "".join(rows), headers=_headers(f"{found.kept.code}-codebook"), media_type="text/csv")


def columns(found: Sheet, noted: Iterable[str]) -> Iterator[Column]:
    """The columns of the answers, in the order of the questions; of every version."""
    for key, question in found.asks.questions.items():
        parts = (*question.rows, *question.choices) if question.kind in ("matrix", "multiple") else ()
        yield from (Column(key, part.key) for part in parts)
        if not parts:
            yield Column(key)
        if key in noted:
            yield Column(key, notes=True)


def cells(question: Question, rows: Mapping[str, Answered]) -> dict[Column, str]:
    """What one answer writes into its columns; `rows` are by part. Of several choices each is 0 or 1."""
    notes = next((row.note for row in rows.values() if row.note), "")
    written = {Column(question.key, notes=True): harmless(notes)} if notes else {}
    if any(row.skipped for row in rows.values()):
        return written
    if question.kind == "multiple":
        chosen = {Column(question.key, each.key): str(int(each.key in rows)) for each in question.choices}
        return written | chosen
    if question.kind == "photo":
        pictures = " ".join(rows[part].text for part in sorted(rows, key=int))
        return written | {Column(question.key): harmless(pictures)}
    values = {part: harmless(row.text) if row.number is None else str(row.number) for part, row in rows.items()}
    return written | {Column(question.key, part): value for part, value in values.items()}


def _published(connection: Connection, request: Request, staff: Staff) -> Sheet:
    found = sheet(connection, request, staff)
    if not found.published:
        raise absent()
    return found


def _some(
    connection: Connection, found: Sheet, wanted: Sequence[Column], branches: Mapping[int, str], after: Whole | None
) -> tuple[Whole | None, str]:
    """The rows of some responses after this one, and the last of them; nothing when there are no more."""
    wholes = survey_words.wholes(connection, found.kept.id, found.narrow, after)
    if not wholes:
        return after, ""
    given: defaultdict[int, defaultdict[str, dict[str, Answered]]] = defaultdict(lambda: defaultdict(dict))
    for row in survey_words.answers(connection, [whole.id for whole in wholes]):
        given[row.response_id][row.question][row.part] = row
    waves = {wave.id: wave.name for wave in found.waves}
    written = [_row(found, whole, given[whole.id], wanted, branches, waves) for whole in wholes]
    return wholes[-1], "".join(written)


def _row(
    found: Sheet,
    whole: Whole,
    given: Mapping[str, Mapping[str, Answered]],
    wanted: Sequence[Column],
    branches: Mapping[int, str],
    waves: Mapping[int, str],
) -> str:
    values: dict[Column, str] = {}
    for key, rows in given.items():
        if key in found.asks.questions:
            values |= cells(found.asks.questions[key], rows)
    skipped = " ".join(key for key, rows in given.items() if any(row.skipped for row in rows.values()))
    about = (
        *(whole.public_id, str(whole.number), _moment(whole.begun_at), _moment(whole.done_at), whole.mode),
        *(whole.language, whole.segment, whole.touchpoint, whole.department),
        *(branches.get(whole.branch_id or 0, ""), waves.get(whole.wave_id or 0, ""), whole.customer or "", skipped),
    )
    return _line((*map(harmless, about), *(values.get(column, "") for column in wanted)))


def _entries(found: Sheet, noted: Iterable[str]) -> Iterator[list[str]]:
    """A question's columns, then the values that its choices have."""
    asked = found.asks
    for column in columns(found, noted):
        question = asked.questions[column.question]
        parts = {each.key: each.texts for each in (*question.rows, *question.choices)}
        if column.notes:
            yield _entry(column.name, question=question.key, text_en="What the interviewer noted")
            continue
        yield _of_question(asked.versions[question.key], question, column, parts.get(column.part, question.texts))
        if question.kind not in MANY:
            own = {"question": question.key, "kind": question.kind}
            yield from (_entry(column.name, value=key, **own, **_texts(each)) for key, each in parts.items())


def _of_question(versions: Sequence[int], question: Question, column: Column, texts: Texts) -> list[str]:
    least, most = SCALES.get(question.kind, (question.least, question.most))
    if question.kind == "multiple":
        least, most = 0, 1
    return _entry(
        column.name,
        question=question.key,
        part=column.part,
        kind=question.kind,
        required="yes" if question.required else "no",
        least="" if least is None else str(least),
        most="" if most is None else str(most),
        area=question.area,
        touchpoint=question.touchpoint,
        department=question.department,
        versions=" ".join(map(str, sorted(versions))),
        low_end=question.low.get("en", ""),
        high_end=question.high.get("en", ""),
        **_texts(texts),
    )


def _entry(column: str, **values: str) -> list[str]:
    return [harmless(({"column": column} | values).get(name, "")) for name in HEAD]


def _texts(texts: Texts) -> dict[str, str]:
    return {f"text_{language}": texts.get(language, "") for language in LANGUAGES}


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds")


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"', **NO_STORE}
