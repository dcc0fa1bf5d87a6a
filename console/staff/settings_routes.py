"""The addresses of the settings' pages."""

from __future__ import annotations

from console.staff import wordings
from console.staff.access import page
from console.staff.gate import MANAGERS
from console.staff.rendering import StaffRoute

POST = ["POST"]
SENTENCE = f"{wordings.PAGE}/{{sentence}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(wordings.PAGE, wordings.show, roles=MANAGERS, label=wordings.LABEL, icon="wordings", group="settings"),
    page(f"{wordings.PAGE}/history", wordings.history, roles=MANAGERS),
    page(f"{wordings.PAGE}/undo/{{publication}}", wordings.undo, roles=MANAGERS, methods=POST),
    page(SENTENCE, wordings.one, roles=MANAGERS),
    page(SENTENCE, wordings.change, roles=MANAGERS, methods=POST),
)
