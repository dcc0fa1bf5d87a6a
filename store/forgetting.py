"""Forgetting a contact: first nobody can write to them, then every trace goes, a bounded piece at a time.

Entries and purchases stay, without anybody behind them: the business's books must not change. Every step may be
done again from its beginning, as it is after a crash.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import erasures, forgetting_cases, forgetting_desk, forgetting_surveys, suppressions
from store.absorption import family
from store.forgetting_steps import AT_ONCE, GONE, Step, blank, delete, of
from store.suppressions import Address
from store.tables import (
    adjustments,
    anniversaries,
    api_answers,
    audit,
    behaviours,
    campaign_presses,
    campaign_recipients,
    claims,
    codes,
    consents,
    contacts,
    conversations,
    customer_rhythms,
    customer_scores,
    due,
    identities,
    inbox,
    media,
    media_pieces,
    next_scores,
    not_interested,
    notes,
    occurrences,
    offer_watches,
    outbox,
    preferences,
    promises,
    search_lines,
    segment_members,
    sessions,
    shown_products,
    stage_changes,
    survey_invitations,
    till_actions,
    verdicts,
    vouchers,
)

ANSWERS_AT_ONCE = 500


def quieten(connection: Connection, contact_id: int, now: dt.datetime) -> bool:
    """Stop some of the messages that wait for the contact, so that `begin` finds few; whether there may be more.

    Nothing is stopped for who took it back.
    """
    ids = _locked(connection, contact_id)
    return erasures.is_due(connection, contact_id, now) and _stop(connection, ids, AT_ONCE) == AT_ONCE


def begin(connection: Connection, secret: bytes, contact_id: int, now: dt.datetime) -> bool:
    """Cut every way to the contact, in one transaction: nothing is claimed for them after its commit.

    Who writes from one of their chats afterwards is somebody new. False when they took it back at the last moment.
    """
    ids = _locked(connection, contact_id)
    if not erasures.is_due(connection, contact_id, now):
        return False
    suppressions.suppress(connection, secret, _addresses(connection, ids), now)
    _stop(connection, ids, None)
    asked = sa.and_(claims.c.contact_id.in_(ids), claims.c.state == "open")
    connection.execute(claims.update().where(asked).values(state="refused", decided_at=now))
    forgetting_cases.close(connection, ids, now)
    open_ones = sa.and_(sessions.c.contact_id.in_(ids), sessions.c.state != "ended")
    connection.execute(sessions.update().where(open_ones).values(state="ended", exit=GONE))
    forgetting_desk.leave(connection, ids, now)
    chats = identities.update().where(identities.c.contact_id.in_(ids))
    # Its row stays until nothing refers to it, under a name that no platform gives.
    nobody = sa.literal(f"{GONE}:") + sa.cast(identities.c.id, sa.String)
    connection.execute(chats.values(sender=nobody, reachable=False))
    empty = dict.fromkeys(("name", "call_me", "city", "timezone", "drift", "digits", "words"), "")
    nothing = dict.fromkeys(("number", "phone", "email", "card", "owner_until", "seen_at"))
    person = contacts.update().where(contacts.c.id.in_(ids))
    connection.execute(person.values(erased_at=now, marketing="withdrawn", owner="bot", **empty, **nothing))
    return True


def _locked(connection: Connection, contact_id: int) -> list[int]:
    mine = contacts.c.id.in_(family(contact_id).scalar_subquery())
    return list(connection.scalars(sa.select(contacts.c.id).where(mine).order_by(contacts.c.id).with_for_update()))


def _stop(connection: Connection, ids: list[int], limit: int | None) -> int:
    pending = sa.select(outbox.c.id).where(outbox.c.contact_id.in_(ids), outbox.c.state.in_(("queued", "claimed")))
    some = outbox.update().where(outbox.c.id.in_(pending.limit(limit).scalar_subquery()))
    blank = {"payload": {}, "sender": "", "fence": outbox.c.fence + 1, "leased_until": None}
    return connection.execute(some.values(state="skipped", reason=GONE, **blank)).rowcount


def _addresses(connection: Connection, ids: list[int]) -> list[Address]:
    known = sa.select(contacts.c.number, contacts.c.phone, contacts.c.email).where(contacts.c.id.in_(ids))
    found: list[Address] = []
    for row in connection.execute(known):
        found += [(kind, row._mapping[kind]) for kind in ("number", "phone", "email") if row._mapping[kind]]
    chats = sa.select(identities.c.channel, identities.c.sender).where(identities.c.contact_id.in_(ids))
    real = [each for each in connection.execute(chats) if not each.sender.startswith(f"{GONE}:")]
    return found + [("chat", f"{each.channel}:{each.sender}") for each in real]


def _pieces(connection: Connection, contact_id: int) -> bool:
    """Drop one piece of the contact's files: a megabyte is as much as a transaction may drop."""
    mine = sa.select(media.c.id).where(of(media, contact_id))
    piece = sa.select(media_pieces.c.media_id, media_pieces.c.number).where(media_pieces.c.media_id.in_(mine))
    one = connection.execute(piece.limit(1)).first()
    if one is None:
        return False
    this = (media_pieces.c.media_id == one.media_id, media_pieces.c.number == one.number)
    connection.execute(media_pieces.delete().where(*this))
    return True


def _files(connection: Connection, contact_id: int) -> bool:
    """Forget what the contact's files were, once their bytes are gone."""
    left = sa.or_(media.c.reason != GONE, media.c.state != "refused")
    some = sa.select(media.c.id).where(of(media, contact_id), left).limit(AT_ONCE)
    emptied = media.update().where(media.c.id.in_(some.scalar_subquery()))
    nothing = {"name": "", "digest": "", "type": "", "size": 0, "same_as": None}
    # The platform's name for a file is no secret to it, and unique: ours takes its place.
    found = connection.execute(emptied.values(state="refused", reason=GONE, ref=media.c.public_id, **nothing))
    return found.rowcount == AT_ONCE


_CHANGED = {  # what changes of it are logged under, beside the contact's own
    "claim": claims,
    "conversation": conversations,
    "note": notes,
    "promise": promises,
    "adjustment": adjustments,
    "voucher": vouchers,
}


def _changes(connection: Connection, contact_id: int) -> bool:
    """Take out of the log of changes what it says of the contact; that there was a change stays."""
    people = contacts.c.id.in_(family(contact_id).scalar_subquery())
    subjects = sa.union_all(
        *(
            sa.select(sa.literal(f"{kind}:") + contacts.c.public_id).where(people)
            for kind in ("contact", "customer")
        ),
        *(
            sa.select(sa.literal(f"{kind}:") + table.c.public_id).where(of(table, contact_id))
            for kind, table in _CHANGED.items()
        ),
    )
    said = sa.or_(audit.c.before.is_not(None), audit.c.after.is_not(None))
    some = sa.select(audit.c.id).where(audit.c.object.in_(subjects), said).limit(AT_ONCE)
    emptied = audit.update().where(audit.c.id.in_(some.scalar_subquery())).values(before=None, after=None)
    return connection.execute(emptied).rowcount == AT_ONCE


def _campaigns(connection: Connection, contact_id: int) -> bool:
    """Pass the contact over wherever a campaign is to reach them yet; what did is nobody's by then, but counts."""
    waits = campaign_recipients.c.state == "waiting"
    some = sa.select(campaign_recipients.c.id).where(of(campaign_recipients, contact_id), waits).limit(AT_ONCE)
    # Asked of the row as well, which may have been prepared while it was waited for.
    these = campaign_recipients.update().where(campaign_recipients.c.id.in_(some.scalar_subquery()), waits)
    return connection.execute(these.values(state="skipped", reason=GONE)).rowcount == AT_ONCE


STEPS: tuple[Step, ...] = (
    delete(due),
    delete(codes),
    _changes,
    *forgetting_desk.STEPS,
    delete(sessions),
    # A place is given up only once what stood there has nothing to tell any more.
    blank(
        outbox,
        sa.and_(outbox.c.sender != "", outbox.c.state.not_in(("queued", "claimed", "sending"))),
        payload={},
        sender="",
        external_id=None,
    ),
    blank(
        inbox,
        sa.or_(inbox.c.text != "", inbox.c.details.is_not(None), inbox.c.error.is_not(None)),
        text="",
        details=None,
        error=None,
    ),
    delete(search_lines),  # only now: until their text is gone, messages may be indexed anew (store.search_index)
    _pieces,
    _files,
    delete(anniversaries),
    delete(customer_rhythms),
    delete(preferences),
    delete(verdicts),
    delete(behaviours),
    delete(occurrences),
    *forgetting_surveys.STEPS,
    *forgetting_cases.STEPS,
    *(delete(table) for table in (shown_products, not_interested, offer_watches)),
    _campaigns,
    delete(next_scores),  # before the scores that it might become
    *(delete(table) for table in (campaign_presses, segment_members, customer_scores, stage_changes)),
    blank(survey_invitations, survey_invitations.c.state == "planned", state="skipped", reason=GONE),
    blank(consents, consents.c.evidence != "", evidence=""),
    blank(claims, sa.or_(claims.c.written != "", claims.c.reason != ""), written="", reason=""),
    blank(vouchers, sa.func.length(vouchers.c.sealed) > 0, sealed=b""),
    blank(till_actions, sa.type_coerce(till_actions.c.details, sa.Text) != '{"asked":""}', details={"asked": ""}),
    delete(identities),
)
"""What is forgotten, in an order in which nothing refers to what is gone already."""


def on_its_way(connection: Connection, contact_id: int) -> bool:
    """Whether a message to the contact was with a provider when the forgetting began, and is still."""
    flying = sa.exists().where(of(outbox, contact_id), outbox.c.state.in_(("claimed", "sending")))
    return bool(connection.scalar(sa.select(flying)))


def answers_about(
    connection: Connection, public_ids: list[str], after: tuple[int, str]
) -> tuple[list[tuple[int, str]], tuple[int, str] | None]:
    """Of the next API answers after this key, the keys of those about the contact; and where to go on."""
    key = sa.tuple_(api_answers.c.api_key_id, api_answers.c.key)
    page = sa.select(api_answers.c.api_key_id, api_answers.c.key, sa.type_coerce(api_answers.c.answer, sa.Text))
    rows = connection.execute(
        page.where(key > sa.tuple_(*(sa.literal(part) for part in after)))
        .order_by(api_answers.c.api_key_id, api_answers.c.key)
        .limit(ANSWERS_AT_ONCE)
    ).all()
    about = [(row[0], row[1]) for row in rows if row[2] and any(each in row[2] for each in public_ids)]
    return about, (rows[-1][0], rows[-1][1]) if len(rows) == ANSWERS_AT_ONCE else None


def drop_answers(connection: Connection, keys: list[tuple[int, str]]) -> None:
    """Forget these answers of the API."""
    for api_key_id, key in keys:
        this = (api_answers.c.api_key_id == api_key_id, api_answers.c.key == key)
        connection.execute(api_answers.delete().where(*this))


def public_ids(connection: Connection, contact_id: int) -> list[str]:
    """The public ids of the contact and of all that were taken over by it."""
    people = sa.select(contacts.c.public_id).where(contacts.c.id.in_(family(contact_id).scalar_subquery()))
    return list(connection.scalars(people))
