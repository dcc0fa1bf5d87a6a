"""A respondent who answers a survey by a plan while everything around goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import sessions
from store.database import Database, StoreUnavailable
from store.tables import contacts, survey_responses
from surveys import course, responses
from surveys.definition import Answer, Question, Survey
from talk.conversation import Session
from talk.journal import key_of
from talk.messages import Inbound, Media
from tests.handlers.house import Customer, TestHouse, later
from tests.surveys.some_surveys import publish

CUTS = (
    *("twice", "at once", "killed begun", "killed written", "killed committed", "restart", "later", "hours"),
    *("days", "aside", "astray", "back", "stale press", "nonsense"),
)
LAST = Question("last", "csat", {"en": "And all in all?"}, required=True)  # nothing is wrong that ends the survey
WHENEVER = {"number": "7", "date": "1 March 2024", "text": "something else", "photo": "?"}


def planned(survey: Survey, plan: Callable[[str], int]) -> dict[str, Answer]:
    """What is stored at the end when every question is answered by the plan."""
    answers: dict[str, Answer] = {}
    while (question := course.following(survey, answers)) is not None:
        answers[question.key] = _planned(question, plan)
    return answers


def _planned(question: Question, plan: Callable[[str], int]) -> Answer:
    if question.kind == "matrix":
        rows = {row.key: plan(f"{question.key}.{row.key}") for row in question.rows}
        given = {key: number % 5 + 1 for key, number in rows.items() if question.required or number % 4}
        return given or None
    number = plan(question.key)
    if not question.required and number % 4 == 0:
        return None
    match question.kind:
        case "nps":
            return number % 11
        case "stars" | "csat":
            return number % 5 + 1
        case "single":
            return question.choices[number % len(question.choices)].key
        case "multiple":
            return [each.key for each in question.choices[: number % len(question.choices) + 1]]
        case "number":
            return number
        case "date":
            return f"2025-03-{number % 28 + 1:02}"
        case "photo":
            return ["one", "two"][: number % 2 + 1]
    return f"words {number}"


class Visit:
    """Somebody on a database file that outlives the house."""

    def __init__(self, path: Path, survey: Survey, plan: Callable[[str], int]) -> None:
        self.url, self.survey, self.plan = f"sqlite:///{path}", survey, plan
        self.places: list[str] = []
        self.customer = self._enter()

    def _enter(self) -> Customer:
        return TestHouse(Database(self.url)).customer(channel="telegram")

    def restart(self) -> None:
        house, before = self.customer.house, self.customer
        house.database.close()
        self.customer = self._enter()
        self.customer.house.now = house.now
        self.customer.seen, self.customer.buttons = before.seen, before.buttons

    async def go(self, cuts: Iterable[Iterable[str]] = ()) -> None:
        """Be welcomed, begin, and answer to the end, at each question with the next cuts."""
        for words in ("hello", "English", "skip", "no"):
            await self.customer.types(words)
        now = self.customer.house.now
        await self.customer.house.database.transact(lambda connection: publish(connection, self.survey, now))
        await self.happens(self.customer.event("button", button=f"!.survey~{self.survey.code}"))
        coming = iter(cuts)
        while (key := await self.question()) is not None:
            happening = set(next(coming, ()))
            await self.between(happening, key)
            if (key := await self.question()) is not None:
                for event in self.answer(key):
                    await self.happens(event, happening)

    async def question(self) -> str | None:
        """The key of the question that the survey waits at, None at its end; it is led back to first."""
        for _round in range(5):
            if await self.ended():
                return None
            session = await self.customer.house.database.read(_asking)
            parked = session.record.parked if session else None
            if session is None or parked is None or session.record.flow != "survey":
                await self.happens(self.customer.event(text="survey"))
            elif key_of(parked.step) == "shall":
                await self.customer.presses("Go on")
            else:
                self.places.append(session.place)
                return key_of(parked.step).removeprefix("q.")
        raise AssertionError("The survey's question did not come back.")

    async def ended(self) -> bool:
        state = sa.select(survey_responses.c.state)
        return [row.state for row in await self.customer.house.rows(state)] == ["done"]

    def answer(self, key: str, *, wrong: bool = False) -> list[Inbound]:
        """The planned answer as messages, or another one."""
        question = self.survey.question(key.partition(".")[0])
        assert question is not None
        event = self.customer.event
        if wrong:
            return [event(text=WHENEVER.get(question.kind, "1"))]
        given = _planned(question, self.plan)
        if isinstance(given, dict):
            given = given.get(key.partition(".")[2])
        if given is None:
            return [event("button", button=self.customer.buttons["Skip"])]
        match question.kind:
            case "photo":
                assert isinstance(given, list)
                sent = [event("photo", media=(Media(ref=each),)) for each in given]
                return sent if len(given) == 2 else [*sent, event(text="done")]
            case "single":
                label = next(each.texts["en"] for each in question.choices if each.key == given)
                return [event("button", button=self.customer.buttons[label])]
            case "multiple":
                places = (str(place) for place, each in enumerate(question.choices, 1) if each.key in str(given))
                return [event(text=", ".join(places))]
        return [event(text=str(given))]

    async def between(self, cuts: set[str], key: str) -> None:
        """What comes between a question and its answer, from the least to what leads elsewhere."""
        customer = self.customer
        if "restart" in cuts:
            self.restart()
            customer = self.customer
        if "stale press" in cuts and len(self.places) > 1:
            await self.happens(customer.event("button", button=f"{self.places[0]}.1"))
        if "nonsense" in cuts:
            await self.happens(customer.event("sticker"))
        question = self.survey.question(key.partition(".")[0])
        if "aside" in cuts and question is not None and question.kind != "text":  # there it is an answer
            await self.happens(customer.event(text="thanks"))
        if "later" in cuts:
            await self.happens(customer.event(text="later"))
            later(customer.house, days=2)
            await self.happens(customer.event(text="survey"))
        if "hours" in cuts or "days" in cuts:
            later(customer.house, hours=4 if "hours" in cuts else 30)
            await self.happens(customer.event(text="blorp blorp"))
        if "back" in cuts:
            await self.happens(customer.event(text="back"))
        elif "astray" in cuts and (key := await self.question() or LAST.key) != LAST.key:
            await self.go_astray(key)  # a matrix that was left may go on at a row that was skipped

    async def go_astray(self, key: str) -> None:
        """Answer something else, go on from there by a question, and come back to this one."""
        for event in self.answer(key, wrong=True):
            await self.happens(event)
        astray = await self.question()
        if astray is not None and astray not in (key, LAST.key):
            for event in self.answer(astray):
                await self.happens(event)
        for _step in range(9):
            if await self.question() == key:
                return
            await self.happens(self.customer.event(text="back"))
        raise AssertionError(f"There is no way back to {key}.")

    async def happens(self, event: Inbound, cuts: Iterable[str] = ()) -> None:
        house = self.customer.house
        killed = next((cut.removeprefix("killed ") for cut in cuts if cut.startswith("killed")), "")
        if killed:
            house.failpoint = _kills(f"turn.{killed}")
            with contextlib.suppress(StoreUnavailable):
                await house.turn.receive(event)
            self.restart()
            house = self.customer.house
        if "at once" in cuts:
            await asyncio.gather(*(house.turn.receive(event) for _copy in range(3)))
        await house.turn.receive(event)
        if "twice" in cuts:
            await house.turn.receive(event)
        await self.customer.answers()

    async def stored(self) -> dict[str, Answer]:
        """What is stored of the one response there is, which is finished."""
        (row,) = await self.customer.house.rows(sa.select(survey_responses.c.public_id, survey_responses.c.state))
        assert row.state == "done"
        assert not [notice for notice in self.customer.house.alerts if notice.kind.endswith("parked")]
        read = self.customer.house.database.read
        found = await read(lambda connection: responses.find(connection, row.public_id))
        assert found is not None
        return await read(lambda connection: responses.answers(connection, found))


def _asking(connection: Connection) -> Session | None:
    contact_id = connection.scalar(sa.select(contacts.c.id))
    stack = sessions.stack(connection, contact_id) if contact_id else []
    return stack[-1][0] if stack else None


def _kills(place: str) -> Callable[[str], None]:
    def failpoint(name: str) -> None:
        if name == place:
            raise StoreUnavailable("killed")

    return failpoint
