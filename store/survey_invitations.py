"""Invitations to surveys: one for each rule and cause, and what became of it.

`planned` until its moment, then `asked`, or `skipped` for a reason; then `begun`, `done`, `declined` or `expired`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import Utc, survey_invitations, survey_responses, surveys

PLANNED, ASKED, BEGUN, DONE = "planned", "asked", "begun", "done"
DECLINED, SKIPPED, EXPIRED = "declined", "skipped", "expired"
STATES = (PLANNED, ASKED, BEGUN, DONE, DECLINED, EXPIRED, SKIPPED)
KIOSK = "kiosk"  # a mode in which nobody is asked who they are


class New(NamedTuple):
    """An invitation that is to be kept; `key` is its rule and what it is for."""

    public_id: str
    key: str
    survey_id: int
    rule_id: int | None
    contact_id: int
    state: str
    reason: str
    touchpoint: str
    branch_id: int | None
    product_id: int | None
    at: dt.datetime


class Invitation(NamedTuple):
    """An invitation as it stands; `survey` is the public id of its survey."""

    id: int
    public_id: str
    key: str
    survey_id: int
    survey: str
    rule_id: int | None
    contact_id: int
    state: str
    reason: str
    touchpoint: str
    branch_id: int | None
    product_id: int | None
    at: dt.datetime
    asked_at: dt.datetime | None
    reminded_at: dt.datetime | None
    settled_at: dt.datetime | None


class Asked(NamedTuple):
    """That a contact was, or is to be, asked something in a survey at that moment."""

    contact_id: int
    at: dt.datetime


_I = survey_invitations.c
_ROW = sa.select(
    *(surveys.c.public_id if name == "survey" else _I[name] for name in Invitation._fields)
).select_from(survey_invitations.join(surveys, surveys.c.id == _I.survey_id))
_ADD = Prepared(
    insert_given(survey_invitations, *New._fields).on_conflict_do_nothing(index_elements=["key"]).returning(_I.key)
)
_FIND = Prepared(_ROW.where(_I.public_id == sa.bindparam("public_id")))
_ONE = Prepared(_ROW.where(_I.id == sa.bindparam("invitation_id")))
_PLANNED_OF = Prepared(
    _ROW.where(
        _I.contact_id == sa.bindparam("contact_id"),
        _I.asked_at.is_(None),
        _I.state == sa.literal_column(f"'{PLANNED}'"),
    ).order_by(_I.at)
)
_NEWEST_ASKED = Prepared(
    _ROW.where(_I.contact_id == sa.bindparam("contact_id"), _I.state == sa.literal_column(f"'{ASKED}'"))
    .order_by(_I.asked_at.desc())
    .limit(1)
)
_ASKED = Prepared(
    sa.union_all(
        sa.select(_I.contact_id, _I.asked_at.label("at")).where(
            among(_I.contact_id, "ids"), _I.asked_at > sa.bindparam("since", type_=Utc())
        ),
        sa.select(survey_responses.c.contact_id, survey_responses.c.begun_at).where(
            among(survey_responses.c.contact_id, "ids"),
            survey_responses.c.begun_at > sa.bindparam("since", type_=Utc()),
            survey_responses.c.mode != sa.literal_column(f"'{KIOSK}'"),
        ),
    )
)
_WAITING = Prepared(
    sa.select(_I.contact_id, _I.at).where(
        among(_I.contact_id, "ids"), _I.asked_at.is_(None), _I.state == sa.literal_column(f"'{PLANNED}'")
    )
)
_ELSE = Prepared(
    sa.union_all(
        sa.select(_I.asked_at).where(
            _I.contact_id == sa.bindparam("contact_id"),
            _I.asked_at > sa.bindparam("since", type_=Utc()),
        ),
        sa.select(survey_responses.c.begun_at).where(
            survey_responses.c.contact_id == sa.bindparam("contact_id"),
            survey_responses.c.begun_at > sa.bindparam("since", type_=Utc()),
            survey_responses.c.mode != sa.literal_column(f"'{KIOSK}'"),
        ),
    ).limit(1)
)
_SETTLE = Prepared(
    survey_invitations.update()
    .where(_I.id == sa.bindparam("invitation_id"), among(_I.state, "before"))
    .values(
        {
            "state": sa.bindparam("new_state", type_=sa.String()),
            "reason": sa.bindparam("new_reason", type_=sa.String()),
            "settled_at": sa.bindparam("new_settled_at", type_=Utc()),
        }
    )
)
_ASK = Prepared(
    survey_invitations.update()
    .where(_I.id == sa.bindparam("invitation_id"), _I.state == sa.literal_column(f"'{PLANNED}'"))
    .values({"state": sa.literal_column(f"'{ASKED}'"), "asked_at": sa.bindparam("now", type_=Utc())})
)
_REMIND = Prepared(
    survey_invitations.update()
    .where(_I.id == sa.bindparam("invitation_id"), _I.reminded_at.is_(None))
    .values(reminded_at=sa.bindparam("now", type_=Utc()))
)
_OVER = (
    sa.select(_I.id)
    .where(
        _I.survey_id == sa.bindparam("survey_id"),
        _I.state == sa.literal_column(f"'{ASKED}'"),
        _I.asked_at <= sa.bindparam("before", type_=Utc()),
    )
    .order_by(_I.asked_at)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(skip_locked=True)
)
_EXPIRE = Prepared(
    survey_invitations.update()
    .where(_I.id.in_(_OVER.scalar_subquery()))
    .values(state=sa.literal_column(f"'{EXPIRED}'"), settled_at=sa.bindparam("now", type_=Utc()))
)


def add(connection: Connection, invitations: Sequence[New]) -> set[str]:
    """Keep those whose keys are new; the keys of these. Two that add do it in one order."""
    rows = [(*each[:-1], moment_text(each.at)) for each in sorted(invitations, key=lambda each: each.key)]
    return {key for (key,) in _ADD.rows(connection, given=rows)} if rows else set()


def find(connection: Connection, public_id: str) -> Invitation | None:
    """The invitation with this public id."""
    row = _FIND.row(connection, public_id=public_id)
    return Invitation(*row) if row else None


def one(connection: Connection, invitation_id: int) -> Invitation | None:
    """The invitation with this id."""
    row = _ONE.row(connection, invitation_id=invitation_id)
    return Invitation(*row) if row else None


def planned(connection: Connection, contact_id: int) -> list[Invitation]:
    """What a contact is to be asked, the soonest first."""
    return [Invitation(*row) for row in _PLANNED_OF.rows(connection, contact_id=contact_id)]


def newest_asked(connection: Connection, contact_id: int) -> Invitation | None:
    """What a contact was asked last, while it is neither begun nor declined nor over."""
    row = _NEWEST_ASKED.row(connection, contact_id=contact_id)
    return Invitation(*row) if row else None


def asked(connection: Connection, contact_ids: Collection[int], since: dt.datetime) -> list[Asked]:
    """When these contacts were asked something after that moment: invited, interviewed, or by their own wish."""
    return [Asked(*row) for row in _ASKED.rows(connection, ids=contact_ids, since=since)]


def waiting(connection: Connection, contact_ids: Collection[int]) -> list[Asked]:
    """When these contacts are to be asked something."""
    return [Asked(*row) for row in _WAITING.rows(connection, ids=contact_ids)]


def asked_since(connection: Connection, contact_id: int, since: dt.datetime) -> bool:
    """Whether a contact was asked something after that moment."""
    return _ELSE.row(connection, contact_id=contact_id, since=since) is not None


def settle(
    connection: Connection,
    invitation_id: int,
    before: Collection[str],
    state: str,
    settled_at: dt.datetime | None,
    reason: str = "",
) -> bool:
    """Give an invitation that is in one of the states `before` another; whether it was."""
    values = {"new_state": state, "new_settled_at": settled_at, "new_reason": reason[:64]}
    return _SETTLE.run(connection, invitation_id=invitation_id, before=before, **values) == 1


def ask(connection: Connection, invitation_id: int, now: dt.datetime) -> bool:
    """Note that it is told now; False when it is planned no more."""
    return _ASK.run(connection, invitation_id=invitation_id, now=now) == 1


def remind(connection: Connection, invitation_id: int, now: dt.datetime) -> bool:
    """Note that it is reminded of now; False when it was before."""
    return _REMIND.run(connection, invitation_id=invitation_id, now=now) == 1


def expire(connection: Connection, survey_id: int, before: dt.datetime, now: dt.datetime, most: int) -> int:
    """End some of a survey's invitations that were asked until that moment and nobody followed; how many."""
    return _EXPIRE.run(connection, survey_id=survey_id, before=before, now=now, most=most)
