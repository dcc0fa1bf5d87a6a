"""`sapa template`: what campaigns say, as files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.once import change, look, settings_for_command, who
from talk.errors import SapaError

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.engine import Connection

    from bot.settings import Settings
    from outreach.templates.content import Content
    from outreach.templates.file import Written
    from outreach.templates.keeping import House
    from outreach.templates.problem import Problem
    from store.templates import Template

cli = typer.Typer(
    name="template",
    no_args_is_help=True,
    help="What campaigns say: templates in five languages, as files you write (docs/templates.md).",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The template's name, or its id; `list` tells both.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The template's file.", exists=True, dir_okay=False)]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="Write it there instead of printing it.", dir_okay=False)
]
MARKS = {"missing": "-", "draft": "draft", "reviewed": "reviewed"}


@cli.command("list")
def listing() -> None:
    """List the templates: id, how far the text in each language is, and name."""
    from locales import LANGUAGES
    from outreach.templates.content import content_of
    from outreach.templates.reviewing import state_of
    from store import templates

    settings = settings_for_command()
    found = [] if settings.new_sqlite else look(settings, templates.every)
    if not found:
        typer.echo("There are no templates yet; `sapa template starters` lists what to begin with.", err=True)
    for each in found:
        content = content_of(each.content)
        states = "  ".join(f"{language} {MARKS[state_of(content, language)]:<8}" for language in LANGUAGES)
        typer.echo(f"{each.public_id}  {states}  {each.name}")


@cli.command()
def show(
    name: Name,
    language: Annotated[str, typer.Option(help="Only this language.")] = "",
) -> None:
    """Print what a customer who is made up would see in each language, and what is wrong."""
    from bot.app import utc_now

    settings = settings_for_command()
    for line in look(settings, partial(_shown, name=name, only=language, settings=settings, now=utc_now())):
        typer.echo(line)


@cli.command()
def save(path: File) -> None:
    """Keep the template that a file says; one with its name is changed.

    A text that the file says is reviewed counts as read by you.
    """
    from bot.app import utc_now

    found, settings = _read(path), settings_for_command()
    typer.echo(change(settings, partial(_save, found=found, settings=settings, now=utc_now())))


@cli.command()
def export(name: Name, to: To = None) -> None:
    """Print a template as a file, which `save` reads back the same."""
    from outreach.templates import file
    from outreach.templates.content import content_of

    found = look(settings_for_command(), partial(_named, name=name))
    _put_out(file.written(found.name, content_of(found.content)), to)


@cli.command()
def check(path: File) -> None:
    """Say everything that keeps a template file from being sent, line by line."""
    from bot.app import utc_now
    from outreach.templates import file

    found, settings = _read(path), settings_for_command()
    problems = look(settings, partial(_wrong, content=found.content, settings=settings, now=utc_now()))
    if lines := file.told(found, problems):
        raise SapaError(_counted(path, len(lines)) + "\n" + "\n".join(lines))
    typer.echo(f"{path} is a template: “{found.name}”, in {', '.join(found.content.texts)}.")


@cli.command()
def starters() -> None:
    """List the templates that come with Sapa, and what each is for."""
    from outreach.templates import starters

    for code in starters.ORDER:
        typer.echo(f"{code:<10}  {starters.text(code).partition(chr(10))[0].removeprefix('# ')}")


@cli.command()
def new(
    starter: Annotated[str, typer.Argument(metavar="STARTER", help="A code that `sapa template starters` lists.")],
    to: To = None,
) -> None:
    """Print the file of a template that comes with Sapa, to be changed and saved."""
    from outreach.templates import starters

    if starter not in starters.ORDER:
        raise SapaError(f"There is no “{starter}”; there are {', '.join(starters.ORDER)}.")
    _put_out(starters.text(starter), to)


def _read(path: Path) -> Written:
    from outreach.templates.file import read_file
    from written.problems import FileWrong

    try:
        return read_file(path)
    except FileWrong as wrong:
        raise SapaError(f"{_counted(path, len(wrong.problems))}\n{wrong}") from None


def _counted(path: Path, number: int) -> str:
    return f"{path} has {number} problem{'s' * (number > 1)}."


def _put_out(text: str, to: Path | None) -> None:
    if to is None:
        typer.echo(text, nl=False)
        return
    if to.exists():
        raise SapaError(f"{to} is there already; name another file, or move it away.")
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SapaError(f"{to} cannot be written ({error.strerror}).") from None
    typer.echo(f"{to} is written.")


def _named(connection: Connection, name: str) -> Template:
    from outreach.templates import keeping

    return keeping.named(connection, name)


def _house(settings: Settings) -> House:
    from handlers.conversation_started import DEEP_LINKS
    from outreach.templates.keeping import House

    return House(DEEP_LINKS, settings.business_timezone)


def _wrong(connection: Connection, content: Content, settings: Settings, now: dt.datetime) -> list[Problem]:
    from outreach.templates import keeping

    return list(keeping.wrong(connection, content, _house(settings), now))


def _save(connection: Connection, found: Written, settings: Settings, now: dt.datetime) -> str:
    from outreach.templates import file, keeping
    from store import audit

    by = f"command line: {who()}"[:64]
    before, kept = keeping.take_in(connection, found.name, found.content, _house(settings), by, now)
    after, lines = kept.template, file.told(found, kept.problems)
    left = "\nBefore it can be sent:\n" + "\n".join(lines) if lines else ""
    if before == after:
        return f"“{after.name}” says this already; nothing was changed.{left}"
    action, said = (
        ("template.changed", "is changed") if before else ("template.added", f"is kept as {after.public_id}")
    )
    told = keeping.told(before) if before else None
    subject = f"template:{after.public_id}"
    audit.note(connection, audit.COMMAND_LINE, action, subject, told, keeping.told(after), "", now)
    return f"“{after.name}” {said}.{left}"


def _shown(connection: Connection, name: str, only: str, settings: Settings, now: dt.datetime) -> list[str]:
    from locales import LANGUAGES
    from outreach.templates import keeping
    from outreach.templates.content import content_of
    from outreach.templates.reviewing import state_of

    content = content_of(keeping.named(connection, name).content)
    lines: list[str] = []
    for language in LANGUAGES:
        if only in ("", language):
            lines.append(f"--- {language}, {state_of(content, language)}")
            lines += _seen(connection, content, language, settings, now)
    problems = [str(each) for each in _wrong(connection, content, settings, now) if only in ("", each.language)]
    return [*lines, *(["--- before it can be sent", *problems] if problems else [])]


def _seen(
    connection: Connection, content: Content, language: str, settings: Settings, now: dt.datetime
) -> list[str]:
    from outreach.templates import samples
    from outreach.templates.flaws import TemplateWrong
    from outreach.templates.rendering import NotSaid, Stamp, render
    from outreach.templates.values import shared_by_all
    from talk.split import plain

    if language not in content.texts:
        return []
    shared = shared_by_all(connection, now, settings.business_timezone, content)
    customer = next(samples.made(language, shared, now)).values
    try:
        message = render(
            content, language, customer, Stamp("-", lambda _contact, place: content.buttons[place].target)
        )
    except TemplateWrong as wrong:
        return [str(wrong)]
    if isinstance(message, NotSaid):
        return [f"({message.reason}: {message.value})" if message.value else f"({message.reason})"]
    return [plain(message.text), *(f"[{button.label}]" for row in message.buttons for button in row)]
