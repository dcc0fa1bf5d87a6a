"""aiogram and python-telegram-bot cost seconds to import: each has one package, and no other path pays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels import telegram

HERE = Path(telegram.__file__).parent
# What others may import without paying.
CHEAP = ["bot_token.py", "commands.py", "manners.py", *(str(p.relative_to(HERE)) for p in HERE.glob("fake/*.py"))]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize(("library", "package"), [("aiogram", "inbound"), ("telegram", "outbound")])
def test_a_library_is_imported_by_its_package_alone(library: str, package: str) -> None:
    users = {
        path.relative_to(HERE).parts[0]
        for path in HERE.rglob("*.py")
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users == {package}


@pytest.mark.parametrize("module", CHEAP)
def test_what_others_use_imports_neither_package(module: str) -> None:
    heavy = ("channels.telegram.inbound", "channels.telegram.outbound")
    assert not [name for name in imported(HERE / module) if name.startswith(heavy)]
