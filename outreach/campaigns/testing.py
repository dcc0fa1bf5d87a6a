"""Test messages: what a campaign says, marked as a test, to the chats of colleagues and to nobody else.

Colleagues are the contacts who have the tag `tester`. A test is a service message of no kind: it needs no consent,
takes no place among what comes unasked, and makes nobody a recipient.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from locales import LANGUAGES, Language, _, render
from outreach.cadence import Cadence
from outreach.campaigns import planning
from outreach.templates import rendering, values
from outreach.templates.content import Content
from outreach.templates.rendering import NotSaid, Stamp
from outreach.templates.values import Values
from store import contacts, outbox, standing, tags
from store.campaigns import Campaign
from store.contacts import Contact
from store.tags import Bearer
from talk.messages import Outgoing
from talk.split import visible_length

TAG = "tester"
MOST = 20  # colleagues
MARK = _("<b>Test</b> · {campaign} · variant {variant}")


class Tested(NamedTuple):
    """How many messages go to a colleague, and what cannot be said to them, by language."""

    sent: int
    not_said: dict[str, NotSaid]


def testers(connection: Connection) -> list[Bearer]:
    """The colleagues to whose chats tests go."""
    return tags.bearers(connection, TAG, MOST)


def languages(connection: Connection, campaign: Campaign) -> list[str]:
    """The languages in which any variant has a text, reviewed or not."""
    found = {language for content in _contents(connection, campaign).values() for language in _spoken(content)}
    return sorted(found)


def send(
    connection: Connection,
    campaign: Campaign,
    tester: Bearer,
    wanted: Collection[str],
    stamp: Stamp,
    *,
    now: dt.datetime,
    zone: str,
) -> Tested | None:
    """Put each variant in each of the languages that it has into a colleague's chat; None when they have none.

    `zone` is the business's time zone.
    """
    contact = contacts.lock_chat(connection, tester.id)
    if contact is None:
        return None
    cadence, stands = Cadence.of(connection, zone), standing.standing(connection, contact.id, now)
    said: list[Outgoing] = []
    not_said: dict[str, NotSaid] = {}
    for letter, content in _contents(connection, campaign).items():
        known = values.of(connection, [contact.id], now, zone, content)[contact.id]
        for language in (each for each in _spoken(content) if each in wanted):
            label = cadence.label(stands, language)
            made = rendering.render(content, language, _as_of(known, language), stamp, label)
            if isinstance(made, NotSaid):
                not_said[language] = made
            else:
                said += _marked(made, content, render(MARK, language, _about(campaign, letter)))
    outbox.put(connection, [_message(connection, contact, each, now) for each in said])
    contacts.save(connection, contact)
    return Tested(len(said), not_said)


def _contents(connection: Connection, campaign: Campaign) -> dict[str, Content]:
    found = planning.contents_of(connection, campaign)
    return {letter: msgspec.convert(content, Content) for letter, content in found.items()}


def _spoken(content: Content) -> list[Language]:
    return [each for each in LANGUAGES if each in content.texts and content.texts[each].text]


def _as_of(known: Values, language: str) -> Values:
    """What is known of a colleague, as if they spoke the language of the text."""
    return msgspec.structs.replace(known, language=language)


def _about(campaign: Campaign, letter: str) -> dict[str, object]:
    return {"campaign": campaign.name, "variant": letter}


def _marked(made: Outgoing, content: Content, mark: str) -> Iterator[Outgoing]:
    """The message with the mark above it; where no room is left for it, the mark goes before."""
    text = f"{mark}\n\n{made.text}"
    if visible_length(text) <= rendering.most_signs(content):
        yield msgspec.structs.replace(made, text=text)
    else:
        yield Outgoing(text=mark)
        yield made


def _message(connection: Connection, contact: Contact, made: Outgoing, now: dt.datetime) -> outbox.NewMessage:
    channel, account, sender = contacts.address(connection, contact.identity_id)
    contact.seq += 1
    return outbox.NewMessage(
        public_id=secrets.token_urlsafe(12),
        contact_id=contact.id,
        channel=channel,
        account=account,
        sender=sender,
        lane=outbox.SERVICE,
        payload=made,
        seq=contact.seq,
        due_at=now,
        created_at=now,
    )
