"""What campaigns have to do with a contact who is taken over by another (`store.absorption`), and the way back.

A person has one row in a campaign: where both contacts have one, each keeps its own, and the message that still
waits for the one who is gone is passed over, as all that is written to them is.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import campaign_presses, campaign_recipients, segment_members

_kept = campaign_recipients.alias("kept")


class Given(NamedTuple):
    """What changed hands: the ids of recipients' rows, and of the lists that the kept contact was put on."""

    recipients: list[int]
    lists: list[int]


def give(connection: Connection, gone_id: int, kept_id: int) -> Given:
    """Give what one contact has in campaigns to the other; both are locked."""
    has_one = sa.exists().where(
        _kept.c.contact_id == kept_id, _kept.c.campaign_id == campaign_recipients.c.campaign_id
    )
    theirs = campaign_recipients.update().where(campaign_recipients.c.contact_id == gone_id, ~has_one)
    given = theirs.values(contact_id=kept_id).returning(campaign_recipients.c.id)
    recipients = list(connection.scalars(given))
    _move_presses(connection, recipients, gone_id, kept_id)
    return Given(recipients, _put_on_lists(connection, gone_id, kept_id))


def give_back(connection: Connection, gone_id: int, kept_id: int, given: Given) -> None:
    """Give the presses and lists back; the recipients' rows go back with all else that changed hands."""
    _move_presses(connection, given.recipients, kept_id, gone_id)
    mine = sa.and_(segment_members.c.contact_id == kept_id, segment_members.c.segment_id.in_(given.lists))
    connection.execute(segment_members.delete().where(mine))


def _move_presses(connection: Connection, recipients: list[int], from_id: int, to_id: int) -> None:
    of_these = sa.select(campaign_recipients.c.campaign_id).where(campaign_recipients.c.id.in_(recipients))
    theirs = sa.and_(
        campaign_presses.c.contact_id == from_id, campaign_presses.c.campaign_id.in_(of_these.scalar_subquery())
    )
    connection.execute(campaign_presses.update().where(theirs).values(contact_id=to_id))


def _put_on_lists(connection: Connection, gone_id: int, kept_id: int) -> list[int]:
    """Who is gone stays on them: nobody who is taken over is written to, and parted they are where they were."""
    theirs = sa.select(segment_members.c.segment_id, sa.literal(kept_id), segment_members.c.at).where(
        segment_members.c.contact_id == gone_id
    )
    also = insert(segment_members).from_select(["segment_id", "contact_id", "at"], theirs)
    return list(connection.scalars(also.on_conflict_do_nothing().returning(segment_members.c.segment_id)))
