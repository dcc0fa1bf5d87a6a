"""What the team's group reads: a customer's card, and the lines of a conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from locales import Language, Text, _, render, verbatim
from locales.formats import Money
from loyalty import ledger
from service.ownership import SPAM
from store import desk, profiles, queues
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.group import Post
from store.talk_line import Line
from talk.split import plain

CUSTOMER, ASSISTANT = _("Customer"), _("Assistant")
OWNERS: dict[str, Text] = {
    BOT: _("The assistant has the conversation again."),
    QUEUE: _("The conversation waits in a queue."),
    SNOOZED: _("The conversation rests for a while, or until the customer writes."),
    BLOCKED: _("This customer is blocked; nobody answers."),
}
HAS_IT = _("{name} has the conversation now.")
CLOSED = _("{name} has closed the conversation.")
SENT: dict[str, Text] = {
    "photo": _("(a picture)"),
    "voice": _("(a voice message)"),
    "video": _("(a video)"),
    "document": _("(a file)"),
    "sticker": _("(a sticker)"),
    "location": _("(a place)"),
    "contact": _("(a contact)"),
}
OTHER = _("(something Sapa can't show here)")
NOT_KEPT = _("(the file could not be kept)")
CARD_LANGUAGE, CARD_POINTS = _("Language: {language}"), _("Points: {points}")
CARD_TIER, CARD_QUEUE, CARD_WAITS = _("Tier: {tier}"), _("Queue: {name}"), _("Waiting since {since}")
CARD_PHONE, CARD_NUMBER = _("Phone: {phone}"), _("Customer number: {number}")
CARD_BOUGHT = _("Last purchase: {product}, {amount}, {day}")
QUOTED = 100  # characters of a message by which one knows it
LOST = _("⚠ This message from {name} did not reach the customer: {words}")
NO_NAME = _("Customer without a name")
LANGUAGE_NAMES: dict[str, Text] = {
    "en": verbatim("English"),
    "ms": verbatim("Bahasa Melayu"),
    "vi": verbatim("Tiếng Việt"),
    "ar": verbatim("العربية"),
    "zh": verbatim("中文"),
}


class Reader(msgspec.Struct, frozen=True):
    """Who reads: the group's language, the house's clock, and where the console is."""

    language: Language
    zone: ZoneInfo
    address: str

    def say(self, text: Text, **values: object) -> str:
        """A sentence in the group's language."""
        return render(text, self.language, values)


def title(connection: Connection, contact_id: int, reader: Reader) -> str:
    """What a customer's topic is called."""
    known = profiles.profile(connection, contact_id)
    return known.call_me or known.name or known.number or reader.say(NO_NAME)


def card(connection: Connection, contact_id: int, public_id: str, reader: Reader, now: dt.datetime) -> str:
    """Who the customer is: the head of a topic, and the answer to `/card`."""
    known = profiles.profile(connection, contact_id)
    account = ledger.account_of(connection, contact_id, now.astimezone(reader.zone), reader.language)
    lines = [f"<b>{escape(title(connection, contact_id, reader), quote=False)}</b>"]
    lines.append(reader.say(CARD_LANGUAGE, language=reader.say(LANGUAGE_NAMES[known.language])))
    lines.append(reader.say(CARD_POINTS, points=account.balance))
    if account.tier:
        lines.append(reader.say(CARD_TIER, tier=account.tier))
    if known.phone:
        lines.append(reader.say(CARD_PHONE, phone=known.phone))
    if known.number:
        lines.append(reader.say(CARD_NUMBER, number=known.number))
    lines += _bought(connection, contact_id, reader)
    lines += _waits(connection, contact_id, reader)
    return "\n".join([*lines, f"{reader.address}/staff/inbox/{public_id}"])


def line(one: Line, customer: str, reader: Reader) -> str:
    """One line of a conversation, in Sapa's HTML subset."""
    if one.speaker == "owner":
        return f"— {_owner(one, reader)}"
    signs = {"note": "📝 ", "you": "✎ " if one.edit_of or one.what == "edited" else ""}
    name = {"you": customer, "bot": reader.say(ASSISTANT)}.get(one.speaker, one.author)
    said = f"{signs.get(one.speaker, '')}<b>{escape(name, quote=False)}</b>: {_words(one, reader)}"
    offered = " ".join(f"[{escape(button.label, quote=False)}]" for button in one.buttons)
    return f"{said}\n{offered}" if offered else said


def post(one: Post, reader: Reader) -> str:
    """What the bot has to say in a topic, in Sapa's HTML subset."""
    if one.payload is None:
        return one.text
    words = plain(one.payload.get("text", "")) or reader.say(SENT["document"])
    quoted = words if len(words) <= QUOTED else f"{words[:QUOTED]}…"
    return "\n".join((reader.say(LOST, name=one.name, words=quoted), escape(one.reason, quote=False))).strip()


def _words(one: Line, reader: Reader) -> str:
    refused = [reader.say(NOT_KEPT) for file in one.files if file.state == "refused"]
    sent = [] if one.files or not one.what or one.what == "edited" else [reader.say(SENT.get(one.what, OTHER))]
    return "\n".join(filter(None, (one.text, *sent, *refused))) or reader.say(SENT.get(one.what, OTHER))


def _owner(one: Line, reader: Reader) -> str:
    if one.owner not in OWNERS:
        return reader.say(HAS_IT, name=one.owner_name)
    if one.owner == BOT and one.author and one.what != SPAM:
        return reader.say(CLOSED, name=one.author)
    return reader.say(OWNERS[one.owner])


def _bought(connection: Connection, contact_id: int, reader: Reader) -> Iterable[str]:
    for last in profiles.latest_purchases(connection, contact_id, reader.language)[:1]:
        amount, day = Money(last.amount, last.currency), last.at.astimezone(reader.zone).date()
        yield reader.say(CARD_BOUGHT, product=last.product or "–", amount=amount, day=day)


def _waits(connection: Connection, contact_id: int, reader: Reader) -> Iterable[str]:
    found = desk.open_of(connection, contact_id)
    if found is None:
        return
    queue = queues.name_of(queues.one(connection, found.queue_id), reader.language)
    yield reader.say(CARD_QUEUE, name=queue)
    if found.waiting_since is not None:
        yield reader.say(CARD_WAITS, since=found.waiting_since.astimezone(reader.zone))
