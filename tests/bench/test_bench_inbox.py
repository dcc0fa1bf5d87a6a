"""The benchmark of the inbox tells every agent of every message of their queue, whatever is cut off."""

from __future__ import annotations

import pytest

from bench.inbox.figures import inbox


@pytest.mark.slow
def test_nothing_is_missed_by_anybody() -> None:
    found = inbox(quick=True)
    assert found["missed"] == 0
    assert 0 < found["p50_ms"] <= found["p95_ms"]
