"""What holds for every dialogue and every way its conversation is cut."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.talk.cut_conversation import CUTS, MAIN, NONSENSE, Customer, Talking
from tests.talk.random_flows import (
    ASIDES,
    PROMPTS,
    Ask,
    AskKind,
    Do,
    Go,
    Program,
    Step,
    Wait,
    books,
    changed,
    steps,
)

scripts = st.lists(st.integers(0, 30), min_size=4, max_size=10)
cuts = st.lists(
    st.lists(st.sampled_from([*sorted(CUTS), "back", "back"]), max_size=3, unique=True), min_size=5, max_size=14
)
anything = settings(suppress_health_check=list(HealthCheck))


def outcome(book: dict[str, Program], script: list[int], cut: list[list[str]] | None = None) -> dict[str, Any]:
    """What a customer's script leads to; without `cut` in one go, objects never leaving memory."""
    customer = Customer(Talking({**ASIDES, **book}, durable=cut is not None), script)
    customer.talk(cut or ())
    talking = customer.talking
    record = talking.session().record
    keys = [effect.key for effect in talking.effects]
    assert len(set(keys)) == len(keys)
    # Who goes back comes by a flow that replaces itself once more: the round only tells effects apart.
    steps = [(effect.key.split(":", 2), effect.name, effect.args) for effect in talking.effects]
    return {
        "effects": [(step, name, args) for (session, _round, step), name, args in steps if session == str(MAIN)],
        "says": talking.says,
        "journal": [(entry.step, entry.kind, entry.value) for entry in record.journal],
        "waits at": record.parked and (record.parked.step, record.parked.kind, record.parked.until),
        "exit": talking.session().exit,
        "handed over": talking.handed_over,
    }


def check_cuts(book: dict[str, Program], script: list[int], cut: list[list[str]]) -> None:
    assert outcome(book, script, cut) == outcome(book, script)


@settings(anything, max_examples=100)
@given(books(), scripts, cuts)
def test_a_conversation_cut_anywhere_ends_like_one_without_cuts(
    book: dict[str, Program], script: list[int], cut: list[list[str]]
) -> None:
    check_cuts(book, script, cut)


@pytest.mark.slow
@settings(anything, max_examples=1000)
@given(books(), scripts, cuts)
def test_a_thousand_conversations_cut_anywhere_end_like_those_without(
    book: dict[str, Program], script: list[int], cut: list[list[str]]
) -> None:
    check_cuts(book, script, cut)


# What always holds, whatever happens: Talking checks it after every turn

CROWD = {
    **{f"asks{n}": Program(f"asks{n}", (Ask("k1", "choice"), Ask("k2", "number", 3))) for n in range(4)},
    **{
        f"waits{n}": Program(f"waits{n}", (Wait("k1", 1), Do("k2", "count"), Ask("k3", "choice"))) for n in range(3)
    },
}
FLOWS = ("main", "main", "first", "second", "aside", *sorted(CROWD))
happenings = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["answer", "stale press", "due", "due", "stale due"]), st.integers(0, 30)),
        st.tuples(st.just("start"), st.sampled_from(FLOWS)),
        st.tuples(st.sampled_from(["back", "nonsense", "ask again", "crash"]), st.none()),
    ),
    min_size=10,
    max_size=40,
)


def happen(talking: Talking, what: str, value: Any) -> None:
    top = talking.top
    match what:
        case "start":
            talking.start(value)
        case "answer" if top is not None:
            talking.answers(value)
        case "nonsense" if top is not None:
            talking.types(NONSENSE)
        case "back":
            talking.back()
        case "ask again":
            talking.turn(lambda talk: talk.ask_again())
        case "crash" if top is not None:
            talking.snapshot().answers(1)
        case "stale press":
            talking.presses("o1", place=f"{value % 4}.{value}")
        case "stale due" if talking.rows:
            talking.passes(1 + value % len(talking.rows), value)
        case "due" if talking.rows:
            number = 1 + value % len(talking.rows)
            parked = talking.session(number).record.parked
            if parked is not None and parked.until is not None:
                talking.passes(number, parked.token)


@settings(anything, max_examples=50)
@given(books(), happenings)
def test_whatever_happens_one_question_is_open_and_no_effect_runs_twice(
    book: dict[str, Program], happened: list[tuple[str, Any]]
) -> None:
    talking = Talking({**ASIDES, **CROWD, **book})
    for what, value in happened:
        happen(talking, what, value)
        talking.stands()
        if talking.handed_over:
            return


@pytest.mark.slow
@settings(anything, max_examples=1000)
@given(books(), happenings)
def test_whatever_happens_over_and_over_one_question_is_open(
    book: dict[str, Program], happened: list[tuple[str, Any]]
) -> None:
    talking = Talking({**ASIDES, **CROWD, **book})
    for what, value in happened:
        happen(talking, what, value)
        talking.stands()
        if talking.handed_over:
            return


@settings(anything, max_examples=20)
@given(steps(depth=1, most=4), st.integers(0, 30))
def test_a_menu_goes_round_for_ever_with_a_short_journal(round_: tuple[Step, ...], number: int) -> None:
    menu = Program("menu", (Ask("wish", "choice"), Do("k1", "charge"), *round_, Go("menu", endless=True)))
    talking = Talking({"menu": menu})
    talking.start("menu")
    lengths = set()
    for turn in range(60):
        session = talking.session()
        parked = session.record.parked
        assert parked is not None
        lengths.add(len(session.record.journal))
        if parked.kind == "wait":
            talking.passes(MAIN, parked.token)
        else:
            talking.answers(number + turn)
    assert max(lengths) <= 40
    assert talking.session().record.round > 1


# The code changes under a waiting session


def check_change(before: dict[str, Program], after: dict[str, Program], script: list[int], at: int) -> None:
    talking = Talking({**ASIDES, **before})
    customer = Customer(talking, script[:at])
    customer.talk()
    record = talking.session().record
    answered = {entry.step: entry.value for entry in record.journal if entry.kind == "ask"}

    talking.book = {**ASIDES, **after}
    customer.script.extend(script[at:])
    while customer.script and (parked := customer.main_parked()) is not None:
        again = talking.session().record
        if parked.kind == "ask" and parked.step in answered and again.round == record.round:
            kind = cast(AskKind, talking.kind_of(talking.session()))
            assert not fits(kind, answered[parked.step])
        customer.go_on()
        customer.talking.stands()
        assert talking.session().restarts <= 1


def fits(kind: AskKind, answer: Any) -> bool:
    try:
        PROMPTS[kind].load(answer)
    except ValueError:
        return False
    return True


@settings(anything, max_examples=80)
@given(st.data(), books(), scripts, st.integers(0, 4))
def test_changed_code_leaves_nobody_stuck_and_repeats_no_effect(
    data: st.DataObject, before: dict[str, Program], script: list[int], at: int
) -> None:
    check_change(before, data.draw(changed(before)), script, at)


@pytest.mark.slow
@settings(anything, max_examples=1000)
@given(st.data(), books(), scripts, st.integers(0, 4))
def test_a_thousand_changes_leave_nobody_stuck(
    data: st.DataObject, before: dict[str, Program], script: list[int], at: int
) -> None:
    check_change(before, data.draw(changed(before)), script, at)
