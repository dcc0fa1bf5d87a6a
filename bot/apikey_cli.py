"""`sapa apikey`: keys for the shop's systems that call the JSON API (docs/api.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import change, look, settings_for_command
from talk.errors import SapaError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

cli = typer.Typer(name="apikey", no_args_is_help=True, help="Keys for the systems that call the JSON API.")


@cli.command()
def add(
    name: Annotated[str, typer.Argument(help="Which system it is for, such as 'web shop'.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; repeat it for several.")],
) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    from bot.app import utc_now
    from store import api_keys, audit
    from store.api_keys import SCOPES

    scopes = [known for known in SCOPES if known in scope]
    if unknown := sorted(set(scope) - set(SCOPES)):
        raise SapaError(f"There is no scope {unknown[0]!r}; --scope takes one of {', '.join(SCOPES)}.")
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise SapaError("Name the system the key is for, in at most 100 characters.")

    def work(connection: Connection) -> str:
        made = api_keys.add(connection, name.strip(), scopes, utc_now())
        after = {"name": name.strip(), "scopes": scopes}
        subject = f"apikey:{made.public_id}"
        audit.note(connection, audit.COMMAND_LINE, "apikey.added", subject, None, after, "", utc_now())
        return made.key

    typer.echo(change(settings_for_command(), work))
    typer.echo("Keep it as you keep a password; it is not shown again.", err=True)


@cli.command(name="list")
def list_() -> None:
    """List every key: what it may do, when it was last used, whether it still holds."""
    from store import api_keys

    for key in look(settings_for_command(), api_keys.all_keys):
        used = f"last used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else used
        typer.echo(f"{key.public_id}  {key.name}  {' '.join(key.scopes)}  {state}")


@cli.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="As `sapa apikey list` shows it.")]) -> None:
    """End a key at once and for good."""
    from bot.app import utc_now
    from store import api_keys, audit

    def work(connection: Connection) -> bool:
        ended = api_keys.revoke(connection, key_id, utc_now())
        if ended:
            subject = f"apikey:{key_id}"
            audit.note(connection, audit.COMMAND_LINE, "apikey.revoked", subject, None, None, "", utc_now())
        return ended

    if not change(settings_for_command(), work):
        raise SapaError(f"There is no key {key_id!r} that still holds; `sapa apikey list` shows them.")
    typer.echo(f"The key {key_id} is revoked.")
