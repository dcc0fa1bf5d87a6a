"""Effects of dialogues on the contact: the language, the name, consent, the member card."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from loyalty import programme
from store import consents, members, visitors
from store.tables import contacts, identities
from talk.engine import Act, lookup


@lookup
def business_name(act: Act) -> str:
    """The business's name."""
    return programme.read(act.connection).business


class Met(msgspec.Struct, frozen=True):
    """What is known of a contact who comes for the first time: empty where it is not.

    Members come with what the business knows of them; their language and name are not asked for again.
    """

    language: str
    call_me: str


@lookup
def met(act: Act) -> Met:
    """What the business knows of the contact already."""
    found = act.connection.execute(
        sa.select(contacts.c.language, contacts.c.language_chosen, contacts.c.number, contacts.c.call_me).where(
            contacts.c.id == act.contact_id
        )
    ).one()
    return Met(found.language if found.language_chosen or found.number else "", found.call_me)


@lookup
def language_now(act: Act) -> str:
    """The language in which the dialogue came here; what it asks next must not hang on a change of it."""
    return act.language


@lookup
def is_member(act: Act) -> bool:
    """Whether the contact has a member card."""
    return members.has_account(act.connection, act.contact_id)


def choose_language(act: Act, language: str) -> None:
    """Answer in this language from now on; it was chosen, not guessed."""
    _change(act, language=language, language_chosen=True)


def set_call_me(act: Act, name: str) -> None:
    """What the contact wants to be called."""
    _change(act, call_me=name[:64])


def withdraw_marketing(act: Act, wording: str) -> None:
    """Record that the contact does not want news, and what they said no to; what was scheduled is not sent."""
    _consent(act, granted=False, wording=wording)


def grant_marketing(act: Act, wording: str) -> None:
    """Record the consent to news, with the wording it was given to."""
    _consent(act, granted=True, wording=wording)


@lookup
def gets_news(act: Act) -> bool:
    """Whether the contact has agreed to news and offers."""
    standing = sa.select(contacts.c.marketing).where(contacts.c.id == act.contact_id)
    return act.connection.scalar(standing) == "granted"


@lookup
def phone_is_vouched_for(act: Act) -> bool:
    """Whether an app that the contact writes in confirms whose phone number is shared; a web page cannot."""
    apps = sa.exists().where(identities.c.contact_id == act.contact_id, identities.c.channel != visitors.CHANNEL)
    return bool(act.connection.scalar(sa.select(apps)))


def _change(act: Act, **values: object) -> None:
    act.connection.execute(sa.update(contacts).where(contacts.c.id == act.contact_id).values(**values))


def _consent(act: Act, *, granted: bool, wording: str) -> None:
    consents.record(
        act.connection,
        act.contact_id,
        purpose="marketing",
        channel="all",
        granted=granted,
        wording=wording,
        locale=act.language,
        evidence=f"chat {act.key}",
        at=act.now,
    )
