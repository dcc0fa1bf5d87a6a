"""The benchmark of due greetings finds what it planned, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.due import crowd, figures
from store.tables import anniversaries

SIZES = {"few": 300, "many": 900}


@pytest.fixture
def one_core_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "pin", lambda: None)


@pytest.mark.usefixtures("one_core_for_all")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_measures_and_compares_two_sizes(kind: str, request: pytest.FixtureRequest) -> None:
    server = "sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    found = figures.measure(SIZES, 5, 1, server)
    assert list(found) == ["few", "many", "growth"]
    assert min(found.values()) > 0


def test_nobody_but_the_hits_has_a_birthday_near(tmp_path: Path) -> None:
    with crowd.opened("sqlite", tmp_path, 900, 9) as database, database.engine.connect() as connection:
        days = sa.select(anniversaries.c.month_day, sa.func.count()).group_by(anniversaries.c.month_day)
        counts = {row[0]: row[1] for row in connection.execute(days)}
    assert counts.pop(915) == 9
    assert sum(counts.values()) == 891
    assert not {day for day in counts if 815 <= day <= 1020}
