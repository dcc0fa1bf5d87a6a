"""The queues: what comes into each, whose customers it takes, who serves it, how work is given out."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.numbers import whole_number
from console.staff import access, team_hours, weeks
from console.staff.access import Form, Staff
from console.staff.gate import SERVICE
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from flows.days import WEEKDAYS
from locales import LANGUAGES, Language, Text, _, render
from loyalty.programme import Hours
from service import hours as service_hours
from service.queues import TOPICS
from store import queues
from store import staff as accounts
from store.desk import GENERAL
from store.queues import ASSIGN, Queue
from store.staff import Account

PAGE = "/staff/settings/queues"
LABEL = _("Queues")
MOST_MINUTES = 20_160  # two weeks
WORDS: dict[str, Text] = {
    **weeks.WORDS,
    "queues": LABEL,
    "about": _(
        "Where conversations wait for a person, by topic and language. The first that fits takes a conversation."
    ),
    "new": _("New queue"),
    "back": _("All queues"),
    "name": _("Name"),
    "names": _("Name in each language"),
    "names_help": _("Where a language has no name, the one in {language} is shown."),
    "topic": _("Topic"),
    "topic_help": _("What Sapa puts into this queue by itself."),
    "languages": _("Languages of its customers"),
    "languages_help": _("None chosen: customers of every language."),
    "every_language": _("Every language"),
    "assign": _("How conversations are given out"),
    "assign_hand": _("Whoever takes them"),
    "assign_round_robin": _("In turn"),
    "assign_least_busy": _("To whoever has the fewest"),
    "first_minutes": _("First answer within (minutes)"),
    "resolve_minutes": _("Closed within (minutes)"),
    "targets_help": _("Counted while the team is there."),
    "members": _("Who serves it"),
    "members_help": _("Whoever is in no queue serves all of them."),
    "everybody": _("Everybody"),
    "hours": _("Hours"),
    "own_hours": _("This queue has hours of its own"),
    "save": _("Save"),
    "close": _("Close the queue"),
    "close_help": _("Nothing comes into it any more, and what waits in it moves to {queue}."),
    "open": _("Open it again"),
    "closed": _("Closed"),
    "up": _("Further up"),
    "down": _("Further down"),
    "targets": _("Answered within {first} minutes, closed within {last}"),
    "said_saved": _("The queue is saved."),
    "said_closed": _("The queue is closed."),
    "said_opened": _("The queue is open again."),
}
NO_NAME = _("Please give the queue a name in {language}, of at most 40 characters.")
LONG_NAME = _("{language}: the name is too long, at most 40 characters.")
WRONG_MINUTES = _("Please give whole minutes from 1 to {number}, the first answer before the closing.")
TAKEN = _("There is a queue for this topic and these languages already.")
Problem = tuple[Text, dict[str, object]]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/queues`."""

    def read(connection: Connection) -> list[tuple[Queue, set[int]]]:
        return [(queue, queues.members(connection, queue.id)) for queue in queues.every(connection)]

    database = office_of(request).database
    found, team = await database.read(read), await database.read(accounts.every)
    names = {account.id: account.name for account in team}
    return render_page(
        request,
        staff,
        "staff/queues.html",
        WORDS,
        open_ones=sum(queue.active for queue, _members in found),
        rows=[
            {
                "queue": queue,
                "name": queues.name_of(queue, staff.language),
                "topic": render(TOPICS.get(queue.topic, TOPICS[GENERAL]), staff.language),
                "languages": [chat_texts.NAMES[each] for each in LANGUAGES if each in queue.languages],
                "members": sorted(names[each] for each in members if each in names),
            }
            for queue, members in found
        ],
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/settings/queues/{public_id}`; `new` for one that is not there yet."""
    queue = await _found(request)
    members = await office_of(request).database.read(lambda connection: queues.members(connection, queue.id))
    return await _one(request, staff, queue, members)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/settings/queues/{public_id}`: save it, copy a day's times, move it, close it, open it again."""
    form, queue = await access.form(request), await _found(request)
    deed = form.get("deed", "save")
    if queue.id and deed in ("close", "open", "up", "down"):
        return await _act(request, staff, queue, deed)
    read = weeks.read(form)
    team = await office_of(request).database.read(accounts.every)
    members = {account.id for account in _serving(team) if f"member-{account.public_id}" in form}
    wanted, problems = _written(form, queue, read)
    if deed.startswith("copy-") or problems or (read.problems and "own_hours" in form):
        wrong = [*problems, *((each.text, dict(weeks.values(each))) for each in read.problems)]
        status = 200 if deed.startswith("copy-") and not wrong else 422
        return await _one(request, staff, wanted, members, read=read, problems=wrong, form=form, status=status)
    if not await _save(request, staff, wanted, members):
        return await _one(request, staff, wanted, members, read=read, problems=[(TAKEN, {})], form=form, status=409)
    return RedirectResponse(f"{PAGE}?said=saved", 303, NO_STORE)


async def _save(request: Request, staff: Staff, wanted: Queue, members: set[int]) -> bool:
    """Keep it; False when another queue takes the same."""
    office = office_of(request)

    def save(connection: Connection) -> bool:
        every = queues.every(connection)
        if any(_same(each, wanted) for each in every if each.id != wanted.id):
            return False
        before = next((each for each in every if each.id == wanted.id), None)
        team = {account.id: account.public_id for account in accounts.every(connection)}
        of_before = _plain(before, queues.members(connection, before.id), team) if before else None
        fresh = msgspec.structs.replace(wanted, position=wanted.position if before else len(every))
        kept = queues.save(connection, fresh)
        queues.set_members(connection, kept.id, members)
        about = f"queue:{kept.public_id}"
        note(connection, request, staff.actor, "queue.changed", about, of_before, _plain(kept, members, team))
        return True

    return await office.database.transact(save)


async def _act(request: Request, staff: Staff, queue: Queue, deed: str) -> Response:
    office = office_of(request)

    def act(connection: Connection) -> None:
        if deed in ("up", "down"):
            _move(connection, queue, -1 if deed == "up" else 1)
            return
        if deed == "close" and not _is_last(queue):
            queues.close(connection, queue, office.now())
        elif deed == "open":
            queues.save(connection, msgspec.structs.replace(queue, active=True))
        about, active = f"queue:{queue.public_id}", deed == "open"
        note(connection, request, staff.actor, "queue.changed", about, {"active": queue.active}, {"active": active})

    if deed == "close" and _is_last(queue):
        raise access.absent()
    await office.database.transact(act)
    said = {"close": "?said=closed", "open": "?said=opened"}.get(deed, "")
    return RedirectResponse(f"{PAGE}{said}", 303, NO_STORE)


def _move(connection: Connection, queue: Queue, by: int) -> None:
    order = [each for each in queues.every(connection) if each.active]
    place = next((place for place, each in enumerate(order) if each.id == queue.id), None)
    if place is None or not 0 <= place + by < len(order):
        return
    order[place], order[place + by] = order[place + by], order[place]
    for number, each in enumerate(order):
        if each.position != number:
            queues.save(connection, msgspec.structs.replace(each, position=number))


def _written(form: Form, queue: Queue, read: weeks.Read) -> tuple[Queue, list[Problem]]:
    names = {language: form.get(f"name-{language}", "").strip() for language in LANGUAGES}
    problems: list[Problem] = []
    if not names["en"]:
        problems.append((NO_NAME, {"language": chat_texts.NAMES["en"]}))
    problems += [
        (LONG_NAME, {"language": chat_texts.NAMES[language]})
        for language, name in names.items()
        if len(name) > 40 or not (name.isprintable())
    ]
    first, last = _minutes(form.get("first_minutes", "")), _minutes(form.get("resolve_minutes", ""))
    if not first or not last or first > last:
        problems.append((WRONG_MINUTES, {"number": MOST_MINUTES}))
    assign = next((each for each in ASSIGN if each == form.get("assign")), queue.assign)
    topic = form.get("topic", "") if not _is_last(queue) else queue.topic
    own = "own_hours" in form and not read.problems
    wanted = msgspec.structs.replace(
        queue,
        names={language: name for language, name in names.items() if name},
        topic=topic if topic in TOPICS else queue.topic,
        languages=tuple(each for each in LANGUAGES if f"language-{each}" in form) if not _is_last(queue) else (),
        assign=assign,
        first_minutes=first or queue.first_minutes,
        resolve_minutes=last or queue.resolve_minutes,
        hours=msgspec.to_builtins(Hours(week=read.week)) if own else None,
    )
    return wanted, problems


async def _found(request: Request) -> Queue:
    public_id = request.path_params["public_id"]
    if public_id == "new":
        return Queue(topic="", names={})
    found = await office_of(request).database.read(lambda connection: queues.find(connection, public_id))
    if found is None:
        raise access.absent()
    return found


async def _one(
    request: Request,
    staff: Staff,
    queue: Queue,
    members: set[int],
    *,
    read: weeks.Read | None = None,
    problems: list[Problem] | None = None,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    office, language = office_of(request), staff.language

    def look(connection: Connection) -> tuple[list[Account], list[Queue], Hours]:
        times = service_hours.of_queue(connection, queue, office.zone)
        return accounts.every(connection), queues.every(connection), times.hours

    team, every, hours = await office.database.read(look)
    own = msgspec.convert(queue.hours, Hours).week if queue.hours else ()
    general = next((each for each in every if _is_last(each)), None)
    return render_page(
        request,
        staff,
        "staff/queue.html",
        WORDS,
        status=status,
        problems=[_said(text, language, values) for text, values in problems or []],
        queue=queue,
        title=queues.name_of(queue, language) if queue.id else "",
        form=form,
        topics=[(key, render(text, language)) for key, text in TOPICS.items()],
        names_of=chat_texts.NAMES,
        assigns=ASSIGN,
        team=_serving(team),
        members=members,
        typed=read.typed if read else weeks.typed(own or hours.week),
        own_hours="own_hours" in form if form is not None else bool(own),
        day_names=[render(day, language) for day in WEEKDAYS],
        preview=team_hours.preview(hours, office.now(), request, language),
        general=queues.name_of(general, language) if general else "",
        last=_is_last(queue),
    )


def _is_last(queue: Queue) -> bool:
    """Whether it takes whatever no other queue takes: it stays open, and takes every language."""
    return bool(queue.id) and queue.topic == GENERAL and not queue.languages


def _same(one: Queue, other: Queue) -> bool:
    return one.topic == other.topic and set(one.languages) == set(other.languages)


def _serving(team: list[Account]) -> list[Account]:
    return [account for account in team if account.active and account.role in SERVICE]


def _minutes(text: str) -> int:
    number = whole_number(text) or 0
    return number if number <= MOST_MINUTES else 0


def _said(text: Text, language: Language, values: dict[str, object]) -> Markup:
    return Markup(render(text, language, values))  # noqa: S704 - render escapes what it inserts


def _plain(queue: Queue, members: set[int], team: dict[int, str]) -> dict[str, Any]:
    told = {name: value for name, value in msgspec.to_builtins(queue).items() if name not in ("id", "public_id")}
    return {**told, "members": [public_id for id_, public_id in team.items() if id_ in members]}
