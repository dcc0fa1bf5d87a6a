"""The preview of a draft: a chat in five languages side by side, in which somebody tries the survey's branches."""

from __future__ import annotations

import datetime as dt

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import access, survey_frame, survey_open, survey_rehearsal, survey_texts
from console.staff.access import Form, Staff
from console.staff.gate import MARKETERS
from console.staff.office import Office, office_of
from console.staff.rendering import render_page
from console.staff.replies import EXAMPLE_NAMES
from console.staff.sentences import EXAMPLES
from console.staff.survey_open import Opened
from console.staff.survey_rehearsal import Stage, State
from locales import LANGUAGES, Language
from loyalty.programme import named
from store import catalog, rewards

LETTERS = 2_000
STATE_BYTES = 48 * 1024


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/preview`: from the beginning."""
    return await _shown(request, staff, State(), "", Markup())


async def answer(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/preview`: an answer in one of the languages; nothing is kept.

    The form brings `state`, how far it had come; `language`; and a button's key as `press`, `words`, `photo`, or a
    `deed`: back, or restart.
    """
    form = await access.form(request)
    if form.get("deed") == "restart":
        return await show(request, staff)
    state = _state(form)
    if form.get("deed") == "back":
        return await _shown(request, staff, survey_rehearsal.back(state), _language(form), Markup())
    return await _shown(request, staff, state, _language(form), Markup(), form)


async def _shown(
    request: Request, staff: Staff, state: State, language: str, why: Markup, form: Form | None = None
) -> Response:
    office = office_of(request)

    def read(connection: Connection) -> tuple[Opened, dict[Language, Stage]]:
        opened = survey_open.opened(connection, request.path_params["public_id"], staff.language)
        return opened, {each: _stage(connection, office, opened, each) for each in LANGUAGES}

    opened, stages = await office.database.read(read)
    broken = False
    columns: list[survey_rehearsal.Column] = []
    try:
        if form is not None and language in stages:
            heard = _heard(stages[language], state, form, office.now())
            state, why = (heard, why) if isinstance(heard, State) else (state, heard)
        columns = [survey_rehearsal.column(stage, state) for stage in stages.values()]
    except ValueError:  # a question that no prompt can be made of yet; what it lacks is among the problems
        broken = True
    return render_page(
        request,
        staff,
        "staff/survey_preview.html",
        survey_texts.PREVIEW,
        **survey_frame.around(request, staff, opened.kept, "builder"),
        opened=opened,
        writes=staff.role in MARKETERS,
        columns=columns,
        state=msgspec.json.encode(state).decode(),
        begun=bool(state.steps or state.draft),
        broken=broken,
        answered_in=language or staff.language,
        why=why,
        longest=LETTERS,
    )


def _heard(stage: Stage, state: State, form: Form, now: dt.datetime) -> State | Markup:
    words, photo = form.get("words", "")[:LETTERS].strip(), "photo" in form
    pressed = form.get("press")
    if pressed is None and not words and not photo:
        return state
    return survey_rehearsal.heard(stage, state, survey_rehearsal.message(now, words, state, photo=photo), pressed)


def _stage(connection: Connection, office: Office, opened: Opened, language: Language) -> Stage:
    reward = opened.draft.reward
    found = rewards.find(connection, reward.voucher) if reward and reward.voucher else None
    products = catalog.products_after(connection, "", 1)
    names = {
        "business": office.business,
        "call_me": EXAMPLE_NAMES[language],
        "branch": str(EXAMPLES["branch"]),
        "product": named(products[0].name, products[0].names, language) if products else "",
    }
    return Stage(
        survey=opened.draft,
        language=language,
        names={name: value for name, value in names.items() if value},
        reward=named(found.name, found.names, language) if found else "",
        now=office.now().astimezone(office.zone),
        region=office.region,
    )


def _state(form: Form) -> State:
    """How far the form had come; from the beginning where that cannot be read."""
    text = form.get("state", "")
    try:
        return msgspec.json.decode(text, type=State) if len(text) <= STATE_BYTES else State()
    except msgspec.DecodeError:
        return State()


def _language(form: Form) -> str:
    return next((each for each in LANGUAGES if each == form.get("language")), "")
