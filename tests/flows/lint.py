"""What a dialogue must not do, and why: a checker of the files in `flows/`.

A dialogue is run from its top in every turn, leaves by an exception at each question, and is read by translators.
Most of what goes wrong with that cannot be seen in a short test, so it is refused where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

PARKING = frozenset({"ask", "wait", "go"})
CLOCKS = frozenset(
    {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "gmtime", "localtime"}
)
CHANCE = frozenset({"random", "secrets", "uuid"})
STORES = frozenset({"store", "sqlalchemy"})
SENTENCES = frozenset({"_", "n_", "verbatim"})
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, and where."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


def check(source: str, path: str = "") -> list[Finding]:
    """Everything in a file of `flows/` that breaks a rule."""
    module = ast.parse(source)
    homes = _homes(module)
    found = [
        Finding(path, node.lineno, " ".join((rule.__doc__ or "").split()))
        for function in _dialogues(module)
        for rule in RULES
        for node in rule(function, homes)
    ]
    return sorted(found, key=lambda finding: finding.line)


def check_file(path: Path) -> list[Finding]:
    """Everything in the file that breaks a rule."""
    return check(path.read_text(encoding="utf-8"), str(path))


Homes: TypeAlias = dict[str, str]
Rule: TypeAlias = Callable[[Function, Homes], Iterator[Any]]


def cleanup_around_a_question(function: Function, _homes: Homes) -> Iterator[ast.AST]:
    """A question leaves the dialogue by an exception, in every turn until it is answered: `with` and `finally`
    around it clean up long before the customer has answered, and again and again. Put the work into an effect.
    """
    for node in ast.walk(function):
        cleans_up = isinstance(node, ast.With | ast.AsyncWith) or (isinstance(node, ast.Try) and node.finalbody)
        if cleans_up and any(isinstance(part, ast.Await) for part in ast.walk(node)):
            yield node


def catching_everything(function: Function, _homes: Homes) -> Iterator[ast.AST]:
    """A question leaves the dialogue by `Parked`, a BaseException; caught, the dialogue would run on as if it had
    been answered. Catch the exception you mean, and rather return refusals as values from effects.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler):
            everything = node.type is None or "BaseException" in _names(node.type)
        else:
            suppresses = isinstance(node, ast.Call) and _last(node.func) == "suppress"
            everything = suppresses and "BaseException" in _names(node)
        if everything:
            yield node


def clock(function: Function, homes: Homes) -> Iterator[ast.expr]:
    """The dialogue is run again in every turn, and the clock has moved: it would take another way than the
    customer did. `talk.now()` gives the moment when the dialogue first came here, for good.
    """
    for call in _calls(function):
        if _home(call.func, homes) in ("datetime", "time") and _last(call.func) in CLOCKS:
            yield call


def chance(function: Function, homes: Homes) -> Iterator[ast.expr]:
    """The dialogue is run again in every turn, and chance would decide anew: let an effect throw the dice,
    `talk.do` keeps what came up.
    """
    for call in _calls(function):
        if _home(call.func, homes) in CHANCE or _dotted(call.func) == "os.urandom":
            yield call


def store_outside_an_effect(function: Function, homes: Homes) -> Iterator[ast.expr]:
    """What is read or written here happens again in every turn, outside any savepoint and without a key: a voucher
    would be given twice. Make it an effect and call it by `talk.do`.
    """
    for call in _calls(function):
        if _home(call.func, homes) in STORES:
            yield call


def language_outside_an_effect(function: Function, _homes: Homes) -> Iterator[ast.expr]:
    """The customer may change the language between two turns; the dialogue would then take another way than
    before, and start afresh with an apology. Ask an earlier answer, or keep the language by a look-up.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and _dotted(node) == "talk.language":
            yield node


def waiting_for_something_else(function: Function, _homes: Homes) -> Iterator[ast.AST]:
    """The engine drives dialogues without an event loop, inside a database transaction: only Talk's verbs and
    helpers that are given `talk` may be awaited. Slow work is an effect whose result comes back as an event.
    """
    for node in ast.walk(function):
        if isinstance(node, ast.Await) and not _is_dialogue(node.value):
            yield node.value
        elif isinstance(node, ast.AsyncFor | ast.AsyncWith):
            yield node


def sentence_put_together(function: Function, _homes: Homes) -> Iterator[ast.expr]:
    """A sentence put together from pieces cannot be reordered by a translator, and values in it are not escaped:
    write it whole, with {names}, and pass the values to say or ask.
    """
    for text in _texts(function):
        parts = [text, *(text.args if isinstance(text, ast.Call) and _last(text.func) in SENTENCES else [])]
        yield from (part for part in parts if _is_built(part))


def sentence_without_catalogue(function: Function, _homes: Homes) -> Iterator[ast.expr]:
    """A bare text is the same in five languages: write it as `_(...)` or `n_(...)` so that translators get it, or
    as `verbatim(...)` when it is data.
    """
    for text in _texts(function):
        if isinstance(text, ast.Constant):
            yield text


def key_with_a_mark(function: Function, _homes: Homes) -> Iterator[ast.expr]:
    """/, # and @ make up the paths of steps in the journal: a key with one of them could be taken for a step of
    another flow.
    """
    for call in _calls(function):
        keyed = isinstance(call.func, ast.Attribute) and _dotted(call.func) in KEYED and call.args
        if keyed and isinstance(key := call.args[0], ast.Constant) and set("/#@") & set(str(key.value)):
            yield key


KEYED = frozenset({"talk.ask", "talk.do", "talk.wait", "talk.now"})
RULES: tuple[Rule, ...] = (
    cleanup_around_a_question,
    catching_everything,
    clock,
    chance,
    store_outside_an_effect,
    language_outside_an_effect,
    waiting_for_something_else,
    sentence_put_together,
    sentence_without_catalogue,
    key_with_a_mark,
)


def _dialogues(module: ast.Module) -> Iterator[Function]:
    """Every function but effects, which are given an `Act`."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args]
            if not (arguments and arguments[0].annotation and _last(arguments[0].annotation) == "Act"):
                yield node


def _homes(module: ast.Module) -> Homes:
    """The top-level package that each imported name comes from."""
    homes = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            homes.update({(each.asname or each.name).partition(".")[0]: _root(each.name) for each in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module:
            homes.update({each.asname or each.name: _root(node.module) for each in node.names})
    return homes


def _root(name: str) -> str:
    return name.partition(".")[0]


def _calls(function: Function) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def _texts(function: Function) -> Iterator[ast.expr]:
    """What is said and asked."""
    for call in _calls(function):
        name = _dotted(call.func)
        if name == "talk.say" and call.args:
            yield from _either(call.args[0])
        elif name == "talk.ask" and len(call.args) > 1:
            yield from _either(call.args[1])


def _either(text: ast.expr) -> Iterator[ast.expr]:
    if isinstance(text, ast.IfExp):
        yield from _either(text.body)
        yield from _either(text.orelse)
    else:
        yield text


def _is_dialogue(awaited: ast.expr) -> bool:
    if not isinstance(awaited, ast.Call):
        return False
    if isinstance(awaited.func, ast.Attribute) and _dotted(awaited.func.value) == "talk":
        return awaited.func.attr in PARKING
    return any(isinstance(argument, ast.Name) and argument.id == "talk" for argument in awaited.args)


def _is_built(text: ast.expr) -> bool:
    formatted = isinstance(text, ast.Call) and _last(text.func) in ("format", "join", "replace")
    return isinstance(text, ast.JoinedStr | ast.BinOp) or formatted


def _home(node: ast.expr, homes: Homes) -> str:
    return homes.get(_root(_dotted(node)), "")


def _dotted(node: ast.expr) -> str:
    """`a.b.c`; empty for anything that is not names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2]
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _names(node: ast.AST) -> set[str]:
    return {_last(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute)}
