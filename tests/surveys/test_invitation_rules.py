"""What rules say by themselves: the days of rounds, the share that is drawn, and what is wrong with them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules import Rule, Who, drawn, next_day, problems, pruned, rule_of
from talk.errors import SapaError

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("share", [1, 10, 50, 90, 100])
def test_the_share_that_is_drawn_is_near_what_was_asked_for_and_always_the_same(share: int) -> None:
    causes = [f"visit:{number}:2027-03-03" for number in range(20_000)]
    found = [drawn("rule", cause, share) for cause in causes]
    assert abs(sum(found) / len(found) * 100 - share) < 1
    assert found == [drawn("rule", cause, share) for cause in causes]


def test_who_is_drawn_for_less_is_drawn_for_more_and_rules_draw_for_themselves() -> None:
    causes = [f"case:{number}" for number in range(2_000)]
    few, many = ({cause for cause in causes if drawn("rule", cause, share)} for share in (20, 60))
    assert few < many
    assert {cause for cause in causes if drawn("other", cause, 20)} != few


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 24), st.integers(0, 2_000))
def test_rounds_come_every_so_many_months_on_the_rules_own_day(first: dt.date, months: int, passed: int) -> None:
    rule = Rule(cause="every", day=first, months=months)
    after = first + passed * DAY
    day = next_day(rule, after)
    assert day is not None
    assert after < day <= after + months * 31 * DAY
    assert (day.year * 12 + day.month - first.year * 12 - first.month) % months == 0
    assert day.day == first.day or (day + DAY).day == 1


def test_what_does_not_belong_to_a_cause_is_dropped_and_what_is_missing_is_told() -> None:
    rule = Rule(cause="every", branches=("bangsar",), delay_hours=3, who=Who(tags=("vip",)), gap_days=0)
    assert pruned(rule) == Rule(cause="every", who=Who(tags=("vip",)), gap_days=0)
    today = dt.date(2027, 3, 3)
    assert list(problems(rule, today)) == [("day", "needed"), ("gap_days", "needed")]
    assert list(problems(Rule(cause="hand", day=today - DAY), today)) == [("day", "past")]
    assert list(problems(Rule(cause="purchase", gap_days=0), today)) == []


def test_a_document_that_is_no_rule_is_refused() -> None:
    assert not issubclass(ValueError, SapaError)
    with pytest.raises(ValueError, match="share"):
        rule_of({"cause": "purchase", "share": 101})
