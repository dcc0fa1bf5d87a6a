"""The web application: the customers' chat, the files behind the gate, health, and routes handed in by others."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from prometheus_client import REGISTRY, CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route

from console import health, kiosk, refusals, static_files
from console.api.house import House
from console.api.late import LateApi
from console.chat import Chat, KeepPicture, Look
from console.conversation import Conversation
from console.desk_hub import DeskHub
from console.export import Export
from console.files import Files
from console.going import Going
from console.headers import SafeHeaders
from console.hub import Hub
from console.limits import Limits, Paces
from console.pages import Pages
from console.posting import Posting
from console.staff import routes as staff_routes
from console.staff.company import Company
from console.staff.desk_news import LiveDesk
from console.staff.office import Act, Line, Mail, Office, TypeTo
from console.staff.passwords import Passwords
from console.staff.rendering import templates
from console.till import routes as till_routes
from console.visits import Visits
from handlers.own_words import OwnWords
from store import exports, shown_products
from store.database import Database, StoreUnavailable
from talk.channel import Receive


def utc_now() -> dt.datetime:
    """The time."""
    return dt.datetime.now(dt.UTC)


def build(
    *,
    database: Database,
    receive: Receive,
    keep_picture: KeepPicture,
    hub: Hub,
    desk: DeskHub | None = None,
    secret: str,
    public_url: str,
    look: Look,
    act: Act,
    zone: ZoneInfo,
    region: str = "MY",
    type_to: TypeTo = lambda _channel, _account, _sender: None,
    words: OwnWords | None = None,
    lines: Mapping[str, Line] = MappingProxyType({}),
    ready: health.Ready | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    paces: Paces | None = None,
    passwords: Passwords | None = None,
    mail: Mail | None = None,
    company: Company | None = None,
    password_log_in: bool = True,
    registry: CollectorRegistry = REGISTRY,
    now: Callable[[], dt.datetime] = utc_now,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The application of one business.

    `receive` takes what visitors send, `keep_picture` their pictures. `hub` has visitors' open pages, `desk` the
    team's; whoever sees commits wakes both. `secret` signs visitors and personal links;
    `public_url` is where the world sees us (https makes cookies secure). `act` opens the turns of staff, `type_to`
    shows customers on other channels that somebody types. `words` are the house's own, kept in step with the table;
    `lines` the channels by name, with how each is tested. `zone` is the business's clock, `region` its country (ISO
    3166). `ready` says whether we can serve: by default whether the database answers and is migrated.
    `extra_routes` come first, a webhook for example.
    Raises ValueError when `look` names a colour or an origin that is none.
    """
    chat = Chat(
        database=database,
        receive=receive,
        keep_picture=keep_picture,
        hub=hub,
        visits=Visits(secret, public_url),
        limits=Limits(paces or Paces(), clock),
        look=look,
        secret=secret,
        now=now,
    )
    api = House(database, secret.encode(), region, look.default_language, zone, now)
    app = Starlette(
        routes=[
            *extra_routes,
            *chat_routes(chat, zone),
            Mount("/api/v1", LateApi(api, clock)),
            *staff_routes.ROUTES,
            *till_routes.ROUTES,
            *health.routes(ready or health.store_ready(database), registry),
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={
            refusals.Refusal: refusals.refused,
            StoreUnavailable: refusals.unavailable,
            Exception: refusals.failed,
        },
    )
    app.state.default_language = look.default_language
    app.state.chat = chat
    desk = DeskHub(now) if desk is None else desk  # an empty one is false
    hub.closing(desk.close)
    app.state.office = office = Office(
        database=database,
        act=act,
        hub=hub,
        desk=desk,
        type_to=type_to,
        visits=chat.visits,
        business=look.business,
        address=public_url,
        secret=secret.encode(),
        zone=zone,
        region=region,
        static=f"/static/{static_files.version()}",
        templates=templates(),
        passwords=passwords or Passwords(),
        words=words or OwnWords(database),
        lines=lines,
        now=now,
        mail=mail,
        company=company,
        password_log_in=password_log_in,
    )
    desk.serve(LiveDesk(office))
    return app


def chat_routes(chat: Chat, zone: ZoneInfo) -> list[BaseRoute]:
    """The chat's addresses (docs/webchat.md)."""
    version = static_files.version()
    pages, posting, conversation, files = Pages(chat, version), Posting(chat), Conversation(chat), Files(chat)
    export, kiosks = Export(chat, version, zone), kiosk.KioskPages(chat)
    return [
        Route("/", RedirectResponse("/chat")),
        Route("/chat", pages.chat),
        Route("/chat/enter", pages.enter, methods=["POST"]),
        Route("/chat/texts", pages.texts),
        Route("/chat/colours.css", pages.stylesheet),
        Route("/chat/session", conversation.session),
        Route("/chat/messages", posting.message, methods=["POST"]),
        Route("/chat/pictures", posting.picture, methods=["POST"]),
        Route("/chat/typing", posting.typing, methods=["POST"]),
        Route("/chat/events", conversation.events),
        Route("/chat/history", conversation.history),
        Route("/media/{public_id}", files.file),
        Route(f"{exports.PATH}/{{token}}", export.page),
        Route(f"{exports.PATH}/{{token}}", export.file, methods=["POST"]),
        Route(f"{shown_products.PATH}/{{token}}", Going(chat).on),
        Route(f"{kiosk.PATH}/{{secret}}", kiosks.show),
        Route(f"{kiosk.PATH}/{{secret}}", kiosks.do, methods=["POST"]),
        Route("/widget.js", pages.widget),
        Mount("/static", static_files.VersionedFiles(version)),
    ]
