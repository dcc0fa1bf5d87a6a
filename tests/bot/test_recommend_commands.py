"""`sapa recommend`: learnt by hand, listed with reasons."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa

from talk.errors import SapaError
from tests.bot import commands
from tests.insights.shop import fill

say = partial(commands.say, "recommend")


def test_it_learns_says_what_from_and_lists_what_is_recommended_and_why(url: str) -> None:
    assert "too few" not in commands.say("migrate")
    assert "None was fitted yet" in say("status")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        fill(connection)
    engine.dispose()
    assert "nothing to recommend" in say("show", "C1001")
    learnt = "ready: 1,159 purchases of 240 customers, 24 products"
    assert learnt in say("fit")
    assert learnt in say("status")
    lines = say("show", "C1001", "--size", "3").splitlines()
    assert len(lines) == 3
    assert "because they bought Product" in lines[0]
    with pytest.raises(SapaError, match="no customer with the number"):
        say("show", "nobody")
