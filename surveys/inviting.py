"""Inviting contacts to surveys: each once for each rule and cause, the others recorded with the reason why not.

What is planned is a row and a due row. When its moment comes `surveys.asking` looks once more, and cadence decides.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from store import due, invitation_rules, survey_invitations, survey_reach
from store.survey_invitations import (
    ASKED,
    BEGUN,
    DECLINED,
    DONE,
    EXPIRED,
    PLANNED,
    SKIPPED,
    Invitation,
    New,
)
from store.survey_reach import Fact
from surveys import library, rules
from surveys.rules import Ruled

KIND = "survey"  # of message, as cadence has it
FLOW = "survey_invite"
SAMPLED_OUT, NOT_FOR_THEM, NOT_WANTED = "sampled out", "not for them", "not wanted"
ASKED_LATELY, LEFT_OUT = "asked lately", "left out"


class Candidate(NamedTuple):
    """Whom a rule would invite, for what: `cause` names the event or round, `at` is when they would be asked."""

    contact_id: int
    cause: str
    at: dt.datetime
    touchpoint: str = ""
    branch_id: int | None = None
    product_id: int | None = None


class Invited(msgspec.Struct, frozen=True, tag=True):
    """They will be asked at `at`, unless cadence or a newer question is against it."""

    public_id: str
    at: dt.datetime


class NotInvited(msgspec.Struct, frozen=True, tag=True):
    """They will not be asked for this cause."""

    reason: str


Outcome: TypeAlias = Invited | NotInvited
_FROM: Mapping[str, tuple[str, ...]] = {  # what may become what: a button of long ago may still be pressed
    BEGUN: (PLANNED, ASKED, DECLINED, EXPIRED),
    DONE: (PLANNED, ASKED, BEGUN, DECLINED, EXPIRED),
    DECLINED: (PLANNED, ASKED, BEGUN),
    EXPIRED: (ASKED, BEGUN),
    SKIPPED: (PLANNED,),
}


def at_work(connection: Connection, *causes: str) -> list[Ruled]:
    """The rules with one of these causes that invite at present, the oldest first."""
    return [each for row in invitation_rules.at_work(connection, causes) if (each := ruled(connection, row))]


def ruled(connection: Connection, row: invitation_rules.Row) -> Ruled | None:
    """The rule as it works; None when its survey cannot be answered."""
    published = library.published(connection, row.survey)
    if published is None:
        return None
    rule = rules.rule_of(row.settings)
    return Ruled(row.id, row.public_id, row.survey_id, row.survey, rule, published.survey.kinds)


def invite(
    connection: Connection, ruled: Ruled, candidates: Sequence[Candidate], now: dt.datetime
) -> dict[str, Outcome]:
    """Plan invitations of those who may be asked, and record why the others are not; what is new, by its key.

    Whoever was invited, or not, for the same cause before is left as they are, so it may be tried again.
    """
    judged = judge(connection, ruled, candidates, now)
    new = {
        f"{ruled.public_id}:{each.cause}": _row(ruled, each, why)
        for each, why in zip(candidates, judged, strict=True)
    }
    added = survey_invitations.add(connection, list(new.values()))
    for key in sorted(added):
        if new[key].state == PLANNED:
            _plan(connection, new[key])
    return {
        key: Invited(new[key].public_id, new[key].at) if new[key].state == PLANNED else NotInvited(new[key].reason)
        for key in added
    }


def judge(connection: Connection, ruled: Ruled, candidates: Sequence[Candidate], now: dt.datetime) -> list[str]:
    """For each candidate the reason why they are not asked; empty for those who are."""
    ids = sorted({each.contact_id for each in candidates})
    if not ids:
        return []
    facts = survey_reach.facts(connection, ids)
    gap = dt.timedelta(days=ruled.rule.gap_days)
    times = _times(connection, ids, now - gap) if gap else {}
    found = []
    for each in candidates:
        why = _unfit(ruled, each, facts[each.contact_id])
        known = times.setdefault(each.contact_id, [])
        if not why and any(each.at - gap < at <= each.at for at in known):
            why = ASKED_LATELY
        if not why and gap:
            known.append(each.at)
        found.append(why)
    return found


def settle(connection: Connection, invitation_id: int, state: str, now: dt.datetime, reason: str = "") -> bool:
    """Say what became of an invitation (see `store.survey_invitations`); whether that is a change.

    What is done stays done. One that was declined or has expired may still be begun.
    """
    settled_at = None if state == BEGUN else now
    return survey_invitations.settle(connection, invitation_id, _FROM[state], state, settled_at, reason)


def leave_out(connection: Connection, contact_id: int, public_id: str, now: dt.datetime) -> bool:
    """Let a planned invitation of the contact's not be told, by their wish; whether it was planned."""
    found = survey_invitations.find(connection, public_id)
    if found is None or found.contact_id != contact_id:
        return False
    return settle(connection, found.id, SKIPPED, now, LEFT_OUT)


def find(connection: Connection, public_id: str) -> Invitation | None:
    """The invitation with this public id."""
    return survey_invitations.find(connection, public_id)


def cause_of(invitation: Invitation) -> tuple[str, ...]:
    """What it was for: `visit`, contact, day; `case` or `conversation`, its public id; `round`, day, contact."""
    return tuple(invitation.key.split(":")[1:])


def _unfit(ruled: Ruled, candidate: Candidate, fact: Fact) -> str:
    if not rules.drawn(ruled.public_id, candidate.cause, ruled.rule.share):
        return SAMPLED_OUT
    if fact.kind not in ruled.kinds:
        return NOT_FOR_THEM
    return NOT_WANTED if KIND in fact.refused else ""


def _times(connection: Connection, ids: Sequence[int], since: dt.datetime) -> dict[int, list[dt.datetime]]:
    """When contacts were, or are to be, asked something."""
    found = sorted(survey_invitations.asked(connection, ids, since) + survey_invitations.waiting(connection, ids))
    return {
        contact_id: [each.at for each in some] for contact_id, some in groupby(found, lambda each: each.contact_id)
    }


def _row(ruled: Ruled, candidate: Candidate, why: str) -> New:
    return New(
        public_id=secrets.token_urlsafe(12),
        key=f"{ruled.public_id}:{candidate.cause}",
        survey_id=ruled.survey_id,
        rule_id=ruled.id,
        contact_id=candidate.contact_id,
        state=SKIPPED if why else PLANNED,
        reason=why,
        touchpoint=candidate.touchpoint,
        branch_id=candidate.branch_id,
        product_id=candidate.product_id,
        at=candidate.at,
    )


def _plan(connection: Connection, new: New) -> None:
    args = {"kind": KIND, "invitation": new.public_id}
    due.plan(connection, new.contact_id, FLOW, args, key=f"{KIND}:{new.public_id}", at=new.at)
