"""`sapa survey`: surveys as files, and from files to drafts and versions."""

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

    from surveys.definition import Survey
    from surveys.library import Kept, Published

cli = typer.Typer(
    name="survey",
    no_args_is_help=True,
    help="Surveys, as files you write or begin from a template (docs/surveys.md).",
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="The survey file.", exists=True, dir_okay=False)]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The survey's code; `sapa survey list` tells them.")]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="Write it there instead of printing it.", dir_okay=False)
]


@cli.command()
def check(file: File) -> None:
    """Say everything that is wrong with a survey file, line by line. No database is needed."""
    survey = _read(file)
    typer.echo(f"{file} is a survey: “{_name(survey)}”, {_questions(survey)}.")


@cli.command("import")
def bring_in(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a draft is replaced.")] = False,
) -> None:
    """Make a survey file the draft of the survey with its code, which is made if there is none."""
    from bot.app import utc_now

    survey, settings = _read(file), settings_for_command()
    kept = None if settings.new_sqlite else look(settings, partial(_find, code=survey.code))
    if kept and kept.draft and kept.draft != survey and not yes:
        since = f"{kept.changed_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        if not typer.confirm(f"{survey.code} has a draft of {since} that is not published. Replace it?"):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
    typer.echo(change(settings, partial(_import, survey=survey, kept=kept, now=utc_now())))


@cli.command()
def export(
    code: Code,
    to: To = None,
    version: Annotated[
        int, typer.Option("--version", metavar="N", help="Version N instead of the survey as it is now.")
    ] = 0,
) -> None:
    """Print a survey as a file, which reads back the same: its draft, if it has one, else its last version."""
    from surveys import file

    survey = look(settings_for_command(), partial(_survey, code=code, number=version))
    _put_out(file.written(survey), to)


@cli.command()
def publish(code: Code) -> None:
    """Make a survey's draft its next version, with which everybody begins from now on."""
    from bot.app import utc_now

    typer.echo(change(settings_for_command(), partial(_publish, code=code, now=utc_now())))


@cli.command("list")
def listing() -> None:
    """List the surveys: code, last version, whether there is a draft, and name."""
    from surveys import library
    from surveys.texts import said

    settings = settings_for_command()
    found = [] if settings.new_sqlite else look(settings, library.every)
    if not found:
        typer.echo("There are no surveys yet; `sapa survey templates` lists what to begin with.", err=True)
    for each in found:
        state = " ".join(filter(None, (f"v{each.version}" if each.version else "", "draft" if each.draft else "")))
        away = "" if each.active else "  (archived)"
        typer.echo(f"{each.code:<32}  {state:<10}  {said(each.names, 'en', 'en')}{away}")


@cli.command()
def templates() -> None:
    """List the surveys that come with Sapa, and what each is for."""
    from surveys import templates

    for code in templates.ORDER:
        typer.echo(f"{code:<16}  {templates.text(code).partition(chr(10))[0].removeprefix('# ')}")


@cli.command()
def new(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="A code that `sapa survey templates` lists.")],
    to: To = None,
) -> None:
    """Print the file of a template, in five languages, to be changed and imported."""
    from surveys import templates

    if template not in templates.ORDER:
        raise SapaError(f"There is no template “{template}”; there are {', '.join(templates.ORDER)}.")
    _put_out(templates.text(template), to)


def _read(path: Path) -> Survey:
    from surveys.file import read_file
    from written.problems import FileWrong

    try:
        return read_file(path)
    except FileWrong as wrong:
        count = len(wrong.problems)
        raise SapaError(f"{path} has {count} problem{'s' * (count > 1)}.\n{wrong}") from None


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


def _find(connection: Connection, code: str) -> Kept | None:
    from surveys import library

    return library.find(connection, code)


def _survey(connection: Connection, code: str, number: int) -> Survey:
    from surveys import library

    if not number:
        return library.current(connection, code)
    kept = library.find(connection, code)
    versions = library.versions(connection, kept.public_id) if kept else []
    found = next((each.survey for each in versions if each.number == number), None)
    if found is None:
        raise SapaError(f"{code} has no version {number}; `sapa survey list` tells the last one of each.")
    return found


def _import(connection: Connection, survey: Survey, kept: Kept | None, now: dt.datetime) -> str:
    """Keep the draft that replaces what was seen, and say what to do next."""
    from store import audit
    from surveys import library
    from surveys.library import CodeTaken, Stale

    if kept is None:
        made = library.create(connection, survey, now)
        if isinstance(made, CodeTaken):
            raise SapaError(f"Somebody has just made a survey with the code {survey.code}; import it once more.")
        kept, action = made, "survey.made"
    elif library.current(connection, kept.public_id) == survey:
        return f"{survey.code} says that already; nothing was changed."
    else:
        saved = library.save_draft(connection, kept.public_id, survey, kept.draft_edit, now)
        if isinstance(saved, Stale):
            raise SapaError(f"Somebody has changed {survey.code} meanwhile; look at it, and import once more.")
        action = "survey.taken_up"
    after = {"name": _name(survey)}
    audit.note(connection, audit.COMMAND_LINE, action, f"survey:{kept.public_id}", None, after, "", now)
    wrong = _wrong(connection, kept.public_id)
    return f"{survey.code} is a draft now; `sapa survey publish {survey.code}` makes it hold.{wrong}"


def _publish(connection: Connection, code: str, now: dt.datetime) -> str:
    from store import audit
    from surveys import library
    from surveys.library import NothingNew, Published

    made = library.publish(connection, code, f"command line: {who()}", now)
    if isinstance(made, NothingNew):
        return f"{code} has nothing new; nothing was changed."
    if not isinstance(made, Published):
        raise SapaError(f"{code} was not published.{_wrong(connection, code)}")
    before, after = _told(made, -1), _told(made)
    audit.note(
        connection, audit.COMMAND_LINE, "survey.published", f"survey:{made.public_id}", before, after, "", now
    )
    away = "" if library.published(connection, code) else " It is archived, so nobody is asked."
    return f"{made.code} is published as version {made.number}.{away}"


def _told(made: Published, step: int = 0) -> dict[str, object] | None:
    number = made.number + step
    return {"name": _name(made.survey), "version": number} if number else None


def _wrong(connection: Connection, code: str) -> str:
    """What keeps a survey from being published, in the lines of its file."""
    from surveys import file, library
    from written.problems import FileWrong

    earlier = [each.survey for each in library.versions(connection, code)]
    survey = library.current(connection, code)
    try:
        file.read(file.written(survey).encode(), earlier, library.known(connection))
    except FileWrong as wrong:
        lines = "\n".join(f"{each.where}: {each.message}" for each in wrong.problems)
        return f" This must be put right before it is published:\n{lines}"
    return ""


def _questions(survey: Survey) -> str:
    count = len(list(survey.questions))
    return "1 question" if count == 1 else f"{count} questions"


def _name(survey: Survey) -> str:
    from surveys.texts import said

    return said(survey.names, "en", survey.language)
