"""Random dialogues: programs of steps that are run as dialogues, and mutations of them.

A program's words tell what they are: "ask choice k1" is a question, "say main 7" a sentence. Everything a program
hears goes into `heard`, which steers its branches, its effects and its sentences: a wrong answer anywhere shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from zlib import crc32

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from locales import verbatim
from loyalty import ledger
from loyalty.ledger import Earning
from talk.engine import LATE, Act, Late, Talk, lookup
from talk.prompts import Choice, FreeText, Number, Option, Prompt, YesNo

AskKind: TypeAlias = Literal["choice", "number", "yes_no", "text"]
KINDS: tuple[AskKind, ...] = ("choice", "number", "yes_no", "text")
OPTIONS = tuple(Option(f"o{place}", verbatim(name)) for place, name in enumerate(("Tea", "Coffee", "Milk")))
PROMPTS: Mapping[AskKind, Prompt[Any]] = {
    "choice": Choice(*OPTIONS),
    "number": Number(0, 99),
    "yes_no": YesNo(),
    "text": FreeText(max_length=20),
}
ROUNDS = 2


class Receipt(msgspec.Struct, frozen=True):
    """What an effect returns: values whose JSON looks different."""

    cost: int
    day: dt.date
    lines: tuple[int, ...]
    shares: dict[int, str]


def charge(act: Act, what: str) -> Receipt:
    """Something that may happen only once; over a real store it gives points."""
    number = crc32(what.encode())
    if act.connection is not None:
        assert ledger.earn(act.connection, [Earning(act.key, act.contact_id, 1 + number % 90, act.now)]).added == 1
    return Receipt(number % 50, act.now.date(), (number % 7, number % 11), {number % 5: what})


def count(_act: Act, what: str) -> int:
    return crc32(what.encode()) % 1000


@lookup
def price(_act: Act, what: str) -> tuple[int, ...]:
    return (crc32(what.encode()) % 9,)


EFFECTS = {"charge": charge, "count": count, "price": price}


@dataclass(frozen=True)
class Say:
    word: int


@dataclass(frozen=True)
class Ask:
    key: str
    kind: AskKind
    hours: int = 0  # until its deadline; 0: none


@dataclass(frozen=True)
class Do:
    key: str
    effect: str


@dataclass(frozen=True)
class Now:
    key: str


@dataclass(frozen=True)
class Wait:
    key: str
    hours: int


@dataclass(frozen=True)
class If:
    then: Steps
    otherwise: Steps


@dataclass(frozen=True)
class Repeat:
    times: int
    body: Steps


@dataclass(frozen=True)
class Go:
    """To another flow or back to the top of one that runs; at most ROUNDS times deep, so that programs end."""

    flow: str
    endless: bool = False


@dataclass(frozen=True)
class HandOver:
    reason: str


Step: TypeAlias = Say | Ask | Do | Now | Wait | If | Repeat | Go | HandOver
Steps: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True)
class Program:
    """A dialogue: `await program(talk)` runs its steps."""

    name: str
    steps: Steps

    async def __call__(self, talk: Talk) -> str:
        given = talk.args.get("given", "")
        assert isinstance(given, str)
        heard = [given, *(repr(moment) for moment in talk.args.get("moments", ()))]
        await self._run(talk, self.steps, heard)
        talk.say(verbatim(f"say {self.name} end {_summary(heard)}"))
        return _summary(heard)

    async def _run(self, talk: Talk, steps: Steps, heard: list[str]) -> None:
        for step in steps:
            match step:
                case If(then, otherwise):
                    await self._run(talk, then if crc32(heard[-1].encode()) % 2 else otherwise, heard)
                case Repeat(times, body):
                    for _round in range(times):
                        await self._run(talk, body, heard)
                case Go(flow, endless=True):
                    await talk.go(flow)
                case Go(flow):
                    await self._go(talk, flow, heard)
                case Ask(key, kind, hours):
                    heard.append(await _answer(talk, key, kind, hours))
                case Wait(key, hours):
                    await talk.wait(key, dt.timedelta(hours=hours))
                case _:
                    self._at_once(talk, step, heard)

    async def _go(self, talk: Talk, flow: str, heard: list[str]) -> None:
        deep = talk.args.get("deep", 0)
        if deep < ROUNDS:
            moments = (talk.now("gone").date(),)
            heard.append(str(await talk.go(flow, given=_summary(heard), deep=deep + 1, moments=moments)))

    def _at_once(self, talk: Talk, step: Step, heard: list[str]) -> None:
        match step:
            case Say(word):
                talk.say(verbatim(f"say {self.name} {word} {_summary(heard)}"))
            case Do(key, effect):
                heard.append(repr(talk.do(key, EFFECTS[effect], _summary(heard))))
            case Now(key):
                heard.append(repr(talk.now(key)))
            case HandOver(reason):
                talk.hand_over(reason)


async def _answer(talk: Talk, key: str, kind: AskKind, hours: int) -> str:
    """Ask; what was heard is what this kind of question takes, whatever happened to code and customer meanwhile."""
    text, prompt = verbatim(f"ask {kind} {key}"), PROMPTS[kind]
    if hours:
        answer: Any = await talk.ask(key, text, prompt, within=dt.timedelta(hours=hours))
    else:
        answer = await talk.ask(key, text, prompt)
    if answer is LATE:
        assert hours
        return "late"
    assert not isinstance(answer, Late)
    assert prompt.load(prompt.dump(answer)) == answer
    return answer.key if isinstance(answer, Option) else repr(answer)


def _summary(heard: list[str]) -> str:
    return f"{crc32(' '.join(heard).encode()):x}"


# Strategies

_keys = st.sampled_from(["k1", "k2", "k3"])
_asks = st.builds(Ask, _keys, st.sampled_from(KINDS), st.sampled_from([0, 0, 0, 3]))
_effects = st.builds(Do, _keys, st.sampled_from(sorted(EFFECTS)))
_waits = st.builds(Wait, _keys, st.integers(1, 48))
_quick = st.one_of(st.builds(Say, st.integers(0, 9)), _effects, st.builds(Now, _keys))


def steps(*flows: str, depth: int = 2, least: int = 0, most: int = 6) -> SearchStrategy[Steps]:
    """Steps that may go to `flows`."""
    simple: list[SearchStrategy[Step]] = [*[_asks] * 6, _quick, _effects, _effects, _waits]
    if flows:
        simple.append(st.builds(Go, st.sampled_from(flows)))
    if depth:
        inner = steps(*flows, depth=depth - 1, most=3)
        simple.append(st.builds(If, inner, inner))
        simple.append(st.builds(Repeat, st.integers(2, 3), inner))
    return st.lists(st.one_of(simple), min_size=least, max_size=most).map(tuple)


_endings = st.sampled_from([*[()] * 5, (HandOver("wished"),)])


@st.composite
def books(draw: st.DrawFn) -> dict[str, Program]:
    """A book whose `main` may go to `first`, `second` and itself, and they to each other."""
    programs = {
        "main": draw(steps("first", "second", "main", least=5, most=9)) + draw(_endings),
        "first": draw(steps("second", "first", "main", depth=1, most=4)),
        "second": draw(steps(depth=1, most=3)) + draw(_endings),
    }
    return {name: Program(name, written) for name, written in programs.items()}


@st.composite
def changed(draw: st.DrawFn, book: Mapping[str, Program]) -> dict[str, Program]:
    """The book after somebody worked on it: steps dropped, put in, moved, or asked for differently."""
    written = dict(book)
    for name in sorted({"main", *draw(st.sets(st.sampled_from(sorted(book))))}):
        program = list(written[name].steps)
        for _change in range(draw(st.integers(1, 3))):
            place = draw(st.integers(0, len(program)))
            what = draw(st.sampled_from(["drop", "put in", "move"]))
            if what == "put in" or not program:
                program[place:place] = draw(steps("first", "second", depth=1, least=1, most=2))
            elif what == "drop":
                del program[min(place, len(program) - 1)]
            else:
                program.insert(place, program.pop(draw(st.integers(0, len(program) - 1))))
        written[name] = Program(name, tuple(program))
    return written


ASIDES: Mapping[str, Program] = {
    "hint": Program("hint", (Say(1),)),
    "aside": Program("aside", (Say(1), Ask("k1", "choice"), Do("k2", "charge"), Say(2), Ask("k3", "number"))),
    "later": Program("later", (Say(1), Wait("k1", 1), Do("k2", "count"), Wait("k3", 1), Ask("k2", "yes_no"))),
}
"""What a customer may come to speak of in between."""
