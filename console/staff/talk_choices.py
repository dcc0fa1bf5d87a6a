"""What the forms of a conversation offer and how their answers are read: moments, languages, ready replies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from console.staff import talk_texts, talk_view
from console.staff.access import Staff
from console.staff.office import Office
from locales import LANGUAGES, Language, Text, render
from service import canned as filling
from service.canned import Filled, UnknownVariables, Variant
from store.canned import Canned
from store.talks import Talk
from talk.reading.language import guess_language

LONGEST = 8000
NOTE_LONGEST = 4000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MORNING, BEGIN, EVENING = dt.time(9), dt.time(10), dt.time(17)
FURTHEST = dt.timedelta(days=366)


def clean(text: str) -> str:
    """Text from a form, its line ends one character and without what nobody types."""
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def other_language(text: str, language: str) -> Language | None:
    """The language of a draft where it is plainly not the customer's."""
    found = guess_language(text, language)
    return next((one for one in LANGUAGES if one == found and one != language), None)


def mentioned(text: str, people: Collection[tuple[str, str]]) -> set[str]:
    """The public ids of the colleagues whose names stand after an @; the longest name counts."""
    found: set[str] = set()
    folded = text.casefold()
    for public_id, name in sorted(people, key=lambda one: -len(one[1])):
        mark = f"@{name.casefold()}"
        if mark in folded:
            found.add(public_id)
            folded = folded.replace(mark, "")
    return found


def snoozes(now: dt.datetime, zone: ZoneInfo, language: Language) -> list[tuple[str, str]]:
    """Until when a conversation may rest: the value of each choice and its words."""
    return _words(talk_texts.SNOOZES, language, {"tomorrow": MORNING, "monday": MORNING})


def dues(now: dt.datetime, zone: ZoneInfo, language: Language) -> list[tuple[str, str]]:
    """By when a promise may be due."""
    local = now.astimezone(zone)
    offered = {name: text for name, text in talk_texts.DUES.items() if name != "today" or local.time() < EVENING}
    return _words(offered, language, {"today": EVENING, "tomorrow": BEGIN})


def snoozed_until(choice: str, own: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The moment of a choice; None for one that is none or has passed."""
    local = now.astimezone(zone)
    moments = {
        "hour": now + dt.timedelta(hours=1),
        "three": now + dt.timedelta(hours=3),
        "tomorrow": _at(local.date() + dt.timedelta(days=1), MORNING, zone),
        "monday": _at(local.date() + dt.timedelta(days=7 - local.weekday()), MORNING, zone),
    }
    return _future(moments.get(choice) if choice != "own" else _typed(own, zone), now)


def due_at(choice: str, own: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """When a promise is due by a choice; None for one that is none or has passed."""
    local = now.astimezone(zone)
    moments = {
        "hour": now + dt.timedelta(hours=1),
        "today": _at(local.date(), EVENING, zone),
        "tomorrow": _at(local.date() + dt.timedelta(days=1), BEGIN, zone),
    }
    return _future(moments.get(choice) if choice != "own" else _typed(own, zone), now)


def filled(
    connection: Connection, reply: Canned, talk: Talk, staff: Staff, office: Office
) -> tuple[Variant, Filled | UnknownVariables] | None:
    """A canned reply for this customer; None for one without any text."""
    variant = filling.variant(reply.texts, talk.language)
    if variant is None:
        return None
    values = talk_view.values_for(connection, talk, staff, office, variant.language)
    return variant, filling.fill(variant.text, variant.language, values, talk.digits)


def _words(choices: dict[str, Text], language: Language, times: dict[str, dt.time]) -> list[tuple[str, str]]:
    return [
        (name, render(text, language, {"time": times[name]} if name in times else {}))
        for name, text in choices.items()
    ]


def _at(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def _typed(text: str, zone: ZoneInfo) -> dt.datetime | None:
    """A moment as a browser's field writes it, on the business's clock."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _future(moment: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    return moment if moment is not None and now < moment <= now + FURTHEST else None
