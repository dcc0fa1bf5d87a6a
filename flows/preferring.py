"""Effects of preferences: how a customer wants to be written to, and what they consent to."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa

from loyalty import programme
from outreach import planned
from outreach.campaigns import coming as campaigns
from outreach.planned import Planned
from store import anniversaries, campaign_reactions, consents, preferences, survey_invitations
from store.anniversaries import BIRTHDAY, Given, TooSoon
from store.tables import consents as consents_table
from store.tables import contacts
from surveys import inviting
from surveys.inviting import KIND as SURVEY
from talk.engine import Act, lookup

PAUSE = dt.timedelta(days=30)
UNDO_WITHIN = dt.timedelta(days=1)


class Present(msgspec.Struct, frozen=True):
    """Everything that can be set, as it stands, on the customer's clock; `paused` is None without a pause."""

    language: str
    digits: str
    call_me: str
    birthday: tuple[int, int] | None
    quiet_from: dt.time
    quiet_until: dt.time
    news: bool
    refused: tuple[str, ...]
    seldom: bool
    paused: dt.date | None
    people_only: bool
    personalised: bool


@lookup
def present(act: Act) -> Present:
    """How everything stands."""
    kept = preferences.read(act.connection, act.contact_id)
    house = programme.read(act.connection).outreach
    who = act.connection.execute(
        sa.select(contacts.c.language, contacts.c.digits, contacts.c.call_me, contacts.c.marketing).where(
            contacts.c.id == act.contact_id
        )
    ).one()
    days = {each.occasion: each.month_day for each in anniversaries.of(act.connection, act.contact_id)}
    paused = kept.paused_until if kept.paused_until is not None and kept.paused_until > act.now else None
    return Present(
        language=who.language,
        digits=who.digits,
        call_me=who.call_me,
        birthday=divmod(days[BIRTHDAY], 100) if BIRTHDAY in days else None,
        quiet_from=house.quiet_from if kept.quiet_from is None else kept.quiet_from,
        quiet_until=house.quiet_until if kept.quiet_until is None else kept.quiet_until,
        news=who.marketing == "granted",
        refused=kept.refused,
        seldom=kept.seldom,
        paused=paused.astimezone(act.now.tzinfo).date() if paused else None,
        people_only=kept.people_only,
        personalised=kept.personalised,
    )


def set_digits(act: Act, digits: str) -> None:
    """Write numbers with these digits in Arabic: `arab` or empty."""
    mine = contacts.c.id == act.contact_id
    act.connection.execute(contacts.update().where(mine).values(digits=digits))


def set_quiet(act: Act, begins: dt.time | None, ends: dt.time | None) -> None:
    """Quiet hours of their own; the same moment twice is none, None twice the business's."""
    preferences.change(act.connection, act.contact_id, act.now, quiet_from=begins, quiet_until=ends)


def set_topic(act: Act, kind: str, wanted: bool) -> None:
    """Take a kind of message, or refuse it."""
    refused = set(preferences.read(act.connection, act.contact_id).refused)
    if not wanted and kind not in refused:
        campaign_reactions.stopped(act.connection, act.contact_id, act.now, kind)
    refused = refused - {kind} if wanted else refused | {kind}
    preferences.change(act.connection, act.contact_id, act.now, refused=tuple(sorted(refused)))


def set_seldom(act: Act, seldom: bool) -> None:
    """Be written to less often, or as everybody."""
    preferences.change(act.connection, act.contact_id, act.now, seldom=seldom)


def pause(act: Act) -> dt.date:
    """Hear nothing unasked for 30 days; the day on which that ends."""
    until = act.now + PAUSE
    preferences.change(act.connection, act.contact_id, act.now, paused_until=until)
    return until.date()


def end_pause(act: Act) -> None:
    """Be written to again."""
    preferences.change(act.connection, act.contact_id, act.now, paused_until=None)


def set_people_only(act: Act, people_only: bool) -> None:
    """Be answered by people alone, or by the bot as well."""
    preferences.change(act.connection, act.contact_id, act.now, people_only=people_only)


def set_personalised(act: Act, personalised: bool, wording: str) -> None:
    """Let what is known of them decide what they hear, or not; a consent to profiling, or its end."""
    preferences.change(act.connection, act.contact_id, act.now, personalised=personalised)
    consents.record(
        act.connection,
        act.contact_id,
        purpose=consents.PROFILING,
        channel="all",
        granted=personalised,
        wording=wording,
        locale=act.language,
        evidence=f"chat {act.key}",
        at=act.now,
    )


def give_birthday(act: Act, month: int, day: int, year: int | None) -> Given | TooSoon:
    """Keep the birthday; another one is taken once a year."""
    given = anniversaries.give(act.connection, act.contact_id, BIRTHDAY, month, day, year, act.now)
    if isinstance(given, TooSoon):
        return TooSoon(given.next_change.astimezone(act.now.tzinfo))
    return given


@lookup
def upcoming(act: Act) -> tuple[Planned, ...]:
    """What the customer is to hear unasked, the soonest first."""
    zone = act.now.tzinfo
    invitations = survey_invitations.planned(act.connection, act.contact_id)
    asked = [Planned(SURVEY, each.public_id, max(each.at, act.now), SURVEY) for each in invitations]
    who = (act.connection, act.contact_id, act.now)
    coming = sorted((*planned.upcoming(*who), *campaigns.upcoming(*who), *asked), key=lambda each: each.at)
    return tuple(msgspec.structs.replace(each, at=each.at.astimezone(zone)) for each in coming)


def cancel(act: Act, occasion: str, occurrence: str) -> None:
    """Let one thing that is planned not be said."""
    if occasion == SURVEY:
        inviting.leave_out(act.connection, act.contact_id, occurrence, act.now)
    elif occasion == campaigns.OCCASION:
        campaigns.leave_out(act.connection, act.contact_id, occurrence)
    else:
        planned.cancel(act.connection, act.contact_id, occasion, occurrence, act.now)


@lookup
def refused(act: Act) -> tuple[str, ...]:
    """The kinds of messages that the customer does not want."""
    return preferences.read(act.connection, act.contact_id).refused


@lookup
def never_asked(act: Act) -> bool:
    """Whether the customer was never asked about news, here or elsewhere."""
    standing = sa.select(contacts.c.marketing).where(contacts.c.id == act.contact_id)
    return act.connection.scalar(standing) == "unasked"


def undo_stop(act: Act) -> bool:
    """Take back a withdrawal of the last day, if there was a consent before it: that one holds again."""
    said = sa.and_(consents_table.c.contact_id == act.contact_id, consents_table.c.purpose == consents.MARKETING)
    last_two = sa.select(consents_table).where(said).order_by(consents_table.c.id.desc()).limit(2)
    newest = act.connection.execute(last_two).all()
    if len(newest) < 2 or newest[0].granted or not newest[1].granted or act.now - newest[0].at > UNDO_WITHIN:
        return False
    consents.record(
        act.connection,
        act.contact_id,
        purpose=consents.MARKETING,
        channel="all",
        granted=True,
        wording=newest[1].wording,
        locale=newest[1].locale,
        evidence=f"undone in chat {act.key}",
        at=act.now,
    )
    return True
