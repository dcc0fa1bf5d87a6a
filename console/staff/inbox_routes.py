"""The inbox's addresses, and those of the live half of the console."""

from __future__ import annotations

from console.staff import inbox, inbox_texts, presence, stream
from console.staff.access import page
from console.staff.gate import SERVICE
from console.staff.rendering import PRESENCE, StaffRoute

ROUTES: tuple[StaffRoute, ...] = (
    page(inbox.PAGE, inbox.show, roles=SERVICE, label=inbox_texts.INBOX, icon="inbox", figure="attention"),
    page(stream.PATH, stream.events, roles=SERVICE),
    page(PRESENCE, presence.change, roles=SERVICE, methods=["POST"]),
)
