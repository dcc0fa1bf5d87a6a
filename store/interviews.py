"""Interviews by phone and in person: those that are going on, and who is asked."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import branches, contacts, preferences, staff, survey_responses

MODES = ("phone", "in_person")
LISTED = 100


class GoingOn(msgspec.Struct, frozen=True):
    """An interview that was begun and not finished; the name and public ids of who is asked and who asks."""

    public_id: str
    mode: str
    customer: str
    name: str
    staff: str
    branch: str
    begun_at: dt.datetime
    moved_at: dt.datetime


class Asked(msgspec.Struct, frozen=True):
    """Who is asked in an interview; `refuses`: they want no surveys."""

    id: int
    public_id: str
    name: str
    phone: str
    language: str
    kind: str
    deceased: bool
    refuses: bool


def going_on(connection: Connection, survey_id: int, now: dt.datetime) -> list[GoingOn]:
    """The survey's interviews that can be gone on with, those that rest the shortest first."""
    r = survey_responses.c
    found = (
        sa.select(
            r.public_id,
            r.mode,
            sa.func.coalesce(contacts.c.public_id, "").label("customer"),
            sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name, "").label("name"),
            sa.func.coalesce(staff.c.name, "").label("staff"),
            sa.func.coalesce(branches.c.name, "").label("branch"),
            r.begun_at,
            r.moved_at,
        )
        .select_from(survey_responses)
        .outerjoin(contacts, contacts.c.id == r.contact_id)
        .outerjoin(staff, staff.c.id == r.staff_id)
        .outerjoin(branches, branches.c.id == r.branch_id)
        .where(r.survey_id == survey_id, r.state == "begun", r.mode.in_(MODES), r.deadline_at > now)
        .order_by(r.moved_at.desc())
        .limit(LISTED)
    )
    return [GoingOn(*row) for row in connection.execute(found)]


def asked(connection: Connection, contact_id: int) -> Asked:
    """Who is asked, by the contact's id."""
    c = contacts.c
    name = sa.func.coalesce(sa.func.nullif(c.call_me, ""), c.name)
    columns = (c.id, c.public_id, name, sa.func.coalesce(c.phone, ""), c.language, c.kind, c.deceased)
    found = sa.select(*columns, preferences.c.refused).select_from(
        contacts.outerjoin(preferences, preferences.c.contact_id == c.id)
    )
    row = connection.execute(found.where(c.id == contact_id)).one()
    return Asked(*row[:-1], "survey" in (row[-1] or ()))
