"""The addresses of the settings' pages."""

from __future__ import annotations

from console.staff import (
    channels,
    desk_rules,
    label_settings,
    replies,
    settings,
    team_hours,
    team_queues,
    touchpoint_settings,
    wordings,
)
from console.staff.access import page
from console.staff.gate import MANAGERS
from console.staff.rendering import StaffRoute

POST = ["POST"]
SENTENCE = f"{wordings.PAGE}/{{sentence}}"

REPLY = f"{replies.PAGE}/{{public_id}}"

QUEUE = f"{team_queues.PAGE}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(settings.PAGE, settings.show, roles=MANAGERS, label=settings.LABEL, icon="settings", group="settings"),
    page(team_hours.PAGE, team_hours.show, roles=MANAGERS, label=team_hours.LABEL, icon="hours", group="settings"),
    page(team_hours.PAGE, team_hours.change, roles=MANAGERS, methods=POST),
    page(f"{team_hours.PAGE}/days", team_hours.change_day, roles=MANAGERS, methods=POST),
    page(
        team_queues.PAGE, team_queues.show, roles=MANAGERS, label=team_queues.LABEL, icon="queues", group="settings"
    ),
    page(QUEUE, team_queues.one, roles=MANAGERS),
    page(QUEUE, team_queues.change, roles=MANAGERS, methods=POST),
    page(
        desk_rules.PAGE, desk_rules.show, roles=MANAGERS, label=desk_rules.LABEL, icon="settings", group="settings"
    ),
    page(desk_rules.PAGE, desk_rules.change, roles=MANAGERS, methods=POST),
    page(replies.PAGE, replies.show, roles=MANAGERS, label=replies.LABEL, icon="replies", group="settings"),
    page(REPLY, replies.one, roles=MANAGERS),
    page(REPLY, replies.change, roles=MANAGERS, methods=POST),
    page(
        label_settings.PAGE,
        label_settings.show,
        roles=MANAGERS,
        label=label_settings.LABEL,
        icon="labels",
        group="settings",
    ),
    page(label_settings.PAGE, label_settings.make, roles=MANAGERS, methods=POST),
    page(f"{label_settings.PAGE}/{{label}}", label_settings.change, roles=MANAGERS, methods=POST),
    page(
        touchpoint_settings.PAGE,
        touchpoint_settings.show,
        roles=MANAGERS,
        label=touchpoint_settings.LABEL,
        icon="touchpoints",
        group="settings",
    ),
    page(f"{touchpoint_settings.PAGE}/{{kind}}", touchpoint_settings.change, roles=MANAGERS, methods=POST),
    page(wordings.PAGE, wordings.show, roles=MANAGERS, label=wordings.LABEL, icon="wordings", group="settings"),
    page(f"{wordings.PAGE}/all/history", wordings.history, roles=MANAGERS),
    page(f"{wordings.PAGE}/undo/{{publication}}", wordings.undo, roles=MANAGERS, methods=POST),
    page(SENTENCE, wordings.one, roles=MANAGERS),
    page(SENTENCE, wordings.change, roles=MANAGERS, methods=POST),
    page(channels.PAGE, channels.show, roles=MANAGERS, label=channels.LABEL, icon="channels", group="settings"),
    page(f"{channels.PAGE}/{{channel}}/test", channels.test, roles=MANAGERS, methods=POST),
)
