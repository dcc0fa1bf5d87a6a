"""The team: who may come in, as what, and the links by which they choose a password."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.refusals import UNREADABLE, Refusal
from console.staff import access, gate, texts
from console.staff import account as own
from console.staff.access import Form, Staff
from console.staff.browsers import browser_of
from console.staff.leaving import handed_over
from console.staff.login import EMAIL, note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import LANGUAGES, Text, _, render
from service import team as rules
from store import invitations, staff_sessions
from store import staff as accounts
from store.staff import SERVING, Account, Role

PAGE = "/staff/people"
LABEL = _("Team")
WORDS: dict[str, Text] = {
    "team": LABEL,
    "name": texts.DOORS["name"],
    "name_help": texts.DOORS["name_help"],
    "email": texts.DOORS["email"],
    "language": texts.DOORS["language"],
    "role": _("Role"),
    "branch": _("Branch"),
    "no_branch": _("No particular branch"),
    "since": _("Since"),
    "state": _("State"),
    "active": _("Active"),
    "invited": _("Invited"),
    "closed": _("Closed"),
    "you": _("you"),
    "invite": _("Invite somebody"),
    "invite_button": _("Invite"),
    "change": _("Change"),
    "change_help": _("Whoever gets another role is logged out everywhere."),
    "save": _("Save"),
    "link": _("Link to choose a password"),
    "link_help": _("Give it to {name} yourself. It works once, for three days, and is shown only now."),
    "copy": _("Copy"),
    "copied": _("Copied"),
    "new_link": _("New link"),
    "new_link_help": _("For somebody who forgot the password or lost the link. Earlier links stop working."),
    "close": _("Close the account"),
    "close_help": _("{name} is logged out everywhere at once and cannot come back until the account is opened."),
    "open": _("Open the account again"),
    "back": _("Back to the team"),
    "rules": _("Managing accounts"),
    "rule": _("Whoever manages accounts must log in with a code from an app, too"),
    "second": own.WORDS["second"],
    "second_on": _("{name} is asked for a code from an app when they log in."),
    "second_help": _("Take it away when {name} has lost the phone and the recovery codes. It logs them out."),
    "second_remove": _("Take it away"),
    "serves": _("How they serve customers"),
    "sessions": _("Where {name} is logged in"),
    "nowhere": _("Nowhere at the moment."),
    "unknown_browser": own.WORDS["unknown_browser"],
    "last_seen": own.WORDS["last_seen"],
    "end": own.WORDS["end"],
    "end_all": _("Log out everywhere"),
    "invited_company": _("{name} can log in with {provider} now."),
    "said_rules": _("The rules are changed."),
    "said_second": _("The account doesn't ask for a code any more."),
    "said_sessions": _("They are logged out everywhere."),
    "said_session": own.WORDS["said_session"],
    "said_changed": _("The account is changed."),
    "said_closed": _("The account is closed."),
    "said_opened": _("The account is open again."),
}
TAKEN = _("There is an account with this e-mail address already.")
LAST_OWNER = _("This is the only owner. Please make somebody else an owner first.")


class Wanted(NamedTuple):
    """What a form asks for an account."""

    name: str
    role: Role
    branch_id: int | None


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/people`."""
    return await _list(request, staff)


async def invite(request: Request, staff: Staff) -> Response:
    """`POST /staff/people`: a new account, and the page with its link."""
    office, form = office_of(request), await access.form(request)
    wanted, spoken, email = await _wanted(request, staff, form), form.get("language"), form.get("email", "").strip()
    if wanted is None or spoken not in LANGUAGES:
        return await _list(request, staff, status=422, problem=texts.NAME_MISSING, form=form)
    if not EMAIL.fullmatch(email) or len(email) > 254:
        return await _list(request, staff, status=422, problem=texts.EMAIL_FORM, form=form)

    def add(connection: Connection) -> tuple[Account, str] | None:
        now = office.now()
        account = accounts.add(connection, email, wanted.name, wanted.role, spoken, now, wanted.branch_id)
        if account is None:
            return None
        note(connection, request, staff.actor, "staff.invited", f"staff:{account.public_id}", None, account.shown)
        return account, invitations.invite(connection, account.id, now) if office.password_log_in else ""

    made = await office.database.transact(add)
    if made is None:
        return await _list(request, staff, status=409, problem=TAKEN, form=form)
    account, token = made
    link = invitations.link(office.address, token) if token else ""
    return await _one(request, staff, account, link=link, invited=True)


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/people/{public_id}`."""
    return await _one(request, staff, await office_of(request).database.read(partial(_colleague, request, staff)))


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}`: name, role and branch; another role ends all sessions."""
    form = await access.form(request)
    wanted = await _wanted(request, staff, form)
    if wanted is None:
        account = await office_of(request).database.read(partial(_colleague, request, staff))
        return await _one(request, staff, account, status=422, problem=texts.NAME_MISSING)

    def update(connection: Connection, account: Account) -> None:
        _keep_an_owner(connection, account, wanted.role == "owner")
        accounts.change(connection, account.id, **wanted._asdict())
        if wanted.role != account.role:
            staff_sessions.end_all(connection, account.id)

    return await _changed(request, staff, "changed", update)


async def close(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/close`: nobody comes in with this account any more, from now on."""

    def shut(connection: Connection, account: Account) -> None:
        _keep_an_owner(connection, account, False)
        accounts.change(connection, account.id, active=False)
        staff_sessions.end_all(connection, account.id)
        invitations.withdraw(connection, account.id)

    return await _changed(request, staff, "closed", shut)


async def reopen(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/open`."""

    def unlock(connection: Connection, account: Account) -> None:
        accounts.change(connection, account.id, active=True)

    return await _changed(request, staff, "opened", unlock)


async def new_link(request: Request, staff: Staff) -> Response:
    """`POST /staff/people/{public_id}/link`: the password stays as it is until the link is used."""
    office = office_of(request)

    def renew(connection: Connection) -> tuple[Account, str]:
        account = _colleague(request, staff, connection)
        if not account.active or not office.password_log_in:
            raise access.absent()
        note(connection, request, staff.actor, "staff.link_made", f"staff:{account.public_id}", None, None)
        return account, invitations.invite(connection, account.id, office.now())

    account, token = await office.database.transact(renew)
    return await _one(request, staff, account, link=invitations.link(office.address, token))


async def _changed(request: Request, staff: Staff, what: str, do: Any) -> Response:
    """Do something to an account, and note what it was and is."""

    def change_and_note(connection: Connection) -> Account:
        before = _colleague(request, staff, connection)
        do(connection, before)
        after = accounts.by_id(connection, before.id)
        assert after is not None
        about = f"staff:{before.public_id}"
        note(connection, request, staff.actor, f"staff.{what}", about, before.shown, after.shown)
        return after

    account = await office_of(request).database.transact(change_and_note)
    where, work = f"{PAGE}/{account.public_id}?said={what}", handed_over(request, account)
    return RedirectResponse(where, 303, NO_STORE, background=work)


def _keep_an_owner(connection: Connection, account: Account, still_owner: bool) -> None:
    """Raises Refusal 409 when the house would be left without an owner who can come in."""
    if account.role != "owner" or still_owner:
        return
    others = [owner for owner in accounts.lock_owners(connection) if owner != account.id]
    if not others:
        raise Refusal(409, LAST_OWNER)


async def _wanted(request: Request, staff: Staff, form: Form) -> Wanted | None:
    """What the form asks for; None for a name that is none. Raises Refusal for what no form of ours sends."""
    name, role, branch = form.get("name", "").strip(), form.get("role", ""), form.get("branch", "")
    open_branches = await office_of(request).database.read(accounts.all_branches)
    known = {str(number): number for number, _name in open_branches}
    if role not in gate.may_give(staff) or (branch and branch not in known):
        raise Refusal(422, UNREADABLE)
    return Wanted(name, role, known.get(branch)) if 0 < len(name) <= 100 else None


def _colleague(request: Request, staff: Staff, connection: Connection) -> Account:
    return gate.colleague(connection, staff, request.path_params["public_id"])


async def _list(
    request: Request, staff: Staff, *, status: int = 200, problem: Text | None = None, form: Form | None = None
) -> Response:
    database = office_of(request).database
    team = await database.read(accounts.every)
    given = gate.may_give(staff)
    return render_page(
        request,
        staff,
        "staff/people.html",
        WORDS,
        status=status,
        problem=render(problem, staff.language, {"example": texts.EXAMPLE}) if problem else "",
        form=form or {},
        team=[(account, account.role in given and account.id != staff.id) for account in team],
        roles=given,
        branches=await database.read(accounts.all_branches),
        languages=chat_texts.NAMES,
        rules=await database.read(rules.read),
    )


async def _one(
    request: Request,
    staff: Staff,
    account: Account,
    *,
    status: int = 200,
    problem: Text | None = None,
    link: str = "",
    invited: bool = False,
) -> Response:
    office = office_of(request)
    sessions = await office.database.read(partial(staff_sessions.every, staff_id=account.id, now=office.now()))
    return render_page(
        request,
        staff,
        "staff/person.html",
        WORDS,
        status=status,
        problem=render(problem, staff.language) if problem else "",
        account=account,
        link=link,
        roles=gate.may_give(staff),
        branches=await office.database.read(accounts.all_branches),
        sessions=[(session, browser_of(session.agent)) for session in sessions],
        passwords=office.password_log_in,
        serving=SERVING,
        invited=invited,
        provider=office.company.name if office.company else "",
    )
