"""The jobs behind recommendations: what was bought after it was shown, what goes with a purchase, and offers.

Each looks at some rows in one short transaction. What is planned has a key of its own, so that a job may be cut off
anywhere and begin again.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.engine import Connection

from loyalty import offers
from outreach.kinds import AWAITED
from scheduler.tick import Job
from store import due, new_purchases, shown_products
from store import offers as kept_offers
from store.database import Database
from store.shown_products import Purchased

EVERY = dt.timedelta(minutes=1)
AT_ONCE = 500
RECENT = dt.timedelta(days=3)  # a purchase that comes to light later is followed by nothing
FOLLOW = "follow_purchases"


async def follow_purchases(database: Database, now: dt.datetime) -> bool:
    """Credit purchases to what was shown before them, and plan what goes with them; whether there may be more."""
    return await database.transact(partial(_follow, now=now))


async def tell_offers(database: Database, now: dt.datetime) -> bool:
    """Have some of those who wait for an offer told of it; whether there may be more."""
    return await database.transact(partial(_tell, now=now))


def _follow(connection: Connection, now: dt.datetime) -> bool:
    after, until = new_purchases.between(connection, FOLLOW, now)
    if after == until:
        return False
    last = min(until, after + AT_ONCE)
    shown_products.credit(connection, after, last)
    rules = offers.read(connection)
    if rules.cross_sell:
        for each in shown_products.bought(connection, after, last, now - RECENT):
            _plan(connection, each, dt.timedelta(hours=rules.after_hours), now)
    new_purchases.looked_at(connection, FOLLOW, after, last, now)
    return last < until


def _plan(connection: Connection, bought: Purchased, delay: dt.timedelta, now: dt.datetime) -> None:
    """Once for all that somebody bought on a day."""
    key = f"cross_sell:{bought.contact_id}:{bought.at:%Y-%m-%d}"
    args = {"kind": "offer", "product": bought.product_id}
    due.plan(connection, bought.contact_id, "cross_sell", args, key=key, at=max(bought.at + delay, now))


def _tell(connection: Connection, now: dt.datetime) -> bool:
    offer = kept_offers.to_tell(connection, now)
    if offer is None:
        return False
    waiting = kept_offers.waiting(connection, offer, AT_ONCE)
    for contact_id in waiting:
        args = {"kind": AWAITED, "offer": offer.public_id}
        key = f"offer_made:{offer.public_id}:{contact_id}"
        due.plan(connection, contact_id, "offer_made", args, key=key, at=now)
    if waiting:
        kept_offers.told(connection, offer, waiting[-1])
    return True


JOBS = {FOLLOW: Job(EVERY, follow_purchases), "tell_offers": Job(EVERY, tell_offers)}
