"""The surveys of the house: drafts that people change, and versions that never change.

A running conversation stays on its version; new ones begin with the newest. Nothing is ever deleted: a survey that
is put away keeps its versions and its answers.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy.engine import Connection

from loyalty import programme
from store import surveys as kept_surveys
from store import touchpoints
from surveys.checks import Known, problems
from surveys.definition import Survey, Texts, survey_of
from surveys.problem import Problem
from talk.errors import SapaError


class UnknownSurvey(SapaError):
    """There is no survey with this public id or code."""


class Published(msgspec.Struct, frozen=True):
    """One version, `number` from 1; `id` is the version's, `public_id` and `code` are the survey's."""

    id: int
    survey_id: int
    public_id: str
    code: str
    number: int
    survey: Survey
    by: str
    at: dt.datetime


class Kept(msgspec.Struct, frozen=True):
    """A survey as it is kept.

    `draft` is what differs from the last version, None when nothing does; `draft_edit` counts its changes;
    `version` is the number of the last version, 0 before the first.
    """

    id: int
    public_id: str
    code: str
    names: Texts
    draft: Survey | None
    draft_edit: int
    version: int
    active: bool
    created_at: dt.datetime
    changed_at: dt.datetime


class CodeTaken(msgspec.Struct, frozen=True, tag=True):
    """Another survey, maybe one that is put away, has this code."""

    code: str


class Stale(msgspec.Struct, frozen=True, tag=True):
    """Somebody else changed the draft meanwhile; it is at `edit` now."""

    edit: int


class NothingNew(msgspec.Struct, frozen=True, tag=True):
    """There is no draft, or it says what the last version says."""


def every(connection: Connection) -> list[Kept]:
    """All surveys: those in use first, what was changed last before the others."""
    return [_kept(row) for row in kept_surveys.every(connection)]


def find(connection: Connection, public_id: str) -> Kept | None:
    """The survey with this public id or code, put away or not."""
    row = kept_surveys.find(connection, public_id)
    return _kept(row) if row else None


def published(connection: Connection, name: str) -> Published | None:
    """The newest version of the survey with this public id or code; None before the first, and when put away."""
    row = kept_surveys.newest(connection, name)
    return _published(row) if row else None


def version(connection: Connection, version_id: int) -> Published:
    """The version with this id, of a survey that is put away, too. Raises UnknownSurvey."""
    if row := kept_surveys.version(connection, version_id):
        return _published(row)
    raise UnknownSurvey(f"There is no version of a survey with the id {version_id}.")


def versions(connection: Connection, public_id: str) -> list[Published]:
    """All versions of a survey, newest first."""
    return [_published(row) for row in kept_surveys.versions(connection, public_id)]


def create(connection: Connection, survey: Survey, now: dt.datetime) -> Kept | CodeTaken:
    """A new survey with this as its draft; it may be unfinished."""
    row = kept_surveys.add(connection, survey.code, survey.names, _document(survey), now)
    return _kept(row) if row else CodeTaken(survey.code)


def save_draft(connection: Connection, public_id: str, survey: Survey, edit: int, now: dt.datetime) -> int | Stale:
    """Change the draft that was at `edit`; at what it is now. It may be unfinished, and its code stays."""
    kept = _need(connection, public_id)
    survey = structs.replace(survey, code=kept.code)
    saved = kept_surveys.save_draft(connection, kept.public_id, survey.names, _document(survey), edit, now)
    return edit + 1 if saved else Stale(_need(connection, public_id).draft_edit)


def discard(connection: Connection, public_id: str, edit: int, now: dt.datetime) -> int | Stale | NothingNew:
    """Drop the draft that was at `edit`, so that the survey is as its last version; NothingNew when it has none."""
    kept = _need(connection, public_id)
    if kept.draft is None or not kept.version:
        return NothingNew()
    names = versions(connection, public_id)[0].survey.names
    saved = kept_surveys.save_draft(connection, kept.public_id, names, None, edit, now)
    return edit + 1 if saved else Stale(_need(connection, public_id).draft_edit)


def publish(
    connection: Connection, public_id: str, by: str, now: dt.datetime, edit: int | None = None
) -> Published | NothingNew | Stale | tuple[Problem, ...]:
    """Make the draft the next version, if nothing is wrong with it, else what is.

    With `edit` only the draft that somebody saw. What is published holds for everybody who begins from now on.
    """
    row = kept_surveys.find(connection, public_id)
    if row is None:
        raise _unknown(public_id)
    if edit not in (None, row.draft_edit):
        return Stale(row.draft_edit)
    last = versions(connection, row.public_id)[:1]
    if row.draft is None or (last and survey_of(row.draft) == last[0].survey):
        return NothingNew()
    if found := wrong(connection, row.public_id):
        return found
    added = kept_surveys.publish(connection, row, by, now)
    return version(connection, added) if added else Stale(_need(connection, public_id).draft_edit)


def wrong(connection: Connection, public_id: str) -> tuple[Problem, ...]:
    """What keeps a survey as it is now from being published. Raises UnknownSurvey."""
    earlier = [each.survey for each in versions(connection, public_id)]
    return tuple(problems(current(connection, public_id), earlier, known(connection)))


def known(connection: Connection) -> Known:
    """What the business has that a survey may name."""
    rewards = programme.read(connection).rewards
    return Known(
        touchpoints=[each.code for each in touchpoints.read_touchpoints(connection) if each.active],
        departments=[each.code for each in touchpoints.read_departments(connection) if each.active],
        vouchers=[each.code for each in rewards if each.kind != "donation"],
    )


def archive(connection: Connection, public_id: str, now: dt.datetime) -> bool:
    """Put a survey away: nobody begins it any more; whether that is a change."""
    return kept_surveys.activate(connection, public_id, False, now)


def restore(connection: Connection, public_id: str, now: dt.datetime) -> bool:
    """Put a survey back into use; whether that is a change."""
    return kept_surveys.activate(connection, public_id, True, now)


def copy(connection: Connection, public_id: str, code: str, names: Texts, now: dt.datetime) -> Kept | CodeTaken:
    """A new survey that begins as this one is now, under another code and other names."""
    return create(connection, structs.replace(current(connection, public_id), code=code, names=names), now)


def current(connection: Connection, public_id: str) -> Survey:
    """What somebody who changes this survey begins with: its draft, else its last version. Raises UnknownSurvey."""
    kept = _need(connection, public_id)
    return kept.draft or versions(connection, kept.public_id)[0].survey


def _need(connection: Connection, name: str) -> Kept:
    if kept := find(connection, name):
        return kept
    raise _unknown(name)


def _unknown(name: str) -> UnknownSurvey:
    return UnknownSurvey(f"There is no survey “{name}”; `sapa survey list` tells their codes.")


def _document(survey: Survey) -> Any:
    """The definition as it is kept. Raises msgspec.ValidationError for one that could not be read again."""
    document = msgspec.to_builtins(survey)
    survey_of(document)
    return document


def _kept(row: kept_surveys.Row) -> Kept:
    return Kept(**row._asdict() | {"draft": None if row.draft is None else survey_of(row.draft)})


def _published(row: kept_surveys.Version) -> Published:
    values = row._asdict()
    survey = survey_of(values.pop("definition"))
    return Published(survey=survey, **values)
