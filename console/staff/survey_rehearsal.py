"""A draft as customers would live through it: the dialogue `flows.survey` itself, in each language, kept nowhere.

What was answered so far is carried into every run as if an earlier session had asked it, so one list of answers,
given in any language, leads all five along the same way: what is asked, in which words and with which buttons, is
the dialogue's own doing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from markupsafe import Markup

from console import texts as chat_texts
from console.staff.rich import rich
from flows import surveying
from flows.book import FLOWS
from flows.survey import ASKED
from flows.surveying import Begun, Completed, Promised
from locales import Language, Text, direction, formats, render
from surveys import course
from surveys.definition import Answer, Survey
from surveys.rewarding import Given
from talk.engine import Outcome, advance, revision
from talk.exchange import Answer as Heard
from talk.exchange import Said
from talk.journal import Entry, Record
from talk.messages import Inbound, Media
from talk.prompts import Option
from talk.prompts.skippable import SKIP
from talk.split import plain

FLOW, SESSION = "survey", 1
MOST = 400  # answers: every question of the longest survey, and every row of its matrices
SHOWN = 20  # answers before the open question; each takes a run of its own
CASE = "482913"


class Step(msgspec.Struct, frozen=True, array_like=True):
    """An answer that was given: the dialogue's step, and its value in the journal."""

    step: str
    value: Any


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the preview has come; `draft` is what is ticked of several choices."""

    steps: tuple[Step, ...] = ()
    draft: Any = None


class Line(msgspec.Struct, frozen=True):
    """One bubble: the bot's, or what the customer answered."""

    html: Markup
    mine: bool = False


class Column(msgspec.Struct, frozen=True):
    """One language's chat: its lines, the buttons of the open question, and whether a photo is asked for."""

    language: Language
    name: str
    direction: str
    lines: list[Line]
    buttons: list[list[tuple[str, str]]]
    photo: bool
    ended: bool


@dataclass
class Stage:
    """The engine's host: nothing is looked up or kept; `kept` is what the dialogue wanted to keep."""

    survey: Survey
    language: Language
    names: dict[str, str]
    reward: str
    now: dt.datetime
    region: str
    kept: dict[str, Answer] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The day at the business."""
        return self.now.date()

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the effect would return to a member who is asked for the first time."""
        if effect is surveying.begin:
            return self._begun()
        if effect is surveying.keep:
            _response, question, answer, _shown = args
            self.kept[question] = answer
            return "kept"
        assert effect is surveying.finish, f"The preview does not know {effect!r}."
        return self._completed()

    def elsewhere(self, inbound: Inbound) -> str | None:
        """Nowhere: only the survey is rehearsed."""
        return None

    def begun_entry(self) -> Entry:
        """The step by which the dialogue knows what it asks."""
        return Entry("begin#1", "do", msgspec.to_builtins(self._begun()))

    def _begun(self) -> Begun:
        reward = self.survey.reward
        return Begun(
            response="preview",
            survey=self.survey,
            answered={},
            names=self.names,
            promised=Promised(reward.points, self.reward) if reward else Promised(),
            until=self.today + dt.timedelta(days=self.survey.days),
        )

    def _completed(self) -> Completed:
        reward = self.survey.reward
        given = Given(points=reward.points, reward=self.reward) if reward else Given()
        if self.survey.follow_up and course.low(self.survey, self.kept):
            return Completed(given, CASE, self.now + dt.timedelta(days=1))
        return Completed(given)


def column(stage: Stage, state: State) -> Column:
    """The chat of one language as far as the answers go. Raises ValueError where a question cannot be asked yet."""
    begins = max(0, len(state.steps) - SHOWN)
    lines: list[Line] = [Line(Markup("⋮"))] if begins else []
    outcome = _run(stage, State(state.steps[:begins]))
    for place, answer in enumerate(state.steps[begins:], begins):
        question = outcome.said[-1:]
        lines += _bubbles(outcome.said, stage.language)
        lines.append(Line(_answered(answer, question, stage), mine=True))
        outcome = _run(stage, State(state.steps[: place + 1]))
    if state.draft is not None and outcome.record.parked is not None:
        outcome = _ticked(stage, outcome, state.draft)
    lines += _bubbles(outcome.said, stage.language)
    asks = outcome.record.parked is not None
    return Column(
        language=stage.language,
        name=chat_texts.NAMES[stage.language],
        direction=direction(stage.language),
        lines=lines,
        buttons=_buttons(outcome.said, stage.language) if asks else [],
        photo=asks and _kind(outcome, stage.survey) == "photo",
        ended=not asks,
    )


def heard(stage: Stage, state: State, inbound: Inbound, pressed: str | None) -> State | Markup:
    """How far it has come after an answer in the stage's language; why not, where the answer does not do."""
    outcome = _run(stage, state)
    record = outcome.record
    if record.parked is None or len(state.steps) >= MOST:
        return state
    step = record.parked.step
    record.parked.draft = state.draft
    after = advance(record, SESSION, FLOWS, stage, Heard(inbound, pressed))
    taken = next((entry for entry in after.record.journal if (entry.step, entry.kind) == (step, "ask")), None)
    if taken is not None:
        return State((*state.steps, Step(step, taken.value)))
    if after.record.parked is not None and after.record.parked.draft != state.draft:
        return State(state.steps, after.record.parked.draft)
    return rich(render(after.said[0].text, stage.language, after.said[0].values)) if after.said else Markup()


def back(state: State) -> State:
    """Without what is ticked, or else without the last answer."""
    return State(state.steps if state.draft is not None else state.steps[:-1])


def message(now: dt.datetime, words: str, state: State, *, photo: bool) -> Inbound:
    """What the customer sends: words, or a photo."""
    sent = (Media(ref=f"photo-{len(state.draft or ()) + 1}"),) if photo else ()
    return Inbound(
        channel="preview",
        account="",
        external_id="",
        sender="",
        kind="photo" if photo else "text",
        at=now,
        text=words,
        media=sent,
    )


def _run(stage: Stage, state: State) -> Outcome:
    """The dialogue up to the first question without an answer; it says what comes after the last answer."""
    known = [Entry(answer.step, "ask", answer.value) for answer in state.steps]
    record = Record(flow=FLOW, revision=revision(FLOWS[FLOW]), args={"about": "preview"})
    record.carried = [stage.begun_entry(), *known] if known else []
    stage.kept.clear()
    return advance(record, SESSION, FLOWS, stage)


def _ticked(stage: Stage, outcome: Outcome, draft: Any) -> Outcome:
    """The open question again, with what is ticked of its choices."""
    assert outcome.record.parked is not None
    outcome.record.parked.draft = draft
    return advance(outcome.record, SESSION, FLOWS, stage)


def _bubbles(said: list[Said], language: Language) -> list[Line]:
    """What is said in one go, joined as a message of the real chat is."""
    html = ""
    for one in said:
        html += (("\n" if one.line else "\n\n") if html else "") + render(one.text, language, one.values)
    return [Line(rich(html))] if html else []


def _buttons(said: list[Said], language: Language) -> list[list[tuple[str, str]]]:
    options = said[-1].options if said else ()
    return [[(option.key, _label(option, language)) for option in row] for row in options]


def _label(option: Option, language: Language) -> str:
    return f"{'✓ ' if option.chosen else ''}{plain(render(option.label, language))}"


def _answered(answer: Step, question: list[Said], stage: Stage) -> Markup:
    """What the customer's bubble says: the button that was pressed, or the words."""
    options = {each.key: each for one in question for row in one.options for each in row}
    value = answer.value
    if value is None:
        return _text(SKIP.label, stage.language)
    if isinstance(value, list):
        known = [plain(render(options[key].label, stage.language)) for key in value if key in options]
        if known:
            return Markup.escape(formats.listed(known, stage.language))
        return Markup("📷 ") * len(value)
    if str(value) in options:
        return Markup.escape(_label(options[str(value)], stage.language))
    if isinstance(value, str) and _question_kind(answer.step, stage.survey) == "date":
        return Markup.escape(formats.date(dt.date.fromisoformat(value), stage.language))
    return Markup.escape(formats.number(value, stage.language) if isinstance(value, int) else value)


def _text(text: Text, language: Language) -> Markup:
    return Markup(render(text, language))  # noqa: S704 - our own text


def _kind(outcome: Outcome, survey: Survey) -> str:
    parked = outcome.record.parked
    return _question_kind(parked.step, survey) if parked else ""


def _question_kind(step: str, survey: Survey) -> str:
    key = step.removeprefix(ASKED).partition("#")[0].partition(".")[0]
    question = survey.question(key)
    return question.kind if question else ""
