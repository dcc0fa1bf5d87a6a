"""The composition root: everything Sapa is made of, put together once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.alerts import Alerts
from bot.lines import lines
from bot.settings import Settings
from bot.staff_mail import staff_mail
from channels.webchat.channel import WebChat
from channels.webchat.uploads import Uploads
from console.app import build
from console.chat import Look
from console.desk_hub import DeskHub
from console.hub import Hub
from console.staff.company import Company
from flows.book import FLOWS
from handlers.group_posted import GroupPosted
from handlers.own_words import OwnWords
from handlers.picture_posted import PicturePosted
from handlers.scene import House
from handlers.turn import Committed, Turn
from loyalty import pictures, programme
from outreach.cadence import Cadence
from scheduler import erasing, inviting, planning, rhythms, trying
from scheduler.broadcasting import Broadcaster
from scheduler.desk import jobs as desk_jobs
from scheduler.fetcher import Fetcher
from scheduler.group import Teller
from scheduler.jobs import JOBS
from scheduler.refitting import Refitting
from scheduler.scoring import Scoring
from scheduler.sender import Sender
from scheduler.sending.clock import SystemClock
from scheduler.tick import Job, Tick
from service.group_words import Reader
from store import campaign_links, media
from store.database import Database
from store.inbox import Unread
from store.ways import EMAIL, HOUSE, SMS
from talk.channel import Channel
from talk.errors import SapaError

if TYPE_CHECKING:  # importing them for real costs seconds, and only Telegram may pay that
    from channels.email.channel import EmailChannel
    from channels.telegram.inbound import Source
    from channels.telegram.outbound import TelegramChannel
    from channels.telegram.polling import Poller

WEBHOOK_PATH = "/telegram/updates"

Key = tuple[str, str]


def utc_now() -> dt.datetime:
    """The moment."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot at Telegram: what it sends by, where its updates come from, and who polls them (None: a webhook).

    `teller` tells the team's group, where there is one.
    """

    channel: TelegramChannel
    source: Source
    poller: Poller | None
    teller: Teller | None


@dataclass(frozen=True, slots=True)
class App:
    """A house that is put together but does not run yet; `telegram` is None where there is no token."""

    settings: Settings
    database: Database
    turn: Turn
    hub: Hub
    desk: DeskHub
    web: Starlette
    sender: Sender
    fetcher: Fetcher
    broadcaster: Broadcaster
    tick: Tick
    refitting: Refitting
    scoring: Scoring
    alerts: Alerts
    words: OwnWords
    telegram: Telegram | None

    def moved(self, committed: Committed) -> None:
        """A turn has committed: wake whoever waits for what it left."""
        if committed.held:
            self._desk_moved(committed.contact_id)
        if committed.sends:
            self.sender.wake()
        if committed.fetches:
            self.fetcher.wake()
        self.hub.wake(committed.contact_id)

    def heard(self, contact_id: int, held: bool) -> None:
        """Another replica's turn has committed; the team has or had the conversation when it is `held`."""
        if held:
            self._desk_moved(contact_id)
        self.sender.wake()
        self.hub.wake(contact_id)

    def _desk_moved(self, contact_id: int) -> None:
        self.desk.changed(contact_id)
        if self.telegram is not None and self.telegram.teller is not None:
            self.telegram.teller.wake()


async def compose(
    settings: Settings,
    database: Database,
    *,
    now: Callable[[], dt.datetime] = utc_now,
    failpoint: Callable[[str], None] = lambda _name: None,
) -> App:
    """Put the house together over an open, migrated database; nothing runs and nothing is sent yet."""
    hub, desk_hub, words = Hub(), DeskHub(now), OwnWords(database)
    await words.refresh()
    channels: dict[Key, Channel] = {}
    rules = await database.read(programme.read)

    async def load(public_id: str) -> bytes | None:
        if media.is_drawn(public_id):
            return await database.read(lambda connection: pictures.drawn(connection, settings.secret, public_id))
        return await database.read(lambda connection: media.load(connection, public_id))

    webchat = WebChat(hub.wake, load)
    channels[webchat.name, webchat.account] = webchat
    outbound = _outbound(settings, load)
    if outbound is not None:
        channels[outbound.name, outbound.account] = outbound
    ways = _ways(settings, rules.business)
    channels |= ways
    cadence = partial(Cadence.of, zone=settings.business_timezone)
    sender = Sender(database, channels, clock=SystemClock(now), cadence=cadence, failpoint=failpoint)
    fetcher = Fetcher(database, channels, now=now)
    broadcaster = Broadcaster(
        database,
        zone=settings.business_timezone,
        link=lambda campaign: partial(campaign_links.link, settings.secret, settings.address, campaign),
        put=sender.wake,
        clock=SystemClock(now),
        failpoint=failpoint,
    )
    house = house_of(settings, frozenset(name for name, _account in channels if name in (EMAIL, SMS)))
    alerts = _alerts(settings, database, outbound, sender, now)

    def moved(committed: Committed) -> None:
        app.moved(committed)

    def type_to(channel: str, account: str, sender: str) -> None:
        if outbound is not None and (channel, account) == (outbound.name, outbound.account):
            outbound.typing(sender)

    turn = Turn(database, house, now=now, committed=moved, alert=alerts, failpoint=failpoint)
    refitting = Refitting(database, settings.zone, now=now)
    scoring = Scoring(database, settings.zone, now=now)
    routes: list[BaseRoute] = []
    telegram = _telegram(settings, outbound, database, turn, routes, now) if outbound else None
    app = App(
        settings=settings,
        database=database,
        turn=turn,
        hub=hub,
        desk=desk_hub,
        web=build(
            database=database,
            receive=turn.receive,
            keep_picture=Uploads(PicturePosted(database, house, now=now)),
            hub=hub,
            desk=desk_hub,
            secret=settings.secret.decode(),
            public_url=settings.address,
            look=Look(
                business=rules.business or "Sapa",
                origins=settings.embed_origins,
                default_language=settings.default_language,
            ),
            act=turn.act,
            words=words,
            type_to=type_to,
            zone=settings.zone,
            region=settings.business_country,
            extra_routes=routes,
            now=now,
            mail=staff_mail(ways.get((EMAIL, HOUSE))),
            company=_company(settings, now),
            lines=lines(
                settings,
                outbound.account if outbound else "",
                cast("EmailChannel | None", ways.get((EMAIL, HOUSE))),
            ),
            password_log_in=settings.staff_passwords == "on",
        ),
        sender=sender,
        fetcher=fetcher,
        broadcaster=broadcaster,
        tick=Tick(database, turn.fall_due, _jobs(settings, turn, refitting, scoring), now=now),
        refitting=refitting,
        scoring=scoring,
        alerts=alerts,
        words=words,
        telegram=telegram,
    )
    return app


def house_of(settings: Settings, ways: frozenset[str] = frozenset()) -> House:
    """What every turn needs of the house; `ways` are the channels beside chats by which codes are sent."""
    return House(
        FLOWS,
        settings.zone,
        settings.business_country,
        settings.default_language,
        settings.secret,
        settings.address,
        ways,
    )


def _alerts(
    settings: Settings,
    database: Database,
    outbound: TelegramChannel | None,
    sender: Sender,
    now: Callable[[], dt.datetime],
) -> Alerts:
    chat = (outbound.name, outbound.account, settings.alert_chat) if outbound and settings.alert_chat else None
    return Alerts(
        database,
        url=settings.alert_url,
        chat=chat,
        language=settings.default_language,
        now=now,
        wake=sender.wake,
    )


def _jobs(settings: Settings, turn: Turn, refitting: Refitting, scoring: Scoring) -> dict[str, Job]:
    """Every recurring job of the house."""
    return {
        **JOBS,
        **planning.jobs(settings.business_timezone),
        **inviting.jobs(settings.business_timezone),
        **rhythms.jobs(settings.zone),
        **erasing.jobs(settings.secret),
        **desk_jobs(turn.act),
        **refitting.jobs(),
        **trying.jobs(settings.business_timezone),
        **scoring.jobs(),
    }


def _ways(settings: Settings, business: str) -> dict[Key, Channel]:
    """By what else than chats members can be sent a code."""
    ways: list[Channel] = []
    if mail := settings.smtp_url.get_secret_value():
        from channels.email.channel import EmailChannel

        ways.append(EmailChannel(mail, settings.smtp_from, business or "Sapa"))
    if settings.sms_webhook_url:
        from channels.sms.channel import SmsChannel

        ways.append(SmsChannel(settings.sms_webhook_url, settings.sms_webhook_secret.get_secret_value()))
    return {(way.name, way.account): way for way in ways}


def _company(settings: Settings, now: Callable[[], dt.datetime]) -> Company | None:
    if not settings.oidc_issuer:
        return None
    name = settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or ""
    secret = settings.oidc_client_secret.get_secret_value()
    return Company(settings.oidc_issuer, settings.oidc_client_id, secret, name, now=now)


def _outbound(settings: Settings, load: Callable[[str], Awaitable[bytes | None]]) -> TelegramChannel | None:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    from channels.telegram.outbound import TelegramChannel

    async def picture(public_id: str) -> bytes:
        content = await load(public_id)
        if content is None:
            raise SapaError(f"There is no picture {public_id!r} any more.")
        return content

    return TelegramChannel(token, picture, api=settings.telegram_api, paid=settings.telegram_paid)


def _telegram(
    settings: Settings,
    channel: TelegramChannel,
    database: Database,
    turn: Turn,
    routes: list[BaseRoute],
    now: Callable[[], dt.datetime],
) -> Telegram:
    """The bot's two sides; with a webhook its route is added to `routes`."""
    from channels.telegram.inbound import Source
    from channels.telegram.intake import Team
    from channels.telegram.manners import attentive

    receive = attentive(turn.receive, channel)

    async def keep(raw: str, external_id: str, reason: Unread) -> None:
        await turn.keep_unread(channel.name, channel.account, external_id, raw, reason)

    source = Source(settings.telegram_token.get_secret_value(), settings.telegram_api)
    team, teller = None, None
    if group := settings.telegram_staff_group:
        reader = Reader(settings.default_language, settings.zone, settings.address)
        team = Team(group, GroupPosted(database, turn, channel.fetch, reader))
        teller = Teller(database, channel, group, reader, now=now)
    if settings.telegram_mode == "webhook":
        from channels.telegram.webhook import webhook_route

        secret = settings.telegram_secret.get_secret_value()
        routes.append(webhook_route(WEBHOOK_PATH, secret, channel.account, receive, keep, team=team))
        return Telegram(channel, source, None, teller)
    from channels.telegram.polling import Poller

    return Telegram(channel, source, Poller(source, receive, keep, team=team), teller)
