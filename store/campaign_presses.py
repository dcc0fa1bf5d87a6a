"""Which buttons and links under campaigns' messages were followed, and by whom."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.absorption import family
from store.prepared import Prepared, insert
from store.tables import Utc, campaign_presses, campaign_recipients, contacts

WHY, GIFT = -1, -2  # beside the buttons of the template, which count from 0

_rows = campaign_recipients
_AT = sa.bindparam("at", type_=Utc())


class Recipient(NamedTuple):
    """A recipient of a campaign whose message left, or may have."""

    id: int
    contact_id: int
    variant: str


class Pressed(NamedTuple):
    """A button, how many people followed it, and how often in all."""

    variant: str
    button: int
    people: int
    times: int


_CLICK = Prepared(
    _rows.update()
    .where(_rows.c.id == sa.bindparam("recipient", type_=sa.BigInteger()))
    .values(clicked_at=sa.func.coalesce(_rows.c.clicked_at, _AT))
)
_COUNT = Prepared(
    insert(campaign_presses)
    .values(
        {name: sa.bindparam(name, type_=campaign_presses.c[name].type) for name in ("campaign_id", "contact_id")}
        | {"button": sa.bindparam("button", type_=sa.SmallInteger()), "at": _AT}
    )
    .on_conflict_do_update(
        index_elements=["campaign_id", "contact_id", "button"], set_={"times": campaign_presses.c.times + 1}
    )
)


def recipient(connection: Connection, campaign_id: int, contact_id: int) -> Recipient | None:
    """The contact's row in the campaign, or that of somebody joined with them; None: they were sent nothing."""
    mine = _rows.c.contact_id.in_(family(contact_id).scalar_subquery())
    found = (
        sa.select(*(_rows.c[name] for name in Recipient._fields))
        .where(_rows.c.campaign_id == campaign_id, mine, _rows.c.message_id.is_not(None))
        .order_by(_rows.c.contact_id != contact_id, _rows.c.id)
        .limit(1)
    )
    row = connection.execute(found).one_or_none()
    return Recipient(*row) if row else None


def contact(connection: Connection, public_id: str) -> int | None:
    """The id of the contact whom a link names, or of who took them over; None for one who is forgotten."""
    meant = sa.func.coalesce(contacts.c.merged_into, contacts.c.id)
    found: int | None = connection.scalar(
        sa.select(meant).where(contacts.c.public_id == public_id, contacts.c.erased_at.is_(None))
    )
    return found


def press(connection: Connection, campaign_id: int, pressed_by: Recipient, button: int, at: dt.datetime) -> None:
    """Count that a recipient followed a button or link.

    Who only asks why they got the message has not clicked.
    """
    if button != WHY:
        _CLICK.run(connection, recipient=pressed_by.id, at=at)
    _COUNT.run(connection, campaign_id=campaign_id, contact_id=pressed_by.contact_id, button=button, at=at)


def pressed(connection: Connection, campaign_id: int) -> list[Pressed]:
    """How often each button was followed, by the variant that had it."""
    mine = (
        _rows.c.campaign_id == campaign_presses.c.campaign_id,
        _rows.c.contact_id == campaign_presses.c.contact_id,
    )
    found = (
        sa.select(
            _rows.c.variant, campaign_presses.c.button, sa.func.count(), sa.func.sum(campaign_presses.c.times)
        )
        .select_from(campaign_presses.join(_rows, sa.and_(*mine)))
        .where(campaign_presses.c.campaign_id == campaign_id)
        .group_by(_rows.c.variant, campaign_presses.c.button)
        .order_by(_rows.c.variant, campaign_presses.c.button)
    )
    return [
        Pressed(variant, button, int(people), int(times))
        for variant, button, people, times in connection.execute(found)
    ]
