"""The rows of the builder as its template draws them: what can be chosen, what is, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from markupsafe import Markup

from console.staff import segments_texts as texts
from console.staff.segments_forms import DAYS, PERIODS, chosen, counts_days, fact_of, operator_of
from console.staff.segments_house import MOST_SHOWN
from console.staff.segments_tree import HOWS, How, Part, Place, Row, name_of
from console.staff.segments_typed import Trouble
from console.staff.segments_words import MONTHS, Called
from locales import Language, Text, render
from outreach.segments.definition import DEEPEST
from outreach.segments.facts import DETAILS, FACTS, GROUPS, Fact, Operator

Kind: TypeAlias = Literal["text", "number", "select", "ticks", "day"]
MOST_LISTED = 100  # that are offered where nothing is written: campaigns, the latest ones
_SEVERAL = ("product", "category", "branch")
_SOURCES = {"product": "products", "category": "categories", "branch": "branches"}


class Option(NamedTuple):
    """Something that can be chosen."""

    value: str
    words: Markup
    chosen: bool


class Input(NamedTuple):
    """One field of a row; its label is hidden unless it is `labelled`.

    `written`: beside what is ticked others may be typed. `number` is what stands in the number of a day; `settles`:
    the row looks otherwise once it is changed.
    """

    kind: Kind
    name: str
    label: Markup
    labelled: bool = False
    value: str = ""
    options: Sequence[Option] = ()
    written: bool = False
    decimal: bool = False
    number: str = ""
    settles: bool = False
    note: Markup = Markup()


class Shown(NamedTuple):
    """A part of the builder: a group with its parts, or a row with its fields."""

    name: str
    place: Place
    trouble: Trouble | None
    how: How | Literal[""] = ""
    hows: Sequence[Option] = ()
    parts: Sequence[Shown] = ()
    grows: bool = False  # a group may stand in it
    wraps: bool = False  # it may be put into a group
    fact: str = ""
    facts: Sequence[tuple[Markup, Sequence[Option]]] = ()
    operators: Sequence[Option] = ()
    subject: Sequence[Input] = ()  # of what the fact is: a survey's question
    values: Sequence[Input] = ()
    details: Sequence[Input] = ()


class Drawing:
    """Draws the parts for one reader."""

    def __init__(self, called: Called, language: Language, troubles: Mapping[Place, Trouble]) -> None:
        self._called = called
        self._language = language
        self._troubles = troubles

    def part(self, part: Part, place: Place) -> Shown:
        """The part at this place, with everything in it."""
        name, trouble = name_of(place), self._troubles.get(place)
        if isinstance(part, Row):
            return self._row(part, place, name, trouble)
        hows = [Option(how, self._say(texts.HOWS[f"how_{how}"]), how == part.how) for how in HOWS]
        parts = [self.part(each, (*place, number)) for number, each in enumerate(part.parts)]
        return Shown(name, place, trouble, part.how, hows, parts, grows=len(place) + 1 < DEEPEST)

    def _row(self, row: Row, place: Place, name: str, trouble: Trouble | None) -> Shown:
        fact, operator = fact_of(row), operator_of(row)
        facts = [
            (
                self._say(GROUPS[group]),
                [
                    Option(each.name, self._say(each.label), each is fact)
                    for each in FACTS.values()
                    if each.group == group
                ],
            )
            for group in GROUPS
        ]
        if fact is None or operator is None:
            return Shown(name, place, trouble, facts=facts, wraps=len(place) < DEEPEST)
        operators = [Option(each.name, self._say(each.label), each is operator) for each in fact.form.operators]
        return Shown(
            name,
            place,
            trouble,
            fact=fact.name,
            facts=facts,
            wraps=len(place) < DEEPEST,
            operators=operators if len(operators) > 1 else (),
            subject=list(self._subject(row, fact, name)),
            values=list(self._values(row, fact, operator, name)),
            details=list(self._details(row, fact, name)),
        )

    def _facts(self, group: str, chosen: Fact | None) -> list[Option]:
        mine = (fact for fact in FACTS.values() if fact.group == group)
        return [Option(fact.name, self._say(fact.label), fact is chosen) for fact in mine]

    def _values(self, row: Row, fact: Fact, operator: Operator, name: str) -> Iterator[Input]:
        if operator.takes == "nothing":
            return
        label = self._text("value")
        if operator.takes == "many":
            yield self._many(row, fact, name)
            return
        yield self._single(row, fact, operator, name, "value", label)
        if operator.takes == "two":
            yield self._single(row, fact, operator, name, "until", self._text("until"), labelled=True)

    def _many(self, row: Row, fact: Fact, name: str) -> Input:
        if fact.form.name == "day":
            months = {str(number): month for number, month in enumerate(MONTHS, 1)}
            return self._ticks(row, "value", name, months, free=False)
        note = self._text("any_campaign") if fact.form.name == "campaign" else Markup()
        known = self._called.names.get(fact.source or fact.name, {})
        return self._ticks(row, "value", name, known, free=fact.free)._replace(note=note)

    def _single(
        self,
        row: Row,
        fact: Fact,
        operator: Operator,
        name: str,
        field: str,
        label: Markup,
        *,
        labelled: bool = False,
    ) -> Input:
        value, named = row.fields.get(field, ""), f"{name}-{field}"
        form = fact.form.name
        if counts_days(operator):
            return Input("number", named, self._text("days"), value=value, labelled=True)
        if form == "truth":
            answers = {"yes": texts.ROWS["yes"], "no": texts.ROWS["no"]}
            return Input("select", named, label, options=self._options(answers, value))
        if form == "moment":
            return self._day(row, name, field, label, labelled=labelled)
        if form in ("number", "answer", "money"):
            return Input("number", named, label, labelled, value, decimal=form == "money")
        known = self._called.names.get(fact.source or fact.name, {})
        if value == "" and (ticked := chosen(row, field)):
            value = ticked[0]
        if fact.free:
            return Input("text", named, label, labelled, value, [Option(each, Markup(), False) for each in known])
        return Input("select", named, label, labelled, options=self._options(known, value))

    def _subject(self, row: Row, fact: Fact, name: str) -> Iterator[Input]:
        survey = row.fields.get("survey", "")
        for key, source in (("survey", "surveys"), ("question", f"questions:{survey}")):
            if key in fact.details:
                options = self._options(self._called.names.get(source, {}), row.fields.get(key, ""))
                settles = key == "survey"
                yield Input("select", f"{name}-{key}", self._say(DETAILS[key]), options=options, settles=settles)

    def _details(self, row: Row, fact: Fact, name: str) -> Iterator[Input]:
        for key in fact.details:
            label, value = self._say(DETAILS[key]), row.fields.get(key, "")
            if key in _SEVERAL:
                known = self._called.names.get(_SOURCES[key], {})
                free = key == "product" and not 0 < len(known) < MOST_SHOWN  # only the first ones are known
                yield self._ticks(row, key, name, known, free=free)._replace(label=label, labelled=True)
            elif key in ("times", "spent"):
                yield Input("number", f"{name}-{key}", label, True, value, decimal=key == "spent")
        if "within" in fact.details:
            yield from self._period(row, fact, name)

    def _period(self, row: Row, fact: Fact, name: str) -> Iterator[Input]:
        periods = PERIODS if "since" in fact.details else PERIODS[:2]
        said = row.fields.get("period", "any")
        options = [Option(each, self._say(texts.PERIODS[f"period_{each}"]), each == said) for each in periods]
        yield Input("select", f"{name}-period", self._text("period"), True, options=options, settles=True)
        if said == "within":
            value = row.fields.get("within", "")
            yield Input("number", f"{name}-within", self._text("days"), True, value)
        for key in ("since", "before"):
            if said in (key, "span"):
                yield self._day(row, name, key, self._say(texts.PERIODS[f"period_{key}"]), labelled=said == "span")

    def _day(self, row: Row, name: str, field: str, label: Markup, *, labelled: bool) -> Input:
        how = row.fields.get(f"{field}_day", "date")
        options = [Option(each, self._say(texts.DAYS[f"on_{each}"]), each == how) for each in DAYS]
        value, number = row.fields.get(f"{field}_date", ""), row.fields.get(f"{field}_ago", "")
        return Input("day", f"{name}-{field}", label, labelled, value, options, number=number, settles=True)

    def _ticks(self, row: Row, field: str, name: str, known: Mapping[str, Text | str], *, free: bool) -> Input:
        values = chosen(row, field)
        shown = dict(list(known.items())[: MOST_SHOWN if free else MOST_LISTED])
        ticked = {
            value: known.get(value, value) for value in values if value in known or not _writable(value, free)
        }
        options = [Option(value, self._named(words), value in values) for value, words in (shown | ticked).items()]
        written = ", ".join(value for value in values if value not in shown and value not in ticked)
        label = self._text("others" if options else "listed") if free else self._text("value")
        note = Markup() if options or free else self._text("none_known")
        return Input("ticks", f"{name}-{field}", label, False, written, options, written=free, note=note)

    def _options(self, known: Mapping[str, Any], value: str) -> list[Option]:
        """What there is; what was chosen stays, though it is not there any more."""
        found = dict(known) | ({value: value} if value and value not in known else {})
        empty = Option("", self._text("choose"), not value)
        return [empty, *(Option(each, self._named(words), each == value) for each, words in found.items())]

    def _named(self, words: Text | str) -> Markup:
        return self._say(words) if isinstance(words, Text) else Markup.escape(words)

    def _text(self, name: str) -> Markup:
        return self._say(texts.ROWS[name])

    def _say(self, text: Text) -> Markup:
        return Markup(render(text, self._language))  # noqa: S704 - our own text, or escaped


def _writable(value: str, free: bool) -> bool:
    """Whether a value that is not known can stand in the field of written ones."""
    return free and chosen(Row({"value": value}), "value") == [value]
