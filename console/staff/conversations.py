"""Conversations that wait for a person: the list, one of them with its customer, and what is done with it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import headers
from console.staff import access, gate, service_texts
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_message, render_page
from console.staff.rich import rich
from handlers.conversation_taken import Gone, conversation_taken
from handlers.given_back import given_back
from handlers.scene import Scene
from handlers.staff_replied import staff_replied
from locales import Text, render
from loyalty import claims, ledger
from loyalty.account import Account
from store import conversations, profiles, transcript
from store import staff as accounts
from store.claims import Claim
from store.contacts import BOT, QUEUE
from store.conversations import Held
from store.profiles import Bought, Profile
from store.transcript import Batch

PAGE = "/staff/conversations"
LABEL = service_texts.CONVERSATIONS
LINES = 100
LONGEST = 8000
NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Wait(NamedTuple):
    """How long somebody waits, as a text of `WAITS` and what it counts."""

    text: Text
    values: dict[str, object]


class Opened(NamedTuple):
    """One conversation and all that is shown beside it."""

    held: Held
    batch: Batch
    profile: Profile
    account: Account
    purchases: list[Bought]
    claims: tuple[Claim, ...]


async def waiting(request: Request, staff: Staff) -> Response:
    """`GET /staff/conversations`: who waits longest first."""
    office = office_of(request)
    now = office.now()
    held = await office.database.read(partial(conversations.held, now=now))
    tag = _tag(staff, [(one.public_id, one.owner, one.seq, _wait(one, now)) for one in held])
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=NO_STORE)
    rows = [(one, _shown_wait(one, now, staff)) for one in held]
    page = render_page(request, staff, "staff/conversations.html", service_texts.LIST, rows=rows, QUEUE=QUEUE)
    page.headers["ETag"] = tag
    return page


async def following(request: Request, staff: Staff) -> Response:
    """`GET /staff/conversations/next?after=…`: whoever waits longest and is nobody else's, or the list."""
    office = office_of(request)
    held = await office.database.read(partial(conversations.held, now=office.now()))
    left = request.query_params.get("after", "")
    mine = [one for one in held if one.since and one.owner in (QUEUE, staff.public_id) and one.public_id != left]
    return RedirectResponse(f"{PAGE}/{mine[0].public_id}" if mine else PAGE, 303, NO_STORE)


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/conversations/{public_id}`."""
    return await _page(request, staff)


async def take(request: Request, staff: Staff) -> Response:
    """`POST /staff/conversations/{public_id}/take`: from the queue, or from the colleague who was seen with it."""
    form = await access.form(request)
    held = await office_of(request).database.read(partial(_gate, request, staff))
    seen, address = form.get("owner", ""), access.address(request)
    outcome = await _act(request, held, partial(conversation_taken, staff=staff, seen=seen, address=address))
    if isinstance(outcome, Gone):
        return await _gone(request, staff, outcome)
    return RedirectResponse(f"{PAGE}/{held.public_id}?said=taken", 303, NO_STORE)


async def reply(request: Request, staff: Staff) -> Response:
    """`POST /staff/conversations/{public_id}/reply`: a form that comes twice answers once."""
    form = await access.form(request)
    held = await office_of(request).database.read(partial(_gate, request, staff))
    text, nonce = _clean(form.get("text", "")), form.get("nonce", "")
    if not text or not NONCE.fullmatch(nonce):
        return await _page(request, staff, status=422, problem=service_texts.EMPTY)
    if len(text) > LONGEST:
        return await _page(request, staff, status=422, problem=service_texts.TOO_LONG, text=text)
    message, address = _message(staff, held, nonce), access.address(request)

    def answer(scene: Scene) -> object:
        return staff_replied(scene, staff, text, message, address)

    outcome = await _act(request, held, answer)
    if isinstance(outcome, Gone):
        return await _gone(request, staff, outcome, text)
    return RedirectResponse(f"{PAGE}/{held.public_id}?said=sent#answer", 303, NO_STORE)


async def give_back(request: Request, staff: Staff) -> Response:
    """`POST /staff/conversations/{public_id}/back`: the bot goes on."""
    held = await office_of(request).database.read(partial(_gate, request, staff))
    outcome = await _act(request, held, partial(given_back, staff=staff, how="", address=access.address(request)))
    if isinstance(outcome, Gone):
        return await _gone(request, staff, outcome)
    return RedirectResponse(f"{PAGE}?said=back", 303, NO_STORE)


async def picture(request: Request, staff: Staff) -> Response:
    """`GET /staff/media/{public_id}`: never to be run or guessed at by a browser."""
    office, name = office_of(request), request.path_params["public_id"]
    kind, content = await office.database.read(partial(gate.picture, staff=staff, public_id=name))
    disposition = "inline" if kind.startswith("image/") else "attachment"
    # The browser may be a shared one: whoever uses it next has to pass the gate, too.
    kept = {"ETag": f'"{name}"', "Cache-Control": "private, no-cache", "Content-Security-Policy": headers.FILE}
    if request.headers.get("if-none-match") == kept["ETag"]:
        return Response(status_code=304, headers=kept)
    return Response(content, media_type=kind, headers={**kept, "Content-Disposition": disposition})


async def _act(request: Request, held: Held, deed: Callable[[Scene], object]) -> object:
    """What the deed came to. Raises the 404 of what is not there for somebody who left every channel meanwhile."""
    outcome = await office_of(request).act(held.public_id, deed)
    if outcome is None:
        raise access.absent()
    return outcome


async def _gone(request: Request, staff: Staff, gone: Gone, text: str = "") -> Response:
    """Somebody was faster; what was typed stays in the form where there still is one."""
    if gone.owner == BOT:
        return render_message(request, staff, 409, service_texts.BOT_HAS_IT)
    if gone.owner == QUEUE:
        return await _page(request, staff, status=409, problem=service_texts.NOT_TAKEN, text=text)
    names = await office_of(request).database.read(partial(accounts.names, public_ids={gone.owner}))
    name = names.get(gone.owner, "?")
    return await _page(request, staff, status=409, problem=service_texts.TAKEN_BY, name=name, text=text)


async def _page(
    request: Request,
    staff: Staff,
    *,
    status: int = 200,
    problem: Text | None = None,
    text: str = "",
    **values: object,
) -> Response:
    office = office_of(request)
    opened = await office.database.read(partial(_open, request, staff))
    held = opened.held
    tag = _tag(staff, [held.owner, held.seq, held.reachable, opened.account, _wait(held, office.now())])
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=NO_STORE)
    page = render_page(
        request,
        staff,
        "staff/conversation.html",
        service_texts.ONE,
        status=status,
        problem=render(problem, staff.language, dict(values)) if problem else "",
        text=text,
        nonce=secrets.token_urlsafe(12),
        newest="before" not in request.query_params,
        wait=_shown_wait(held, office.now(), staff),
        days=_by_day(opened.batch, office.zone),
        rich=rich,
        QUEUE=QUEUE,
        **opened._asdict(),
    )
    page.headers["ETag"] = tag
    return page


def _open(request: Request, staff: Staff, connection: Connection) -> Opened:
    office = office_of(request)
    now = office.now()
    held = _gate(request, staff, connection)
    asked = request.query_params.get("before", "")
    before = min(int(asked[:9]), transcript.NEWEST) if asked.isdecimal() and asked.isascii() else transcript.NEWEST
    local = now.astimezone(office.zone)
    return Opened(
        held,
        transcript.before(connection, held.contact_id, before, LINES, now),
        profiles.profile(connection, held.contact_id),
        ledger.account_of(connection, held.contact_id, local, staff.language),
        profiles.latest_purchases(connection, held.contact_id, staff.language),
        claims.mine(connection, held.contact_id),
    )


def _gate(request: Request, staff: Staff, connection: Connection) -> Held:
    return gate.conversation(connection, staff, request.path_params["public_id"], office_of(request).now())


def _by_day(batch: Batch, zone: dt.tzinfo) -> list[tuple[dt.datetime, list[transcript.Line]]]:
    """The lines under the days on which they were said, on the business's clock."""
    days: list[tuple[dt.datetime, list[transcript.Line]]] = []
    for line in batch.lines:
        if not days or days[-1][0].astimezone(zone).date() != line.at.astimezone(zone).date():
            days.append((line.at, []))
        days[-1][1].append(line)
    return days


def _wait(held: Held, now: dt.datetime) -> Wait | None:
    if held.since is None:
        return None
    minutes = max(1, int((now - held.since).total_seconds() // 60))
    if minutes < 60:
        return Wait(service_texts.WAITS["minutes"], {"minutes": minutes})
    if minutes < 48 * 60:
        return Wait(service_texts.WAITS["hours"], {"hours": minutes // 60})
    return Wait(service_texts.WAITS["days"], {"days": minutes // (24 * 60)})


def _shown_wait(held: Held, now: dt.datetime, staff: Staff) -> str:
    wait = _wait(held, now)
    return render(wait.text, staff.language, wait.values) if wait else ""


def _message(staff: Staff, held: Held, nonce: str) -> str:
    """The public id of an answer: the same for the same form, and nobody else's."""
    digest = hashlib.sha256(f"{staff.public_id} {held.public_id} {nonce}".encode()).digest()
    return base64.urlsafe_b64encode(digest)[:16].decode()


def _clean(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def _tag(staff: Staff, seen: Sequence[object]) -> str:
    """What a page shows, in short: a page that refreshes itself is only sent again when it changed."""
    return f'"{hashlib.sha256(repr((staff.session, staff.language, seen)).encode()).hexdigest()[:24]}"'
