"""The book of flows: every name that leads somewhere is in it, and every effect's result survives a restart."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from flows import menu, preferences
from flows.book import FLOWS
from handlers import button_pressed, conversation_started, intents, route
from talk.effects import result_type
from talk.prompts.base import Option

ROOT = Path(__file__).parents[2]

# Flows that are named at run time, and where the names come from.
NAMED_AT_RUN_TIME = {
    "flows/menu.py: wish.key": {option.key for option in vars(menu).values() if isinstance(option, Option)},
    "flows/preferences.py: wish.key": {option.key for option in preferences.FLOWS},
    "flows/welcome.py: wanted": route.FIRST,
    "handlers/button_pressed.py: campaign.flow": set(FLOWS),  # a template's, that is in the scene's book
    "handlers/button_pressed.py: key": button_pressed.COMMANDS,
    "handlers/button_pressed.py: name": button_pressed.ABOUT,
    "handlers/button_pressed.py: found.record.flow": set(FLOWS),  # it ran before, and is in the scene's book
    "handlers/conversation_started.py: wanted or 'menu'": conversation_started.DEEP_LINKS | {"menu"},
    "handlers/route.py: left": set(FLOWS),  # it ran before
    "handlers/route.py: wanted": set(intents.FLOWS_OF_INTENTS.values()),
}


def calls(*rooms: str) -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call of a method in these rooms, with the method's name and its owner's: `talk.go`."""
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield path, node, f"{ast.unparse(node.func.value).rpartition('.')[2]}.{node.func.attr}"


def leads() -> Iterator[tuple[str, ast.expr]]:
    for path, call, name in calls("flows", "handlers", "outreach", "loyalty", "scheduler", "bot"):
        if name in ("talk.go", "conversation.start"):
            yield path.relative_to(ROOT).as_posix(), call.args[0]


def test_every_flow_that_is_led_to_by_name_is_in_the_book() -> None:
    names = {lead.value for _path, lead in leads() if isinstance(lead, ast.Constant)}
    assert {"menu", "link", "fallback"} <= names
    assert names <= set(FLOWS)


def test_every_flow_that_is_named_at_run_time_comes_from_a_known_list_and_is_in_the_book() -> None:
    dynamic = {f"{path}: {ast.unparse(lead)}" for path, lead in leads() if not isinstance(lead, ast.Constant)}
    assert dynamic - {"bot/rehearsal.py: flow"} == set(NAMED_AT_RUN_TIME)
    assert set().union(*NAMED_AT_RUN_TIME.values()) <= set(FLOWS)


def effects() -> Iterator[tuple[str, Callable[..., Any]]]:
    for path, call, name in calls("flows"):
        if name == "talk.do":
            module = importlib.import_module(f"flows.{path.stem}")
            effect = ast.unparse(call.args[1])
            yield f"{path.name}: {effect}", eval(effect, vars(module))


EFFECTS = dict(effects())


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_returns_what_comes_back_from_json(name: str) -> None:
    effect = EFFECTS[name]
    assert "return" in effect.__annotations__
    msgspec.json.Decoder(result_type(effect))
