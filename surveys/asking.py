"""The moment of an invitation, and of its one reminder: whether the customer is still to be asked.

Whoever opens the turn locks the contact, looks here, asks cadence, and says here what came of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from sqlalchemy.engine import Connection

from store import due, invitation_rules, survey_invitations
from store.responses import Response
from store.survey_invitations import ASKED, BEGUN, PLANNED, SKIPPED, Invitation
from surveys import inviting, library, responses, rules
from surveys.definition import Survey
from surveys.inviting import ASKED_LATELY, KIND, NotInvited
from surveys.library import Published

REMINDER = "survey_reminder"
CLOSED, STOPPED = "survey closed", "rule stopped"
DAY = dt.timedelta(days=1)


class Open(msgspec.Struct, frozen=True):
    """They may be asked before `until`."""

    invitation: Invitation
    published: Published
    until: dt.datetime


class Unfinished(msgspec.Struct, frozen=True):
    """They may be reminded before `until` of what they began, or of an invitation that they left unanswered."""

    published: Published
    until: dt.datetime
    invitation: Invitation | None = None
    response: Response | None = None


class NotYet(msgspec.Struct, frozen=True):
    """They have answered something lately: it is looked at again at `at`."""

    at: dt.datetime


def look(connection: Connection, contact_id: int, public_id: str, now: dt.datetime) -> Open | NotInvited | None:
    """Whether a planned invitation may be told to the contact, who is locked; None when it is settled already."""
    found = survey_invitations.find(connection, public_id)
    if found is None or found.state != PLANNED:
        return None
    row = invitation_rules.one(connection, found.rule_id) if found.rule_id else None
    if row is not None and (row.removed_at is not None or not row.active):
        return NotInvited(STOPPED)
    published = library.published(connection, found.survey)
    if published is None:
        return NotInvited(CLOSED)
    gap = rules.rule_of(row.settings).gap_days * DAY if row is not None else 0 * DAY
    if gap and survey_invitations.asked_since(connection, contact_id, now - gap):
        return NotInvited(ASKED_LATELY)
    return Open(found, published, found.at + published.survey.days * DAY)


def skipped(connection: Connection, public_id: str, reason: str, now: dt.datetime) -> None:
    """It is never told, for this reason."""
    found = survey_invitations.find(connection, public_id)
    if found is not None:
        inviting.settle(connection, found.id, SKIPPED, now, reason)


def told(connection: Connection, contact_id: int, opened: Open, now: dt.datetime) -> None:
    """It is told now; its reminder is planned."""
    invitation = opened.invitation
    survey_invitations.ask(connection, invitation.id, now)
    plan_reminder(connection, contact_id, opened.published.survey, now, invitation=invitation.public_id)


def plan_reminder(connection: Connection, contact_id: int, survey: Survey, now: dt.datetime, **of: str) -> None:
    """Plan the one reminder of an `invitation` that is told, or of a `response` that nobody invited to and that is
    begun, both by their public ids; nothing when the survey reminds nobody.
    """
    if not 0 < survey.remind_days < survey.days:
        return
    at = now + survey.remind_days * DAY
    [public_id] = of.values()
    due.plan(connection, contact_id, REMINDER, {"kind": KIND, **of}, key=f"{KIND}:{public_id}:reminder", at=at)


def look_again(connection: Connection, args: Mapping[str, str], now: dt.datetime) -> Unfinished | NotYet | None:
    """Whether the contact, who is locked, may be reminded of what `args` name; None when there is nothing to tell.

    Who answered something lately is not: it is looked at again as long after that as after the invitation.
    """
    found = unfinished(connection, args, now)
    if found is None or (found.invitation is not None and found.invitation.reminded_at is not None):
        return None
    if found.response is not None:
        rested = found.response.moved_at + found.published.survey.remind_days * DAY
        return NotYet(rested) if rested > now else found
    return found


def unfinished(connection: Connection, args: Mapping[str, str], now: dt.datetime) -> Unfinished | None:
    """What the `invitation` or the `response` in `args` left to be answered; None when there is nothing."""
    invitation = survey_invitations.find(connection, args["invitation"]) if "invitation" in args else None
    if invitation is None:
        begun = responses.find(connection, args.get("response", ""))
        return _unfinished(connection, None, begun, now) if begun is not None else None
    begun = responses.of_invitation(connection, invitation.id)
    if begun is not None and invitation.state == BEGUN:
        return _unfinished(connection, invitation, begun, now)
    newest = library.published(connection, invitation.survey)
    if invitation.state != ASKED or invitation.asked_at is None or newest is None:
        return None
    return Unfinished(newest, invitation.asked_at + newest.survey.days * DAY, invitation)


def reminded(connection: Connection, unfinished: Unfinished, now: dt.datetime) -> None:
    """They are reminded now, and never again."""
    if unfinished.invitation is not None:
        survey_invitations.remind(connection, unfinished.invitation.id, now)


def _unfinished(
    connection: Connection, invitation: Invitation | None, begun: Response, now: dt.datetime
) -> Unfinished | None:
    if not responses.can_go_on(begun, now):
        return None
    published = library.version(connection, begun.version_id)
    return Unfinished(published, begun.deadline_at or now + DAY, invitation, begun)
