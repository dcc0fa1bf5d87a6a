"""Taking a contact over: everything that belongs to a person goes to the contact of the chat they proved it in.

What was said stays with the old contact, which points to the new one: places in a conversation are given by
contact, and a page that is open must not see old messages come in as new.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import consents, desk, joined_campaigns, ledger_freezing, outbox, rhythms
from store.contacts import BOT
from store.prepared import insert
from store.tables import (
    accounts,
    adjustments,
    anniversaries,
    behaviours,
    campaign_recipients,
    cases,
    claims,
    codes,
    contact_tags,
    contacts,
    due,
    identities,
    not_interested,
    occurrences,
    offer_watches,
    preferences,
    promises,
    purchases,
    sessions,
    shown_products,
    stage_changes,
    survey_invitations,
    survey_responses,
    survey_rewards,
    tier_changes,
    till_actions,
    verdicts,
    vouchers,
)
from store.tables import (
    consents as consents_table,
)

_other_case = cases.alias("other_case")
# A person has any number of these.
_PLAIN = (
    *(purchases, vouchers, claims, consents_table, verdicts, behaviours, till_actions, identities),
    *(shown_products, adjustments, promises, survey_invitations, survey_responses, stage_changes),
)
# What the business or the customer said before stays unless the chat knows better.
TAKEN_OVER = ("number", "name", "email", "city")
KEPT = ("call_me", "timezone", "digits", "joined_from", "phone")
LINKED = "linked"
_USED_UP = 99  # tries: a code of the old card opens nothing any more


class Moved(msgspec.Struct, kw_only=True):
    """What a contact lost to another, so that it can be given back.

    `rows` are the ids of what changed hands, by table, `dropped` the rows that gave way, and `fields` what the two
    contacts were before (`gone`, `kept`) and what the other one was given (`given`). `lists` are the segments that
    the other one was put on, `earlier` contacts that had been taken over before.
    """

    rows: dict[str, list[int]] = {}
    dropped: dict[str, list[dict[str, Any]]] = {}
    fields: dict[str, dict[str, Any]] = {}
    tags: list[str] = []
    lists: list[int] = []
    earlier: list[int] = []


def absorb(connection: Connection, member_id: int, into_contact_id: int, *, accounts_too: bool = True) -> Moved:
    """Give everything of one contact to another; both must be locked, and `into_contact_id` hold no points.

    Open dialogues of the old contact end. Where both have something of which a person has one, the more cautious
    wins: the birthday that was given first, the preferences changed last, an occasion that was greeted already.
    Not `accounts_too`: each keeps its points.
    """
    moved = Moved()
    if accounts_too:
        _swap_accounts(connection, member_id, into_contact_id)
    _settle_unique(connection, member_id, into_contact_id, moved)
    for table in (*_PLAIN, cases, anniversaries, occurrences):
        moved.rows[table.name] = _give(connection, table, member_id, into_contact_id)
    _give_preferences(connection, member_id, into_contact_id, moved)
    moved.tags = _give_tags(connection, member_id, into_contact_id)
    recipients, moved.lists = joined_campaigns.give(connection, member_id, into_contact_id)
    moved.rows[campaign_recipients.name] = recipients
    for table in (survey_rewards, not_interested, offer_watches):
        _also_of(connection, table, member_id, into_contact_id)
    _give_codes(connection, member_id, into_contact_id)
    moved.rows[due.name] = _end_dialogues(connection, member_id, into_contact_id)
    _give_fields(connection, member_id, into_contact_id, moved)
    stand_by_consents(connection, into_contact_id)
    rhythms.soil(connection, (member_id, into_contact_id))  # by which both are scored anew, too
    return moved


def give_conversation(connection: Connection, member_id: int, into_contact_id: int, now: dt.datetime) -> None:
    """Let the conversation that the team has with one contact go on with the other, or become a part of its own.

    To be done before `absorb`. Both are locked. Closed ones stay with what was said.
    """
    given, kept = desk.open_of(connection, member_id), desk.open_of(connection, into_contact_id)
    if given is None:
        return
    owner, until = _owner(connection, member_id)[1:]
    _own(connection, member_id, given.id, BOT, None, now)
    if kept is not None:
        desk.change(connection, given.id, now, state="closed", closed_at=now, close_reason=LINKED, look_at=None)
        desk.fold(connection, given, kept, now)
    else:
        desk.change(connection, given.id, now, contact_id=into_contact_id)
        _own(connection, into_contact_id, given.id, owner, until, now)


def _owner(connection: Connection, contact_id: int) -> tuple[int, str, dt.datetime | None]:
    row = connection.execute(
        sa.select(contacts.c.seq, contacts.c.owner, contacts.c.owner_until).where(contacts.c.id == contact_id)
    ).one()
    return row.seq, row.owner, row.owner_until


def _own(
    connection: Connection,
    contact_id: int,
    conversation_id: int,
    owner: str,
    until: dt.datetime | None,
    now: dt.datetime,
) -> None:
    seq, before, _until = _owner(connection, contact_id)
    desk.set_owner(connection, contact_id, owner, until)
    change = {"seq": seq, "before": before, "after": owner, "until": until, "by": "rule", "why": LINKED}
    desk.note_owner(connection, contact_id, now, conversation_id=conversation_id, **change)


def owned(connection: Connection, contact_id: int) -> dict[str, int]:
    """How many rows of each sort the contact would take along, by table; what there is none of is left out."""
    counts = {
        table.name: connection.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c.contact_id == contact_id)
        )
        for table in (purchases, vouchers, claims, consents_table, promises)
    }
    return {name: count for name, count in counts.items() if count}


def family(contact_id: int) -> sa.Select[int]:
    """The ids of a contact and of all that were taken over by it."""
    return sa.select(contacts.c.id).where(sa.or_(contacts.c.id == contact_id, contacts.c.merged_into == contact_id))


def _give(connection: Connection, table: sa.Table, member_id: int, contact_id: int) -> list[int]:
    theirs = table.update().where(table.c.contact_id == member_id).values(contact_id=contact_id)
    return list(connection.scalars(theirs.returning(table.c.id)))


def _swap_accounts(connection: Connection, member_id: int, contact_id: int) -> None:
    """Give the member's account; the chat's empty one stays with the old contact.

    To delete it, the database would look through all entries for one that refers to it.
    """
    mine = sa.select(accounts.c.contact_id, accounts.c.id).where(accounts.c.contact_id.in_((member_id, contact_id)))
    held = {row.contact_id: row.id for row in connection.execute(mine)}
    if member_id not in held:
        return
    ledger_freezing.carry(connection, contact_id, held[member_id])
    empty = accounts.c.id == held.get(contact_id)
    connection.execute(tier_changes.delete().where(tier_changes.c.account_id == held.get(contact_id)))
    connection.execute(accounts.update().where(empty).values(contact_id=None, tier="", tier_until=None))
    _give(connection, accounts, member_id, contact_id)
    connection.execute(accounts.update().where(empty).values(contact_id=member_id))


def _settle_unique(connection: Connection, member_id: int, contact_id: int, moved: Moved) -> None:
    both = (member_id, contact_id)
    _part_cases(connection, member_id, contact_id)
    _keep_one(connection, anniversaries, ("occasion",), anniversaries.c.given_at.asc(), both, moved)
    greeted = sa.case((occurrences.c.state == "planned", 1), else_=0)
    _keep_one(connection, occurrences, ("occasion", "occurrence"), greeted.asc(), both, moved)


def _part_cases(connection: Connection, member_id: int, contact_id: int) -> None:
    """Of two open cases that came from surveys one goes on as a complaint: a person has one of a survey open."""
    of_survey = cases.c.kind == "survey", cases.c.state == "open"
    other = sa.exists().where(_other_case.c.contact_id == contact_id, _other_case.c.kind == "survey")
    both = cases.c.contact_id == member_id, other.where(_other_case.c.state == "open")
    connection.execute(cases.update().where(*of_survey, *both).values(kind="complaint"))


def _keep_one(
    connection: Connection, table: sa.Table, key: tuple[str, ...], best: Any, both: tuple[int, int], moved: Moved
) -> None:
    """Of two rows with the same key, one of each contact, keep the better one."""
    rows = connection.execute(
        sa.select(table).where(table.c.contact_id.in_(both)).order_by(best, table.c.id)
    ).mappings()
    kept: set[tuple[Any, ...]] = set()
    for row in rows.all():
        this = tuple(row[name] for name in key)
        if this in kept:
            moved.dropped.setdefault(table.name, []).append(dict(row))
            connection.execute(table.delete().where(table.c.id == row["id"]))
        kept.add(this)


def _give_preferences(connection: Connection, member_id: int, contact_id: int, moved: Moved) -> None:
    """Those that were changed last hold."""
    both = sa.select(preferences).where(preferences.c.contact_id.in_((member_id, contact_id)))
    rows = [dict(row) for row in connection.execute(both.order_by(preferences.c.changed_at.desc())).mappings()]
    if not rows:
        return
    moved.dropped[preferences.name] = rows
    connection.execute(preferences.delete().where(preferences.c.contact_id.in_((member_id, contact_id))))
    connection.execute(preferences.insert().values({**rows[0], "contact_id": contact_id}))


def _give_tags(connection: Connection, member_id: int, contact_id: int) -> list[str]:
    theirs = contact_tags.c.contact_id == member_id
    has = set(connection.scalars(sa.select(contact_tags.c.tag).where(contact_tags.c.contact_id == contact_id)))
    given = [tag for tag in connection.scalars(sa.select(contact_tags.c.tag).where(theirs)) if tag not in has]
    connection.execute(
        contact_tags.update().where(theirs, contact_tags.c.tag.in_(given)).values(contact_id=contact_id)
    )
    return given


def _also_of(connection: Connection, table: sa.Table, member_id: int, contact_id: int) -> None:
    """Let what holds of one hold of the other, too: who was thanked for a survey as either is not thanked again.

    Parted, both keep it: nobody is thanked a second time.
    """
    theirs = sa.select(table).where(table.c.contact_id == member_id)
    for row in connection.execute(theirs).mappings().all():
        kept = insert(table).values({**row, "contact_id": contact_id})
        connection.execute(kept.on_conflict_do_nothing())


def _give_codes(connection: Connection, member_id: int, contact_id: int) -> None:
    _give(connection, codes, member_id, contact_id)
    asked = codes.c.member_id == member_id
    connection.execute(codes.update().where(asked).values(member_id=contact_id, tries=_USED_UP))


def _end_dialogues(connection: Connection, member_id: int, contact_id: int) -> list[int]:
    steps = sa.and_(due.c.contact_id == member_id, due.c.session_id.is_not(None))
    connection.execute(due.delete().where(steps))
    open_ones = sa.and_(sessions.c.contact_id == member_id, sessions.c.state != "ended")
    connection.execute(sessions.update().where(open_ones).values(state="ended", exit=LINKED))
    return _give(connection, due, member_id, contact_id)


def _give_fields(connection: Connection, member_id: int, contact_id: int, moved: Moved) -> None:
    old = connection.execute(sa.select(contacts).where(contacts.c.id == member_id)).one()._mapping
    new = connection.execute(sa.select(contacts).where(contacts.c.id == contact_id)).one()._mapping
    given: dict[str, Any] = {name: old[name] for name in TAKEN_OVER if old[name]}
    given |= {name: old[name] for name in KEPT if old[name] and not new[name]}
    if new["kind"] == "customer":
        given["kind"] = old["kind"]
    if new["marketing"] == "unasked":
        given["marketing"] = old["marketing"]
    emptied = {"number": None, "phone": None, "email": None, "name": "", "call_me": "", "city": "", "owner": "bot"}
    gone = contacts.update().where(contacts.c.id == member_id)
    connection.execute(gone.values(merged_into=contact_id, owner_until=None, **emptied))
    earlier = contacts.update().where(contacts.c.merged_into == member_id).values(merged_into=contact_id)
    moved.earlier = list(connection.scalars(earlier.returning(contacts.c.id)))
    if given:
        connection.execute(contacts.update().where(contacts.c.id == contact_id).values(**given))
    moved.fields = {
        "gone": {name: old[name] for name in emptied if name != "owner"},
        "kept": {name: new[name] for name in given},
        "given": given,
    }


def stand_by_consents(connection: Connection, contact_id: int) -> None:
    """The last word on marketing holds, whichever chat it was said in."""
    said = sa.and_(consents_table.c.contact_id == contact_id, consents_table.c.purpose == consents.MARKETING)
    last = (
        sa.select(consents_table.c.granted)
        .where(said)
        .order_by(consents_table.c.at.desc(), consents_table.c.id.desc())
    )
    granted = connection.scalar(last.limit(1))
    if granted is None:
        return
    standing = "granted" if granted else "withdrawn"
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(marketing=standing))
    if not granted:
        outbox.skip_marketing(connection, contact_id, consents.OPTED_OUT)
