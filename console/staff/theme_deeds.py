"""What is done with themes: made, changed, tried before they are kept, and set right by hand for one text."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access
from console.staff import theme_texts as texts
from console.staff.access import Form, Staff, absent
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.theme_pages import EXAMPLES, PAGE, TRIED, UNTAGGED_PAGE, found_theme, shown, theme_page
from locales import LANGUAGES, Text, render
from service import themes, touchpoints
from service.themes import Invalid
from store import themes as kept
from store.themes import Kind, Theme


async def save(request: Request, staff: Staff) -> Response:
    """`POST /staff/themes/{public_id}`; `new` for one that is not there yet."""
    office, form = office_of(request), await access.form(request)

    def change(connection: Connection) -> tuple[Theme | None, Theme | Invalid]:
        before = found_theme(connection, request)
        if before is not None:
            before = kept.find(connection, before.public_id, lock=True)
        department = form.get("department", "")
        known = department in touchpoints.departments_in(connection, staff.language)
        saved = themes.save(
            connection,
            before,
            {language: name for language in LANGUAGES if (name := _one_line(form.get(f"name-{language}", "")))},
            words_of(form),
            department=department if known else "",
            active="active" in form,
            now=office.now(),
        )
        if isinstance(saved, Theme):
            about = f"theme:{saved.public_id}"
            note(connection, request, staff.actor, "theme.saved", about, _plain(before), _plain(saved))
        return before, saved

    before, saved = await office.database.transact(change)
    if isinstance(saved, Invalid):
        problem, values = _why(saved)
        words = render(problem, staff.language, values)
        return await theme_page(request, staff, form=form, problem=words, status=422)
    read_again = before is None or (before.read_at, before.read_id) != (saved.read_at, saved.read_id)
    said = "saved" if read_again else "kept"
    return RedirectResponse(f"{PAGE}/{saved.public_id}?said={said}", 303, NO_STORE)


async def attempt(request: Request, staff: Staff) -> Response:
    """`POST /staff/themes/{public_id}/try`: in which of the latest texts the words that are typed are found."""
    form = await access.form(request)
    await office_of(request).database.read(partial(found_theme, request=request))

    def read(connection: Connection) -> dict[str, Any]:
        found, among = themes.would_match(connection, words_of(form), TRIED)
        return {"count": len(found), "among": among, "rows": shown(connection, found[:EXAMPLES])}

    tried = await office_of(request).database.read(read)
    return render_page(request, staff, "staff/theme_tried.html", texts.ONE, **tried)


async def mark(request: Request, staff: Staff) -> Response:
    """`POST /staff/themes/{public_id}/marks`: a text speaks of it, or (`off`) does not, whatever the words say.

    On the page of texts without a theme, the field `theme` names it.
    """
    form = await access.form(request)
    now_on = "off" not in form
    here = request.path_params.get("public_id", "")
    theme_id = here or form.get("theme", "")
    kind: Kind | None = next((each for each in kept.KINDS if each == form.get("kind")), None)
    number = whole_number(form.get("text", ""), digits=18)

    def set_right(connection: Connection) -> None:
        theme = kept.find(connection, theme_id)
        if theme is None or kind is None or number is None:
            raise absent()
        said = kept.texts(connection, kind, [number]).get(number)
        if said is None:
            raise absent()
        kept.mark_by_hand(connection, theme.id, said, staff.actor, removed=not now_on)
        action = "theme.marked" if now_on else "theme.unmarked"
        note(
            connection, request, staff.actor, action, f"theme:{theme.public_id}", None, {"text": f"{kind}:{number}"}
        )

    await office_of(request).database.transact(set_right)
    back = f"{PAGE}/{here}" if here else UNTAGGED_PAGE
    return RedirectResponse(f"{back}?said=marked", 303, NO_STORE)


def words_of(form: Form) -> dict[str, list[str]]:
    """The words of a form by language, one a line."""
    lines = {language: form.get(f"words-{language}", "").splitlines() for language in LANGUAGES}
    return {language: [word for each in typed if (word := _one_line(each))] for language, typed in lines.items()}


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _why(invalid: Invalid) -> tuple[Text, dict[str, object]]:
    if invalid.why == "name":
        return texts.NO_NAME, {"number": themes.LONGEST_NAME}
    if invalid.why == "word":
        return texts.LONG_WORD, {"word": invalid.word[:80], "number": themes.LONGEST_WORD}
    if invalid.why == "themes":
        return texts.TOO_MANY_THEMES, {"number": themes.MOST_THEMES}
    return texts.TOO_MANY, {"number": themes.MOST_WORDS}


def _plain(theme: Theme | None) -> dict[str, Any] | None:
    """A theme as the audit log keeps it."""
    if theme is None:
        return None
    words = {language: ", ".join(each) for language, each in theme.words.items()}
    return {"names": dict(theme.names), "words": words, "department": theme.department, "active": theme.active}
