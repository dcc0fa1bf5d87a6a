"""The addresses of accounts: coming in and going out, one's own account, and the team's."""

from __future__ import annotations

from console.staff import (
    account,
    company_pages,
    forgotten,
    halfway,
    login,
    people,
    people_access,
    second,
    second_setup,
    serving,
    welcome,
)
from console.staff.access import EVERYBODY, LOGIN, LOGOUT, door, page
from console.staff.gate import MANAGERS
from console.staff.rendering import StaffRoute

POST = ["POST"]
WELCOME = "/staff/welcome/{link}"
PERSON = f"{people.PAGE}/{{public_id}}"

DOORS: tuple[StaffRoute, ...] = (
    door(LOGIN, login.show_login, ["GET"]),
    door(LOGIN, login.log_in, POST),
    door(halfway.PAGE, second.show_second, ["GET"]),
    door(halfway.PAGE, second.second, POST),
    door(forgotten.PAGE, forgotten.show_forgotten, ["GET"]),
    door(forgotten.PAGE, forgotten.forgotten, POST),
    door(company_pages.START, company_pages.start, ["GET"]),
    door(company_pages.BACK, company_pages.back, ["GET"]),
    door(WELCOME, welcome.show_welcome, ["GET"]),
    door(WELCOME, welcome.welcome, POST),
    page(LOGOUT, login.log_out, roles=EVERYBODY, methods=POST),
)
TEAM: tuple[StaffRoute, ...] = (
    page(people.PAGE, people.show, roles=MANAGERS, label=people.LABEL, icon="team", group="settings"),
    page(people.PAGE, people.invite, roles=MANAGERS, methods=POST),
    page(f"{people.PAGE}-rules", people_access.set_rules, roles={"owner"}, methods=POST),
    page(PERSON, people.one, roles=MANAGERS),
    page(PERSON, people.change, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/link", people.new_link, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/close", people.close, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/open", people.reopen, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/second", people_access.take_second_away, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/sessions", people_access.end_sessions, roles=MANAGERS, methods=POST),
    page(f"{PERSON}/sessions/{{session}}", people_access.end_session, roles=MANAGERS, methods=POST),
    page(f"{serving.PAGE}/{{public_id}}", serving.show, roles=MANAGERS),
    page(f"{serving.PAGE}/{{public_id}}", serving.change, roles=MANAGERS, methods=POST),
)
OWN: tuple[StaffRoute, ...] = (
    page(account.PAGE, account.show, roles=EVERYBODY, label=account.WORDS["account"], group="own"),
    page(f"{account.PAGE}/language", account.change_language, roles=EVERYBODY, methods=POST),
    page(f"{account.PAGE}/password", account.change_password, roles=EVERYBODY, methods=POST),
    page(f"{account.PAGE}/sessions", account.end_other_sessions, roles=EVERYBODY, methods=POST),
    page(f"{account.PAGE}/sessions/{{session}}", account.end_session, roles=EVERYBODY, methods=POST),
    page(second_setup.PAGE, second_setup.show, roles=EVERYBODY),
    page(second_setup.PAGE, second_setup.begin, roles=EVERYBODY, methods=POST),
    page(f"{second_setup.PAGE}/qr.svg", second_setup.picture, roles=EVERYBODY),
    page(f"{second_setup.PAGE}/confirm", second_setup.confirm, roles=EVERYBODY, methods=POST),
    page(f"{second_setup.PAGE}/codes", second_setup.renew_codes, roles=EVERYBODY, methods=POST),
    page(f"{second_setup.PAGE}/remove", second_setup.remove, roles=EVERYBODY, methods=POST),
)
