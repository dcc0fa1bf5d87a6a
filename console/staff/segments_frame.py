"""What the pages of segments have in common: the one that is meant, what it says, and who is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request

from console.staff import segments_house, segments_words
from console.staff import segments_texts as texts
from console.staff.access import absent
from console.staff.office import Office, office_of
from console.staff.segments_words import Called
from locales import Language, render
from outreach.segments import audience, checks
from outreach.segments.definition import Condition, to_plain
from outreach.segments.problem import ConditionWrong
from store import audit, segment_counts, segments
from store import staff as accounts
from store.segment_counts import LastCount
from store.segments import Segment

T = TypeVar("T")
PAGE = "/staff/segments"
SEGMENT = f"{PAGE}/{{public_id}}"
CHANGES = ("segment.added", "segment.changed", "segment.removed", "segment.restored", "segment.members")
MOST_OF_A_NAME = 100


def segment(connection: Connection, request: Request, *, lock: bool = False) -> Segment:
    """The segment that the address names, removed or not, locked until the transaction ends if asked."""
    found = segments.find(connection, request.path_params["public_id"], lock=lock)
    if found is None or found.public_id != request.path_params["public_id"]:
        raise absent()
    return found


def page_of(segment: Segment) -> str:
    """The address of a segment's page."""
    return f"{PAGE}/{segment.public_id}"


def subject(segment: Segment) -> str:
    """The segment as the audit log names it."""
    return f"segment:{segment.public_id}"


def told(segment: Segment) -> dict[str, Any]:
    """What the audit log keeps of a segment."""
    return {"name": segment.name, "condition": segment.condition}


def unsaved(condition: Condition, now: dt.datetime) -> Segment:
    """A segment that is kept nowhere, to look who would be in it."""
    return Segment(0, "", "", to_plain(condition), 0, "", now, now, None)


def condition_of(segment: Segment) -> Condition | None:
    """The condition of a segment; None of a list, and of one that can't be read (any more)."""
    try:
        return None if segment.condition is None else checks.read(segment.condition)
    except ConditionWrong:
        return None


def name_of(typed: str) -> str:
    """A name as it is kept; empty where it cannot be one."""
    name = " ".join(typed.split())
    return name if len(name) <= MOST_OF_A_NAME else ""


def in_words(connection: Connection, found: Collection[Segment], language: Language) -> dict[int, Markup]:
    """What each of them says, by id."""
    conditions = {each.id: condition_of(each) for each in found}
    readable = {key: each for key, each in conditions.items() if each is not None}
    called = segments_house.called(connection, language, list(readable.values()))
    return {each.id: _words(each, readable.get(each.id), called, language) for each in found}


def _words(segment: Segment, condition: Condition | None, called: Called, language: Language) -> Markup:
    if segment.condition is None:
        return Markup(render(texts.LIST["list_about"], language))  # noqa: S704 - our own text
    if condition is None:
        return Markup(render(texts.FRAME["unreadable"], language))  # noqa: S704 - our own text
    return segments_words.sentence(condition, called, language)


async def at_leisure(request: Request, look: Callable[[Connection], T]) -> T | None:
    """What a look at many customers gives, a few looks at once at most; None when nobody waits for it any more."""
    office = office_of(request)
    async with office.counting:
        return None if await request.is_disconnected() else await office.database.read(look)


def count(connection: Connection, segment: Segment, office: Office) -> LastCount:
    """How many are in it now. Raises ConditionWrong."""
    now = office.now()
    found = audience.count(connection, segment, now, office.zone.key)
    return LastCount(found.everybody, found.agreed, found.by_channel, now)


def keep(connection: Connection, segment: Segment, found: LastCount) -> None:
    """Keep a count for whoever looks next."""
    segment_counts.keep(connection, segment.id, segment.edit, found)


def changers(connection: Connection, found: Collection[Segment]) -> dict[int, str]:
    """The names of the colleagues who changed each of them last, by id, as the audit log has it."""
    actors = audit.last_actors(connection, [subject(each) for each in found], CHANGES)
    names = accounts.names(connection, {actor.removeprefix("staff:") for actor in actors.values()})
    return {each.id: names.get(actors.get(subject(each), "").removeprefix("staff:"), "") for each in found}
