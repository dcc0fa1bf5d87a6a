"""A conversation that may be cut anywhere: what the turn's frame is to the engine, in memory."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

import msgspec

from talk.conversation import DEPTH, Conversation, Session, State
from talk.engine import Act, Answer, Flow, Said, revision
from talk.journal import ParkedAt, Record
from talk.messages import Inbound
from tests.talk.fakes import NOON
from tests.talk.random_flows import ASIDES

NONSENSE = ""  # no kind of question takes it
MAIN = 1


class Effect(NamedTuple):
    key: str
    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """A session as a store keeps it: in `frozen` as JSON, in `live` as the very object."""

    live: Session
    frozen: bytes
    state: State
    depth: int

    def thawed(self) -> Session:
        record = msgspec.json.decode(self.frozen, type=Record)
        return msgspec.structs.replace(self.live, record=record, state=self.state)


class Host:
    """Runs effects at once and remembers those that change something."""

    language = "en"
    region = "MY"

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.today = now.date()
        self.effects: list[Effect] = []

    def perform(self, key: str, effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not getattr(effect, "reads_only", False):
            self.effects.append(Effect(key, effect.__name__, args))
        return effect(Act(cast(Any, None), 1, key, self.now, self.language, b"", ""), *args, **kwargs)

    def elsewhere(self, inbound: Inbound) -> str | None:
        return "hint" if inbound.text == "a hint" else None


@dataclass
class Talking:
    """A contact's conversation. `durable`: sessions go through JSON between turns, only changed ones are kept."""

    book: Mapping[str, Flow]
    durable: bool = True
    rows: dict[int, Row] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    """Every question by its place: its kind and its key."""
    handed_over: str = ""
    now: dt.datetime = NOON

    def snapshot(self) -> Talking:
        """As it is now: a turn that is not committed leaves it so."""
        return replace(
            self,
            rows=dict(self.rows),
            effects=list(self.effects),
            says=list(self.says),
            asked=dict(self.asked),
        )

    def session(self, number: int = MAIN) -> Session:
        row = self.rows[number]
        return row.thawed() if self.durable else row.live

    @property
    def stack(self) -> list[int]:
        stacked = [number for number, row in self.rows.items() if row.state in ("asking", "interrupted")]
        assert len({self.rows[number].depth for number in stacked}) == len(stacked)
        return sorted(stacked, key=lambda number: self.rows[number].depth)

    @property
    def top(self) -> Session | None:
        return self.session(self.stack[-1]) if self.stack else None

    def kind_of(self, session: Session) -> str:
        """The kind of the question that a session waits at."""
        return self.asked[session.place].partition(" ")[0]

    # What may happen

    def start(self, flow: str) -> None:
        self.turn(lambda talk: talk.start(flow))

    def types(self, text: str) -> None:
        self.turn(lambda talk: talk.hear(Answer(self._inbound(text))))

    def presses(self, key: str, place: str | None = None) -> None:
        def pressed(talk: Conversation) -> None:
            if talk.asking is not None and talk.asking.place == (place or talk.asking.place):
                talk.hear(Answer(self._inbound(""), key))
            else:
                talk.ask_again()

        self.turn(pressed)

    def answers(self, number: int) -> None:
        """Answer the open question with the number-th of its answers, by button where there are any, or typed."""
        assert self.top is not None
        typed = number % 2
        match self.kind_of(self.top):
            case "choice":
                self.types("Tea") if typed else self.presses(f"o{number % 3}")
            case "yes_no":
                self.types("no") if typed else self.presses("yes")
            case "number":
                self.types(str(number))
            case _:
                self.types(f"word {number}")

    def back(self) -> bool:
        went: list[bool] = []
        self.turn(lambda talk: went.append(talk.back()))
        return went[0]

    def passes(self, number: int, token: int) -> None:
        """A due row comes for a session's step; it is stale when the session is no longer there."""
        session = self.session(number)
        parked = session.record.parked
        if session.state == "ended" or parked is None or parked.token != token:
            return

        def pass_deadline(talk: Conversation) -> None:
            talk.pass_deadline(next((one for one in talk.stack if one.id == number), session))

        self.turn(pass_deadline)

    def stands(self) -> None:
        """Being asked for the open question again gives that question and nothing else."""
        if self.top is None or self.handed_over:
            return
        probe = self.snapshot()
        probe.turn(lambda talk: talk.ask_again())
        assert probe.top is not None
        assert probe.top.place == self.top.place
        assert (probe.says, probe.effects, probe.asked) == (self.says, self.effects, self.asked)

    # The frame

    def turn(self, happen: Callable[[Conversation], None]) -> None:
        before = self.top
        host = Host(self.now)
        stack = [self.session(number) for number in self.stack]
        talk = Conversation(self.book, host, self._open, stack)
        happen(talk)
        self._save(talk.changed, {session.id: depth for depth, session in enumerate(talk.stack)})
        self.effects.extend(host.effects)
        self._listen(talk.said)
        self.handed_over = talk.handed_over or self.handed_over
        self._check(talk, before.place if before else "")

    def _open(self, flow: str, args: dict[str, Any]) -> Session:
        number = len(self.rows) + 1
        session = Session(number, Record(flow=flow, revision=revision(self.book[flow]), args=args), "waiting")
        self.rows[number] = Row(session, b"{}", "waiting", 0)
        return session

    def _save(self, changed: Iterable[Session], depths: Mapping[int, int]) -> None:
        for session in changed:
            tokens = self.rows[session.id].live.record.asked
            assert session.record.asked >= tokens
            frozen = msgspec.json.encode(session.record)
            self.rows[session.id] = Row(session, frozen, session.state, depths.get(session.id, 0))

    def _listen(self, said: Iterable[Said]) -> None:
        for one in said:
            first, _space, rest = one.text.one.partition(" ")
            if first == "say" and rest.split()[0] not in ASIDES:
                self.says.append(rest)
            elif first == "ask":
                self.asked[one.place] = rest

    def _check(self, talk: Conversation, place_before: str) -> None:
        """What holds after every turn."""
        rows = [self.rows[number] for number in self.stack]
        assert [row.live.id for row in rows] == [session.id for session in talk.stack]
        assert len(rows) <= DEPTH
        assert all(row.state == "interrupted" for row in rows[:-1])
        if rows and not self.handed_over:
            assert rows[-1].state == "asking"
        if talk.asking is not None and not talk.handed_over and talk.asking.place != place_before:
            asked = {one.place for one in talk.said if one.text.one.startswith("ask ")}
            assert talk.asking.place in asked  # the customer has seen the open question
        once = [(effect.key, effect.name) for effect in self.effects]
        assert len(set(once)) == len(once)
        for row in self.rows.values():
            parked = row.live.record.parked
            assert row.state == "ended" or parked is not None
            assert parked is None or parked.token == row.live.record.asked

    def _inbound(self, text: str) -> Inbound:
        return Inbound(channel="test", account="", external_id="1", sender="1", kind="text", text=text, at=self.now)


class Heard(NamedTuple):
    """An answer of the script that was given: at which step, and how much had been said until then."""

    step: str
    number: int
    said: int


class Customer:
    """Answers the questions of `main` by a script, one number a question, whatever comes in between.

    A number divisible by 4 lets a deadline pass.
    """

    def __init__(self, talking: Talking, script: Iterable[int]) -> None:
        self.talking = talking
        self.script = deque(script)
        self.history: list[Heard | None] = []  # None: time passed, which no way leads back across
        self.tokens: list[tuple[int, int]] = []
        self.places: list[str] = []

    def talk(self, cuts: Iterable[Iterable[str]] = ()) -> None:
        """Go through the whole script, at each event with the next cuts."""
        coming = iter(cuts)
        self.talking.start("main")
        while self.script and self.main_parked() is not None:
            happens = next(coming, ())
            for cut in happens:
                CUTS[cut](self)
            self.go_on(frozenset(happens))
        self._answer_others()

    def go_on(self, cuts: frozenset[str] = frozenset()) -> None:
        """The next event of the main flow: an answer, a deadline, the end of a wait."""
        self._answer_others()
        parked = self.main_parked()
        if parked is None or not self.script:
            return
        self.tokens.append((MAIN, parked.token))
        self.places.append(f"{MAIN}.{parked.token}")
        if parked.kind == "wait" or (parked.until and self.script[0] % 4 == 0):
            self._let_pass(parked.until, parked.token, late=parked.kind == "ask", cuts=cuts)
        else:
            number = self.script.popleft()
            self.history.append(Heard(parked.step, number, len(self.talking.says)))
            self._happens(lambda: self.talking.answers(number), cuts)

    def _let_pass(self, until: dt.datetime | None, token: int, *, late: bool, cuts: frozenset[str]) -> None:
        if late:
            self.script.popleft()
        assert until is not None
        self.talking.now = max(self.talking.now, until)
        self.history.append(None)
        if "under" in cuts:
            self.talking.start("aside")
        self._happens(lambda: self.talking.passes(MAIN, token), cuts)
        if "twice" in cuts:
            self.talking.passes(MAIN, token)
        self._answer_others()

    def _happens(self, event: Callable[[], None], cuts: frozenset[str]) -> None:
        if "crash" in cuts:
            talking = self.talking
            self.talking = talking.snapshot()
            event()
            self.talking = talking
        event()

    def main_parked(self) -> ParkedAt | None:
        """Where the main flow stands, unless it has ended."""
        session = self.talking.session()
        return session.record.parked if session.state != "ended" else None

    def _answer_others(self) -> None:
        """Bring what lies over the main flow to its end."""
        while (top := self.talking.top) is not None and top.id != MAIN and not self.talking.handed_over:
            self.places.append(top.place)
            self.talking.answers(3)

    # Cuts

    def stale_press(self) -> None:
        for place in self.places[-3:]:
            self.talking.presses("o1", place if self._asks(place) else "0.0")

    def _asks(self, place: str) -> bool:
        return self.talking.top is None or place != self.talking.top.place

    def stale_due(self) -> None:
        parked = self.main_parked()
        for number, token in self.tokens:
            if parked is None or (number, token) != (MAIN, parked.token):
                self.talking.passes(number, token)

    def nonsense(self) -> None:
        if self.talking.top is None:
            return
        self.talking.types(NONSENSE)
        parked = self.talking.top.record.parked
        if parked is not None and parked.tries >= 3:
            self.talking.presses("_again")

    def hint(self) -> None:
        self.talking.start("hint")

    def detour(self) -> None:
        if (top := self.talking.top) is not None and self.talking.kind_of(top) != "text":
            self.talking.types("a hint")

    def aside(self) -> None:
        self.talking.start("aside")

    def later(self) -> None:
        self.talking.start("later")

    def wakes(self) -> None:
        for number, row in list(self.talking.rows.items()):
            parked = row.live.record.parked
            if number != MAIN and row.state == "waiting" and parked is not None:
                self.tokens.append((number, parked.token))
                self.talking.passes(number, parked.token)

    def ask_again(self) -> None:
        self.talking.turn(lambda talk: talk.ask_again())

    def goes_back(self) -> None:
        """Back to an earlier question; what was answered since is answered again, the same."""
        top = self.talking.top
        if top is None or top.id != MAIN:
            return
        probe = msgspec.json.decode(msgspec.json.encode(top.record), type=Record)
        if not probe.rewind():
            assert not self.talking.back()
            return
        assert probe.parked is not None
        again = self._since(probe.parked.step)
        if again is None:
            return
        assert self.talking.back()
        del self.talking.says[again[0].said :]
        self.script.extendleft(heard.number for heard in reversed(again))

    def _since(self, step: str) -> list[Heard] | None:
        """Takes the answers from this step on out of the history; None when time has passed since."""
        place = max(n for n, heard in enumerate(self.history) if heard is not None and heard.step == step)
        again = [heard for heard in self.history[place:] if heard is not None]
        if len(again) < len(self.history) - place:
            return None
        del self.history[place:]
        return again


CUTS: Mapping[str, Callable[[Customer], None]] = {
    "stale press": Customer.stale_press,
    "stale due": Customer.stale_due,
    "nonsense": Customer.nonsense,
    "hint": Customer.hint,
    "detour": Customer.detour,
    "aside": Customer.aside,
    "later": Customer.later,
    "wakes": Customer.wakes,
    "ask again": Customer.ask_again,
    "back": Customer.goes_back,
    # These happen with the next event, not before it.
    "crash": lambda _customer: None,
    "twice": lambda _customer: None,
    "under": lambda _customer: None,
}
