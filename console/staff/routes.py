"""The staff's pages: every address, who may go there, and what answers. The one table of its kind."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import account, audit_log, claims, conversations, keys, login, people, settings_routes
from console.staff.access import EVERYBODY, Staff, door, page
from console.staff.gate import MANAGERS, SERVICE
from console.staff.rendering import NO_STORE, StaffRoute, first_page


async def start(request: Request, staff: Staff) -> Response:
    """`GET /staff`: to the first page of the person's role."""
    return RedirectResponse(first_page(request, staff) or account.PAGE, 303, NO_STORE)


POST = ["POST"]
TALK, CLAIM, PERSON = (
    f"{conversations.PAGE}/{{public_id}}",
    f"{claims.PAGE}/{{public_id}}",
    f"{people.PAGE}/{{public_id}}",
)

ROUTES: tuple[StaffRoute, ...] = (
    door("/staff/login", login.show_login, ["GET"]),
    door("/staff/login", login.log_in, POST),
    door("/staff/welcome/{link}", login.show_welcome, ["GET"]),
    door("/staff/welcome/{link}", login.welcome, POST),
    page("/staff", start, roles=EVERYBODY),
    page("/staff/logout", login.log_out, roles=EVERYBODY, methods=POST),
    page(conversations.PAGE, conversations.waiting, roles=SERVICE, label=conversations.LABEL, icon="inbox"),
    page(f"{conversations.PAGE}/next", conversations.following, roles=SERVICE),
    page(TALK, conversations.one, roles=SERVICE),
    page(f"{TALK}/take", conversations.take, roles=SERVICE, methods=POST),
    page(f"{TALK}/reply", conversations.reply, roles=SERVICE, methods=POST),
    page(f"{TALK}/back", conversations.give_back, roles=SERVICE, methods=POST),
    page("/staff/media/{public_id}", conversations.picture, roles=SERVICE),
    page(claims.PAGE, claims.waiting, roles=SERVICE, label=claims.LABEL, icon="claims"),
    page(CLAIM, claims.one, roles=SERVICE),
    page(f"{CLAIM}/approve", claims.approve, roles=SERVICE, methods=POST),
    page(f"{CLAIM}/refuse", claims.refuse, roles=SERVICE, methods=POST),
    page(people.PAGE, people.show, roles=MANAGERS, label=people.LABEL, icon="team", group="settings"),
    page(people.PAGE, people.invite, roles=MANAGERS, methods=POST),
    page(PERSON, people.one, roles=MANAGERS),
    page(PERSON, people.change, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/link", people.new_link, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/close", people.close, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/open", people.reopen, roles=MANAGERS, methods=POST),
    page(keys.PAGE, keys.show, roles=MANAGERS, label=keys.LABEL, icon="keys", group="settings"),
    page(keys.PAGE, keys.make, roles=MANAGERS, methods=POST),
    page(f"{keys.PAGE}/{{public_id}}/revoke", keys.revoke, roles=MANAGERS, methods=POST),
    *settings_routes.ROUTES,
    page(audit_log.PAGE, audit_log.show, roles=MANAGERS, label=audit_log.LABEL, icon="audit", group="settings"),
    page(account.PAGE, account.show, roles=EVERYBODY, label=account.WORDS["account"], group="own"),
    page(f"{account.PAGE}/language", account.change_language, roles=EVERYBODY, methods=POST),
    page(f"{account.PAGE}/password", account.change_password, roles=EVERYBODY, methods=POST),
    page(f"{account.PAGE}/sessions", account.end_other_sessions, roles=EVERYBODY, methods=POST),
)
