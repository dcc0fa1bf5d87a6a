"""What the sample business has heard before the demo opens: surveys with their waves, requests, and what is done.

Answers are made, with a fixed chance: the same for the same day. The second wave is better where an improvement was
made, so that there is something to find.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.demo_data.opinions import SAID, TOLD, Told
from bot.first_staff import DEMO_HOST
from locales import Language
from loyalty import offers
from service import cases
from service.cases import NewCase
from store import cases as kept_cases
from store import catalog, improvements, invitation_rules, staff
from store.database import Database
from store.offers import Offer
from store.tables import accounts, branches, contacts, purchases, survey_answers, survey_responses, surveys
from surveys import course, library, responses, templates, waves
from surveys.definition import SCALES, Answer, Question, bounds
from surveys.library import Kept, Published

SEED = "Daun Pagi: opinions"
DAY = dt.timedelta(days=1)
AT_ONCE = 60  # responses in one transaction
PUBLISHED = ("relationship", "after_purchase", "after_request", "recommend", "interests")
RELATIONSHIP, AFTER_PURCHASE, RECOMMEND = "relationship", "after_purchase", "recommend"
OFFERED, PRICE = "HM-02", 1900


class Wave(NamedTuple):
    """So many responses to a survey, from so many days ago until so many; `lift` is how much better they are."""

    survey: str
    name: str
    size: int
    begins: int
    ends: int
    lift: float


WAVES = (
    Wave(RELATIONSHIP, "Spring", 120, 200, 170, 0.0),
    Wave(RELATIONSHIP, "Autumn", 150, 24, 1, 0.12),
    Wave(AFTER_PURCHASE, "", 170, 60, 1, 0.05),
    Wave(RECOMMEND, "", 90, 45, 1, 0.04),
)


class Person(NamedTuple):
    """Somebody who answers."""

    id: int
    language: Language
    tier: str
    branch_id: int | None


async def listened_before(database: Database, now: dt.datetime) -> None:
    """Let it have been heard until `now`, unless it was."""
    if await database.read(_is_there):
        return
    random = Random(SEED)  # noqa: S311
    people = await database.read(_people)
    await database.transact(lambda connection: _publish(connection, now))
    for wave in WAVES:
        await _answered(database, random, people, wave, now)
    await database.transact(lambda connection: _told(connection, now))
    await database.transact(lambda connection: _decided(connection, now))


def _is_there(connection: Connection) -> bool:
    return bool(connection.scalar(sa.select(sa.exists().where(surveys.c.version > 0))))


def _people(connection: Connection) -> list[Person]:
    """Who bought in the last months, each with the branch they bought in last."""
    last = (
        sa.select(purchases.c.contact_id, sa.func.max(purchases.c.branch_id).label("branch_id"))
        .group_by(purchases.c.contact_id)
        .subquery()
    )
    found = (
        sa.select(contacts.c.id, contacts.c.language, sa.func.coalesce(accounts.c.tier, ""), last.c.branch_id)
        .select_from(contacts)
        .join(last, last.c.contact_id == contacts.c.id)
        .outerjoin(accounts, accounts.c.contact_id == contacts.c.id)
        .order_by(contacts.c.id)
    )
    return [Person(*row) for row in connection.execute(found)]


def _publish(connection: Connection, now: dt.datetime) -> None:
    by = f"staff:{_member(connection, 'owner')}"
    long_ago = now - 210 * DAY
    for survey in templates.every():
        kept = library.create(connection, survey, long_ago)
        if isinstance(kept, Kept) and survey.code in PUBLISHED:
            library.publish(connection, kept.public_id, by, long_ago)


async def _answered(
    database: Database, random: Random, people: Sequence[Person], wave: Wave, now: dt.datetime
) -> None:
    published = await database.read(lambda connection: library.published(connection, wave.survey))
    assert published is not None, "it was published a moment ago"
    begins = now - wave.begins * DAY
    wave_id = None
    if wave.name:
        begun = await database.transact(lambda c: waves.begin(c, published.survey_id, wave.name, begins))
        wave_id = begun.id
    chosen = random.sample(people, min(wave.size, len(people)))
    rows = [_response(random, published, wave, wave_id, person, now) for person in chosen]
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        await database.transact(lambda connection: _keep(connection, some))  # noqa: B023


def _keep(connection: Connection, rows: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
    made = survey_responses.insert().returning(survey_responses.c.id, survey_responses.c.key)
    ids = {row.key: row.id for row in connection.execute(made, [response for response, _answers in rows])}
    answers = [{**answer, "response_id": ids[response["key"]]} for response, given in rows for answer in given]
    connection.execute(survey_answers.insert(), answers)


def _response(
    random: Random, published: Published, wave: Wave, wave_id: int | None, person: Person, now: dt.datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A response with its answers; one in eight is not finished."""
    survey = published.survey
    begun = now - random.uniform(wave.ends, wave.begins) * DAY
    mood = min(1.0, max(0.0, random.gauss(0.72 + wave.lift, 0.22)))
    leaves = random.random() < 0.125
    answers: dict[str, Answer] = {}
    written: list[dict[str, Any]] = []
    while (question := course.following(survey, answers)) is not None:
        if leaves and answers and random.random() < 0.3:
            break
        answers[question.key] = answer = _answer(random, question, mood, wave.lift, person.language)
        for part in responses.parts(question, answer):
            written.append({**part._asdict(), "question": question.key, "note": "", "at": begun})
    done = question is None
    mode = random.choices(("chat", "phone", "kiosk"), (86, 9, 5))[0]
    response = {
        "public_id": secrets.token_urlsafe(12),
        "key": f"demo:{published.code}:{wave.begins}:{person.id}",
        "survey_id": published.survey_id,
        "version_id": published.id,
        "contact_id": None if mode == "kiosk" else person.id,
        "wave_id": wave_id,
        "mode": mode,
        "language": person.language,
        "touchpoint": survey.touchpoint,
        "department": survey.department,
        "branch_id": person.branch_id,
        "segment": person.tier or "customer",
        "state": "done" if done else "expired",
        "reached": "" if question is None else question.key,
        "begun_at": begun,
        "moved_at": begun,
        "deadline_at": begun + survey.days * DAY,
        "done_at": begun + dt.timedelta(minutes=3) if done else None,
    }
    return response, written


def _answer(random: Random, question: Question, mood: float, lift: float, language: Language) -> Answer:
    least, most = bounds(question)
    if question.kind == "matrix":
        better = lift if question.key == "team" else 0.0  # what was worked on
        return {row.key: _score(random, mood + better - 0.04, least, most) for row in question.rows}
    if question.kind in SCALES:
        return _score(random, mood, least, most)
    if question.kind == "text":
        said = SAID[language]["good" if mood > 0.62 else "bad"]
        return random.choice(said) if question.required or random.random() < 0.55 else None
    if question.kind in ("single", "multiple"):
        chosen = random.choice(question.choices).key
        return chosen if question.kind == "single" else [chosen]
    return None  # of what is left nothing is required


def _score(random: Random, mood: float, least: int, most: int) -> int:
    found = round(least + (most - least) * random.gauss(mood, 0.13))
    return min(most, max(least, found))


def _told(connection: Connection, now: dt.datetime) -> None:
    products = catalog.product_ids(connection)
    places = list(connection.scalars(sa.select(branches.c.id).order_by(branches.c.id)))
    clerk, mei = _member(connection, "support"), staff.by_email(connection, f"support@{DEMO_HOST}")
    for number, (told, contact_id) in enumerate(_tellers(connection)):
        at = now - dt.timedelta(hours=told.ago)
        new = NewCase(
            kind=told.kind,
            language=told.language,
            text=told.text,
            touchpoint=told.touchpoint,
            branch_id=places[number % len(places)] if told.touchpoint == "shop" else None,
            product_id=products.get(told.sku),
            stars=told.stars,
            praised=told.praised,
            praised_id=mei.id if told.praised and mei else None,
        )
        opened = cases.open_new(connection, contact_id, new, key=f"demo:{number}", now=at)
        if told.closed:
            _close(connection, opened.public_id, told, clerk, at + dt.timedelta(hours=9))


def _close(connection: Connection, public_id: str, told: Told, by: str, at: dt.datetime) -> None:
    case = kept_cases.find(connection, public_id)
    assert case is not None
    cases.close(connection, case, told.closed, by=f"staff:{by}", staff_id=None, now=at)
    if told.solved is not None:
        kept_cases.change(connection, case.id, at + dt.timedelta(hours=5), solved=told.solved)


def _tellers(connection: Connection) -> Iterator[tuple[Told, int]]:
    """Somebody for everything that was told, each of its language and each once."""
    for language in SAID:
        wanted = [told for told in TOLD if told.language == language]
        found = sa.select(contacts.c.id).where(contacts.c.language == language).order_by(contacts.c.id.desc())
        yield from zip(wanted, connection.scalars(found.limit(len(wanted))).all(), strict=True)


def _decided(connection: Connection, now: dt.datetime) -> None:
    """An improvement that was made between the waves, a rule that invites, and an offer that runs."""
    owner = staff.by_email(connection, f"owner@{DEMO_HOST}")
    asked = library.published(connection, RELATIONSHIP)
    bought = library.published(connection, AFTER_PURCHASE)
    assert owner is not None
    assert asked is not None
    assert bought is not None
    made = improvements.make(
        connection,
        now - 150 * DAY,
        title="A second barista from seven to ten",
        about="Queues in the morning were what people named most.",
        staff_id=owner.id,
        state="doing",
        survey_id=asked.survey_id,
        question="team",
    )
    improvements.change(connection, made, now - 90 * DAY, state="done", done_at=now - 90 * DAY)
    rule = {"cause": "purchase", "delay_hours": 24, "share": 50, "gap_days": 90}
    invitation_rules.add(connection, bought.survey_id, "purchase", rule, None, now)
    _offer(connection, now)


def _offer(connection: Connection, now: dt.datetime) -> None:
    product = catalog.find_products(connection, [OFFERED])[OFFERED]
    made = offers.make(
        connection,
        catalog.product_ids(connection)[OFFERED],
        product,
        price=PRICE,
        segment="",
        starts_at=now - DAY,
        ends_at=now + 20 * DAY,
        by="demo",
        now=now,
    )
    assert isinstance(made, Offer)


def _member(connection: Connection, role: str) -> str:
    account = staff.by_email(connection, f"{role}@{DEMO_HOST}")
    assert account is not None, "the demo's accounts are made first"
    return account.public_id
