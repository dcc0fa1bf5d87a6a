"""Between the builder's form and the document of a condition: what was typed is read, and a condition is typed in.

What is wrong is for `outreach.segments.checks` to say: whatever cannot be read goes into the document as it is.
A field of several values is ticked (`value~gold`) or written with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from console.staff.amounts import plain, typed, western
from console.staff.segments_tree import WHOLE, Group, Part, Place, Row
from outreach.segments.columns import minor
from outreach.segments.days import STARTS, parted
from outreach.segments.definition import All, Condition, Either, Test
from outreach.segments.facts import FACTS, Fact, Operator
from outreach.segments.problem import Path

PERIODS = ("any", "within", "since", "before", "span")
DAYS = ("date", "days", "months", "today", *(start.replace(" ", "_") for start in STARTS))
UNITS = {"days": "day", "months": "month"}
_BETWEEN_VALUES = re.compile(r"[,;\n،؛，、；]+")
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_PARTED = re.compile(r"(?<=[0-9])[,.٬ \u00a0](?=[0-9]{3}(?![0-9]))")


class Written(NamedTuple):
    """The document of what was typed, and which part stands where in it."""

    document: Any
    places: Mapping[Path, Place]


def written(whole: Group, currency: str) -> Written:
    """The document that the builder's parts say; amounts are in `currency`."""
    places: dict[Path, Place] = {}
    return Written(_part(whole, WHOLE, (), places, currency), places)


def place_of(places: Mapping[Path, Place], path: Path) -> tuple[Place, Path]:
    """The part that a way into the document leads to, and what is left of the way within it."""
    end = next(end for end in range(len(path), -1, -1) if path[:end] in places)
    return places[path[:end]], path[end:]


def tree_of(condition: Condition, currency: str) -> Group:
    """The parts of a condition, to be changed in the builder."""
    part = _tree(condition, currency)
    return part if isinstance(part, Group) else Group("all", (part,))


def fact_of(row: Row) -> Fact | None:
    """The fact that was chosen."""
    return FACTS.get(row.fields.get("fact", ""))


def operator_of(row: Row) -> Operator | None:
    """What is asked of it: what was chosen, or the first where that is nothing one can ask of this fact."""
    fact = fact_of(row)
    return (fact.form.operator(row.fields.get("op", "")) or fact.form.operators[0]) if fact else None


def settled(row: Row) -> Row:
    """The row as it goes on once its fact was changed: what was typed for the one before is dropped."""
    fact = fact_of(row)
    before = FACTS.get(row.fields.get("was", ""))
    if fact is None or before in (None, fact):
        return row
    return Row({"fact": fact.name} | ({"op": row.fields["op"]} if "op" in row.fields else {}))


def chosen(row: Row, field: str) -> list[str]:
    """The values of a field of several: what is ticked, then what is written."""
    ticked = [name.partition("~")[2] for name in row.fields if name.startswith(f"{field}~")]
    texts = (" ".join(text.split()) for text in _BETWEEN_VALUES.split(row.fields.get(field, "")))
    return list(dict.fromkeys((*ticked, *filter(None, texts))))


def begun(row: Row) -> bool:
    """Whether something was typed or chosen beside the fact and the operator."""
    choosers = ("fact", "op", "was", "period")
    return any(
        value.strip() and name not in choosers and not name.endswith("_day") for name, value in row.fields.items()
    )


def _part(part: Part, place: Place, path: Path, places: dict[Path, Place], currency: str) -> Any:
    places[path] = place
    if isinstance(part, Row):
        return _test(part, currency)

    def parts(*inside: str) -> list[Any]:
        return [
            _part(each, (*place, number), (*path, *inside, number), places, currency)
            for number, each in enumerate(part.parts)
        ]

    if part.how in ("all", "any"):
        return {part.how: parts(part.how)}
    if part.how == "none" and len(part.parts) == 1:
        return {"not": _part(part.parts[0], (*place, 0), (*path, "not"), places, currency)}
    inner = "any" if part.how == "none" else "all"
    return {"not": {inner: parts("not", inner)}}


def _test(row: Row, currency: str) -> dict[str, Any]:
    fact, operator = fact_of(row), operator_of(row)
    if fact is None or operator is None:
        return {"fact": row.fields.get("fact", "")}
    test: dict[str, Any] = {"fact": fact.name, "op": operator.name}
    value = _value(row, fact, operator, currency)
    return test | ({} if value is None else {"value": value}) | _details(row, fact, currency)


def _value(row: Row, fact: Fact, operator: Operator, currency: str) -> Any:
    if operator.takes == "nothing":
        return None
    if operator.takes == "many":
        values = chosen(row, "value")
        if fact.form.name == "campaign" and not values:
            return None
        return [_whole(each) for each in values] if fact.form.name == "day" else values
    fields = ("value", "until") if operator.takes == "two" else ("value",)
    values = [_single(row, field, fact, operator, currency) for field in fields]
    return values if operator.takes == "two" else values[0]


def _single(row: Row, field: str, fact: Fact, operator: Operator, currency: str) -> Any:
    text = row.fields.get(field, "")
    if counts_days(operator):
        return _whole(text)
    match fact.form.name:
        case "truth":
            return {"yes": True, "no": False}.get(text, text)
        case "number" | "answer":
            return _whole(text)
        case "money":
            return _amount(text, currency)
        case "moment":
            return _day(row, field)
    return text if text or not (ticked := chosen(row, field)) else ticked[0]


def counts_days(operator: Operator) -> bool:
    """Whether the value is a number of days."""
    return (operator.negates or operator.name) in ("within", "coming")


def _details(row: Row, fact: Fact, currency: str) -> dict[str, Any]:
    """Which events count; what was left empty is not asked."""
    fields, found = row.fields, dict[str, Any]()
    for key in fact.details:
        if key in ("product", "category", "branch") and (values := chosen(row, key)):
            found[key] = values
        elif key in ("survey", "question"):
            found[key] = fields.get(key, "")
        elif key == "times" and fields.get(key, "").strip():
            found[key] = _whole(fields[key])
        elif key == "spent" and fields.get(key, "").strip():
            found[key] = _amount(fields[key], currency)
    period = fields.get("period", "any")
    if "within" in fact.details and period == "within":
        found["within"] = _whole(fields.get("within", ""))
    for key in ("since", "before"):
        if key in fact.details and period in (key, "span"):
            found[key] = _day(row, key)
    return found


def _day(row: Row, field: str) -> str:
    """The day that a field means, as `outreach.segments.days` reads it."""
    how, number = row.fields.get(f"{field}_day", "date"), _whole(row.fields.get(f"{field}_ago", ""))
    if how in UNITS:
        return "today" if number == 0 else f"{number} {UNITS[how]}{'' if number == 1 else 's'} ago"
    return row.fields.get(f"{field}_date", "") if how == "date" else how.replace("_", " ")


def _whole(text: str) -> int | str:
    """A whole number as people write it; what is none stays as it is."""
    number = _PARTED.sub("", western(text.strip()))
    return int(number) if _NUMBER.fullmatch(number) else text


def _amount(text: str, currency: str) -> str:
    """An amount as people write it, as a decimal; what is none stays as it is."""
    sign, amount = ("-", text.strip()[1:]) if text.strip()[:1] in ("-", "−") else ("", text)
    if re.fullmatch(r"[\s0.,]*0[\s0.,]*", western(amount)):
        return "0"
    minor_units = typed(amount, currency)
    return f"{sign}{plain(minor_units, currency)}" if minor_units else text


def _tree(condition: Condition, currency: str) -> Part:
    if isinstance(condition, Test):
        return Row(dict(_fields(condition, currency)))
    if isinstance(condition, All):
        return Group("all", tuple(_tree(each, currency) for each in condition.all))
    if isinstance(condition, Either):
        return Group("any", tuple(_tree(each, currency) for each in condition.any))
    inner = _tree(condition.negated, currency)
    if isinstance(inner, Group) and inner.how in ("all", "any"):
        return Group("not_all" if inner.how == "all" else "none", inner.parts)
    return Group("none", (inner,))


def _fields(test: Test, currency: str) -> Iterable[tuple[str, str]]:
    fact = FACTS[test.fact]
    yield from (("fact", fact.name), ("op", test.op))
    operator = fact.form.operator(test.op)
    assert operator is not None  # it was read
    if operator.takes == "many":
        yield from _several("value", _listed(test.value), ticked=not fact.free)
    elif test.value is not None:
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        for field, value in zip(("value", "until"), values, strict=False):
            yield from _typed(field, value, fact, operator, currency)
    yield from _typed_details(test, currency)


def _typed(field: str, value: Any, fact: Fact, operator: Operator, currency: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, bool):
        yield field, "yes" if value else "no"
    elif fact.form.name == "money":
        yield field, _shown(value, currency)
    elif fact.form.name == "moment" and not counts_days(operator):
        yield from _typed_day(field, value)
    else:
        yield field, str(value)


def _typed_details(test: Test, currency: str) -> Iterable[tuple[str, str]]:
    yield from _several("product", test.product, ticked=False)
    yield from _several("category", test.category, ticked=False)
    yield from _several("branch", test.branch, ticked=True)
    yield from ((key, text) for key, text in (("survey", test.survey), ("question", test.question)) if text)
    if test.times > 1:
        yield "times", str(test.times)
    if test.spent:
        yield "spent", _shown(test.spent, currency)
    if test.within is not None:
        yield from (("period", "within"), ("within", str(test.within)))
    if test.since or test.before:
        yield "period", "span" if test.since and test.before else "since" if test.since else "before"
    for key, day in (("since", test.since), ("before", test.before)):
        yield from _typed_day(key, day) if day else ()


def _typed_day(field: str, day: str) -> Iterable[tuple[str, str]]:
    number, unit = parted(day)
    if number:
        yield from ((f"{field}_day", f"{unit}s"), (f"{field}_ago", str(number)))
    elif day == "today" or day in STARTS:
        yield f"{field}_day", day.replace(" ", "_")
    else:
        yield from ((f"{field}_day", "date"), (f"{field}_date", day))


def _several(field: str, values: Sequence[object], *, ticked: bool) -> Iterable[tuple[str, str]]:
    if ticked:
        yield from ((f"{field}~{value}", "yes") for value in values)
    elif values:
        yield field, ", ".join(map(str, values))


def _listed(value: Any) -> Sequence[object]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _shown(amount: str, currency: str) -> str:
    units = minor(amount, currency)
    return f"-{plain(-units, currency)}" if units < 0 else plain(units, currency)
