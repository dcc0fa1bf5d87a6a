"""Responses to surveys and their answers, as rows; `surveys.responses` says what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import (
    accounts,
    branches,
    contacts,
    products,
    survey_answers,
    survey_responses,
    survey_waves,
    theme_marks,
    touchpoints,
)

Mode: TypeAlias = Literal["chat", "phone", "in_person", "kiosk"]
State: TypeAlias = Literal["begun", "done", "expired"]

_BEGUN = sa.text("state = 'begun'")  # in the index's own words, so that it serves


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One response: who answers which version of a survey, how, where, and how far it has come.

    `contact_id` is None where nobody knows whose it is. `segment` is the tier's code or the contact's kind when it
    began, `reached` the question that was shown last. It can be answered until `deadline_at`.
    """

    id: int
    public_id: str
    key: str
    survey_id: int
    version_id: int
    contact_id: int | None
    invitation_id: int | None
    wave_id: int | None
    mode: Mode
    language: str
    touchpoint: str
    department: str
    branch_id: int | None
    product_id: int | None
    segment: str
    staff_id: int | None
    state: State
    reached: str
    begun_at: dt.datetime
    moved_at: dt.datetime
    deadline_at: dt.datetime | None
    done_at: dt.datetime | None


class Part(NamedTuple):
    """One row of an answer: its part (a matrix's row, a choice, a photo's place), and its number or its words."""

    part: str = ""
    number: int | None = None
    text: str = ""
    skipped: bool = False


class Kept(NamedTuple):
    """One row of an answer as it is kept, with the question and the interviewer's note."""

    id: int
    question: str
    part: str
    number: int | None
    text: str
    skipped: bool
    note: str


class About(NamedTuple):
    """What a response's person, branch and product are called, empty where that is not known."""

    call_me: str
    branch: str
    product: str
    product_names: dict[str, str] | None


_READ = sa.select(*(survey_responses.c[name] for name in Response.__struct_fields__))


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Begin a response, unless its key or its invitation has one already."""
    connection.execute(insert(survey_responses).values(values).on_conflict_do_nothing())


def by_key(connection: Connection, key: str) -> Response | None:
    """The response that was begun under this key."""
    return _first(connection, survey_responses.c.key == key)


def by_invitation(connection: Connection, invitation_id: int) -> Response | None:
    """The response to an invitation."""
    return _first(connection, survey_responses.c.invitation_id == invitation_id)


def by_public_id(connection: Connection, public_id: str) -> Response | None:
    """The response of this public id."""
    return _first(connection, survey_responses.c.public_id == public_id)


def newest_of(
    connection: Connection, contact_id: int, state: State, *, survey_id: int | None = None, after: dt.datetime
) -> Response | None:
    """The contact's response in this state, in chat, that moved last, and after this moment; of any survey."""
    which = [
        survey_responses.c.contact_id == contact_id,
        survey_responses.c.state == state,
        survey_responses.c.mode == "chat",
        survey_responses.c.moved_at > after,
    ]
    if survey_id is not None:
        which.append(survey_responses.c.survey_id == survey_id)
    newest = _READ.where(*which).order_by(survey_responses.c.moved_at.desc(), survey_responses.c.id.desc())
    row = connection.execute(newest.limit(1)).first()
    return Response(**row._mapping) if row else None


def move(connection: Connection, response_id: int, now: dt.datetime, **values: Any) -> bool:
    """Note that a response moved, while it is still open; whether it was."""
    still = survey_responses.c.id == response_id, survey_responses.c.state == "begun"
    moved = survey_responses.update().where(*still).values(moved_at=now, **values)
    return connection.execute(moved).rowcount > 0


def about(connection: Connection, response: Response) -> About:
    """What a response's person, branch and product are called."""
    found = (
        sa.select(
            sa.func.coalesce(contacts.c.call_me, ""),
            sa.func.coalesce(branches.c.name, ""),
            sa.func.coalesce(products.c.name, ""),
            products.c.names,
        )
        .select_from(survey_responses)
        .outerjoin(contacts, contacts.c.id == survey_responses.c.contact_id)
        .outerjoin(branches, branches.c.id == survey_responses.c.branch_id)
        .outerjoin(products, products.c.id == survey_responses.c.product_id)
    )
    return About(*connection.execute(found.where(survey_responses.c.id == response.id)).one())


def kind_of(connection: Connection, contact_id: int) -> str:
    """Whether the contact is a customer, or what else."""
    return str(connection.scalar(sa.select(contacts.c.kind).where(contacts.c.id == contact_id)))


def wave_of(connection: Connection, survey_id: int, now: dt.datetime) -> int | None:
    """The survey's newest wave that has begun."""
    begun = survey_waves.c.survey_id == survey_id, survey_waves.c.starts_at <= now
    newest = sa.select(survey_waves.c.id).where(*begun).order_by(survey_waves.c.starts_at.desc()).limit(1)
    return connection.scalar(newest)


def segment_of(connection: Connection, contact_id: int) -> str:
    """The code of the contact's tier, or their kind where they have none."""
    own = sa.select(contacts.c.kind, sa.func.coalesce(accounts.c.tier, "")).select_from(
        contacts.outerjoin(accounts, accounts.c.contact_id == contacts.c.id)
    )
    kind, tier = connection.execute(own.where(contacts.c.id == contact_id)).one()
    return str(tier or kind)


def department_of(connection: Connection, touchpoint: str) -> str:
    """The code of the department that answers for a touchpoint; empty where nobody does."""
    own = sa.select(touchpoints.c.department).where(touchpoints.c.code == touchpoint)
    return connection.scalar(own) or ""


def keep(
    connection: Connection, response_id: int, question: str, parts: Sequence[Part], note: str, now: dt.datetime
) -> None:
    """Make these the rows of an answer; a row that stays keeps its id and, where it says the same, its moment."""
    before = {row.part: row for row in answers(connection, response_id, question)}
    new = {part.part: part for part in parts}
    drop(connection, [row.id for part, row in before.items() if part not in new])
    changed = [part for part in new.values() if _differs(part, note, before.get(part.part))]
    if changed:
        own = {"response_id": response_id, "question": question, "note": note, "at": now}
        kept = insert(survey_answers).values([{**part._asdict(), **own} for part in changed])
        written = {name: kept.excluded[name] for name in ("number", "text", "skipped", "note", "at")}
        connection.execute(
            kept.on_conflict_do_update(index_elements=["response_id", "question", "part"], set_=written)
        )


def answers(connection: Connection, response_id: int, question: str = "") -> list[Kept]:
    """The rows of a response's answers, or of one question's, in the order in which they were first given."""
    own = sa.select(*(survey_answers.c[name] for name in Kept._fields)).where(
        survey_answers.c.response_id == response_id, *([survey_answers.c.question == question] if question else [])
    )
    return [Kept(*row) for row in connection.execute(own.order_by(survey_answers.c.id))]


def drop(connection: Connection, answer_ids: Sequence[int]) -> None:
    """Take rows of answers away, and the themes that were found in them."""
    if answer_ids:
        connection.execute(theme_marks.delete().where(theme_marks.c.answer_id.in_(answer_ids)))
        connection.execute(survey_answers.delete().where(survey_answers.c.id.in_(answer_ids)))


def overdue(connection: Connection, now: dt.datetime, limit: int) -> list[Response]:
    """Open responses whose deadline has passed, the earliest first."""
    late = _READ.where(_BEGUN, survey_responses.c.deadline_at <= now)
    rows = connection.execute(late.order_by(survey_responses.c.deadline_at).limit(limit))
    return [Response(**row._mapping) for row in rows]


def _first(connection: Connection, *which: sa.ColumnElement[bool]) -> Response | None:
    row = connection.execute(_READ.where(*which)).first()
    return Response(**row._mapping) if row else None


def _differs(part: Part, note: str, before: Kept | None) -> bool:
    return before is None or (*part[1:], note) != (before.number, before.text, before.skipped, before.note)
