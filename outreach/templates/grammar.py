"""The gate: what a template may say. Whatever passes is said in bounded time and memory.

The language is Jinja2's with most of it left out. A text has at most MOST_SIGNS characters. It is parsed, which
does nothing but read it, and its tree is walked against a list of what may stand in it: known values and their
known fields, constants, comparisons, `and`, `or`, `not`, our own helpers, `if`, and `for` over lists that are
bounded, at most twice nested. There is no arithmetic, no call, no assignment, no macro, no inclusion and no look at
a value's insides, so nothing grows but by what is written: what is said is at most MOST_SIGNS times as long as the
longest value, nine times over. Only what has passed is compiled, for compiling evaluates constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from jinja2 import nodes

from outreach.templates import flaws
from outreach.templates.flaws import Flaw, listed
from outreach.templates.marking import Marks
from outreach.templates.registry import BY_HELPER, BY_NAME, FORMS, LOOP, Helper, Kind, Value
from outreach.templates.source import read, unseen

DEEPEST = 24  # steps from the whole text down to the smallest part
DEEPEST_LISTS = 2
MOST_CHOICES = 30  # texts in brackets after `in`
MOST_DIGITS = 9
MOST_FLAWS = 20  # are told at once

_ITEM = re.compile("[a-z][a-z0-9_]{0,29}")
_LISTS = tuple(value.name for value in BY_NAME.values() if value.kind == "list")
_SIGNS: dict[type[nodes.Node], str] = {
    nodes.Mul: "*",
    nodes.Pow: "**",
    nodes.Mod: "%",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Neg: "-",
    nodes.Pos: "+",
    nodes.Concat: "~",
    nodes.Call: "( )",
    nodes.List: "[ ]",
    nodes.Tuple: ",",
    nodes.Dict: "{ }",
    nodes.Getitem: "[ ]",
    nodes.Slice: "[ : ]",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.FromImport: "from",
    nodes.Test: "is",
}


class Parsed(NamedTuple):
    """A text that was read: its tree, the values and the fields of lists that it names, and what is wrong with it.

    Each name comes with its first line.
    """

    tree: nodes.Template | None
    names: dict[str, int]
    fields: dict[str, int]
    flaws: tuple[Flaw, ...]


class _Refused(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(str(flaw))
        self.flaw = flaw


@lru_cache(maxsize=512)
def names_of(source: str, language: str) -> frozenset[str]:
    """The values that a text names."""
    return frozenset(parse(source, language).names)


def parse(source: str, language: str) -> Parsed:
    """Read a text in a language. Its tree may be compiled as it is given, unless there are flaws."""
    tree = read(source)
    if isinstance(tree, Flaw):
        return Parsed(None, {}, {}, (tree,))
    gate = _Gate(language)
    gate.body(tree.body, 0, {})
    return Parsed(tree, gate.names, gate.fields, tuple(gate.flaws[:MOST_FLAWS]))


Items = dict[str, Value]
"""What is known within a `for`: each item by its name."""


class _Gate:
    """Walks a tree, notes what may not stand in it, and makes the author's text fit to be said."""

    def __init__(self, language: str) -> None:
        self.names: dict[str, int] = {}
        self.fields: dict[str, int] = {}
        self.flaws: list[Flaw] = []
        self._language = language
        self._walks: dict[type[nodes.Node], Callable[..., Kind]] = {
            nodes.Name: self._name,
            nodes.Getattr: self._field,
            nodes.Const: self._constant,
            nodes.Filter: self._helper,
            nodes.Compare: self._compare,
            nodes.And: self._either,
            nodes.Or: self._either,
            nodes.Not: self._not,
            nodes.CondExpr: self._choice,
        }

    # Parts of the text

    def body(self, parts: Iterable[nodes.Node], depth: int, items: Items) -> None:
        """A part of the text, with all that stands in it."""
        marks = Marks()
        for part in parts:
            if len(self.flaws) >= MOST_FLAWS:
                return
            try:
                self._part(part, depth + 1, items, marks)
            except _Refused as refused:
                self.flaws.append(refused.flaw)
        self.flaws.extend(marks.end())

    def _part(self, part: nodes.Node, depth: int, items: Items, marks: Marks) -> None:
        if depth > DEEPEST:
            raise _Refused(Flaw(part.lineno, flaws.DEEP, {}))
        if isinstance(part, nodes.Output):
            self._output(part, depth, items, marks)
        elif isinstance(part, nodes.If):
            self._condition(part, depth, items)
        elif isinstance(part, nodes.For):
            self._list(part, depth, items)
        else:
            raise _not_allowed(part)

    def _output(self, output: nodes.Output, depth: int, items: Items, marks: Marks) -> None:
        for each in output.nodes:
            if isinstance(each, nodes.TemplateData):
                each.data, found = marks.read(each.data, each.lineno)
                self.flaws.extend(found)
            else:
                self._written_out(each, depth, items)

    def _written_out(self, node: nodes.Expr, depth: int, items: Items) -> None:
        try:
            if self._kind(node, depth, items) == "truth":
                raise _Refused(Flaw(node.lineno, flaws.TRUTH, {"word": "if"}))
        except _Refused as refused:  # what stands beside it is looked at, too
            self.flaws.append(refused.flaw)

    def _condition(self, condition: nodes.If, depth: int, items: Items) -> None:
        for branch in (condition, *condition.elif_):
            self._kind(branch.test, depth, items)
            self.body(branch.body, depth, items)
        self.body(condition.else_, depth, items)

    def _list(self, loop: nodes.For, depth: int, items: Items) -> None:
        if len(items) >= DEEPEST_LISTS:
            raise _Refused(Flaw(loop.lineno, flaws.NESTED, {}))
        listing = loop.iter.name if isinstance(loop.iter, nodes.Name) else ""
        if listing not in _LISTS or loop.test is not None or loop.recursive:
            raise _Refused(Flaw(loop.lineno, flaws.NO_LIST, {"word": "in", "known": listed(_LISTS)}))
        self.names.setdefault(listing, loop.lineno)
        name = loop.target.name if isinstance(loop.target, nodes.Name) else ""
        if not _ITEM.fullmatch(name) or name in BY_NAME or name in items or name == LOOP.name:
            raise _Refused(Flaw(loop.lineno, flaws.ITEM_NAME, {"example": "item"}))
        self.body(loop.body, depth, {**items, name: BY_NAME[listing]})
        self.body(loop.else_, depth, items)

    # Expressions: each has a kind, so that what is compared and what is written out fits

    def _kind(self, node: nodes.Node, depth: int, items: Items) -> Kind:
        if depth > DEEPEST:
            raise _Refused(Flaw(node.lineno, flaws.DEEP, {}))
        walk = self._walks.get(type(node))
        if walk is None:
            raise _not_allowed(node)
        return walk(node, depth + 1, items)

    def _name(self, node: nodes.Name, _depth: int, items: Items) -> Kind:
        if node.name in items or (items and node.name == LOOP.name):
            of = LOOP if node.name == LOOP.name else items[node.name]
            values = {"list": node.name, "known": listed(each.name for each in of.fields)}
            raise _Refused(Flaw(node.lineno, flaws.WHICH_FIELD, values))
        if node.name not in BY_NAME:
            raise _Refused(flaws.unknown_value(node.lineno, node.name, (*BY_NAME, *items)))
        self.names.setdefault(node.name, node.lineno)
        return BY_NAME[node.name].kind

    def _field(self, node: nodes.Getattr, _depth: int, items: Items) -> Kind:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        of = LOOP if items and name == LOOP.name else items.get(name)
        if of is None:
            if name and name not in BY_NAME:
                raise _Refused(flaws.unknown_value(node.lineno, name, (*BY_NAME, *items)))
            raise _Refused(flaws.not_allowed(node.lineno, f".{node.attr[:40]}"))
        for field in of.fields:
            if field.name == node.attr:
                self.fields.setdefault(field.name, node.lineno)
                return field.kind
        values = {"list": name, "name": node.attr[:40], "known": listed(each.name for each in of.fields)}
        raise _Refused(Flaw(node.lineno, flaws.UNKNOWN_FIELD, values))

    def _constant(self, node: nodes.Const, _depth: int, _items: Items) -> Kind:
        if isinstance(node.value, str):
            if found := unseen(node.value, node.lineno):
                raise _Refused(found)
            return "text"
        if isinstance(node.value, bool) or node.value is None:
            raise _Refused(flaws.not_allowed(node.lineno, str(node.value).lower()))
        if not isinstance(node.value, int) or node.value >= 10**MOST_DIGITS:
            raise _Refused(Flaw(node.lineno, flaws.NUMBER, {}))
        return "number"

    def _helper(self, node: nodes.Filter, depth: int, items: Items) -> Kind:
        helper = BY_HELPER.get(node.name)
        if helper is None or node.node is None:
            values = {"name": node.name[:40], "known": listed(BY_HELPER)}
            raise _Refused(Flaw(node.lineno, flaws.UNKNOWN_HELPER, values))
        kind = self._kind(node.node, depth, items)
        if kind not in helper.takes or node.dyn_args or node.dyn_kwargs or not self._fits(helper, node):
            raise _Refused(Flaw(node.lineno, flaws.HELPER_USE, {"helper": helper.name, "example": helper.example}))
        if helper.name == "plural":
            self._forms(node)
        constants = (*node.args, *(pair.value for pair in node.kwargs))
        kinds = [self._constant(cast(nodes.Const, each), depth, items) for each in constants]
        return kind if helper.name == "default" and kinds == [kind] else helper.gives

    def _fits(self, helper: Helper, node: nodes.Filter) -> bool:
        constants = [*node.args, *(pair.value for pair in node.kwargs)]
        if not all(isinstance(each, nodes.Const) for each in constants):
            return False
        if helper.name == "plural":
            return not node.args and all(isinstance(cast(nodes.Const, each).value, str) for each in constants)
        return len(node.args) == (1 if helper.name == "default" else 0) and not node.kwargs

    def _forms(self, node: nodes.Filter) -> None:
        given = [pair.key for pair in node.kwargs]
        needed = FORMS[self._language]
        if len(set(given)) != len(given) or set(given) != set(needed):
            raise _Refused(Flaw(node.lineno, flaws.FORMS_NEEDED, {"helper": node.name, "forms": listed(needed)}))

    def _compare(self, node: nodes.Compare, depth: int, items: Items) -> Kind:
        left = self._kind(node.expr, depth, items)
        for operand in node.ops:
            if operand.op in ("in", "notin"):
                self._among(left, operand.expr, depth, items)
                continue
            right = self._kind(operand.expr, depth, items)
            if left != right or left not in ("text", "number", "day", "money"):
                raise _Refused(Flaw(node.lineno, flaws.COMPARED, {}))
            if left in ("text", "money") and operand.op not in ("eq", "ne"):
                raise _Refused(Flaw(node.lineno, flaws.COMPARED, {}))
            left = right
        return "truth"

    def _among(self, left: Kind, among: nodes.Node, depth: int, items: Items) -> None:
        """`city in ["Ipoh", "Melaka"]`."""
        if not isinstance(among, nodes.List | nodes.Tuple) or not 0 < len(among.items) <= MOST_CHOICES:
            raise _not_allowed(among)
        for each in among.items:
            if not isinstance(each, nodes.Const) or self._constant(each, depth, items) != left:
                raise _Refused(Flaw(among.lineno, flaws.COMPARED, {}))

    def _either(self, node: nodes.And | nodes.Or, depth: int, items: Items) -> Kind:
        return _joint([self._kind(each, depth, items) for each in (node.left, node.right)])

    def _not(self, node: nodes.Not, depth: int, items: Items) -> Kind:
        self._kind(node.node, depth, items)
        return "truth"

    def _choice(self, node: nodes.CondExpr, depth: int, items: Items) -> Kind:
        self._kind(node.test, depth, items)
        chosen = [node.expr1] if node.expr2 is None else [node.expr1, node.expr2]
        return _joint([self._kind(each, depth, items) for each in chosen])


def _joint(kinds: Sequence[Kind]) -> Kind:
    """The kind of what is one of several things."""
    if "truth" in kinds:
        return "truth"
    return kinds[0] if len(set(kinds)) == 1 else "mixed"


def _not_allowed(node: nodes.Node) -> _Refused:
    what = _SIGNS.get(type(node), type(node).__name__.lower())
    return _Refused(flaws.not_allowed(node.lineno, what))
