"""How somebody serves customers: in which languages, how many at a time, and who they are in the team's group."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.numbers import whole_number
from console.staff import access
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import LANGUAGES, Text, _, render
from store import staff as accounts
from store import staff_serving
from store.staff import SERVING, Account
from store.staff_serving import Serving

PAGE = "/staff/serving"
MOST = 50
TELEGRAM = re.compile(r"\d{1,20}")
WORDS: dict[str, Text] = {
    "serving": _("How they serve customers"),
    "back": _("Back to the account"),
    "languages": _("Languages"),
    "languages_help": _("Customers who speak them come first. None ticked: whatever comes."),
    "capacity": _("Conversations at a time"),
    "capacity_help": _("Who has that many is given no more until one of them is done."),
    "telegram": _("Telegram number"),
    "telegram_help": _(
        "For the team's group in Telegram. Whoever writes there and is not known yet is told their number."
    ),
    "save": _("Save"),
    "said_saved": _("Saved."),
}
NO_CAPACITY = _("Please write a number from 1 to {most}.")
NO_TELEGRAM = _("The Telegram number has digits alone, such as {example}.")
TAKEN = _("That Telegram number belongs to somebody else already.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/serving/{public_id}`."""
    return await _page(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/serving/{public_id}`."""
    form = await access.form(request)
    spoken = tuple(code for code in LANGUAGES if form.get(f"language_{code}") == "yes")
    capacity, telegram = whole_number(form.get("capacity", "")) or 0, form.get("telegram", "").strip()
    if not 1 <= capacity <= MOST:
        return await _page(request, staff, render(NO_CAPACITY, staff.language, {"most": MOST}))
    if telegram and not TELEGRAM.fullmatch(telegram):
        return await _page(request, staff, render(NO_TELEGRAM, staff.language, {"example": "123456789"}))
    wanted = Serving(spoken, capacity, telegram)

    def save(connection: Connection) -> bool:
        account = _account(connection, request)
        before = staff_serving.read(connection, account.id)
        if telegram and staff_serving.is_taken(connection, telegram, account.id):
            return False
        staff_serving.save(connection, account.id, wanted)
        was, now = msgspec.to_builtins(before), msgspec.to_builtins(wanted)
        note(connection, request, staff.actor, "staff.serving", f"staff:{account.public_id}", was, now)
        return True

    if not await office_of(request).database.transact(save):
        return await _page(request, staff, render(TAKEN, staff.language))
    where = f"{PAGE}/{request.path_params['public_id']}"
    return RedirectResponse(f"{where}?said=saved", 303, NO_STORE)


async def _page(request: Request, staff: Staff, problem: str = "") -> Response:
    def read(connection: Connection) -> tuple[Account, Serving]:
        account = _account(connection, request)
        return account, staff_serving.read(connection, account.id)

    account, serving = await office_of(request).database.read(read)
    form: dict[str, Any] = dict(await access.form(request)) if problem else {}
    return render_page(
        request,
        staff,
        "staff/serving.html",
        WORDS,
        status=422 if problem else 200,
        problem=problem,
        account=account,
        own=account.id == staff.id,
        serving=serving,
        form=form,
        names=chat_texts.NAMES,
        most=MOST,
    )


def _account(connection: Connection, request: Request) -> Account:
    """Somebody whose role serves customers."""
    found = accounts.by_public_id(connection, request.path_params["public_id"])
    if found is None or found.role not in SERVING:
        raise access.absent()
    return found
