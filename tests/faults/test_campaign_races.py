"""Some races of a campaign with who does not want it; `python -m tests.faults.races` plays thousands."""

from __future__ import annotations

import pytest

from tests.faults.races import DEEDS, race

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_is_claimed_after_somebody_said_stop_or_was_forgotten(database_url: str, deed: str) -> None:
    raced = await race(database_url, deed, 150, seed=5)
    assert raced.wrongs() == []
    assert len(raced.claimed) > 120
    assert len(set(raced.claimed.values())) == 2, "Some races were won, some were lost."
