"""What the business wrote to its customers before the demo opens: a campaign that was sent, and one to come.

It is sent by the same steps as always, on a clock that shows the hours of the past. Who followed the button is
made, with a fixed chance; what was bought afterwards are the purchases of the list.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from random import Random

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.demo_data.outreach import AWAY, BUN, COCONUT, REGULARS, SEGMENTS, template
from bot.first_staff import DEMO_HOST
from bot.settings import Settings as House
from loyalty import programme
from outreach.cadence import Cadence
from outreach.campaigns import ending, expanding, planning, preparing
from outreach.campaigns.checks import Draft
from outreach.campaigns.preparing import Terms
from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content
from scheduler import scoring
from store import (
    campaign_links,
    campaign_presses,
    campaign_purchases,
    campaigns_at_work,
    outbox,
    outbox_sending,
    recipients_folding,
    segments,
    staff,
    templates,
    visitors,
)
from store.campaigns import DONE, Campaign
from store.database import Database
from store.outbox_sending import Mark
from store.tables import campaign_recipients, contacts, identities, purchases
from store.tables import templates as kept_templates

PREFIX = "reader-"  # of the visitors' ids of those who got it
READERS = 40  # of each language, and no more than half of them
OFTEN = 8  # purchases
SEED = "Daun Pagi: readers"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SENT_AGO, WRITTEN_AGO, COMES_IN = 10 * DAY, 14 * DAY, 6 * DAY
FOLLOWED = 0.31  # of those who got it, how many followed its button
SEEN = 0.8  # and how many had their chat open since
AT_ONCE = 400


async def wrote_before(database: Database, settings: House, now: dt.datetime) -> None:
    """Let it have been written until `now`, unless it was."""
    if await database.read(lambda connection: connection.scalar(sa.select(sa.exists(kept_templates.select())))):
        return
    await scoring.score(database, now=lambda: now)
    wrote = _Wrote(settings, now)
    await database.transact(wrote.begin)
    hour = wrote.starts
    while hour < now and not await database.transact(partial(wrote.hour, now=hour)):
        hour += HOUR
    await database.transact(wrote.end)


class _Wrote:
    def __init__(self, settings: House, now: dt.datetime) -> None:
        self._settings = settings
        self._zone = settings.business_timezone
        self._now = now
        self._random = Random(SEED)  # noqa: S311
        self._campaign = 0
        self.starts = now

    def begin(self, connection: Connection) -> None:
        """Write the segments and templates, and plan both campaigns."""
        owner = staff.by_email(connection, f"owner@{DEMO_HOST}")
        assert owner is not None, "the demo's accounts are made first"
        long_ago = self._now - WRITTEN_AGO
        for kept in SEGMENTS:
            segments.add(connection, name=kept.name, condition=kept.condition, by=owner.public_id, now=long_ago)
        for name in (COCONUT, BUN):
            content = msgspec.to_builtins(template(name).content)
            templates.add(connection, name=template(name).name, content=content, by=owner.public_id, now=long_ago)
        _give_chats(connection, long_ago)
        day = (self._now - SENT_AGO).date()
        sent = self._plan(connection, COCONUT, REGULARS.name, Settings(day=day, hold_out=10), long_ago)
        assert sent.starts_at is not None, "it is planned"
        self._campaign, self.starts = sent.id, sent.starts_at
        coming = Settings(day=(self._now + COMES_IN).date(), hour=11)
        self._plan(connection, BUN, AWAY.name, coming, self._now - DAY)

    def hour(self, connection: Connection, now: dt.datetime) -> bool:
        """Do what was to be done in an hour; whether it is over."""
        campaign = campaigns_at_work.hold(connection, self._campaign)
        if campaign is None:
            return True
        if ending.turn(connection, campaign, now):
            return False
        if expanding.is_wanted(campaign, now):
            found = expanding.look(connection, campaign, AT_ONCE, now, self._zone)
            expanding.add(connection, campaign.id, found, now, self._zone)
            return False
        preparing.prepare(
            connection, campaign, self._terms(connection, campaign.id, campaign.public_id), AT_ONCE, now
        )
        self._send(connection, now)
        recipients_folding.fold(connection, campaign.id, AT_ONCE)
        if campaign.state == DONE:
            ending.wind_up(connection, campaign, AT_ONCE, now)
        else:
            ending.finish(connection, campaign, now)
        return False

    def end(self, connection: Connection) -> None:
        """Let some have followed the button, most have seen the message, and count what was bought."""
        got = sa.select(campaign_recipients.c.contact_id, campaign_recipients.c.sent_at).where(
            campaign_recipients.c.campaign_id == self._campaign, campaign_recipients.c.state == "sent"
        )
        rows = connection.execute(got.order_by(campaign_recipients.c.id)).all()
        for contact_id, sent_at in rows:
            if self._random.random() < FOLLOWED:
                recipient = campaign_presses.recipient(connection, self._campaign, contact_id)
                assert recipient is not None, "they got it"
                at = sent_at + self._random.uniform(0.02, 9) * HOUR
                campaign_presses.press(connection, self._campaign, recipient, 0, at)
        for contact_id, _sent_at in rows:
            if self._random.random() < SEEN:
                visitors.shown(connection, f"{PREFIX}{contact_id}", self._now - DAY)
        last = connection.scalar(sa.select(sa.func.max(purchases.c.id))) or 0
        touched = campaign_purchases.bought(connection, 0, last)
        campaign_purchases.credit(connection, touched, programme.read(connection).currency)

    def _plan(
        self, connection: Connection, name: str, segment: str, settings: Settings, now: dt.datetime
    ) -> Campaign:
        written = template(name)
        kept = next(each for each in templates.every(connection) if each.name == written.name)
        draft = Draft(
            name=written.name,
            kind=written.content.kind,
            segment=segments.called(connection, segment)[0].public_id,
            settings=msgspec.structs.replace(settings, variants=(Variant(kept.public_id),)),
        )
        made = planning.make(connection, draft, kept.by, now)
        assert isinstance(made, Campaign), made
        planned = planning.submit(connection, made.public_id, seen=None, people=0, now=now, zone=self._zone)
        assert isinstance(planned, Campaign), planned
        return planned

    def _terms(self, connection: Connection, campaign_id: int, public_id: str) -> Terms:
        _condition, contents = campaigns_at_work.frozen(connection, campaign_id)
        link = partial(campaign_links.link, self._settings.secret, self._settings.address, public_id)
        return Terms(
            cadence=Cadence.of(connection, self._zone),
            zone=self._zone,
            contents=msgspec.convert(contents, dict[str, Content]),
            link=link,
        )

    def _send(self, connection: Connection, now: dt.datetime) -> None:
        """Let what is in the outbox have gone: were it left to the sender, it would go now."""
        rows = outbox.pick(connection, visitors.CHANNEL, visitors.ACCOUNT, limit=AT_ONCE, now=now)
        outbox_sending.begin(connection, rows, now, now + HOUR)
        outbox_sending.settle(connection, [Mark(id=row.id, fence=row.fence, state="sent") for row in rows], now)


def _give_chats(connection: Connection, now: dt.datetime) -> None:
    """A chat for some who agreed to news and are in none, as many of each language; not for those who come most."""
    in_chat = sa.exists().where(identities.c.contact_id == contacts.c.id)
    often = (
        sa.select(contacts.c.id, contacts.c.language, sa.func.count().label("bought"))
        .join(purchases, purchases.c.contact_id == contacts.c.id)
        .where(contacts.c.marketing == "granted", ~in_chat)
        .group_by(contacts.c.id)
        .having(sa.func.count() >= OFTEN)
        .subquery()
    )
    place = sa.func.row_number().over(partition_by=often.c.language, order_by=(often.c.bought, often.c.id))
    there = sa.func.count().over(partition_by=often.c.language)
    ranked = sa.select(often.c.id, place.label("place"), there.label("there")).subquery()
    few = ranked.c.place <= READERS, 2 * ranked.c.place <= ranked.c.there  # others are to have the phones
    chosen = connection.scalars(sa.select(ranked.c.id).where(*few)).all()
    chat = {"channel": visitors.CHANNEL, "account": visitors.ACCOUNT, "created_at": now}
    connection.execute(
        identities.insert(), [{"contact_id": id_, "sender": f"{PREFIX}{id_}", **chat} for id_ in chosen]
    )
    connection.execute(contacts.update().where(contacts.c.id.in_(chosen)).values(welcomed_at=now))
