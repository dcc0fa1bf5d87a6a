"""What the page of one conversation shows, read in one go."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request

from console.numbers import whole_number
from console.staff import gate
from console.staff.access import Staff
from console.staff.office import Office, office_of
from console.staff.service_texts import WAITS
from flows.book import FLOWS
from locales import Language, render
from loyalty.account import Account, account_of
from service import parked as parking
from service.parked import Parked
from store import (
    canned,
    case_lists,
    claims,
    drafts,
    labels,
    looking,
    profiles,
    promises,
    queues,
    sessions,
    talk_lines,
    talks,
)
from store import staff as accounts
from store.canned import Canned
from store.claims import Claim
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.labels import Label
from store.looking import Looker
from store.profiles import Bought, Profile
from store.promises import Promise
from store.talk_line import Line
from store.talk_lines import Stretch
from store.talks import Earlier, Talk
from store.transcript import NEWEST

LINES = 60
MOST_REQUESTS = 10
LOOKED_AT_AGAIN = 30  # of the newest lines: they may have been edited, delivered, or slipped in between


class Now(NamedTuple):
    """What changes while somebody looks."""

    talk: Talk
    stretch: Stretch
    lookers: list[Looker]


class Opened(NamedTuple):
    """The conversation and all that is shown beside it."""

    talk: Talk
    stretch: Stretch
    lookers: list[Looker]
    profile: Profile
    account: Account
    purchases: list[Bought]
    claims: list[Claim]
    requests: list[case_lists.Row]
    promises: list[Promise]
    parked: Parked | None
    labels: list[Label]
    all_labels: list[Label]
    tags: list[str]
    earlier: list[Earlier]
    colleagues: list[tuple[str, str]]
    queues: list[tuple[str, str]]
    canned: list[Canned]
    draft: str


def opened(request: Request, staff: Staff, connection: Connection) -> Opened:
    """Everything, at the newest lines or at those before `?before=`."""
    office = office_of(request)
    now = office.now()
    talk = gate.talk(connection, staff, request.path_params["public_id"])
    contact = talk.contact_id
    mine = talk.owner == staff.public_id
    return Opened(
        talk,
        talk_lines.before(connection, contact, place(request, "before", NEWEST), LINES),
        looking.others(connection, contact, staff.id, now),
        profiles.profile(connection, contact),
        account_of(connection, contact, now.astimezone(office.zone), staff.language),
        profiles.latest_purchases(connection, contact, staff.language),
        claims.open_of(connection, contact),
        [one for one in case_lists.of_contact(connection, [contact], MOST_REQUESTS) if one.state == "open"],
        [one for one in promises.of_contact(connection, contact) if one.state == "open"],
        _parked(connection, talk, staff.language, now),
        labels.of(connection, talk.open.id) if talk.open else [],
        labels.every(connection) if talk.open else [],
        talks.tags(connection, contact),
        talks.earlier(connection, contact),
        colleagues(connection, staff),
        [(one.public_id, queues.name_of(one, staff.language)) for one in queues.every(connection) if one.active],
        [one for one in canned.every(connection) if fits(one, talk)] if mine else [],
        drafts.of(connection, staff.id, contact) if mine else "",
    )


def news(request: Request, staff: Staff, connection: Connection) -> Now:
    """What came after the place `?after=`, and the newest lines once more as they are now."""
    talk = gate.talk(connection, staff, request.path_params["public_id"])
    since = min(place(request, "after", talk.seq), max(0, talk.seq - LOOKED_AT_AGAIN))
    return Now(
        talk,
        talk_lines.after(connection, talk.contact_id, since),
        looking.others(connection, talk.contact_id, staff.id, office_of(request).now()),
    )


def _parked(connection: Connection, talk: Talk, language: Language, now: dt.datetime) -> Parked | None:
    """What the bot was doing when a person was wanted; None when it was doing nothing."""
    session_id = talk.open.session_id if talk.open else None
    found = sessions.one(connection, session_id) if session_id is not None else None
    if found is None:
        return None
    return parking.look(found[0].record, FLOWS, customer=talk.language, agent=language, now=now)


def colleagues(connection: Connection, staff: Staff) -> list[tuple[str, str]]:
    """Public id and name of everybody else who serves customers."""
    everybody = accounts.every(connection)
    return [
        (one.public_id, one.name)
        for one in everybody
        if one.active and one.id != staff.id and one.role in gate.SERVICE
    ]


def fits(reply: Canned, talk: Talk) -> bool:
    """Whether a canned reply is offered here: it belongs to every queue or to this conversation's."""
    return reply.queue_id is None or (talk.open is not None and talk.open.queue_id == reply.queue_id)


def place(request: Request, name: str, otherwise: int) -> int:
    """A place in the conversation from the address."""
    asked = whole_number(request.query_params.get(name, ""))
    return otherwise if asked is None else min(asked, NEWEST)


def by_day(stretch: Stretch, zone: dt.tzinfo) -> list[tuple[dt.datetime, list[Line]]]:
    """The lines under the days on which they came, on the business's clock."""
    days: list[tuple[dt.datetime, list[Line]]] = []
    for line in stretch.lines:
        if not days or days[-1][0].astimezone(zone).date() != line.at.astimezone(zone).date():
            days.append((line.at, []))
        days[-1][1].append(line)
    return days


def whose(talk: Talk, staff: Staff) -> str:
    """Who has it, as the templates name it: mine, theirs, queue, snoozed, bot, blocked."""
    if talk.owner in (BOT, QUEUE, SNOOZED, BLOCKED):
        return talk.owner
    return "mine" if talk.owner == staff.public_id else "theirs"


def waiting(talk: Talk, now: dt.datetime, language: Language) -> str:
    """Since when the customer waits for the team, in words; empty when they do not."""
    since = talk.open.waiting_since if talk.open else None
    if since is None:
        return ""
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return render(WAITS["minutes"], language, {"minutes": minutes})
    if minutes < 48 * 60:
        return render(WAITS["hours"], language, {"hours": minutes // 60})
    return render(WAITS["days"], language, {"days": minutes // (24 * 60)})


def values_for(
    connection: Connection, talk: Talk, staff: Staff, office: Office, language: Language
) -> dict[str, str | int | dt.date | None]:
    """What canned replies in a language may say of this customer."""
    now = office.now().astimezone(office.zone)
    account = account_of(connection, talk.contact_id, now, language)
    return {
        "name": talk.name,
        "number": profiles.profile(connection, talk.contact_id).number,
        "points": account.balance,
        "tier": account.tier,
        "agent": staff.name,
        "business": office.business,
        "today": now.date(),
    }
