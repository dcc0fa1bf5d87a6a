"""`sapa staff`: accounts of the people who work here, for the first one and for whoever is locked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import change, look, settings_for_command
from locales import LANGUAGES
from talk.errors import SapaError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from store.staff import Account

cli = typer.Typer(name="staff", no_args_is_help=True, help="Accounts of the people who work here.")
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address they log in with.")]


@cli.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The name that customers see.")],
    role: Annotated[
        str, typer.Option(help="owner, admin, marketer, support, cashier or viewer (docs/console.md).")
    ],
    language: Annotated[str, typer.Option(help=f"Of their pages: {', '.join(LANGUAGES)}.")] = "",
) -> None:
    """Make an account and print the link by which its holder chooses a password. It works once, for 72 hours."""
    from bot.app import utc_now
    from console.staff.login import EMAIL
    from store import audit, invitations, staff

    settings = settings_for_command()
    spoken = language or settings.default_language
    if spoken not in LANGUAGES:
        raise SapaError(f"--language takes one of {', '.join(LANGUAGES)}; got {language!r}.")
    given = next((known for known in staff.ROLES if known == role), None)
    if given is None:
        raise SapaError(f"--role takes one of {', '.join(staff.ROLES)}; got {role!r}.")
    if not EMAIL.fullmatch(email.strip()) or len(email) > 254:
        raise SapaError(f"{email!r} is no e-mail address; write it like name@shop.example.")
    if not 0 < len(name.strip()) <= 100:
        raise SapaError("--name takes a name of at most 100 characters.")

    def work(connection: Connection) -> str:
        now, known = utc_now(), next(known for known in LANGUAGES if known == spoken)
        account = staff.add(connection, email, name, given, known, now)
        if account is None:
            raise SapaError(f"{email} has an account; `sapa staff reset {email}` makes a new link for it.")
        subject = f"staff:{account.public_id}"
        audit.note(connection, audit.COMMAND_LINE, "staff.invited", subject, None, account.shown, "", now)
        return invitations.link(settings.address, invitations.invite(connection, account.id, now))

    typer.echo(change(settings, work))
    typer.echo(f"Give this link to {name.strip()} yourself. It works once, within 72 hours.", err=True)


@cli.command(name="list")
def list_() -> None:
    """List everybody who works here, their role, and whether they may log in."""
    from store import staff

    for account in look(settings_for_command(), staff.every):
        state = "closed" if not account.active else "active" if account.password else "invited"
        typer.echo(f"{account.email}  {account.name}  {account.role}  {state}")


@cli.command()
def disable(email: Email) -> None:
    """Close an account: its holder is logged out everywhere at once. `sapa staff reset` opens it again."""
    from bot.app import utc_now
    from store import audit, invitations, staff, staff_sessions

    def work(connection: Connection) -> None:
        account = _account(connection, email)
        staff.change(connection, account.id, active=False)
        staff_sessions.end_all(connection, account.id)
        invitations.withdraw(connection, account.id)
        subject, after = f"staff:{account.public_id}", {**account.shown, "active": False}
        audit.note(connection, audit.COMMAND_LINE, "staff.closed", subject, account.shown, after, "", utc_now())

    change(settings_for_command(), work)
    typer.echo(f"{email} is closed.")


@cli.command()
def reset(
    email: Email,
    second_step: Annotated[
        bool, typer.Option("--second-step", help="Take the code from an app away, too, for a phone that is lost.")
    ] = False,
) -> None:
    """Print a new link to choose a password, open the account if it was closed, and end a lock-out."""
    from bot.app import utc_now
    from store import attempts, audit, invitations, second_factors, staff

    settings = settings_for_command()

    def work(connection: Connection) -> str:
        now, account = utc_now(), _account(connection, email)
        staff.change(connection, account.id, active=True)
        for what in (attempts.ACCOUNT, attempts.SECOND, attempts.RESET):
            attempts.forget(connection, attempts.account_key(account.email, what))
        subject, after = f"staff:{account.public_id}", {**account.shown, "active": True}
        audit.note(connection, audit.COMMAND_LINE, "staff.link_made", subject, account.shown, after, "", now)
        if second_step and second_factors.remove(connection, account.id):
            was, is_now = {"second_step": True}, {"second_step": False}
            audit.note(connection, audit.COMMAND_LINE, "staff.second_removed", subject, was, is_now, "", now)
        return invitations.link(settings.address, invitations.invite(connection, account.id, now))

    typer.echo(change(settings, work))
    typer.echo("The link works once, within 72 hours. The password until now holds until then.", err=True)


def _account(connection: Connection, email: str) -> Account:
    from store import staff

    account = staff.by_email(connection, email)
    if account is None:
        raise SapaError(f"Nobody here has the e-mail address {email!r}; `sapa staff list` shows who works here.")
    return account
