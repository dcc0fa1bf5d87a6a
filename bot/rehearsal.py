"""Rehearsals: one customer's conversation over a throw-away database, and its transcript.

A transcript is a text file. Its head says who the customer is, then it tells what happened, line by line:

    # flow: points
    # language: ms
    # customer: member

The head may also name the shop (`empty`: without rules and rewards), the channel, and what the customer `bought`
(skus of the sample shop, where one of its products is on offer then), and a `survey` that is published, one of
those that come with Sapa.

    > berapa mata saya
    < Anda mempunyai 120 mata ganjaran.
    <   [Sejarah mata] [Lihat ganjaran]

    ~ 1 day

`>` is the customer: words, `[a button]`, `(photo)` or another thing sent, `(phone +60123456789)` shared by the
app, `/start` for opening the chat. `<` is the bot, word for word, buttons in their rows; `< ---` parts messages.
`~` lets time pass, and what is due happens. `!` is the house starting a flow unasked, perhaps with arguments:
`! claim_decided {"points": 12}`; there `VOUCHER` is the public id of a voucher of theirs, `PROMISE` that of what
they were promised, `INVITATION visit` that of an invitation to a survey after a visit (or a `purchase`, a `case`, a
`conversation`, in a `round`), `INVITATION` that of the last one, `OFFER` that of what is on offer, `PRODUCT` the
number of what they bought last, `CAMPAIGN points` that of a campaign whose message they got (it brought points; or
a `voucher`, a voucher that is `gone`, an `offer`, `news`, for a `list`, or comes `tomorrow`), `CAMPAIGN` the last.
`%` is Mei, who works there: `% take`, `% say …`, `% back` to the bot (`% back restart`), `% close`, `% promise …`
for in an hour, `% answer …` and `% solve …` of a request (`CASE`). `*` is what staff are told, `@ email` a message
to another chat, or by e-mail.

Codes and signed addresses are different every time: a transcript shows `<code>…</code>`, and the customer types the
last code as `{code}`.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import rehearsal_campaigns, rehearsal_goods, rehearsal_surveys
from bot.demo_data import apply_setup
from bot.demo_data.shop import ITEMS, Item, programme
from flows.book import FLOWS
from handlers import route
from handlers.case_answered import case_answered
from handlers.case_closed import case_closed
from handlers.conversation_closed import conversation_closed
from handlers.conversation_taken import conversation_taken
from handlers.given_back import How, given_back
from handlers.promise_made import promise_made
from handlers.scene import House, Notice, Scene
from handlers.staff_replied import staff_replied
from handlers.turn import Turn
from locales import LANGUAGES
from loyalty import ledger, rewards, vouchers
from loyalty.ledger import Earning
from loyalty.rewards import Reserved
from store import anniversaries, cases, catalog, contacts, members, offers, promises, schema, staff, tastes
from store.anniversaries import BIRTHDAY
from store.catalog import Product
from store.contacts_import import meet_numbers
from store.database import Database
from store.media import File
from store.staff_sessions import Staff
from store.tables import contacts as contacts_table
from store.tables import due, outbox
from store.tables import rewards as rewards_table
from store.ways import EMAIL
from surveys import templates
from talk.errors import SapaError
from talk.messages import Inbound, Kind, Media, Outgoing

Customer: TypeAlias = Literal["new", "known", "cardholder", "member", "regular", "celebrant"]
Other: TypeAlias = Literal[
    "supplier", "distributor", "agency", "intermediary", "shareholder", "investor", "analyst"
]
Who: TypeAlias = Customer | Other
Shop: TypeAlias = Literal["sample", "empty"]
Place: TypeAlias = Literal["app", "webchat"]

SECRET = b"nothing here is kept, nor is it real"
ZONE = ZoneInfo("Asia/Kuala_Lumpur")
START = dt.datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
PACE = dt.timedelta(seconds=5)  # between two events: nobody types a flood
# A member card nobody has linked yet, unless the customer is its member.
CARD, PHONE, MAIL = "100001", "+60123456789", "member@example.com"
EARNED, SPENT = (320, 45, 12, 60, 8, 150), 300  # points of one purchase a month, and of a reward

VOUCHER = "VOUCHER"
PROMISE = "PROMISE"
CASE = "CASE"
OFFER, PRODUCT = "OFFER", "PRODUCT"

SENT = re.compile(r"\((photo|voice|video|document|sticker|location)\)")
SHARED = re.compile(r"\(phone (\+\d+)\)")
PRESSED = re.compile(r"\[(.+)\]")
STARTED = re.compile(r"/start(?: (.+))?")
CODE = re.compile(r"<code>(.+?)</code>")
SIGNED = re.compile(r"(http://localhost:8000/[a-z-]+)/\S+")
PASSES = re.compile(r"(\d+) (minute|hour|day|week)s?")


MEI, HOUR = "mei@shop.example", dt.timedelta(hours=1)
DEEDS: dict[str, Callable[[Scene, Staff, str, str], object]] = {
    "take": lambda scene, mei, _how, _message: conversation_taken(scene, mei, scene.contact.owner, ""),
    "say": lambda scene, mei, text, message: staff_replied(scene, mei, text, message, ""),
    "back": lambda scene, mei, how, _message: given_back(scene, mei, msgspec.convert(how, How), ""),
    "close": lambda scene, mei, _how, _message: conversation_closed(scene, mei, "solved", ""),
    "promise": lambda scene, mei, what, _message: promise_made(scene, mei, what, scene.now + HOUR, ""),
    "answer": lambda scene, mei, text, message: case_answered(scene, mei, _case(scene), text, "", key=message),
    "solve": lambda scene, mei, outcome, _message: case_closed(scene, mei, _case(scene), outcome, ""),
}
"""What the team can do in a transcript."""


class BadTranscript(SapaError):
    """A transcript cannot be played: the message says which line, and why."""


class RehearsalFailed(SapaError):
    """A turn failed on the stage as it would have failed for a customer; the log shows where."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Who talks: somebody new, somebody known, the holder of a new card, a member with points; in which shop.

    A regular is a member with more points and with vouchers, a celebrant one whose birthday is today, told long ago
    and with a name. A supplier and the like are no customers at all. They write in an app that vouches for phone
    numbers, or in the web chat.
    """

    flow: str
    language: str = "en"
    customer: Who = "member"
    shop: Shop = "sample"
    channel: Place = "app"
    bought: str = ""
    survey: str = ""

    def __post_init__(self) -> None:
        allowed = {
            "flow": FLOWS,
            "language": LANGUAGES,
            "customer": get_args(Customer) + get_args(Other),
            "shop": get_args(Shop),
            "channel": get_args(Place),
            "survey": ("", *templates.ORDER),
        }
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise BadTranscript(f"{name} is one of {', '.join(values)}; got {getattr(self, name)!r}.")

    @property
    def head(self) -> list[str]:
        """The lines with which the transcript begins."""
        given = [f"# flow: {self.flow}", f"# language: {self.language}", f"# customer: {self.customer}"]
        given += [f"# shop: {self.shop}"] * (self.shop != "sample")
        given += [f"# bought: {self.bought}"] * bool(self.bought)
        given += [f"# survey: {self.survey}"] * bool(self.survey)
        return given + [f"# channel: {self.channel}"] * (self.channel != "app")

    @property
    def address(self) -> tuple[str, str, str]:
        """The customer's identity: channel, account, and who they are there."""
        return self.channel, "", "customer"


def parse(text: str) -> tuple[Setting, list[str]]:
    """A transcript's setting, and the events that are not the bot's. Raises BadTranscript."""
    head: dict[str, Any] = {}
    events: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        mark, _space, rest = line.partition(" ")
        if mark == "#":
            name, _colon, value = rest.partition(": ")
            head[name] = value
        elif mark in (">", "~", "!", "%"):
            events.append(line)
        elif mark not in ("", "<", "*", "@"):
            raise BadTranscript(f"Line {number} begins with none of # > < ~ ! % * @: {line!r}")
    try:
        return Setting(**head), events
    except TypeError:
        raise BadTranscript(
            "The head has flow, language, customer, shop, bought, survey and channel, and nothing else."
        ) from None


async def play(text: str, furnished: Path | None = None) -> str:
    """The transcript of the same events as they go now: equal to `text` when nothing has changed.

    `furnished` is a database as `furnish` leaves it for this setting; making one takes most of the time.
    """
    setting, events = parse(text)
    async with stage(setting, furnished) as rehearsal:
        for event in events:
            await rehearsal.happens(event)
        return rehearsal.transcript


@asynccontextmanager
async def stage(setting: Setting, furnished: Path | None = None) -> AsyncIterator[Rehearsal]:
    """A shop with one customer, on a database that is gone afterwards; a `furnished` one is copied."""
    with tempfile.TemporaryDirectory(prefix="sapa-chat-") as folder:
        path = f"{folder}/sapa.sqlite3"
        if furnished is not None:
            shutil.copy(furnished, path)
        database = Database(f"sqlite:///{path}")
        try:
            if furnished is None:
                await database.transact(schema.upgrade)
                await database.transact(lambda connection: furnish(connection, setting))
            yield Rehearsal(database, setting)
        finally:
            database.close()


class Rehearsal:
    """A customer's conversation through the real turn, event by event; its clock moves with the events.

    `said` and `told` are what the last event led to: the bot's messages, and what others were told.
    """

    def __init__(self, database: Database, setting: Setting) -> None:
        self.setting = setting
        self.now = START
        self.said: list[Outgoing] = []
        self.told: list[str] = []
        self._buttons: dict[str, str] = {}
        self._code = self._mei = ""
        self._lines = setting.head
        self._database = database
        self._house = House(FLOWS, ZONE, "MY", "en", SECRET, "http://localhost:8000", frozenset({EMAIL}))
        self._turn = Turn(
            database, self._house, now=lambda: self.now, committed=lambda _turn: None, alert=self._told
        )
        self._events = count(1)
        self._seen = 0

    @property
    def transcript(self) -> str:
        """What has happened so far."""
        return "\n".join([*self._lines, ""])

    async def happens(self, event: str) -> None:
        """Let one event happen. Raises BadTranscript when it cannot, and RehearsalFailed when its turn failed."""
        self.now += PACE
        self.told = []
        known, (mark, _space, rest) = self._code, event.partition(" ")
        if mark == "~":
            await self._pass(rest)
        elif mark == "!":
            await self._database.transact(lambda connection: self._start(connection, rest))
        elif mark == "%":
            await self._team_does(*rest.partition(" ")[::2])
        else:
            await self._turn.receive(self._inbound(rest))
        self.said = await self._answers()
        messages = [line for message in self.said for line in ("< ---", *_shown(message))]
        told = [line if line.startswith("@") else f"* {line}" for line in self.told]
        typed = event.replace(known, "{code}") if known else event
        self._lines += ["", typed, *(_lasting(line) for line in (*messages[1:], *told))]

    def _inbound(self, words: str) -> Inbound:
        kind, details = self._read(words)
        channel, account, sender = self.setting.address
        return Inbound(
            channel=channel,
            account=account,
            sender=sender,
            external_id=str(next(self._events)),
            kind=kind,
            at=self.now,
            language_hint=self.setting.language,
            **details,
        )

    def _read(self, words: str) -> tuple[Kind, dict[str, Any]]:
        if found := PRESSED.fullmatch(words):
            if found[1] not in self._buttons:
                raise BadTranscript(f"There is no button [{found[1]}]; there are: {', '.join(self._buttons)}.")
            return "button", {"button": self._buttons[found[1]], "message": "pressed"}
        if found := SHARED.fullmatch(words):
            return "contact", {"phone": found[1], "phone_proven": True}
        if found := STARTED.fullmatch(words):
            return "start", {"text": found[1] or ""}
        if found := SENT.fullmatch(words):
            kind: Any = found[1]
            return kind, {"media": (Media(ref="file"),)}
        return "text", {"text": words.replace("{code}", self._code)}

    async def _pass(self, how_long: str) -> None:
        found = PASSES.fullmatch(how_long)
        if found is None:
            raise BadTranscript(f"Time passes in minutes, hours, days or weeks, like “~ 2 days”; got {how_long!r}.")
        until = self.now + dt.timedelta(**{f"{found[2]}s": int(found[1])})
        coming = (
            sa.select(due.c.id, due.c.at)
            .where(due.c.at <= until, due.c.parked.is_(sa.false()))
            .order_by(due.c.at, due.c.id)
        )
        while row := await self._database.read(lambda connection: connection.execute(coming).first()):
            self.now = max(self.now, row.at)
            await self._turn.fall_due(row.id)
        self.now = until

    def _start(self, connection: Connection, what: str) -> None:
        flow, _space, given = what.partition(" ")
        if flow not in FLOWS:
            raise BadTranscript(f"There is no flow {flow!r}; there are {', '.join(FLOWS)}.")
        contact = contacts.lock(connection, *self.setting.address)
        if contact is None:
            raise BadTranscript("The house can only start a flow with a customer who is not new.")
        if (mine := vouchers.mine(connection, contact.id, self.now, "en")) and VOUCHER in given:
            given = given.replace(VOUCHER, mine[0].public_id)
        if (promised := promises.of_contact(connection, contact.id)) and PROMISE in given:
            given = given.replace(PROMISE, promised[0].public_id)
        if (told := cases.of_contact(connection, contact.id)) and CASE in given:
            given = given.replace(CASE, told[0].public_id)
        if OFFER in given and (running := offers.listed(connection, self.now)):
            given = given.replace(OFFER, running[0].offer.public_id)
        if PRODUCT in given and (had := tastes.bought(connection, contact.id)):
            given = given.replace(f'"{PRODUCT}"', str(had[0].product_id))
        given = rehearsal_campaigns.named(connection, contact.id, self.setting.address, given, self.now)
        given = rehearsal_surveys.named(connection, contact.id, contact.language, given, self.now)
        scene = Scene(connection, self._house, contact, self.now)
        scene.address = self.setting.address
        scene.conversation.start(flow, **(msgspec.json.decode(given) if given else {}))
        route.hand_over(scene)
        scene.finish()
        for notice in scene.notices:
            self._note(notice)

    async def _team_does(self, what: str, how: str) -> None:
        if what not in DEEDS:
            raise BadTranscript(f"The team can {', '.join(DEEDS)}; got {what!r}.")
        mei, contact = await self._database.transact(self._present)
        if contact is None:
            raise BadTranscript("The team can only answer a customer who is not new.")
        self._mei, message = mei.public_id, secrets.token_urlsafe(12)
        await self._turn.act(contact, lambda scene: DEEDS[what](scene, mei, how, message))

    def _present(self, connection: Connection) -> tuple[Staff, str | None]:
        """Mei, who is at work, and the public id of the customer."""
        found = staff.by_email(connection, MEI) or staff.add(connection, MEI, "Mei", "support", "en", self.now)
        assert found is not None
        staff.change(connection, found.id, present_at=self.now)
        contact = contacts.lock(connection, *self.setting.address)
        mei = Staff(
            id=found.id,
            public_id=found.public_id,
            email=MEI,
            name=found.name,
            role=found.role,
            language="en",
            branch_id=None,
            csrf="",
            session="",
            seen_at=self.now,
        )
        return mei, contact.public_id if contact else None

    async def _answers(self) -> list[Outgoing]:
        columns = (outbox.c.id, outbox.c.payload, outbox.c.channel, outbox.c.account, outbox.c.sender)
        said = sa.select(*columns).where(outbox.c.id > self._seen).order_by(outbox.c.id)
        rows = await self._database.read(lambda connection: connection.execute(said).all())
        self._seen = max((row.id for row in rows), default=self._seen)
        messages = []
        for row in rows:
            message = msgspec.convert(row.payload, Outgoing)
            self._code = next((found[1] for found in CODE.finditer(message.text)), self._code)
            if (row.channel, row.account, row.sender) == self.setting.address:
                messages.append(message)
            else:
                self.told += [f"@ {row.channel}", *(line.replace("<", "@", 1) for line in _shown(message))]
        for button in (button for message in messages for row in message.buttons for button in row):
            self._buttons[button.label] = button.data
        return messages

    async def _told(self, notice: Notice) -> None:
        if notice.kind.endswith("_parked"):
            raise RehearsalFailed(f"The turn failed: {notice.details.get('error', notice.kind)}")
        self._note(notice)

    def _note(self, notice: Notice) -> None:
        named = ((name, "Mei" if text == self._mei else text) for name, text in notice.details.items())
        self.told.append(" ".join([notice.kind, *(f"{name}={text}" for name, text in named)]))


def _case(scene: Scene) -> str:
    """The public id of the customer's request that is open, else of the last one."""
    found = cases.of_contact(scene.connection, scene.contact.id)
    if not found:
        raise BadTranscript("The customer has no request that the team could answer.")
    return found[0].public_id


def _lasting(line: str) -> str:
    """The line without what is different every time: codes and signed addresses."""
    return SIGNED.sub(r"\1/…", CODE.sub("<code>…</code>", line))


def _shown(message: Outgoing) -> list[str]:
    lines = ["<   (in place of the message with the button)"] if message.edits else []
    lines += [f"< {line}" if line else "<" for line in message.text.split("\n")]
    if message.media is not None:
        kind, drawn, _id = message.media.ref.partition(".")
        lines.append(f"<   (picture: {kind})" if drawn else "<   (picture)")
    if message.request:
        lines.append(f"<   ({message.request}: {message.request_label})")
    return [*lines, *("<   " + " ".join(f"[{button.label}]" for button in row) for row in message.buttons)]


def furnish(connection: Connection, setting: Setting) -> None:
    """Put the shop and the customer of a setting into a migrated, empty database."""
    if setting.shop == "sample":
        _open_shop(connection)
    _add_card(connection)
    if setting.survey:
        rehearsal_surveys.publish(connection, setting.survey, START)
    if setting.customer == "new":
        return
    contact = contacts.make(connection, *setting.address, name="", language=setting.language, at=START)
    contact.welcomed_at, contact.language_chosen = START, True
    contacts.save(connection, contact)
    if setting.customer == "cardholder":
        ledger.open_accounts(connection, {contact.id: START})
    elif setting.customer in ("member", "regular", "celebrant"):
        members.link_phone(connection, contact.id, PHONE)
    elif setting.customer != "known":
        connection.execute(
            contacts_table.update().where(contacts_table.c.id == contact.id).values(kind=setting.customer)
        )
    if setting.customer == "regular":
        _be_generous(connection, contact.id)
    if setting.customer == "celebrant":
        _have_a_birthday(connection, contact.id)
    if setting.bought:
        rehearsal_goods.shop(connection, contact.id, setting.bought.split(", "), START)


def _open_shop(connection: Connection) -> None:
    """The sample shop; drawing its rewards' pictures would take seconds, so all have the same dot."""
    apply_setup(connection, START)
    catalog.save_products(connection, [_product(item) for item in ITEMS])
    dot = catalog.keep_picture(connection, "dot", File.of("image/png", b"\x89PNG"), START)
    pictured = [each.code for each in programme().rewards if each.picture]
    connection.execute(rewards_table.update().where(rewards_table.c.code.in_(pictured)).values(picture_id=dot))


def _product(item: Item) -> Product:
    names = {"ms": item.ms, "vi": item.vi, "ar": item.ar, "zh": item.zh}
    product = Product(item.sku, item.en, names, item.category, item.price, "MYR", cost=item.cost)
    return product._replace(repeatable=item.lasts != 0, refill_days=item.lasts or None)


def _add_card(connection: Connection) -> None:
    """A member's card with points on it, some of them spent, as an import leaves it."""
    found, _made = meet_numbers(connection, [CARD], "en", START)
    card = found[CARD]
    connection.execute(sa.update(contacts_table).where(contacts_table.c.id == card).values(phone=PHONE, email=MAIL))
    months = [START - dt.timedelta(days=30 * month) for month in range(len(EARNED), 0, -1)]
    earnings = [
        Earning(f"purchase:{number}", card, points, at, expires_at=at + dt.timedelta(days=365))
        for number, (points, at) in enumerate(zip(EARNED, months, strict=True))
    ]
    ledger.earn(connection, earnings)
    at = START - dt.timedelta(days=3)
    ledger.hold(connection, card, SPENT, key="reward:1", at=at, until=START)
    ledger.post(connection, "reward:1", at)


def _have_a_birthday(connection: Connection, contact_id: int) -> None:
    named = contacts_table.update().where(contacts_table.c.id == contact_id).values(name="Sam bin Yusuf")
    connection.execute(named)
    told = START - dt.timedelta(days=60)
    anniversaries.give(connection, contact_id, BIRTHDAY, START.month, START.day, 1990, told)


def _be_generous(connection: Connection, contact_id: int) -> None:
    """More points, a voucher that they paid for, and another as a gift."""
    yesterday, end = START - dt.timedelta(days=1), START + dt.timedelta(days=365)
    earned = {"purchase:7": 900, "purchase:8": 450}
    ledger.earn(
        connection, [Earning(key, contact_id, points, yesterday, expires_at=end) for key, points in earned.items()]
    )
    reserved = rewards.reserve(connection, contact_id, "coffee", key="reward:2", now=yesterday)
    if isinstance(reserved, Reserved):
        rewards.confirm(connection, SECRET, reserved.key, yesterday)
        vouchers.issue(connection, SECRET, contact_id, "slice", key="birthday", now=yesterday)
