"""`sapa why`: which messages nobody asked for a customer got, which not and why, and what is planned.

With `--campaign`, how everybody stands whom a campaign is for, and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import look, settings_for_command
from bot.whom import the_one
from bot.why_campaigns import CAME, NOT, PLANNED, WAITS, found, lines, tallied
from talk.errors import SapaError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.engine import Connection

    from store.unasked import Message, Who

DAYS = 60
REASONS = {  # what cadence and the planner name, in plain words
    "merged": "this chat was joined with another contact's, who is written to instead",
    "erased": "the customer's data were erased",
    "deceased": "the customer has died",
    "no chat": "the customer has never been in a chat, so there is nowhere to write",
    "blocked": "the customer has blocked us",
    "spam": "the team marked the customer as a sender of spam",
    "people only": "the customer wants to hear from people alone",
    "not wanted": "the customer does not want messages of this kind",
    "not personalised": "the customer wants nothing that uses what we know of them",
    "opted out": "the customer said stop",
    "no consent": "the customer never agreed to news",
    "switched off": "the programme sends none",
    "with a person": "a person had the conversation",
    "in a dialogue": "the customer was in the middle of a dialogue",
    "open request": "a request of the customer's was open",
    "an answer is owed first": "an answer was owed first",
    "paused": "the customer wanted a pause",
    "quiet hours": "it was quiet hours at the customer's place",
    "daily limit": "there had been enough on that day",
    "weekly limit": "there had been enough in that week",
    "enough of its kind": "there had been enough of its kind in that week",
    "too soon after another": "it was too soon after another message",
    "too late": "it was too late for it to be of use",
    "the birthday goes first": "the birthday greeting goes first",
    "no such day any more": "there is no such day any more",
    "no points left": "the points were gone by then",
    "told with others": "told with those that expire some days before",
    "asked lately": "the customer had been asked in a survey lately",
    "rule stopped": "the rule that invited to the survey was paused or removed",
    "survey closed": "the survey was put away",
    "expired": "it was too late for it to be of use",
    "not the day yet": "its day had not come",
    "hold-out": "the customer is among those who get no offers and no news, to tell what these bring",
    "public holiday": "it was a public holiday where the customer lives",
    "country hours": "the customer's country lets offers and news come at other hours",
    "cancelled": "the campaign was cancelled",
    "campaign paused": "the campaign was paused",
    "cancelled by them": "the customer cancelled this message",
    "left the segment": "the customer had left the segment",
    "no text in their language": "there is no text in the customer's language",
    "text too long": "the text would be too long for the customer",
    "text empty": "there was nothing to say to the customer",
    "text unreadable": "the text could not be read",
    "value not known": "the text names something that is not known of the customer",
    "another goes first": "another campaign goes first",
    "held out": "the customer is among those who get nothing, to tell what messages bring",
    "the chat must wait": "the channel wants a pause between messages to one chat",
    "its sender died": "the program stopped in the middle of sending it",
}
Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="A customer number, a phone number, or a public id.")
]
CampaignName = Annotated[
    str, typer.Option("--campaign", metavar="CAMPAIGN", help="Tell of a campaign instead: its name or its id.")
]


def why(customer: Customer = "", campaign: CampaignName = "") -> None:
    """Say which messages nobody asked for a customer got, which not and why, and what is planned."""
    from bot.app import utc_now
    from outreach.clock import zone_of

    settings = settings_for_command()

    if bool(customer) == bool(campaign):
        raise SapaError("Name a customer, or a campaign with --campaign.")

    def work(connection: Connection) -> list[str]:
        if campaign:
            return list(tallied(connection, campaign, settings.zone, reason_of))
        who = the_one(connection, customer, settings.business_country)
        return list(_told(connection, who, zone_of(who.timezone, settings.business_timezone), utc_now()))

    for line in look(settings, work):
        typer.echo(line)


def _told(connection: Connection, who: Who, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    number = f", number {who.number}" if who.number else ""
    yield f"{who.name or 'A customer without a name'}{number}, id {who.public_id}; times are those of {zone.key}."
    campaigns = found(connection, who.id, now - dt.timedelta(days=DAYS))
    here = (connection, who.id, zone, now)
    for title, part, told, newest_first in (
        (f"What came in the last {DAYS} days", CAME, _came(*here), True),
        ("What did not come, and why", NOT, _did_not_come(*here), True),
        ("What waits", WAITS, _waits(*here), False),
        ("What is planned", PLANNED, _planned(*here), False),
    ):
        of_campaigns = (_line(at, zone, *words) for at, *words in lines(campaigns, part, reason_of))
        yield ""
        yield f"{title}:"
        # Each line begins with its moment.
        yield from sorted([*told, *of_campaigns], reverse=newest_first) or ["  nothing"]


def _came(connection: Connection, contact_id: int, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    from store import unasked

    for message in unasked.messages(connection, contact_id, now - dt.timedelta(days=DAYS)):
        if message.state == "sent":
            yield _line(message.sent_at or message.created_at, zone, message.kind, "sent")
        elif message.state == "unknown":
            yield _line(message.created_at, zone, message.kind, "may have arrived: the provider never answered")


def _did_not_come(connection: Connection, contact_id: int, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    from store import occurrences, unasked, verdicts
    from store.occurrences import CANCELLED

    since = now - dt.timedelta(days=DAYS)
    for verdict in verdicts.of(connection, contact_id, since):
        if verdict.verdict == "never":
            yield _line(
                verdict.at, zone, f"{verdict.kind} ({_subject(verdict.subject)})", reason_of(verdict.reason)
            )
    for message in unasked.messages(connection, contact_id, since):
        if message.state in ("skipped", "failed"):
            yield _line(message.created_at, zone, message.kind, _ended(message))
    for each in occurrences.of(connection, contact_id):
        if each.state == CANCELLED and each.at >= since:
            occasion = f"{each.occasion} {each.occurrence}"
            yield _line(each.at, zone, occasion, "the customer did not want this one")


def _waits(connection: Connection, contact_id: int, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    from store import unasked, verdicts

    reasons = {
        each.subject: each.reason
        for each in reversed(verdicts.of(connection, contact_id, now - dt.timedelta(days=DAYS)))
        if each.verdict == "later"
    }
    for row in unasked.waiting(connection, contact_id):
        subject = _subject(row.key)
        if row.parked:
            words = "set aside after it failed too often; the log says why"
        elif row.key in reasons:
            words = reason_of(reasons[row.key])
        elif row.at <= now:
            words = "its moment has come; it goes as soon as the scheduler looks"
        elif subject != row.key:
            continue  # an occasion, told of as planned
        else:
            words = "its moment has not come"
        yield _line(row.at, zone, f"{row.flow} ({subject})", words)
    for message in unasked.messages(connection, contact_id, now - dt.timedelta(days=DAYS)):
        if message.state in ("queued", "claimed", "sending"):
            why_not = reason_of(message.reason) if message.reason else "on its way"
            yield _line(message.due_at, zone, message.kind, why_not)


def _planned(connection: Connection, contact_id: int, zone: ZoneInfo, now: dt.datetime) -> Iterator[str]:
    from outreach import planned

    for each in planned.upcoming(connection, contact_id, now.astimezone(zone)):
        if each.at > now:  # otherwise it waits
            name = f"{each.kind} ({each.occasion} {each.occurrence})"
            yield _line(each.at, zone, name, "unless something is against it")


def _subject(subject: str) -> str:
    """Which message was meant; of an occasion as the plan names it, "birthday 2027"."""
    from outreach.occasions import GREETED, NOTICES

    occasion, _colon, rest = subject.partition(":")
    return f"{occasion} {rest.partition(':')[2]}" if occasion in (*GREETED, *NOTICES) else subject


def reason_of(reason: str) -> str:
    """A reason in plain words; what only came too late says what held it."""
    late, colon, held = reason.removeprefix("put back: ").partition(": ")
    if late == "too late" and colon:
        return f"it would have come too late, since {reason_of(held)}"
    return REASONS.get(reason.removeprefix("put back: "), reason)


def _ended(message: Message) -> str:
    return reason_of(message.reason) if message.state == "skipped" else f"failed: {message.reason}"


def _line(moment: dt.datetime, zone: ZoneInfo, what: str, words: str) -> str:
    return f"  {moment.astimezone(zone):%Y-%m-%d %H:%M}  {what}: {words}"
