"""The flow engine: runs a dialogue, a Python coroutine, one turn at a time.

A dialogue is run from its top in every turn. Steps in the journal return what they returned before, nothing is
said twice, and at the first question without an answer the run stops. The coroutine never waits for an event
loop: the engine drives it by hand, so a turn is an ordinary function call.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any, Concatenate, Literal, NoReturn, ParamSpec, TypeAlias, TypeVar, overload

import msgspec

from locales import Text, _
from talk.effects import Act, can_be_revised, lookup, revisable, typed_result
from talk.exchange import COMMAND, LATE, Answer, Event, Host, Late, Passed, Said
from talk.journal import Entry, ParkedAt, Record, StepKind, to_plain
from talk.prompts.base import Accepted, Drafted, Heard, Option, Prompt, Rejected
from talk.prompts.typed import words
from talk.reading.answers import read_yes_no
from talk.steps import Nothing, Steps
from talk.stops import Detour, Diverged, FlowError, HandedOver, Parked, Replace

__all__ = [
    "LATE",
    "RESTARTED",
    "Act",
    "Answer",
    "Book",
    "Event",
    "Flow",
    "FlowError",
    "Host",
    "Late",
    "Outcome",
    "Passed",
    "Said",
    "Talk",
    "advance",
    "aside",
    "fleeting",
    "lookup",
    "patient",
    "revisable",
    "revision",
]

T = TypeVar("T")
P = ParamSpec("P")

TRIES = 3
ROUNDS_A_TURN = 100
A_ROW = 2  # buttons

RESTARTED = _(
    "Sorry, this conversation has changed in the meantime. I've kept your answers that still fit; let's go on."
)
OFFER_PERSON = _("Sorry, I still can't make sense of that. Would you like a team member to help?")
PERSON = Option("_person", _("Talk to a person"))
AGAIN = Option("_again", _("Try again"))


Flow: TypeAlias = "Callable[[Talk], Awaitable[Any]]"
Book: TypeAlias = Mapping[str, Flow]
Status: TypeAlias = Literal["asking", "waiting", "ended", "handed_over", "detour"]
GOES_ON: frozenset[Status] = frozenset({"asking", "waiting", "detour"})


class Outcome(msgspec.Struct):
    """Where a run ended. `reason` and `topic` belong to a hand-over, `flow` to a detour."""

    record: Record
    status: Status
    said: list[Said]
    reason: str = ""
    topic: str = ""
    flow: str = ""
    restarted: bool = False


class _Frame(msgspec.Struct):
    flow: str
    path: str
    args: dict[str, Any]


def advance(record: Record, session: int, book: Book, host: Host, event: Event = None) -> Outcome:
    """Run the session's flow with `event` until it parks or ends.

    When the code has changed and no longer leads to the waiting question, the session starts afresh with the
    steps that are known: answers that still validate are kept, effects are not repeated.
    """
    try:
        return Talk(record, session, book, host, event)._run()
    except Diverged:
        fresh = record.fresh(revision(book[record.flow]))
        outcome = Talk(fresh, session, book, host, None)._run()
        outcome.said.insert(0, Said(RESTARTED))
        outcome.restarted = True
        return outcome


class Talk:
    """What a dialogue speaks and listens with. Its verbs: say, ask, do, wait, now, go, recall, hand_over."""

    def __init__(self, record: Record, session: int, book: Book, host: Host, event: Event) -> None:
        self._record = record
        self._steps = Steps(record)
        self._session = session
        self._book = book
        self._host = host
        self._event = event
        self._said_before = record.parked is None and bool(record.carried)
        self._rounds = 0
        self._frames = [_Frame(record.flow, "", record.args)]
        self._said: list[Said] = []
        self._stopped = False

    # The verbs

    @property
    def language(self) -> str:
        """The customer's language."""
        return self._host.language

    @property
    def args(self) -> Mapping[str, Any]:
        """What this flow was started with."""
        return self._frames[-1].args

    def say(
        self,
        text: Text,
        *,
        picture: str = "",
        line: bool = False,
        commands: tuple[Option, ...] = (),
        **values: object,
    ) -> None:
        """Tell the customer something, once, however often the flow is run.

        What is said in one turn shares a message where it can; a `line` follows the one before without a gap, and
        a picture's lines stand under it. The buttons of `commands`, two in a row, work at any time; their keys are
        among `handlers.button_pressed.COMMANDS`.
        """
        self._check()
        if self._steps.live:
            rows = tuple(commands[first : first + A_ROW] for first in range(0, len(commands), A_ROW))
            place = COMMAND if commands else ""
            self._said.append(Said(text, values, rows, place, picture=picture, line=line))

    @overload
    async def ask(self, key: str, text: Text, prompt: Prompt[T], *, within: None = None, **values: object) -> T: ...
    @overload
    async def ask(
        self, key: str, text: Text, prompt: Prompt[T], *, within: dt.timedelta, **values: object
    ) -> T | Late: ...
    async def ask(
        self, key: str, text: Text, prompt: Prompt[T], *, within: dt.timedelta | None = None, **values: object
    ) -> T | Late:
        """Ask a typed question and wait for its answer; LATE when `within` has passed without one."""
        self._check()
        step = self._step(key)
        answer = self._recall(step, _answer_of, prompt, within is not None)
        if not isinstance(answer, Nothing):
            return answer
        parked = self._record.parked
        until = self._host.now + within if within else None
        if parked is None:
            self._steps.park(step, "ask", until)
            self._show(text, prompt, values)
            raise self._stop(Parked())
        if (parked.step, parked.kind) != (step, "ask"):
            raise Diverged
        if within is None or parked.until is None:  # going back, or the code, gave it a deadline or took it away
            parked.until = until
        return self._hear(parked, text, prompt, values)

    def do(self, key: str, effect: Callable[Concatenate[Act, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an effect in this turn's transaction, once; later runs of the flow get what it returned.

        If the code changed and what was recorded no longer fits what the effect returns, it is asked again under
        its old key, which it knows.
        """
        self._check()
        step = self._step(key)
        known = self._recall(step, _result_of, effect)
        if not isinstance(known, Nothing):
            return known
        self._must_be_live()
        try:
            value = self._host.perform(f"{self._session}:{self._record.round}:{step}", effect, args, kwargs)
        except BaseException:
            self._stopped = True  # it fails the turn, even in a dialogue that catches it
            raise
        revised = can_be_revised(effect)
        self._said_before = self._said_before and revised
        return _result_of(self._steps.write(step, "look" if revised else "do", to_plain(value)), effect)

    async def wait(self, key: str, until: dt.datetime | dt.timedelta) -> None:
        """Go on at a later moment; meanwhile the customer may talk about anything else."""
        self._check()
        step = self._step(key)
        if self._recall(step, _value_of, "wait") is None:
            return
        parked = self._record.parked
        if parked is None:
            self._steps.park(step, "wait", self._host.now + until if isinstance(until, dt.timedelta) else until)
        elif (parked.step, parked.kind) != (step, "wait"):
            raise Diverged
        elif isinstance(self._event, Passed):
            self._steps.settle(step, "wait", None)
            return
        raise self._stop(Parked())

    def now(self, key: str = "now") -> dt.datetime:
        """The moment at which the flow first came here."""
        self._check()
        step = self._step(key)
        moment = self._recall(step, _moment_of)
        if not isinstance(moment, Nothing):
            return moment
        self._must_be_live()
        self._steps.write(step, "now", self._host.now.isoformat())
        return dt.datetime.fromisoformat(self._host.now.isoformat())

    async def go(self, flow: str, **args: Any) -> Any:
        """Run another flow of the book as a part of this one and return what it returns.

        A flow that is already running is replaced: it starts anew from its top, and what it had recorded is
        dropped, so dialogues that lead to each other keep a bounded journal.
        """
        self._check()
        args = to_plain(args)
        for depth, frame in enumerate(self._frames):
            if frame.flow == flow:
                self._must_be_live()
                raise Replace(depth, args)
        step = self._step(flow)
        result = self._recall(step, _value_of, "do", "look")
        if not isinstance(result, Nothing):
            return result
        self._frames.append(_Frame(flow, f"{step}/", args))
        result = to_plain(await self._frame_result(len(self._frames) - 1))
        self._frames.pop()
        if self._steps.live:
            self._steps.fold(step, result)
        return result

    def recall(self, answers: Mapping[str, Any]) -> None:
        """Take answers that an earlier session of this flow came by, as prompts dump them, by their keys.

        From here on a question of this flow with such a key is not asked but has this answer, the first time it is
        come by and if it still validates; “back” reaches it like any other.
        """
        self._check()
        self._steps.carry(self._frames[-1].path, to_plain(answers))

    def hand_over(self, reason: str, topic: str = "") -> NoReturn:
        """End the dialogue and give the conversation to a person.

        `reason` is for staff; `topic` is what it is about (`service.queues.TOPICS`), where the flow does not tell.
        """
        self._check()
        self._must_be_live()
        raise self._stop(HandedOver(reason, topic))

    # The run

    def _run(self) -> Outcome:
        record = self._record
        outcome = Outcome(record, "ended", self._said)
        try:
            _drive(self._frame_result(0))
            self._check()
            self._must_be_live()
        except Parked:
            outcome.status = "asking" if record.parked and record.parked.kind == "ask" else "waiting"
        except HandedOver as handed:
            outcome.status, outcome.reason, outcome.topic = "handed_over", handed.reason, handed.topic
        except Detour as detour:
            outcome.status, outcome.flow = "detour", detour.flow
        record.carried = self._steps.carried if outcome.status in GOES_ON or record.parked else []
        record.revision = revision(self._book[record.flow])
        return outcome

    async def _frame_result(self, depth: int) -> Any:
        frame = self._frames[depth]
        given = self._steps.given(frame.path)
        if given is not None:
            frame.args = given
        while True:
            try:
                return await self._book[frame.flow](self)
            except Replace as replace:
                if replace.depth != depth:
                    raise
                self._drop(frame, replace.given)

    def _drop(self, frame: _Frame, args: dict[str, Any]) -> None:
        self._rounds += 1
        if self._rounds > ROUNDS_A_TURN:
            raise FlowError(f"The flow {frame.flow!r} leads back to itself without a question on the way.")
        del self._frames[self._frames.index(frame) + 1 :]
        self._steps.begin_anew(frame.path, args)
        frame.args = args

    def _must_be_live(self) -> None:
        if not self._steps.live:
            raise Diverged

    def _check(self) -> None:
        if self._stopped:
            raise FlowError("A verb came after the flow had stopped: do not catch BaseException in a dialogue.")

    def _stop(self, reason: BaseException) -> BaseException:
        self._stopped = True
        return reason

    def _step(self, key: str) -> str:
        return self._steps.name(self._frames[-1].path, key)

    def _recall(
        self, step: str, load: Callable[Concatenate[Entry, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | Nothing:
        value = self._steps.recall(step, load, *args, **kwargs)
        if self._said_before and self._steps.live and not isinstance(value, Nothing):
            self._said.clear()
        return value

    # The question

    def _show(self, text: Text, prompt: Prompt[Any], values: dict[str, object], *, replaces: bool = False) -> None:
        parked = self._record.parked
        assert parked is not None
        place = f"{self._session}.{parked.token}"
        parked.request = prompt.request
        options = prompt.options(parked.draft)
        self._said.append(Said(text, values, options, place, prompt.request, replaces=replaces))

    def _hear(self, parked: ParkedAt, text: Text, prompt: Prompt[T], values: dict[str, object]) -> T | Late:
        event = self._event
        if isinstance(event, Passed):
            if parked.until is not None:
                self._steps.settle(parked.step, "late", None)
                return LATE
            parked.passed = False
        if isinstance(event, Answer) and event.pressed == PERSON.key:
            raise self._stop(HandedOver("answer_not_understood"))
        if not isinstance(event, Answer) or event.pressed == AGAIN.key:
            self._show(text, prompt, values)
            raise self._stop(Parked())
        host = self._host
        heard = Heard(event.inbound, self.language, host.today, event.pressed, parked.draft, host.region)
        reading = prompt.read(heard)
        if event.command and (not isinstance(reading, Accepted) or isinstance(reading.value, str)):
            raise self._stop(Detour(event.command))
        if isinstance(reading, Accepted):
            plain = prompt.dump(reading.value)
            self._steps.settle(parked.step, "ask", plain)
            return prompt.load(plain)
        if isinstance(reading, Drafted):
            parked.draft = reading.draft
            self._show(text, prompt, values, replaces=True)
        elif self._reject(parked, heard, reading):
            self._show(text, prompt, values)
        raise self._stop(Parked())

    def _reject(self, parked: ParkedAt, heard: Heard, rejected: Rejected) -> bool:
        """Say why the answer does not do, or offer a person; whether the question is to be asked again."""
        if heard.pressed is None and not rejected.stays and (flow := self._host.elsewhere(heard.inbound)):
            raise self._stop(Detour(flow))
        helped = read_yes_no(heard.inbound.text, self.language) if parked.tries >= TRIES else None
        if helped:
            raise self._stop(HandedOver("answer_not_understood"))
        if helped is False:
            return True
        parked.tries += not _is_wordless(heard)
        self._said.append(Said(rejected.reason, rejected.values))
        if parked.tries < TRIES:
            return True
        place = f"{self._session}.{parked.token}"
        self._said.append(Said(OFFER_PERSON, options=((PERSON, AGAIN),), place=place))
        return False


def _is_wordless(heard: Heard) -> bool:
    """Whether a picture, a sticker or a place came where words were asked for: said so, but no failed try.

    People send an album, or a sticker in passing, without meaning to answer.
    """
    return heard.pressed is None and heard.inbound.kind != "text" and not words(heard)


def _drive(flow: Awaitable[Any]) -> None:
    """Run a coroutine that never waits to its end."""
    try:
        flow.__await__().send(None)
    except StopIteration:
        return
    raise FlowError("A dialogue awaited something else than Talk's verbs; slow work is an effect or an event.")


@cache
def revision(flow: Flow) -> str:
    """A short name of a flow's code as it is now: it changes when its file changes."""
    module = inspect.getmodule(flow)
    source = inspect.getsource(module) if module else repr(flow)
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def aside(flow: Flow) -> Flow:
    """Mark a dialogue that is said in passing: the question it interrupts stays open and is not asked again."""
    flow.aside = True  # type: ignore[attr-defined]
    return flow


def fleeting(flow: Flow) -> Flow:
    """Mark a dialogue that does not insist: what interrupts its question, unless said in passing, ends it."""
    flow.fleeting = True  # type: ignore[attr-defined]
    return flow


def patient(flow: Flow) -> Flow:
    """Mark a dialogue that keeps each answer at once and may be left for days; begun again, it goes on there.

    What is written hours after its question is not taken for the answer; the customer is asked whether to go on.
    """
    flow.patient = True  # type: ignore[attr-defined]
    return flow


def is_patient(flow: Flow | None) -> bool:
    """Whether the flow is marked as one that may be left for days."""
    return getattr(flow, "patient", False)


def is_fleeting(flow: Flow | None) -> bool:
    """Whether the flow is marked as one that does not insist."""
    return getattr(flow, "fleeting", False)


def is_aside(flow: Flow | None) -> bool:
    """Whether the flow is marked as said in passing."""
    return getattr(flow, "aside", False)


def _value_of(entry: Entry, *kinds: StepKind) -> Any:
    """The recorded value. Raises ValueError when another kind of step was recorded under this name."""
    if entry.kind not in kinds:
        raise ValueError(f"{entry.step} was recorded as {entry.kind}.")
    return entry.value


def _answer_of(entry: Entry, prompt: Prompt[T], late: bool) -> T | Late:
    if late and entry.kind == "late":
        return LATE
    return prompt.load(_value_of(entry, "ask"))


def _moment_of(entry: Entry) -> dt.datetime:
    return dt.datetime.fromisoformat(_value_of(entry, "now"))


def _result_of(entry: Entry, effect: Callable[..., T]) -> T:
    result: T = typed_result(effect, _value_of(entry, "do", "look"))
    return result
