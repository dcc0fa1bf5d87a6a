"""The settings' start page: a card for everything that whoever manages may set."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from console.staff import (
    audit_log,
    channels,
    desk_rules,
    keys,
    label_settings,
    people,
    replies,
    team_hours,
    team_queues,
    touchpoint_settings,
    wordings,
)
from console.staff.access import Staff
from console.staff.rendering import render_page
from locales import Text, _, render

PAGE = "/staff/settings"
LABEL = _("Overview")
WORDS: dict[str, Text] = {"settings": _("Settings")}


class Card(NamedTuple):
    """One of the settings' pages."""

    path: str
    label: Text
    about: Text
    icon: str


CARDS = (
    Card(people.PAGE, people.LABEL, _("Who works here, what each may do, and where."), "team"),
    Card(team_hours.PAGE, team_hours.LABEL, team_hours.WORDS["about"], "hours"),
    Card(team_queues.PAGE, team_queues.LABEL, _("Where conversations wait, who serves them, how fast."), "queues"),
    Card(desk_rules.PAGE, desk_rules.LABEL, _("Reopening, being away, reminders, ratings, limits."), "settings"),
    Card(replies.PAGE, replies.LABEL, replies.WORDS["about"], "replies"),
    Card(label_settings.PAGE, label_settings.LABEL, label_settings.WORDS["about"], "labels"),
    Card(touchpoint_settings.PAGE, touchpoint_settings.LABEL, touchpoint_settings.WORDS["about"], "touchpoints"),
    Card(wordings.PAGE, wordings.LABEL, wordings.WORDS["about"], "wordings"),
    Card(channels.PAGE, channels.LABEL, channels.WORDS["about"], "channels"),
    Card(keys.PAGE, keys.LABEL, keys.WORDS["about"], "keys"),
    Card(audit_log.PAGE, audit_log.LABEL, _("Who changed what, when, and what it was before."), "audit"),
)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings`."""
    cards = [
        (card.path, render(card.label, staff.language), render(card.about, staff.language), card.icon)
        for card in CARDS
    ]
    return render_page(request, staff, "staff/settings.html", WORDS, cards=cards)
