"""What is known of an invitation to a survey when it is told, and of what is left unanswered."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from loyalty.programme import named
from store import members, rewards
from store.survey_invitations import Invitation
from store.tables import branches, cases, contacts, conversations, survey_rewards
from surveys import asking, inviting, library
from surveys.library import Published
from talk.engine import Act, lookup

PARTNERS = frozenset({"supplier", "distributor", "agency", "intermediary"})
OWNERS = frozenset({"shareholder", "investor", "analyst"})


class Told(msgspec.Struct, frozen=True):
    """An invitation: what it is for, how long it takes, and what it brings; what is empty or 0 there is not.

    `about` is `visit`, `case`, `conversation` or `round`; `day` when that was, on the contact's clock.
    """

    about: str
    minutes: int
    whom: Literal["customer", "partner", "owner"] = "customer"
    day: dt.date | None = None
    branch: str = ""
    number: str = ""
    points: int = 0
    reward: str = ""


class Left(msgspec.Struct, frozen=True):
    """What is left unanswered: whether it was begun, by when it can be answered, and how long it takes.

    `about` is the public id by which it is gone on with.
    """

    about: str
    begun: bool
    until: dt.date
    minutes: int


@lookup
def invitation(act: Act, public_id: str) -> Told | None:
    """The invitation with this public id; None when nobody can follow it any more."""
    found = inviting.find(act.connection, public_id)
    published = library.published(act.connection, found.survey) if found else None
    if found is None or published is None:
        return None
    told = Told(inviting.cause_of(found)[0], published.survey.minutes, _whom(act))
    return msgspec.structs.replace(told, **_cause(act, found), **_reward(act, published))


@lookup
def left(act: Act, args: dict[str, str]) -> Left | None:
    """What the arguments of a reminder name; None when nothing is left of it."""
    found = asking.unfinished(act.connection, args, act.now)
    if found is None:
        return None
    about = args.get("invitation") or args.get("response", "")
    until = found.until.astimezone(act.now.tzinfo).date()
    return Left(about, found.response is not None, until, found.published.survey.minutes)


def _whom(act: Act) -> Literal["customer", "partner", "owner"]:
    kind = act.connection.scalar(sa.select(contacts.c.kind).where(contacts.c.id == act.contact_id))
    return "partner" if kind in PARTNERS else "owner" if kind in OWNERS else "customer"


def _cause(act: Act, found: Invitation) -> dict[str, Any]:
    about, *rest = inviting.cause_of(found)
    match about:
        case "visit":
            name = act.connection.scalar(sa.select(branches.c.name).where(branches.c.id == found.branch_id))
            return {"day": dt.date.fromisoformat(rest[-1]), "branch": name or ""}
        case "case":
            number = act.connection.scalar(sa.select(cases.c.number).where(cases.c.public_id == rest[0]))
            return {"number": number or ""}
        case "conversation":
            ended = sa.select(conversations.c.closed_at).where(conversations.c.public_id == rest[0])
            at = act.connection.scalar(ended) or found.at
            return {"day": at.astimezone(act.now.tzinfo).date()}
    return {}


def _reward(act: Act, published: Published) -> dict[str, Any]:
    """What answering brings members who have not had it before."""
    reward = published.survey.reward
    mine = survey_rewards.c.survey_id == published.survey_id, survey_rewards.c.contact_id == act.contact_id
    had = act.connection.scalar(sa.select(sa.exists().where(*mine)))
    if reward is None or had or not members.has_account(act.connection, act.contact_id):
        return {}
    voucher = rewards.find(act.connection, reward.voucher) if reward.voucher else None
    return {"points": reward.points, "reward": named(voucher.name, voucher.names, act.language) if voucher else ""}
