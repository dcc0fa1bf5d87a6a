"""The one way in for staff: who makes a request, whether they meant it, and whether their role may.

A route of the staff's is made by `page`, which checks all three before the endpoint runs, or by `door` for the few
that people without a session reach. Endpoints raise `Refusal` for what they do not take; `absent` is the same
answer for what is not there and for what this role may not see.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qs, urlencode

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from console import limits, refusals
from console.refusals import Refusal
from console.staff import texts
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, OWN, Group, StaffRoute, render_message, spoken_by, wants_json
from locales import Text, render
from service import team
from store import staff_sessions
from store.database import StoreUnavailable
from store.staff import MANAGERS, ROLES, Role
from store.staff_sessions import TOUCH, Staff

__all__ = ["EVERYBODY", "Role", "Staff", "absent", "address", "door", "form", "page"]

SAFE = frozenset({"GET", "HEAD"})
EVERYBODY: frozenset[Role] = frozenset(ROLES)
LOGIN, LOGOUT = "/staff/login", "/staff/logout"
BODY_BYTES = 64 * 1024
FORM_FIELDS = 100
HERE = re.compile(r"/(staff|till)(/[A-Za-z0-9_-]+)*")

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

Endpoint: TypeAlias = Callable[[Request, Staff], Awaitable[Response]]
Form: TypeAlias = Mapping[str, str]


class File(NamedTuple):
    """A file as it was posted: the name its sender gave it, and the bytes, which nobody has looked at."""

    name: str
    content: bytes


def page(
    path: str,
    endpoint: Endpoint,
    *,
    roles: Collection[Role],
    methods: Sequence[str] = ("GET",),
    upload: int = 0,
    fields: int = FORM_FIELDS,
    label: Text | None = None,
    icon: str = "page",
    group: Group = "work",
    figure: str = "",
) -> StaffRoute:
    """A route for these roles. `endpoint` gets the request and who makes it.

    Whoever is not logged in is sent to the login (a script that asks for JSON or for a part of a page gets 401), a
    role that is missing gets 403, and so does an unsafe request without the session's CSRF token, in the form field
    `csrf` or the header X-CSRF-Token. With `upload` a form may bring a file of so many bytes, or be longer by them;
    `fields` is the most that it may have.
    With a `label` the route stands in the navigation of these roles, in its `group`, with an `icon` of
    staff/icons.html and a live count, its `figure`; the group `own` is the menu of one's own name.
    """

    async def checked(request: Request) -> Response:
        staff = None
        request.state.upload, request.state.fields = upload, fields
        try:
            if upload and await who(request) is None:  # a stranger's files are not taken in to be refused after
                return _to_login(request)
            await posted(request)  # before asking who: whoever is logged out while they send stays out
            staff = await who(request)
            if staff is None:
                return _to_login(request)
            _readable(request)
            await _meant(request, staff.csrf)
            if staff.role not in roles:
                raise Refusal(403, texts.FORBIDDEN)
            if await _owes_second_step(request, staff):
                return _to_second_step(request)
            return await endpoint(request, staff)
        except Refusal as refusal:
            return refused(request, staff, refusal)
        except StoreUnavailable:
            return refused(request, staff, Refusal(503, refusals.BUSY, retry_after=2))

    route = _route(path, checked, methods, frozenset(roles), label)
    route.icon, route.group, route.figure = icon, group, figure
    return route


def door(path: str, endpoint: Callable[[Request, str], Awaitable[Response]], methods: Sequence[str]) -> StaffRoute:
    """A route for people without a session. `endpoint` gets the request and the token that its form must carry."""

    async def checked(request: Request) -> Response:
        token = request.cookies.get(_form_cookie(request), "")
        try:
            _readable(request)
            await _meant(request, token)
            token = token or secrets.token_urlsafe(32)
            response = await endpoint(request, token)
        except Refusal as refusal:
            return refused(request, None, refusal)
        except StoreUnavailable:
            return refused(request, None, Refusal(503, refusals.BUSY, retry_after=2))
        if request.method in SAFE:
            set_cookie(request, response, _form_cookie(request), token, None)
        return response

    return _route(path, checked, methods, frozenset(), None)


async def posted(request: Request) -> bytes:
    """What was posted. Raises Refusal 413 for more than 64 KB beside the files that the page takes."""
    if not hasattr(request.state, "posted"):
        request.state.posted = await limits.body(request, BODY_BYTES + getattr(request.state, "upload", 0))
    body: bytes = request.state.posted
    return body


async def form(request: Request) -> Form:
    """The fields of a posted form, the first value of each. Raises Refusal 413 for one of more than 64 KB."""
    if not hasattr(request.state, "form") and _kind(request) == "multipart/form-data":
        await _take_apart(request)
    if not hasattr(request.state, "form"):
        body = (await posted(request)).decode(errors="replace").replace("\x00", "")
        try:
            fields = parse_qs(body, keep_blank_values=True, max_num_fields=_most_fields(request))
        except ValueError:
            raise Refusal(422, refusals.UNREADABLE) from None
        request.state.form = {name: values[0].replace("\x00", "") for name, values in fields.items()}
    found: Form = request.state.form
    return found


async def file(request: Request, name: str) -> File | None:
    """A file of a posted form; None where nobody chose one."""
    await form(request)
    files: dict[str, File] = getattr(request.state, "files", {})
    return files.get(name)


def absent() -> Refusal:
    """To be raised for an object that is not there, or that this person may not see: nobody can tell which."""
    return Refusal(404, refusals.NOT_FOUND)


def address(request: Request) -> str:
    """Where the request comes from, for the audit log."""
    return limits.address(request)


async def who(request: Request) -> Staff | None:
    """Whose browser this is. A page that refreshes itself does not count as being used."""
    office = office_of(request)
    token = request.cookies.get(session_cookie(request), "")
    if not token:
        return None
    now = office.now()
    staff = await office.database.read(partial(staff_sessions.find, token=token, now=now))
    if staff and now - staff.seen_at > TOUCH and "x-refresh" not in request.headers:
        await office.database.transact(partial(staff_sessions.touch, session=staff.session, now=now))
    return staff


def session_cookie(request: Request) -> str:
    """The name of the session's cookie."""
    return cookie(request, "sapa_staff")


def cookie(request: Request, name: str) -> str:
    """The name of one of our cookies; browsers take `__Host-` from nobody but this host, over https."""
    return f"__Host-{name}" if office_of(request).secure else name


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie that scripts cannot read; 0 seconds take it away, None keeps it while the browser is open."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=office_of(request).secure, httponly=True, samesite="lax"
    )


def onward(wish: str) -> str:
    """Where to go after the login: a page of ours that was asked for, and nowhere else."""
    return wish if HERE.fullmatch(wish) else "/staff"


def refused(request: Request, staff: Staff | None, refusal: Refusal) -> Response:
    """The page that says why a request is not taken."""
    response = render_message(request, staff, refusal.status, refusal.text)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(refusal.retry_after)))
    return response


def _readable(request: Request) -> None:
    """Raises Refusal for a NUL in the address: no page of ours asks with one, and no database takes it."""
    if b"%00" in request.scope.get("raw_path", b""):
        raise absent()
    if b"%00" in request.scope["query_string"]:
        raise Refusal(422, refusals.UNREADABLE)


async def _meant(request: Request, token: str) -> None:
    """Raises Refusal 403 for a change that did not come from a page of ours."""
    if request.method in SAFE:
        return
    office_of(request).visits.same_site(request)
    given = request.headers.get("x-csrf-token")
    if given is None:
        given = (await form(request)).get("csrf", "") if _kind(request) in FORMS else ""
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Refusal(403, texts.STALE_FORM)


def _most_fields(request: Request) -> int:
    most: int = getattr(request.state, "fields", FORM_FIELDS)
    return most


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _take_apart(request: Request) -> None:
    """Read a form that may bring a file."""

    async def body() -> AsyncGenerator[bytes, None]:
        yield await posted(request)

    try:
        parts = await MultiPartParser(
            request.headers, body(), max_files=1, max_fields=_most_fields(request)
        ).parse()
    except (MultiPartException, KeyError) as error:
        raise Refusal(422, refusals.UNREADABLE) from error
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    for name, value in parts.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, value.replace("\x00", ""))
        elif value.filename:
            files[name] = File(value.filename.replace("\x00", ""), await value.read())
    await parts.close()
    request.state.form, request.state.files = fields, files


async def _owes_second_step(request: Request, staff: Staff) -> bool:
    """Whether they must set the code from an app up first; their own account and the way out stay open."""
    if staff.role not in MANAGERS or staff.second_since is not None:
        return False
    office, path = office_of(request), request.url.path
    if not office.password_log_in or path in (LOGOUT, OWN) or path.startswith(f"{OWN}/"):
        return False
    return await office.database.read(partial(team.owes_second_step, staff=staff))


def _to_second_step(request: Request) -> Response:
    if wants_json(request):
        words = render(texts.SECOND_STEP_OWED, spoken_by(request, None))
        return JSONResponse({"error": words}, 403, NO_STORE)
    return RedirectResponse(f"{OWN}/second?said=required", 303, NO_STORE)


def _to_login(request: Request) -> Response:
    if wants_json(request):
        words = render(texts.LOGGED_OUT, spoken_by(request, None))
        return JSONResponse({"error": words}, 401, NO_STORE)
    if request.headers.get("hx-request") == "true":  # a part of a page: the log-in would stand in the middle of it
        return render_message(request, None, 401, texts.LOGGED_OUT)
    wish = onward(request.url.path) if request.method in SAFE else "/staff"
    query = f"?{urlencode({'next': wish})}" if wish != "/staff" else ""
    return RedirectResponse(f"{LOGIN}{query}", 303, NO_STORE)


def _form_cookie(request: Request) -> str:
    return cookie(request, "sapa_form")


def _route(
    path: str,
    checked: Callable[[Request], Awaitable[Response]],
    methods: Sequence[str],
    roles: frozenset[Role],
    label: Text | None,
) -> StaffRoute:
    route = StaffRoute(path, checked, methods=list(methods))
    route.roles, route.label = roles, label
    route.icon, route.group, route.figure = "", "own", ""
    return route
