"""The addresses of the settings' pages."""

from __future__ import annotations

from console.staff import channels, replies, wordings
from console.staff.access import page
from console.staff.gate import MANAGERS
from console.staff.rendering import StaffRoute

POST = ["POST"]
SENTENCE = f"{wordings.PAGE}/{{sentence}}"

REPLY = f"{replies.PAGE}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(channels.PAGE, channels.show, roles=MANAGERS, label=channels.LABEL, icon="channels", group="settings"),
    page(f"{channels.PAGE}/{{channel}}/test", channels.test, roles=MANAGERS, methods=POST),
    page(replies.PAGE, replies.show, roles=MANAGERS, label=replies.LABEL, icon="replies", group="settings"),
    page(REPLY, replies.one, roles=MANAGERS),
    page(REPLY, replies.change, roles=MANAGERS, methods=POST),
    page(wordings.PAGE, wordings.show, roles=MANAGERS, label=wordings.LABEL, icon="wordings", group="settings"),
    page(f"{wordings.PAGE}/history", wordings.history, roles=MANAGERS),
    page(f"{wordings.PAGE}/undo/{{publication}}", wordings.undo, roles=MANAGERS, methods=POST),
    page(SENTENCE, wordings.one, roles=MANAGERS),
    page(SENTENCE, wordings.change, roles=MANAGERS, methods=POST),
)
