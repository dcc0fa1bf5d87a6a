"""One turn as its handlers see it: who is there, what they sent, and what is said back.

A scene lives on a database thread inside one transaction. It is the engine's host: it runs effects under
savepoints and renders what dialogues say.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from flows.reopened import REOPENED
from handlers import intents
from locales import Text, _, edition, render
from outreach.kinds import KINDS, MORE
from service import closing, targets
from store import cases, contacts, due, outbox, sessions
from store.contacts import Contact
from store.database import savepoint
from talk.conversation import Conversation, Session
from talk.engine import Act, Book, Said, revision
from talk.exchange import COMMAND
from talk.journal import Record
from talk.messages import Button, Inbound, Media, Outgoing
from talk.prompts.base import Option
from talk.reading import words
from talk.split import CAPTION_LIMIT, TEXT_LIMIT, plain, split

IDLE = dt.timedelta(hours=24)
SURE = dt.timedelta(hours=3)  # words that come later than that to a patient dialogue may be about anything
BETWEEN = frozenset({"menu", "rate_service"})  # what asks without having been asked for: words may mean people
REPLY, SERVICE, MARKETING = outbox.REPLY, outbox.SERVICE, outbox.MARKETING
SHARE = {"phone": _("Share my phone number"), "location": _("Share my location")}


@dataclass(frozen=True, slots=True)
class House:
    """What every turn needs of the house: the book of flows, the business's zone, country and language.

    `language` is spoken to those of whom nothing is known, `region` the country whose phone numbers are meant.
    `secret` is the house's key and `address` where the world reaches its web pages, for effects that need them.
    `ways` are the channels beside chats by which a code can reach somebody: email, sms.
    """

    book: Book
    zone: ZoneInfo
    region: str
    language: str
    secret: bytes
    address: str
    ways: frozenset[str] = frozenset()


@dataclass(slots=True)
class Notice:
    """Something that happened in a turn and that staff or an operator should hear of after its commit."""

    kind: str
    contact: str
    details: dict[str, str] = field(default_factory=dict)


class Scene:
    """The contact, locked; the event, if a message opened the turn; the conversation; and the way to speak."""

    def __init__(self, connection: Connection, house: House, contact: Contact, now: dt.datetime) -> None:
        self.connection = connection
        self.house = house
        self.contact = contact
        self.now = now
        self.owner_before = contact.owner
        self.inbound: Inbound | None = None
        self.notices: list[Notice] = []
        self.address: tuple[str, str, str] | None = None
        self.lane = REPLY
        self.kind = ""  # of what is said though nobody asked for it,
        self.expires_at: dt.datetime | None = None  # and until when it is of use
        self._language = (contact.language, contact.language_chosen)  # as it is stored
        self._messages: list[outbox.NewMessage] = []
        self._meant: dict[str, words.Match | None] = {}

    # What the engine asks of its host

    @property
    def language(self) -> str:
        """The language the contact is answered in."""
        return self.contact.language

    @property
    def channel(self) -> str:
        """The channel where the contact wrote; empty when nobody did."""
        return self.inbound.channel if self.inbound else ""

    @property
    def region(self) -> str:
        """The country whose national phone numbers are meant."""
        return self.house.region

    @property
    def today(self) -> dt.date:
        """The day at the contact's place."""
        return self.local_now.date()

    @property
    def local_now(self) -> dt.datetime:
        """The moment of the turn on the contact's clock."""
        return self.now.astimezone(ZoneInfo(self.contact.timezone) if self.contact.timezone else self.house.zone)

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run an effect in this turn's transaction; one that writes has a savepoint and may change the contact."""
        house = self.house
        act = Act(
            self.connection,
            self.contact.id,
            key,
            self.local_now,
            self.language,
            house.secret,
            house.address,
            self.contact.identity_id,
            house.ways,
            self._tell,
        )
        if getattr(effect, "reads_only", False):
            return effect(act, *args, **kwargs)
        if self._language != (self.contact.language, self.contact.language_chosen):
            contacts.save(self.connection, self.contact)  # the effect may have its own word on it
        with savepoint(self.connection):
            result = effect(act, *args, **kwargs)
        self._notice_changes()
        return result

    def elsewhere(self, inbound: Inbound) -> str | None:
        """The flow that an answer which does not fit asks for; what it may be meant for is people's, too."""
        wanted, asking = intents.flow_of(self.meant(inbound)), self.conversation.asking
        if wanted is None and asking is not None and asking.record.flow in BETWEEN:
            if self.adds_photo(inbound):
                return "add_photo"
            return REOPENED if self.reopens(inbound) else None
        return wanted

    def adds_photo(self, inbound: Inbound) -> bool:
        """Whether a photo may belong to a request of the contact's that is open."""
        there = inbound.kind == "photo" and bool(inbound.media)
        return there and cases.has_open(self.connection, self.contact.id)

    def reopens(self, inbound: Inbound) -> bool:
        """Whether an event that the bot makes nothing of belongs to a conversation that the team closed lately."""
        if not closing.says_more(inbound, self.language):
            return False
        return closing.reopens(self.connection, self.contact.id, self.now) is not None

    def meant(self, inbound: Inbound) -> words.Match | None:
        """What the event's words want, read once in each language the contact is answered in."""
        language = self.language
        if language not in self._meant:
            self._meant[language] = words.match(inbound.text, language)
        return self._meant[language]

    # The conversation

    @cached_property
    def conversation(self) -> Conversation:
        """The contact's sessions that ask or are interrupted; with the bot, what was left for long is over."""
        found = sessions.stack(self.connection, self.contact.id)
        stack = [session for session, _moved in found]
        quiet = self.contact.owner != contacts.BOT
        conversation = Conversation(self.house.book, self, self._open, stack, quiet=quiet)
        if found and not quiet and self.now - found[-1][1] > self._patience(conversation):
            conversation.lapse()
        return conversation

    def _patience(self, conversation: Conversation) -> dt.timedelta:
        """How long the open question waits for what comes now; a button says itself what it answers."""
        said = self.inbound is not None and self.inbound.kind != "button"
        return SURE if said and conversation.is_patient else IDLE

    def say(self, text: Text, *commands: Option, **values: object) -> None:
        """Say something outside any dialogue, with buttons that are commands."""
        options = tuple((command,) for command in commands)
        self.conversation.said.append(Said(text, values, options, COMMAND if options else ""))

    def take_up(self, session: Session) -> Session:
        """The session of a due row as this turn's conversation knows it."""
        for known in self.conversation.stack:
            if known.id == session.id:
                return known
        return session

    # The end of the turn

    def finish(self) -> bool:
        """Store what changed and put what was said into the outbox; whether there is something to send."""
        said = self._conclude()
        self._render(said)
        if self._messages:
            outbox.put(self.connection, self._messages)
        contacts.save(self.connection, self.contact)
        if self.contact.owner not in (contacts.BOT, contacts.BLOCKED):
            targets.follow(self.connection, self.contact.id, self.now, self.house.zone)
        return bool(self._messages)

    def _conclude(self) -> list[Said]:
        conversation = self.__dict__.get("conversation")
        if conversation is None:
            return []
        depths = {session.id: depth for depth, session in enumerate(conversation.stack)}
        sessions.save(self.connection, conversation.changed, depths, self.contact.identity_id, self.now)
        for session in conversation.changed:
            self._put_due(session)
        return list(conversation.said)

    def _put_due(self, session: Session) -> None:
        parked = session.record.parked
        if session.state == "ended" or parked is None or parked.until is None or parked.passed:
            return
        kind = "wake" if parked.kind == "wait" else "deadline"
        due.put(self.connection, kind, self.contact.id, session.id, parked.token, parked.until)

    def _open(self, flow: str, args: dict[str, Any]) -> Session:
        record = Record(flow=flow, revision=revision(self.house.book[flow]), args=args)
        return sessions.open_new(self.connection, self.contact.id, self.contact.identity_id, record, self.now)

    def _render(self, said: list[Said]) -> None:
        """One message for all that is said, up to the next buttons or picture: fewer calls, fewer bubbles.

        Lines that follow a picture stand under it.
        """
        html, picture = "", ""
        following: Said | None
        for one, following in zip(said, (*said[1:], None), strict=False):
            joint = ("\n" if one.line else "\n\n") if html else ""
            html += joint + render(one.text, self.language, one.values, self.contact.digits)
            picture = picture or one.picture
            ends = following is None or following.picture or following.replaces
            if ends or one.options or (picture and following and not following.line):
                self._message(one, html, picture)
                html, picture = "", ""

    def _message(self, last: Said, html: str, picture: str) -> None:
        limit = CAPTION_LIMIT if picture else TEXT_LIMIT
        pieces = [html] if 2 * len(html) <= limit else split(html, limit)
        for piece in pieces[:-1]:
            self.send(Outgoing(text=piece))
        edits = self.inbound.message if last.replaces and self.inbound is not None else ""
        self.send(
            Outgoing(
                text=pieces[-1],
                buttons=tuple(tuple(self._button(option, last.place) for option in row) for row in last.options),
                media=Media(ref=picture) if picture else None,
                request=last.request,
                request_label=render(SHARE[last.request], self.language) if last.request else "",
                edits=edits,
            )
        )

    def _button(self, option: Option, place: str) -> Button:
        mark = "✓ " if option.chosen else ""
        label = _label(option.label, self.language, self.contact.digits, edition())
        if option.url:
            return Button(label, url=option.url)
        return Button(f"{mark}{label}", f"{place}.{option.key}")

    def send(self, outgoing: Outgoing, *, author: str = "bot", public_id: str = "") -> None:
        """Put one message into the outbox, to where the contact wrote last unless `address` says otherwise.

        `author` is the public id of the person who speaks; `public_id` names the message, at random when empty.
        """
        if self.address is None:
            self.address = contacts.address(self.connection, self.contact.identity_id)
        channel, account, sender = self.address
        kind = MORE if self.kind and self._messages else self.kind
        self._messages.append(
            outbox.NewMessage(
                public_id=public_id or secrets.token_urlsafe(12),
                contact_id=self.contact.id,
                channel=channel,
                account=account,
                sender=sender,
                lane=self.lane,
                payload=outgoing,
                # Marketing takes its place when it is sent.
                seq=None if self.lane == MARKETING else self.take_place(),
                author=author,
                due_at=self.now,
                expires_at=self.expires_at,
                created_at=self.now,
                kind=kind,
                begun_at=self.now if kind and self.lane == SERVICE and KINDS[kind].counts else None,
            )
        )

    def take_place(self) -> int:
        """The next place in the conversation."""
        self.contact.seq += 1
        return self.contact.seq

    def _tell(self, kind: str, details: dict[str, str]) -> None:
        self.notices.append(Notice(kind, self.contact.public_id, details))

    def _notice_changes(self) -> None:
        fresh = contacts.lock_identity(self.connection, self.contact.identity_id)
        assert fresh is not None
        for name in contacts.EFFECTS_MAY_CHANGE:
            setattr(self.contact, name, getattr(fresh, name))
        self._language = (fresh.language, fresh.language_chosen)


@lru_cache(maxsize=1024)  # the same few labels stand on most buttons
def _label(label: Text, language: str, digits: str, _edition: int) -> str:
    return plain(render(label, language, digits=digits))
