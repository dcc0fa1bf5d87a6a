"""What the sample business writes to its customers of its own accord (files beside), and to which of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from outreach.templates import file
from outreach.templates.file import Written

FOLDER = Path(__file__).parent / "templates"
COCONUT, BUN = "coconut", "bun"  # the files


class Kept(NamedTuple):
    """A segment by its name, and its condition as it is kept."""

    name: str
    condition: dict[str, Any]


def _test(fact: str, op: str, value: Any) -> dict[str, Any]:
    return {"fact": fact, "op": op, "value": value}


AGREED = _test("news", "is", "granted")
REGULARS = Kept("Regulars who agreed to news", {"all": [AGREED, _test("orders", "at_least", 5)]})
AWAY = Kept("Stayed away lately", {"all": [AGREED, _test("stage", "in", ["at_risk", "lapsed"])]})
SEGMENTS = (REGULARS, AWAY, Kept("Gold and platinum", _test("tier", "in", ["gold", "platinum"])))


@cache
def template(name: str) -> Written:
    """A template by its file's name."""
    return file.read_file(FOLDER / f"{name}.yaml")
