"""What docs/surveys.md tells who writes surveys is what the file understands."""

from __future__ import annotations

import re
import typing
from pathlib import Path

from surveys import file, templates
from surveys.checks import Known
from surveys.definition import AREAS, CONTACTS, Kind
from surveys.file.forms import every_key
from written.nodes import MOST_BYTES, Keyed, Listed, Node, parse

PAGE = (Path(__file__).parents[2] / "docs" / "surveys.md").read_text(encoding="utf-8")
EXAMPLES = [each for each in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if each.startswith("code:")]
PARTS = {"sections": "section", "questions": "question", "thanks": "thanks", "reward": "reward", "when": "when"}
FREE = {"choices", "rows", "name", "text", "title", "intro", "low", "high", "probe"}  # what is below is not ours


def keys(node: Node, part: str) -> set[str]:
    """The keys that a file uses, each with the part it belongs to."""
    if isinstance(node, Listed):
        return {key for item in node.items for key in keys(item, part)}
    if not isinstance(node, Keyed):
        return set()
    found = {f"{part}.{key.text}" for key, _value in node.pairs}
    below = ((PARTS.get(key.text, part), value) for key, value in node.pairs if key.text not in FREE)
    return found.union(*(keys(value, each) for each, value in below))


def test_every_key_stands_in_the_table() -> None:
    documented = re.findall(r"^\| `(\w+\.\w+)`(?: \*)? \|", PAGE, re.MULTILINE)
    assert sorted(documented) == sorted(every_key())


def test_the_examples_can_be_published_and_use_every_key() -> None:
    known = Known(["shop", "product"], ["shop", "products"], ["free_coffee"])
    surveys = [file.read(each.encode(), (), known) for each in EXAMPLES]
    assert [each.code for each in surveys] == ["after_visit", "cafe_visit"]
    assert set(every_key()) == set[str]().union(*(keys(parse(each.encode(), ""), "survey") for each in EXAMPLES))


def test_kinds_areas_contacts_templates_and_bounds_stand_in_the_docs() -> None:
    for word in (*typing.get_args(Kind), *AREAS, *CONTACTS):
        assert f"`{word}`" in PAGE, word
    shipped = PAGE.split("come with Sapa\n")[1].split("## Inviting")[0]
    assert re.findall(r"^\| `(\w+)` \|", shipped, re.MULTILINE) == list(templates.ORDER)
    assert f"{MOST_BYTES // 1024} KB" in PAGE
