"""What docs/programme.md tells shop owners is what the file understands."""

from __future__ import annotations

import re
from pathlib import Path

from loyalty import programme_file
from loyalty.programme_file.forms import every_key
from written.nodes import MOST_BYTES, Keyed, Listed, Node, parse

PAGE = (Path(__file__).parents[2] / "docs" / "programme.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("## A whole example")[1].split("```yaml\n")[1].split("```")[0]


def paths(node: Node, within: str = "") -> set[str]:
    if isinstance(node, Listed):
        return {path for item in node.items for path in paths(item, f"{within}[]")}
    if not isinstance(node, Keyed):
        return set()
    found = {f"{within}.{key.text}".lstrip(".") for key, _value in node.pairs}
    found |= {path for key, value in node.pairs for path in paths(value, f"{within}.{key.text}".lstrip("."))}
    return {re.sub(r"^(outreach\.countries)\.[A-Z]{2}\b", r"\1.*", path) for path in found}


def test_every_key_stands_in_the_table_in_the_files_order() -> None:
    documented = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert documented == list(every_key())


def test_the_example_is_a_programme_that_uses_every_key() -> None:
    assert programme_file.read(EXAMPLE.encode())
    assert set(every_key()) <= paths(parse(EXAMPLE.encode(), "business: x"))


def test_the_bounds_stand_in_the_docs() -> None:
    assert f"{MOST_BYTES // 1024} KB" in PAGE
