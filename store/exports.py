"""Everything that is kept of a contact, read in bounded pages, and the signed links by which they fetch it once."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import export_parts, links
from store.absorption import family
from store.export_parts import Section
from store.links import Link
from store.tables import (
    accounts,
    adjustments,
    anniversaries,
    behaviours,
    branches,
    cases,
    claims,
    consents,
    contact_tags,
    contacts,
    conversation_labels,
    conversations,
    customer_rhythms,
    customer_scores,
    drafts,
    due,
    entries,
    erasures,
    group_posts,
    group_topics,
    identities,
    inbox,
    labels,
    links_used,
    media,
    media_pieces,
    merges,
    notes,
    occurrences,
    outbox,
    owner_changes,
    preferences,
    products,
    promises,
    purchases,
    refunds,
    rewards,
    sessions,
    stage_changes,
    survey_invitations,
    tier_changes,
    till_actions,
    verdicts,
    voucher_uses,
    vouchers,
)

PATH = "/my-data"
SALT = "sapa.export"  # of the links that open it
LIFETIME = dt.timedelta(hours=24)
PAGE = 500


class Holder(NamedTuple):
    """Whose data they are: the language they are told in, and the clock."""

    id: int
    language: str
    timezone: str


def holder(connection: Connection, link: Link, now: dt.datetime) -> Holder | None:
    """Whose data the link opens; None when its time is over, it was used, or they are forgotten."""
    if link.expires_at <= now or connection.scalar(sa.select(sa.exists().where(links_used.c.nonce == link.nonce))):
        return None
    whose = sa.select(contacts.c.id, contacts.c.language, contacts.c.timezone)
    row = connection.execute(
        whose.where(
            contacts.c.public_id == link.contact, contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None)
        )
    ).first()
    return Holder(*row) if row else None


def use(connection: Connection, link: Link, now: dt.datetime) -> Holder | None:
    """Use the link up; None when it opens nothing. Of two openings at once one is let in."""
    found = holder(connection, link, now)
    return found if found is not None and links.use_up(connection, link) else None


def sections(contact_id: int) -> dict[str, Section]:
    """Everything that is kept, by its name; what only guards something else, as hashes do, is left out."""
    whose = family(contact_id).scalar_subquery()
    own = {name: _own(table, names, whose) for name, (table, names) in _OWN.items()}
    told = export_parts.surveyed(whose) | export_parts.suggested(whose) | export_parts.requested(whose)
    told |= export_parts.campaigned(whose)
    return own | _team(whose) | _points(contact_id) | _shop(whose) | told


def _own(table: sa.Table, names: tuple[str, ...], whose: sa.ScalarSelect[int]) -> Section:
    key = table.c.id if "id" in table.c else table.c.contact_id
    owner = table.c.contact_id if "contact_id" in table.c else table.c.id
    return Section(sa.select(*(table.c[name] for name in names)).where(owner.in_(whose)), key)


def _team(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    """What people who work here did with the contact, and wrote of them."""
    named = sa.select(sa.func.aggregate_strings(labels.c.name, ", "))
    labelled = named.where(
        labels.c.id == conversation_labels.c.label_id,
        conversation_labels.c.conversation_id == conversations.c.id,
    ).correlate(conversations)
    talk = ("public_id", "state", "why", "flow", "step", "language", "opened_at", "closed_at", "close_reason")
    rated = ("rating", "rating_text", "rated_at")
    held = sa.select(
        *(conversations.c[name] for name in (*talk, *rated)), labelled.scalar_subquery().label("labels")
    )
    tags = sa.select(sa.func.aggregate_strings(contact_tags.c.tag, ", ").label("tags"))
    tagged = tags.where(contact_tags.c.contact_id.in_(whose)).group_by(contact_tags.c.contact_id)
    joined = sa.select(merges.c.at, merges.c.undone_at)
    post = (group_topics.c.chat, group_posts.c.text, group_posts.c.at)
    posted = sa.select(*post).select_from(group_posts.join(group_topics))
    return {
        "conversations": Section(held.where(conversations.c.contact_id.in_(whose)), conversations.c.id),
        "tags": Section(tagged, contact_tags.c.contact_id),
        "merges": Section(
            joined.where(sa.or_(merges.c.kept_id.in_(whose), merges.c.gone_id.in_(whose))), merges.c.id
        ),
        "relayed": Section(posted.where(group_topics.c.contact_id.in_(whose)), group_posts.c.id),
    }


def _points(contact_id: int) -> dict[str, Section]:
    own = accounts.c.contact_id == contact_id  # an account that was taken over is empty
    mine = sa.select(accounts.c.id).where(own).scalar_subquery()
    account = ("balance", "pending", "held", "debt", "tier", "tier_until", "opened_at")
    above: sa.ColumnElement[int] = sa.literal_column("0")  # as the indexes of members' sides say it
    sides = (entries.c.debit_id, entries.c.credit_id)
    moved = sa.or_(*(sa.and_(side.in_(mine), side > above) for side in sides))
    moves = sa.select(*(entries.c[name] for name in ("kind", "points", "note", "at", "expires_at"))).where(moved)
    tiers = sa.select(*(tier_changes.c[name] for name in ("tier", "reason", "until", "at")))
    return {
        "account": Section(sa.select(*(accounts.c[name] for name in account)).where(own), accounts.c.id),
        "points": Section(moves, entries.c.id),
        "tiers": Section(tiers.where(tier_changes.c.account_id.in_(mine)), tier_changes.c.id),
    }


def _shop(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    bought, owned = purchases.c.contact_id.in_(whose), vouchers.c.contact_id.in_(whose)
    line = ("at", "quantity", "amount", "currency", "receipt", "refunded")
    voucher = ("public_id", "state", "uses_left", "issued_at", "expires_at")
    at = (products.c.name.label("product"), branches.c.name.label("branch"))
    places = purchases.outerjoin(products).outerjoin(branches, branches.c.id == purchases.c.branch_id)
    lines = sa.select(*(purchases.c[name] for name in line), *at).select_from(places)
    back = sa.select(refunds.c.amount, refunds.c.points, refunds.c.at)
    kept = sa.select(*(vouchers.c[name] for name in voucher), rewards.c.name.label("reward"))
    uses = sa.select(vouchers.c.public_id, voucher_uses.c.at, voucher_uses.c.undone_at)
    return {
        "purchases": Section(lines.where(bought), purchases.c.id),
        "refunds": Section(
            back.join(purchases, purchases.c.id == refunds.c.purchase_id).where(bought), refunds.c.id
        ),
        "vouchers": Section(kept.join(rewards, rewards.c.id == vouchers.c.reward_id).where(owned), vouchers.c.id),
        "voucher_uses": Section(
            uses.join(vouchers, vouchers.c.id == voucher_uses.c.voucher_id).where(owned), voucher_uses.c.id
        ),
    }


_PROFILE = (
    *("public_id", "kind", "number", "name", "call_me", "language", "timezone", "digits", "phone", "email", "city"),
    *("marketing", "card", "joined_from", "created_at", "welcomed_at", "seen_at"),
)
_OWN: dict[str, tuple[sa.Table, tuple[str, ...]]] = {
    "profile": (contacts, _PROFILE),
    "chats": (identities, ("channel", "account", "sender", "reachable", "shown_until", "created_at")),
    "consents": (consents, ("purpose", "channel", "granted", "wording", "locale", "evidence", "at")),
    "preferences": (preferences, tuple(column.name for column in preferences.c if column.name != "contact_id")),
    "rhythm": (customer_rhythms, ("bought", "gap_days", "last_at", "spent", "silent_from")),
    "standing": (
        customer_scores,  # without the margin, which tells of the business and not of the person
        (
            *("first_at", "last_at", "orders", "spent", "recency", "frequency", "monetary", "rfm", "stage"),
            "computed_at",
        ),
    ),
    "standing_before": (stage_changes, ("stage_before", "stage", "rfm_before", "rfm", "at")),
    "days": (anniversaries, ("occasion", "month_day", "year", "given_at")),
    "occasions": (occurrences, ("occasion", "occurrence", "state", "reason", "at")),
    "received": (inbox, ("channel", "kind", "text", "details", "state", "at")),
    "said": (outbox, ("channel", "author", "kind", "payload", "state", "reason", "created_at", "sent_at")),
    "dialogues": (sessions, ("flow", "state", "record", "exit", "started_at", "updated_at")),
    "planned": (due, ("kind", "flow", "args", "at")),
    "files": (media, ("public_id", "channel", "state", "type", "name", "size", "created_at")),
    "claims": (claims, ("public_id", "written", "state", "reason", "promised_at", "created_at", "decided_at")),
    "requests": (
        cases,
        (
            *("number", "kind", "state", "urgent", "language", "touchpoint", "stars", "order_number", "praised"),
            *("happened_on", "promised_at", "answered_at", "opened_at", "closed_at", "outcome", "solved"),
        ),
    ),
    "till": (till_actions, ("kind", "at", "undone_at")),
    "behaviours": (behaviours, ("name", "details", "at")),
    "owners": (owner_changes, ("before", "after", "why", "until", "at")),
    "notes": (notes, ("text", "at")),
    "drafts": (drafts, ("text", "at")),
    "promises": (promises, ("text", "state", "due_at", "created_at", "settled_at", "reason")),
    "corrections": (adjustments, ("points", "reason", "state", "at", "decided_at")),
    "verdicts": (verdicts, ("kind", "subject", "verdict", "reason", "until", "at")),
    "invitations": (
        survey_invitations,
        ("state", "reason", "touchpoint", "at", "asked_at", "reminded_at", "settled_at"),
    ),
    "erasure": (erasures, ("asked_at", "due_at")),
}


def page(connection: Connection, section: Section, after: int) -> tuple[list[dict[str, Any]], int | None]:
    """The next rows after this key (0: the first), and where to go on, if anywhere."""
    key = section.key.label("_key")
    rows = connection.execute(
        section.rows.add_columns(key).where(section.key > after).order_by(section.key).limit(PAGE)
    ).all()
    found = [{name: value for name, value in row._mapping.items() if name != "_key"} for row in rows]
    return found, int(rows[-1]._mapping["_key"]) if len(rows) == PAGE else None


class File(NamedTuple):
    """A kept file of the contact: its public id, its type, and how many pieces it has."""

    id: int
    public_id: str
    type: str
    pieces: int


def files(connection: Connection, contact_id: int) -> list[File]:
    """The contact's files whose bytes are kept, each once."""
    whose = family(contact_id).scalar_subquery()
    pieces = sa.func.count(media_pieces.c.number)
    kept = (
        sa.select(media.c.id, media.c.public_id, media.c.type, pieces)
        .join(media_pieces, media_pieces.c.media_id == media.c.id)
        .where(media.c.contact_id.in_(whose), media.c.state == "kept")
        .group_by(media.c.id, media.c.public_id, media.c.type)
        .order_by(media.c.id)
    )
    return [File(*row) for row in connection.execute(kept)]


def piece(connection: Connection, media_id: int, place: int) -> bytes:
    """One piece of a file, by its place from 0 on; empty when it is gone."""
    one = sa.select(media_pieces.c.content).where(media_pieces.c.media_id == media_id)
    return connection.scalar(one.order_by(media_pieces.c.number).offset(place).limit(1)) or b""
