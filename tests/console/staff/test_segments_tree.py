"""What the builder's form holds and what it says are the same condition, and its buttons change what they say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from console.staff.segments_forms import place_of, settled, tree_of, written
from console.staff.segments_tree import Group, Part, Place, Row, done, name_of, places, typed
from outreach.segments import definition
from outreach.segments.checks import read
from outreach.segments.columns import minor
from outreach.segments.definition import All, Condition, Either, Not, to_plain
from outreach.segments.facts import FACTS
from tests.outreach.segments.some_conditions import CONDITIONS

CURRENCY = "MYR"


def fields(part: Part, place: Place = ()) -> dict[str, str]:
    """The fields of the form that shows this."""
    name = name_of(place)
    if isinstance(part, Row):
        return {f"{name}-{field}": value for field, value in part.fields.items()}
    found: dict[str, str] = {f"{name}-how": part.how}
    for number, each in enumerate(part.parts):
        found |= fields(each, (*place, number))
    return found


def as_built(condition: Condition) -> Condition:
    """The condition as the builder says it: no group of one in order to negate it, amounts with all decimals."""
    match condition:
        case All():
            return All(tuple(map(as_built, condition.all)))
        case Either():
            return Either(tuple(map(as_built, condition.any)))
        case Not():
            inner = as_built(condition.negated)
            return Not(inner.any[0] if isinstance(inner, Either) and len(inner.any) == 1 else inner)
    return _in_full(condition)


def _in_full(test: definition.Test) -> Condition:
    def full(amount: Any) -> Any:
        return f"{minor(amount, CURRENCY) / 100:.2f}" if minor(amount, CURRENCY) else "0"

    plain = to_plain(test)
    if FACTS[test.fact].form.name == "money":
        value = plain["value"]
        plain["value"] = [full(each) for each in value] if isinstance(value, list) else full(value)
    if test.spent:
        plain["spent"] = full(test.spent)
    return read(plain)


@given(CONDITIONS)
def test_a_condition_comes_back_from_the_form_as_it_was(document: Any) -> None:
    condition = read(document, CURRENCY)
    whole = tree_of(condition, CURRENCY)
    posted = typed(fields(whole))
    back = read(written(posted, CURRENCY).document, CURRENCY)
    built = as_built(condition)
    assert back == (built if isinstance(condition, All | Either | Not) else All((built,)))


@given(CONDITIONS)
def test_every_part_of_a_document_leads_to_its_place_in_the_form(document: Any) -> None:
    whole = tree_of(read(document, CURRENCY), CURRENCY)
    said = written(whole, CURRENCY)
    assert sorted(said.places.values()) == sorted(places(whole))
    for path, place in said.places.items():
        assert place_of(said.places, (*path, "value", 3)) == (place, ("value", 3))


ROW = Row({"fact": "stage"})
OTHER = Row({"fact": "tier"})
WHOLE = Group("all", (ROW, Group("any", (OTHER,))))
NEW = Row({})


@pytest.mark.parametrize(
    ("deed", "whole", "at"),
    [
        ("add:n", Group("all", (*WHOLE.parts, NEW)), (2,)),
        ("add:n-1", Group("all", (ROW, Group("any", (OTHER, NEW)))), (1, 1)),
        ("group:n", Group("all", (*WHOLE.parts, Group("any", (NEW,)))), (2, 0)),
        ("group:n-1", Group("all", (ROW, Group("any", (OTHER, Group("all", (NEW,)))))), (1, 1, 0)),
        ("drop:n-0", Group("all", (Group("any", (OTHER,)),)), (0,)),
        ("drop:n-1-0", Group("all", (ROW,)), (0,)),
        ("wrap:n-0", Group("all", (Group("any", (ROW, NEW)), WHOLE.parts[1])), (0, 1)),
        ("unwrap:n-1", Group("all", (ROW, OTHER)), (1,)),
    ],
)
def test_a_button_changes_what_it_says_and_leads_to_where_one_goes_on(deed: str, whole: Group, at: Place) -> None:
    found = done(WHOLE, deed)
    assert found is not None
    assert (found.whole, found.at) == (whole, at)


@pytest.mark.parametrize(
    "deed", ["", "add", "add:n-0", "drop:n", "wrap:n", "unwrap:n-0", "drop:n-9", "burn:n-0", "add:x"]
)
def test_a_button_of_what_is_not_there_does_nothing(deed: str) -> None:
    assert done(WHOLE, deed) is None


def test_the_last_condition_leaves_everybody() -> None:
    found = done(Group("any", (Group("none", (ROW,)),)), "drop:n-0-0")
    assert found is not None
    assert (found.whole, found.at) == (Group("any", ()), ())


def test_what_was_typed_for_another_fact_is_dropped() -> None:
    row = Row({"fact": "language", "was": "orders", "op": "is", "value": "3"})
    assert settled(row).fields == {"fact": "language", "op": "is"}
    assert settled(Row({**row.fields, "was": "language"})).fields["value"] == "3"


def test_a_form_of_hostile_depth_is_cut_off() -> None:
    deep = {f"n{'-0' * depth}-how": "any" for depth in range(400)}
    assert max(map(len, places(typed(deep)))) < 10


@pytest.mark.parametrize(
    ("fact", "typed_as", "value"),
    [
        ("orders", "1,250", 1250),
        ("orders", " ٣ ", 3),
        ("orders", "three", "three"),
        ("spent", "1,250.5", "1250.50"),
        ("spent", "RM 12", "12.00"),
        ("spent", "0.00", "0"),
        ("margin", "-5", "-5.00"),
        ("city", "Kuala Lumpur, west", "Kuala Lumpur, west"),
    ],
)
def test_numbers_and_amounts_are_read_as_people_write_them(fact: str, typed_as: str, value: object) -> None:
    op = {"spent": "at_least", "margin": "at_least"}.get(fact, "is")
    form = {"n-how": "all", "n-0-fact": fact, "n-0-op": op, "n-0-value": typed_as}
    assert written(typed(form), CURRENCY).document == {"all": [{"fact": fact, "op": op, "value": value}]}
