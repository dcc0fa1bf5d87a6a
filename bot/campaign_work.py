"""What the commands about campaigns do in the database, each in one transaction of theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.once import who
from talk.errors import SapaError

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from outreach.campaigns.file import Written
    from outreach.campaigns.lifecycle import Refused
    from outreach.campaigns.planning import Wrong
    from store.campaigns import Campaign

REFUSED = {
    "changed": "Somebody has changed it meanwhile; look at it, and try once more.",
    "same person": "Who wrote a campaign does not approve it; have another person do it.",
    "no segment": "Its segment was removed; choose another.",
    "no template": "A template of it was removed; choose another.",
    "too late": "Its end has passed, so nothing of it can be sent any more.",
    "nothing failed": "Nobody's message failed, so there is nothing to try again.",
}


def the_one(connection: Connection, named: str) -> Campaign:
    """The campaign with this id, or the last one with this name that has not ended, or has. Raises SapaError."""
    from store import campaigns
    from store.campaigns import CANCELLED, DONE

    if found := campaigns.find(connection, named):
        return found
    called = campaigns.called(connection, named)
    going_on = [each for each in called if each.state not in (DONE, CANCELLED)]
    if len(going_on) > 1:
        ids = ", ".join(each.public_id for each in going_on)
        raise SapaError(f"{len(going_on)} campaigns are called “{named}”; give an id: {ids}.")
    if not called:
        raise SapaError(f"There is no campaign “{named}”; `sapa campaign list` tells ids and names.")
    return (going_on or called)[0]


def me() -> str:
    """Who gives the command, as a campaign's author or whoever approves it."""
    return f"command line: {who()}"[:64]


def read(connection: Connection, path: Path, settings: Settings) -> Written:
    """A campaign file, whose names are those of this database. Raises SapaError with every problem in its line."""
    from outreach.campaigns import file
    from written.problems import FileWrong

    try:
        return file.read_file(path, file.names(connection), settings.zone)
    except FileWrong as wrong:
        count = len(wrong.problems)
        raise SapaError(f"{path} has {count} problem{'s' * (count > 1)}.\n{wrong}") from None


def problems(connection: Connection, found: Written, settings: Settings) -> list[str]:
    """What keeps the campaign that a file says from being sent, each in its line."""
    from bot.app import utc_now
    from outreach.campaigns import checks, file

    return file.told(found, checks.problems(connection, found.draft, utc_now(), settings.business_timezone))


def save(connection: Connection, file: Path, settings: Settings) -> str:
    """Make a file a draft, or change the draft that has its name; what was done. Raises SapaError."""
    from bot.app import utc_now
    from outreach.campaigns import planning
    from store import campaigns
    from store.campaigns import CANCELLED, DONE, DRAFT

    found, now = read(connection, file, settings), utc_now()
    same = campaigns.called(connection, found.draft.name.strip())
    there = next((each for each in same if each.state not in (DONE, CANCELLED)), None)
    if there is not None and there.state != DRAFT:
        raise SapaError(
            f"“{there.name}” is {there.state}: take it back with `sapa campaign take-back {there.public_id}`, "
            "or write another name."
        )
    kept: Campaign | Refused | Wrong
    if there is None:
        kept, action = planning.make(connection, found.draft, me(), now), "campaign.made"
    elif planning.draft_of(connection, there) == found.draft:
        return f"“{there.name}” says that already; nothing was changed."
    else:
        kept = planning.save(connection, there.public_id, found.draft, seen=there.edit, by=me(), now=now)
        action = "campaign.changed"
    saved = done(kept)
    note(connection, action, saved, now)
    wrong = problems(connection, found, settings)
    told = f"“{saved.name}” is a draft, with the id {saved.public_id}."
    if wrong:
        return f"{told} Before it can be sent:\n" + "\n".join(wrong)
    return f"{told} `sapa campaign dry-run {saved.public_id}` tries it, `sapa campaign start` sends it."


def people(connection: Connection, named: str, settings: Settings) -> int:
    """How many a campaign is for, where that decides whether a second person approves it."""
    from bot.app import utc_now
    from outreach.campaigns import planning

    return planning.people(connection, the_one(connection, named), utc_now(), settings.business_timezone)


def submit(connection: Connection, named: str, people: int, settings: Settings) -> Campaign:
    """Submit a draft. Raises SapaError for one that has problems."""
    from bot.app import utc_now
    from outreach.campaigns import planning

    found, now = the_one(connection, named), utc_now()
    zone = settings.business_timezone
    submitted = planning.submit(connection, found.public_id, seen=found.edit, people=people, now=now, zone=zone)
    planned = done(submitted)
    note(connection, "campaign.submitted", planned, now)
    return planned


def retry(connection: Connection, named: str, asked_at: dt.datetime, before: int) -> tuple[int, bool]:
    """Let some of the failed ones wait again, so many do by now; how many, and whether there may be more."""
    from outreach.campaigns import lifecycle
    from outreach.campaigns.lifecycle import Refused

    found = the_one(connection, named)
    done = lifecycle.retry_failed(connection, found.public_id, asked_at=asked_at)
    if isinstance(done, Refused):
        if before and done.why == "nothing failed":
            return 0, False
        raise _refusal(done)
    if not before:
        note(connection, "campaign.retried", found, asked_at)
    return done.number, done.more


def send_test(connection: Connection, named: str, wanted: list[str], settings: Settings) -> str:
    """Send a test to colleagues in these languages, or in all; what came of it. Raises SapaError for nobody."""
    from bot.app import utc_now
    from outreach.campaigns import testing
    from outreach.templates.rendering import Stamp
    from store import campaign_links

    found, now = the_one(connection, named), utc_now()
    spoken, testers = testing.languages(connection, found), testing.testers(connection)
    if missing := set(wanted) - set(spoken):
        raise SapaError(f"It has no text in {', '.join(sorted(missing))}; it has {', '.join(spoken) or 'none'}.")
    if not testers:
        raise SapaError(
            f"Nobody has the tag “{testing.TAG}”: open the page of a colleague's own chat under Customers in the "
            "console, and add this tag there."
        )
    stamp = Stamp(found.public_id, partial(campaign_links.link, settings.secret, settings.address, found.public_id))
    sent, lines = 0, []
    for tester in testers:
        tested = testing.send(
            connection, found, tester, wanted or spoken, stamp, now=now, zone=settings.business_timezone
        )
        sent += tested.sent if tested else 0
        name = tester.name or tester.public_id
        if tested is None:
            lines.append(f"  {name} has no chat.")
        for language, why in tested.not_said.items() if tested else ():
            about = f" ({why.value})" if why.value else ""
            lines.append(f"  Not said to {name} in {language}: {why.reason}{about}.")
    note(connection, "campaign.tested", found, now)
    to = f"{len(testers)} colleague{'s' * (len(testers) > 1)}"
    return "\n".join([f"Test messages that are on their way to {to}: {sent}.", *lines])


def done(came: Campaign | Refused | Wrong) -> Campaign:
    """What was done. Raises SapaError for what was not."""
    from outreach.campaigns.lifecycle import Refused
    from outreach.campaigns.planning import Wrong

    if isinstance(came, Wrong):
        lines = "\n".join(f"{each.field}: {each.message}" for each in came.problems)
        raise SapaError(f"This must be put right first:\n{lines}")
    if isinstance(came, Refused):
        raise _refusal(came)
    return came


def _refusal(refused: Refused) -> SapaError:
    if refused.why == "state":
        return SapaError(f"That cannot be done with a campaign that is {refused.state}.")
    return SapaError(REFUSED.get(refused.why, refused.why))


def note(connection: Connection, action: str, campaign: Campaign, now: dt.datetime) -> None:
    """Add what was done to the audit log."""
    from store import audit

    after = {"name": campaign.name, "state": campaign.state}
    audit.note(connection, audit.COMMAND_LINE, action, f"campaign:{campaign.public_id}", None, after, "", now)


def as_file(connection: Connection, named: str, settings: Settings, write: Callable[[str], object]) -> None:
    """Write a campaign as its file."""
    from outreach.campaigns import file, planning

    draft = planning.draft_of(connection, the_one(connection, named))
    write(file.written(draft, file.names(connection), settings.zone))
