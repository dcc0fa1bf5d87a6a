"""Any sentence that customers hear in the business's own words: found, written, previewed, published, undone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.numbers import whole_number
from console.staff import access, sentences, wording_checks, wording_views
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.sentences import GROUPS, Sentence
from console.staff.wording_checks import Remark
from locales import LANGUAGES, Text, _, render
from locales.own_words import tidy, values_of
from store import bell, wordings
from store.wordings import AlreadyUndone, LaterStands, Meanwhile, Publication, Said

PAGE = "/staff/settings/wordings"
LABEL = _("Wordings")
ROWS = 40
WORDS: dict[str, Text] = {
    "wordings": LABEL,
    "about": _("Whatever Sapa says to customers can be said in your own words, in each language."),
    "search": _("Search"),
    "search_help": _("Words of a sentence, in any language."),
    "dialogue": _("Dialogue"),
    "all_dialogues": _("All dialogues"),
    "which": _("Which sentences"),
    "which_all": _("All"),
    "which_own": _("In your own words"),
    "which_amiss": _("Own words that are not said"),
    "find": _("Find"),
    "found": _("Sentences found: {number}"),
    "own": _("Own words"),
    "unused": _("Not said any more"),
    "nothing": _("Nothing was found."),
    "next": _("Next page"),
    "before": _("Previous page"),
    "history": _("History"),
    "history_about": _("Every change, the newest first. The last change of a sentence can be undone."),
    "no_history": _("Nothing has been changed yet."),
    "back": _("All sentences"),
    "sapas": _("Sapa's words"),
    "yours": _("Your words"),
    "yours_help": _("Leave a language empty to keep Sapa's words."),
    "take": _("Start from Sapa's words"),
    "values": _("Values that Sapa puts in: {names}"),
    "with_count": _("With {count}, for example"),
    "preview": _("Preview"),
    "preview_about": _("With example values, as a customer sees it."),
    "look": _("Show the preview"),
    "publish": _("Publish"),
    "sure": _("Publish it all the same"),
    "sapas_again": _("Back to Sapa's words"),
    "undo": _("Undo"),
    "undone": _("Undone by {name}, {moment}"),
    "wrong": _("This can't be published yet:"),
    "unwise": _("Please look at this once more:"),
    "amiss": _("Your words don't fit this sentence any more, so Sapa's own are said: {reason}"),
    "older": _("Older"),
    "said_published": _("It is published. Sapa says it from now on."),
    "said_undone": _("It is undone. Sapa says what it said before."),
    "said_same": _("Nothing was different, so nothing was changed."),
}
MEANWHILE = _("Somebody else changed this sentence meanwhile. Please look at their words, then publish again.")
LATER = _("A later change of this sentence stands. Please undo that one first.")
UNDONE = _("This change has been undone already.")


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/wordings?q=…&group=…&which=own|amiss&page=N`."""
    asked = {name: request.query_params.get(name, "")[:100] for name in ("q", "group", "which")}
    place = max(1, whole_number(request.query_params.get("page", "")) or 0)
    own = await office_of(request).database.read(wordings.current)
    found = _filtered(own, asked)
    shown = found[(place - 1) * ROWS : place * ROWS]
    return render_page(
        request,
        staff,
        "staff/wordings.html",
        WORDS,
        rows=[wording_views.row(sentence, own, staff.language) for sentence in shown],
        groups={key: render(text, staff.language) for key, text in GROUPS.items()},
        asked=asked,
        count=len(found),
        before=urlencode(asked | {"page": place - 1}) if place > 1 else "",
        after=urlencode(asked | {"page": place + 1}) if place * ROWS < len(found) else "",
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/wordings/{sentence}`."""
    return await _one(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/wordings/{sentence}`: look at a preview, publish, or go back to Sapa's words."""
    form = await access.form(request)
    sentence, own = await _sentence(request)
    after = {} if form.get("deed") == "sapas" else _written(sentence, form)
    faulty = wording_checks.wrong(sentence, after)
    doubts = [] if faulty else wording_checks.unwise(sentence, after, own)
    if form.get("deed") == "preview":
        return await _one(request, staff, form=form, remarks=[*faulty, *doubts], faulty=bool(faulty))
    if faulty or (doubts and "sure" not in form):
        return await _one(
            request, staff, form=form, remarks=[*faulty, *doubts], faulty=bool(faulty), status=422, ask=not faulty
        )
    if after == own.get(sentence.source, {}):
        return RedirectResponse(f"{PAGE}/{sentence.id}?said=same", 303, NO_STORE)
    made = await _publish(request, staff, sentence, after, whole_number(form.get("seen", "")) or 0)
    if isinstance(made, Meanwhile):
        return await _one(request, staff, form=form, status=409, problem=MEANWHILE)
    return RedirectResponse(f"{PAGE}/{sentence.id}?said=published", 303, NO_STORE)


async def undo(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/wordings/undo/{publication}`: back to what was said before it."""
    office, public_id = office_of(request), request.path_params["publication"]

    def back(connection: Connection) -> Publication | LaterStands | AlreadyUndone:
        done = wordings.undo(connection, public_id, staff.id, office.now())
        if done is None:
            raise access.absent()
        if isinstance(done, Publication):
            bell.ring_words(connection)
            about = f"wording:{done.sentence}"
            note(connection, request, staff.actor, "wording.undone", about, _plain(done.after), _plain(done.before))
        return done

    done = await office.database.transact(back)
    await office.words.refresh()
    if isinstance(done, Publication):
        return RedirectResponse(f"{PAGE}/{done.sentence}?said=undone", 303, NO_STORE)
    return await _history(request, staff, problem=LATER if isinstance(done, LaterStands) else UNDONE, status=409)


async def history(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/wordings/all/history?before=ID`."""
    return await _history(request, staff)


async def _publish(
    request: Request, staff: Staff, sentence: Sentence, after: Said, seen: int
) -> Publication | Meanwhile:
    office = office_of(request)

    def publish(connection: Connection) -> Publication | Meanwhile:
        made = wordings.publish(connection, sentence.source, after, seen, staff.id, office.now())
        if isinstance(made, Publication):
            bell.ring_words(connection)
            about = f"wording:{sentence.id}"
            note(
                connection,
                request,
                staff.actor,
                "wording.published",
                about,
                _plain(made.before),
                _plain(made.after),
            )
        return made

    made = await office.database.transact(publish)
    await office.words.refresh()
    return made


async def _one(
    request: Request,
    staff: Staff,
    *,
    form: Form | None = None,
    remarks: list[Remark] | None = None,
    faulty: bool = False,
    ask: bool = False,
    status: int = 200,
    problem: Text | None = None,
) -> Response:
    sentence, own = await _sentence(request)

    def read(connection: Connection) -> tuple[list[Publication], int]:
        return wordings.history(connection, sentence.id), wordings.changes_of(connection, sentence.id)

    changes, seen = await office_of(request).database.read(read)
    said = own.get(sentence.source, {})
    written = _written(sentence, form) if form is not None else said
    return render_page(
        request,
        staff,
        "staff/wording.html",
        WORDS,
        status=status,
        problem=render(problem, staff.language) if problem else "",
        sentence=sentence,
        title=wording_views.title(sentence, staff.language),
        groups=[render(GROUPS[group], staff.language) for group in sentence.groups],
        names=[f"{{{name}}}" for name in values_of("".join(sentence.forms("en")))],
        sides=[
            wording_views.side(sentence, language, written, remarks or [], staff.language) for language in LANGUAGES
        ],
        amiss=wording_views.amiss(sentence, said, staff.language),
        faulty=faulty,
        doubtful=bool(remarks) and not faulty,
        ask=ask,
        has_own=bool(said),
        changes=[wording_views.change(each, changes) for each in changes],
        seen=seen,
        names_of=chat_texts.NAMES,
    )


async def _history(request: Request, staff: Staff, *, problem: Text | None = None, status: int = 200) -> Response:
    before = whole_number(request.query_params.get("before", ""))
    find = partial(wordings.history, before=before, limit=ROWS + 1)
    found = await office_of(request).database.read(find)
    changes = found[:ROWS]
    return render_page(
        request,
        staff,
        "staff/wording_history.html",
        WORDS,
        status=status,
        problem=render(problem, staff.language) if problem else "",
        changes=[wording_views.change(each, []) for each in changes],
        older=urlencode({"before": changes[-1].id}) if len(found) > ROWS else "",
        names_of=chat_texts.NAMES,
    )


async def _sentence(request: Request) -> tuple[Sentence, dict[str, Said]]:
    own = await office_of(request).database.read(wordings.current)
    sentence = sentences.with_lost(own).get(request.path_params["sentence"])
    if sentence is None:
        raise access.absent()
    return sentence, own


def _filtered(own: Mapping[str, Said], asked: Mapping[str, str]) -> list[Sentence]:
    found = [*sentences.with_lost(own).values()]
    if asked["group"] in GROUPS:
        found = [sentence for sentence in found if asked["group"] in sentence.groups]
    if asked["which"] == "own":
        found = [sentence for sentence in found if sentence.source in own]
    if asked["which"] == "amiss":
        found = [
            each for each in found if not each.used or wording_views.amiss(each, own.get(each.source, {}), "en")
        ]
    return sentences.search(found, asked["q"], own) if asked["q"].strip() else found


def _written(sentence: Sentence, form: Form) -> Said:
    """What the form says of each language; a language without words, or with Sapa's own, is left out."""
    written = {
        language: tuple(tidy(form.get(f"{language}-{place}", "")) for place in range(len(sentence.forms(language))))
        for language in LANGUAGES
    }
    return {
        language: forms for language, forms in written.items() if any(forms) and forms != sentence.forms(language)
    }


def _plain(said: Said) -> dict[str, str]:
    return {language: "\n".join(forms) for language, forms in said.items()}
