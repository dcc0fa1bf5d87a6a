"""A campaign with everything in it, for the pages that tell what came of campaigns."""

from __future__ import annotations

import datetime as dt
import random
from itertools import count
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from insights import campaign_outcome
from insights.campaign_outcome import Kept, Outcome
from outreach.campaigns.settings import Settings, Variant, Winner
from store import campaign_outcomes, campaign_presses, campaigns, purchases, visitors
from store.campaign_presses import GIFT, WHY, Recipient
from store.campaigns import DONE, Campaign
from store.purchases import Purchase
from store.tables import campaign_recipients, identities, outbox
from tests.outreach.sent_campaigns import CONTENT, campaign, recipient
from tests.store.rows import add_contact

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
STATES = ("sent",) * 20 + ("unknown", "failed", "skipped", "skipped", "held", "held", "held")
REASONS = {"failed": "Forbidden: bot was blocked by the user", "skipped": "opted out"}
_numbers = count(1)


def make(
    connection: Connection,
    at: dt.datetime,
    people: int = 400,
    *,
    variants: int = 2,
    hold_out: int = 10,
    **values: object,
) -> Campaign:
    """A campaign that was sent to so many at `at`, of which variant B and who was written to did better."""
    rng, letters = random.Random(11), "ABCDE"[:variants]
    settings = Settings(
        variants=tuple(Variant(f"template-{letter}") for letter in letters),
        hold_out=hold_out,
        winner=Winner() if variants > 1 else None,
    )
    ended = {"state": DONE, "ended_at": at + DAY, "ends_at": at + 3 * DAY, **values}
    made = campaign(connection, at, contents=dict.fromkeys(letters, CONTENT), settings=settings, **ended)
    for number in range(people):
        state = STATES[number % len(STATES)]
        _one(
            connection, rng, made, state if hold_out or state != "held" else "sent", letters[number % variants], at
        )
    figured(connection, made, at + 2 * DAY)
    found = campaigns.one(connection, made.id)
    assert found is not None
    return found


def _one(
    connection: Connection, rng: random.Random, made: Campaign, state: str, letter: str, at: dt.datetime
) -> None:
    public_id = f"reported-{next(_numbers)}"
    contact = add_contact(connection, public_id, at, public_id=public_id, number=f"=N{public_id}")
    sent_at = at + rng.random() * 20 * HOUR
    left = state in ("sent", "unknown")
    clicked = left and rng.random() < (0.3 if letter == "B" else 0.15)
    bought = rng.random() < (0.3 if state != "held" else 0.1)
    moments: dict[str, Any] = {
        "clicked_at": sent_at + HOUR if clicked else None,
        "replied_at": sent_at + HOUR if left and rng.random() < 0.04 else None,
        "stopped_at": sent_at + HOUR if left and rng.random() < 0.01 else None,
        "bought_at": sent_at + DAY if bought and (left or state == "held") else None,
        "paid": 1_500 if bought and (left or state == "held") else 0,
    }
    row = recipient(
        connection,
        made,
        contact,
        sent_at,
        state=state,
        variant=letter,
        reason=REASONS.get(state, ""),
        language=rng.choice(("en", "ms", "ar")) if left else "",
        **moments,
    )
    if bought:
        purchases.add(connection, [Purchase(public_id, contact, sent_at + DAY, 1, 1_500, "MYR")])
    if clicked:
        by = Recipient(row, contact, letter)
        for button in {rng.choice((0, 1, 2)), rng.choice((0, GIFT, WHY))}:
            campaign_presses.press(connection, made.id, by, button, sent_at + HOUR)


def by_the_web_chat(connection: Connection, made: Campaign, arrived: int, now: dt.datetime) -> Campaign:
    """Let all messages of a campaign have gone by the web chat, nobody follow them, and so many have been shown."""
    chats = {"channel": visitors.CHANNEL, "account": visitors.ACCOUNT}
    of_it = outbox.c.campaign_id == made.id
    connection.execute(outbox.update().where(of_it).values(**chats))
    connection.execute(
        campaign_recipients.update().where(campaign_recipients.c.campaign_id == made.id).values(clicked_at=None)
    )
    sent = sa.select(outbox.c.contact_id, outbox.c.sender).where(of_it, outbox.c.state == "sent")
    for contact, sender in connection.execute(sent.order_by(outbox.c.id).limit(arrived)).all():
        whose = {"contact_id": contact, "sender": sender, "created_at": now, "shown_until": now}
        connection.execute(identities.insert().values(**chats, **whose))
    figured(connection, made, now)
    found = campaigns.one(connection, made.id)
    assert found is not None
    return found


def figured(connection: Connection, made: Campaign, now: dt.datetime) -> None:
    """Figure what it brought, as the job does."""
    assert made.started_at is not None
    rows = campaign_outcomes.dealt(connection, made.id, 0, 100_000)
    ids = [row.contact_id for row in rows]
    bought = campaign_outcomes.bought(connection, ids, made.started_at, now, "MYR")
    begun = Outcome(at=now, since=made.started_at, until=now)
    outcome = campaign_outcome.add(begun, rows, bought, (), ())
    campaigns.move(connection, made.id, outcome=msgspec.to_builtins(Kept(outcome)))
