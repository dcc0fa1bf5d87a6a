"""What somebody answers to a survey: begun once, kept answer by answer, finished, or expired.

An answer is kept as soon as it is given, and one that is given anew takes its place. So a response can be left at
any question and taken up days later, in the chat, by an interviewer or at a kiosk alike. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence

from msgspec import structs
from sqlalchemy.engine import Connection

from store import responses as kept
from store import survey_rewards
from store.responses import Kept, Mode, Part, Response
from surveys import course, library
from surveys.definition import Answer, Question, Survey
from surveys.library import Published

__all__ = ["Mode", "Response"]

DAY = dt.timedelta(days=1)
NOTE = 1_000  # the most letters of an interviewer's note
CHUNK = 200  # responses that expire in one transaction


def begin(
    connection: Connection,
    published: Published,
    *,
    key: str,
    mode: Mode,
    language: str,
    contact_id: int | None,
    now: dt.datetime,
    invitation_id: int | None = None,
    touchpoint: str = "",
    branch_id: int | None = None,
    product_id: int | None = None,
    staff_id: int | None = None,
) -> Response:
    """The response of this key, or to this invitation, begun now unless it was before.

    It belongs to the newest wave that has begun. `touchpoint` is given where it is not the survey's own; the
    department is the survey's, or the one that answers for the touchpoint.
    """
    survey = published.survey
    touchpoint = touchpoint or survey.touchpoint
    first = course.following(survey, {})
    new = {
        "public_id": secrets.token_urlsafe(12),
        "key": key,
        "survey_id": published.survey_id,
        "version_id": published.id,
        "contact_id": contact_id,
        "invitation_id": invitation_id,
        "wave_id": kept.wave_of(connection, published.survey_id, now),
        "mode": mode,
        "language": language,
        "touchpoint": touchpoint,
        "department": survey.department or kept.department_of(connection, touchpoint),
        "branch_id": branch_id,
        "product_id": product_id,
        "segment": kept.segment_of(connection, contact_id) if contact_id is not None else "",
        "staff_id": staff_id,
        "state": "begun",
        "reached": first.key if first else "",
        "begun_at": now,
        "moved_at": now,
        "deadline_at": now + dt.timedelta(days=survey.days),
    }
    kept.add(connection, new)
    begun = kept.by_key(connection, key)
    if begun is None and invitation_id is not None:
        begun = kept.by_invitation(connection, invitation_id)
    assert begun is not None
    return begun


def find(connection: Connection, public_id: str) -> Response | None:
    """The response of this public id."""
    return kept.by_public_id(connection, public_id)


def of_invitation(connection: Connection, invitation_id: int) -> Response | None:
    """The response to an invitation, if it was begun."""
    return kept.by_invitation(connection, invitation_id)


def open_of(
    connection: Connection, contact_id: int, now: dt.datetime, survey_id: int | None = None
) -> Response | None:
    """The contact's open response in chat that moved last and can be gone on with, of one survey or of any."""
    longest = now - 90 * DAY  # no survey stays open for longer
    found = kept.newest_of(connection, contact_id, "begun", survey_id=survey_id, after=longest)
    return found if found is not None and can_go_on(found, now) else None


def done_since(connection: Connection, contact_id: int, survey_id: int, after: dt.datetime) -> bool:
    """Whether the contact finished a response to this survey in chat after this moment."""
    return kept.newest_of(connection, contact_id, "done", survey_id=survey_id, after=after) is not None


def can_go_on(response: Response, now: dt.datetime) -> bool:
    """Whether a response is open and its deadline has not passed."""
    return response.state == "begun" and (response.deadline_at is None or now < response.deadline_at)


def keep(
    connection: Connection,
    response: Response,
    question: Question,
    answer: Answer,
    now: dt.datetime,
    note: str = "",
    *,
    partly: bool = False,
) -> bool:
    """Keep an answer that fits its question in place of what was answered before; False when it is too late.

    None is a question that was skipped. `note` is what an interviewer heard when probing. `partly`: more of a
    required answer is still to come. Raises ValueError for an answer that does not fit.
    """
    if not course.fits(structs.replace(question, required=False) if partly else question, answer):
        raise ValueError(f"{answer!r} is no answer to {question.key}, a question of the kind {question.kind}.")
    if not (can_go_on(response, now) and kept.move(connection, response.id, now)):
        return False
    kept.keep(connection, response.id, question.key, parts(question, answer), note[:NOTE], now)
    return True


def reach(connection: Connection, response: Response, question: str, now: dt.datetime) -> None:
    """Note that a question is shown: where people leave a survey is told by it."""
    kept.move(connection, response.id, now, reached=question)


def answers(connection: Connection, response: Response, survey: Survey | None = None) -> dict[str, Answer]:
    """What was answered so far, by question, in the survey's order; it may hold what is not asked any more.

    `survey` is what the response's version says, for who has it at hand.
    """
    survey = survey or library.version(connection, response.version_id).survey
    rows: dict[str, list[Kept]] = {}
    for row in kept.answers(connection, response.id):
        rows.setdefault(row.question, []).append(row)
    return {each.key: _answer(each, rows[each.key]) for each in survey.questions if each.key in rows}


def notes(connection: Connection, response: Response) -> dict[str, str]:
    """What an interviewer noted, by question."""
    return {row.question: row.note for row in kept.answers(connection, response.id) if row.note}


def finish(connection: Connection, response: Response, now: dt.datetime, survey: Survey | None = None) -> bool:
    """End a response; answers of questions that are not asked any more are dropped. False when it was not open."""
    survey = survey or library.version(connection, response.version_id).survey
    if not kept.move(connection, response.id, now, state="done", done_at=now, reached=""):
        return False
    asked = course.pruned(survey, answers(connection, response, survey))
    kept.drop(connection, [row.id for row in kept.answers(connection, response.id) if row.question not in asked])
    return True


def expire(connection: Connection, response: Response, now: dt.datetime) -> bool:
    """End a response that was not finished in time; what was answered stays, and counts for nothing.

    The thank-you that it was promised is promised no more.
    """
    if not kept.move(connection, response.id, now, state="expired"):
        return False
    survey_rewards.withdraw(connection, [response.id])
    return True


def overdue(connection: Connection, now: dt.datetime, limit: int = CHUNK) -> list[Response]:
    """Open responses whose deadline has passed, the earliest first."""
    return kept.overdue(connection, now, limit)


def parts(question: Question, answer: Answer) -> Sequence[Part]:
    """The rows in which an answer is kept."""
    match answer:
        case None:
            return [Part(skipped=True)]
        case dict():
            return [Part(row, number) for row, number in answer.items()]
        case list() if question.kind == "photo":
            return [Part(str(place), text=photo) for place, photo in enumerate(answer, start=1)]
        case list():
            return [Part(choice, 1) for choice in answer] or [Part()]
        case str():
            return [Part(text=answer)]
        case number:
            return [Part(number=number)]


def _answer(question: Question, rows: Iterable[Kept]) -> Answer:
    """The answer of its rows."""
    by_part = {row.part: row for row in rows}
    whole = by_part.get("")
    if whole is not None and whole.skipped:
        return None
    match question.kind:
        case "matrix":
            return {row.key: int(by_part[row.key].number or 0) for row in question.rows if row.key in by_part}
        case "multiple":
            return [choice.key for choice in question.choices if choice.key in by_part]
        case "photo":
            return [by_part[place].text for place in sorted(by_part, key=int)]
    assert whole is not None
    return whole.text if question.kind in ("single", "date", "text") else whole.number
