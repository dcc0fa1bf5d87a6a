"""Campaigns in the terminal: one in words, a dry run with its bar, and how far one is while it is sent."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from bot.campaign_work import the_one
from talk.errors import SapaError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from outreach.campaigns.progress import Progress
    from outreach.campaigns.trial import Trial
    from store.campaigns import Campaign

EVERY_SECONDS = 1.0


def lines(connection: Connection, named: str, settings: Settings) -> list[str]:
    """What a campaign is, what keeps it from being sent, and how far it is."""
    return list(_lines(connection, the_one(connection, named), settings))


def _lines(connection: Connection, found: Campaign, settings: Settings) -> Iterator[str]:
    from bot.app import utc_now
    from outreach.campaigns import checks, planning, progress
    from outreach.campaigns.lifecycle import settings_of
    from store.campaigns import DRAFT

    decided, zone = settings_of(found), settings.zone
    yield f"“{found.name}”, {found.kind}, id {found.public_id}: {found.state}; times are those of {zone.key}."
    yield f"  for        the segment “{planning.segment_of(connection, found).name}”"
    yield f"  variants   {', '.join(each.template for each in decided.variants) or 'none yet'}"
    if decided.day is not None:
        yield f"  starts     {decided.day} {decided.hour:02d}:00 on each customer's clock"
    else:
        yield f"  starts     {_at(found.starts_at or decided.at, zone) or 'as soon as it is submitted'}"
    yield f"  ends       {_at(found.ends_at, zone) or f'{decided.ends_hours} hours after the start'}"
    if found.state == DRAFT:
        draft = planning.draft_of(connection, found)
        for each in checks.problems(connection, draft, utc_now(), settings.business_timezone):
            yield f"  must be put right: {each.field}: {each.message}"
    elif found.started_at is not None:
        yield from _standing(progress.read(connection, found.id))


def tried(settings: Settings, named: str) -> list[str]:
    """Try a campaign on a reading connection, with a bar; what was found, in lines. Raises SapaError."""
    return asyncio.run(_tried(settings, named))


def watched(settings: Settings, named: str) -> str:
    """Show how far a campaign is until it has ended; how it stands then."""
    return asyncio.run(_watched(settings, named))


async def _tried(settings: Settings, named: str) -> list[str]:
    from bot.app import utc_now
    from bot.keeping import kept_database
    from outreach.campaigns import trial

    now = utc_now()
    async with kept_database(settings) as database:
        campaign = await database.read(partial(the_one, named=named))
        found = await database.read(partial(_begun, campaign=campaign, now=now))
        with _bar() as bar:
            task = bar.add_task("Trying", total=found.last)
            while found.stage == "running":
                step = partial(trial.step, campaign=campaign, found=found, now=now)
                found = await database.read(partial(step, zone=settings.business_timezone))
                bar.update(task, completed=found.reached, total=found.last)
    return [*_found(found, settings), *_too_slow(trial.too_slow(campaign, found))]


def _begun(connection: Connection, campaign: Campaign, now: dt.datetime) -> Trial:
    from outreach.campaigns import trial

    if problems := trial.lacking(connection, campaign):
        listed = "\n".join(f"{each.field}: {each.message}" for each in problems)
        raise SapaError(f"This must be put right first:\n{listed}")
    return trial.begin(connection, campaign, now)


def _found(found: Trial, settings: Settings) -> Iterator[str]:
    yield f"As of {_at(found.at, settings.zone)}, of {found.people:,} in the segment:"
    yield f"  {found.now:>9,}  would get it at their time"
    first = f", the first {_at(found.first_at, settings.zone)}" if found.first_at else ""
    yield f"  {found.later:>9,}  would get it later{first}"
    yield f"  {found.refused:>9,}  would not get it"
    if found.held:
        yield f"  {found.held:>9,}  are held out"
    yield from _tallied("Why not", found.why_not)
    yield from _tallied("Why later", found.why_later)
    if found.languages:
        yield "Languages (in it, in English instead, no text):"
        for language, spoken in sorted(found.languages.items()):
            yield f"  {spoken.own:>9,} {spoken.instead:>9,} {spoken.none:>9,}  {language}"
    yield from _tallied("Channels", found.channels)
    if len(found.variants) > 1:
        named = {letter or "the rest, for the better variant": count for letter, count in found.variants.items()}
        yield from _tallied("Variants", named)


def _too_slow(unreached: int) -> Iterator[str]:
    if unreached:
        yield f"At this speed it ends before {unreached:,} of them get it: send faster, or for longer."


def _tallied(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    from bot.why import reason_of

    if counts:
        yield f"{title}:"
    for name, count in sorted(counts.items(), key=lambda each: -each[1]):
        yield f"  {count:>9,}  {reason_of(name)}"


async def _watched(settings: Settings, named: str) -> str:
    from bot.keeping import kept_database
    from outreach.campaigns import progress
    from store import campaigns

    async with kept_database(settings) as database:
        campaign = await database.read(partial(the_one, named=named))
        if campaign.starts_at is None:
            raise SapaError(f"“{campaign.name}” is {campaign.state}, so nothing of it is sent.")
        with _bar() as bar:
            task = bar.add_task(campaign.name, total=None)
            while True:
                how = await database.read(partial(progress.read, campaign_id=campaign.id))
                now = await database.read(partial(campaigns.one, campaign_id=campaign.id)) or campaign
                told = f"{now.name} ({now.state})"
                done = how.audience - how.left
                bar.update(task, description=told, completed=done, total=how.audience or None)
                if now.ended_at is not None:
                    break
                await asyncio.sleep(EVERY_SECONDS)
    return "\n".join([f"“{now.name}” is {now.state}.", *_standing(how)])


def _standing(how: Progress) -> Iterator[str]:
    from bot.why import reason_of

    for line in how.lines:
        yield f"  {line.number:>9,}  {line.state}{f': {reason_of(line.reason)}' if line.reason else ''}"


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def _at(moment: dt.datetime | None, zone: dt.tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
