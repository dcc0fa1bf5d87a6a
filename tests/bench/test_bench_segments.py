"""The benchmark of scores and segments compares two who come to the same, while customers are answered."""

from __future__ import annotations

import pytest

from bench.contest import ContestError
from bench.segments.figures import segments


@pytest.mark.slow
def test_sapa_and_duckdb_score_and_count_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    found = segments(True, customers=300, purchases=3_000, database="sqlite")
    assert {"vs_duckdb", "slowest_count_s", "peak_mb", "reply_p95_ms"} <= set(found)
    assert min(found.values()) > 0
    assert "champions who speak Chinese" in capsys.readouterr().out


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ContestError, match="postgresql or sqlite"):
        segments(True, database="oracle")
