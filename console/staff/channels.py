"""The channels: which are set up, what went over them of late, and a button that tests each."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import access
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import Line, Outcome, office_of
from console.staff.rendering import render_page
from locales import Language, Text, _, render, verbatim
from store import line_states
from store.line_states import LineState

log = structlog.get_logger()

PAGE = "/staff/settings/channels"
LABEL = _("Channels")
SECONDS = 25.0
WORDS: dict[str, Text] = {
    "channels": LABEL,
    "about": _("Ways by which customers reach you, and by which codes and news reach them."),
    "set_up": _("Set up"),
    "not_set_up": _("Not set up"),
    "way_polling": _("Sapa asks for messages"),
    "way_webhook": _("Messages are delivered to Sapa"),
    "account": _("Account"),
    "heard": _("Last message received"),
    "sent": _("Last message sent"),
    "never": _("None yet"),
    "failures": _("Failed in the last 24 hours"),
    "test": _("Test"),
    "tested": _("Result of the test"),
    "mark_ok": _("In order"),
    "mark_note": _("Please note"),
    "mark_wrong": _("Out of order"),
    "how": _("How to set it up"),
}
NAMES: dict[str, Text] = {
    "webchat": _("Web chat"),
    "telegram": verbatim("Telegram"),
    "email": _("E-mail"),
    "sms": _("Text messages"),
}
ABOUT: dict[str, Text] = {
    "webchat": _("Customers write on a page of yours, without an app."),
    "telegram": _("Customers write to your bot."),
    "email": _("One-time codes for members, and mail to the team."),
    "sms": _("One-time codes for members who have no chat."),
}
HOW: dict[str, Text] = {
    "telegram": _("Make a bot with {helper}, put its token into {setting} and start Sapa again."),
    "email": _("Put your mail account into {setting} and start Sapa again."),
    "sms": _("Put your gateway into {setting} and start Sapa again."),
}
SETTINGS: dict[str, tuple[str, ...]] = {
    "telegram": ("SAPA_TELEGRAM_TOKEN",),
    "email": ("SAPA_SMTP_URL", "SAPA_SMTP_FROM"),
    "sms": ("SAPA_SMS_WEBHOOK_URL", "SAPA_SMS_WEBHOOK_SECRET"),
}
NO_ANSWER = _("No answer came within {number} seconds.")
FAILED = _("The test itself failed ({detail}). The log says more.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/channels`."""
    return await _show(request, staff)


async def test(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/channels/{channel}/test`: ask the provider, and say what came of it."""
    office, name = office_of(request), request.path_params["channel"]
    line = office.lines.get(name)
    if line is None:
        raise access.absent()
    found = await _tested(line, staff.email)
    well = all(each.mark != "wrong" for each in found)

    def keep(connection: Connection) -> None:
        note(connection, request, staff.actor, "channel.tested", f"channel:{name}", None, {"well": well})

    await office.database.transact(keep)
    return await _show(request, staff, tested={name: found})


async def _tested(line: Line, to: str) -> list[Outcome]:
    try:
        async with asyncio.timeout(SECONDS):
            return await line.test(to)
    except TimeoutError:
        return [Outcome("wrong", NO_ANSWER, {"number": round(SECONDS)})]
    except Exception as error:  # whatever a provider does, the page is answered
        log.exception("channel_test_failed")
        return [Outcome("wrong", FAILED, {"detail": type(error).__name__})]


async def _show(request: Request, staff: Staff, *, tested: dict[str, list[Outcome]] | None = None) -> Response:
    office = office_of(request)
    states = await office.database.read(lambda connection: line_states.of_each(connection, office.now()))
    return render_page(
        request,
        staff,
        "staff/channels.html",
        WORDS,
        cards=[
            _card(
                name,
                office.lines.get(name),
                states.get(name, LineState()),
                (tested or {}).get(name),
                staff.language,
            )
            for name in NAMES
        ],
    )


def _card(
    name: str, line: Line | None, state: LineState, tested: list[Outcome] | None, language: Language
) -> dict[str, Any]:
    return {
        "key": name,
        "name": render(NAMES[name], language),
        "about": render(ABOUT[name], language),
        "how": _how(name, language) if name in HOW and line is None else "",
        "line": line,
        "state": state,
        "tested": [(each.mark, render(each.says, language, each.values)) for each in tested or ()],
    }


def _how(name: str, language: Language) -> str:
    return render(HOW[name], language, {"setting": SETTINGS[name], "helper": "@BotFather"})
