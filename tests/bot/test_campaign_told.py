"""The report of a campaign in the terminal."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from bot import campaign_report
from insights import campaigns
from tests.conftest import NOON
from tests.loyalty.members import ledger_in_memory
from tests.outreach import campaign_histories
from tests.outreach.sent_campaigns import campaign


@cache
def told(**values: object) -> list[str]:
    with ledger_in_memory() as connection:
        made = campaign_histories.make(connection, NOON - dt.timedelta(days=4), 270, **values)  # type: ignore[arg-type]
        return list(campaign_report.told(campaigns.figures(connection, made, NOON), dt.UTC))


def test_it_says_where_everybody_is_and_adds_them_up() -> None:
    lines = told()
    end = next(place for place, line in enumerate(lines) if line.endswith("recipients in all"))
    numbers = [int(re.sub(r"\D", "", line.split("  ")[-2])) for line in lines[1:end]]
    assert sum(numbers) == int(lines[end].split()[0]) == 270
    assert any("skipped: the customer said stop" in line for line in lines)


def test_it_says_who_reacted_which_variant_did_better_and_what_it_brought() -> None:
    said = "\n".join(told())
    assert "Of 210 whose message left, or may have, within 14 days:" in said
    assert re.search(r"clicks \+\d+\.\d points \(\S+ to \S+\), more, not by chance", said)
    assert "Against who was held out of it (240 dealt, 30 without):" in said
    assert "Purchases count until 2026-12-02 04:00." in said


def test_it_says_what_arrived_where_the_channel_tells() -> None:
    with ledger_in_memory() as connection:
        made = campaign_histories.make(connection, NOON - dt.timedelta(days=4), 54)
        made = campaign_histories.by_the_web_chat(connection, made, 12, NOON)
        lines = list(campaign_report.told(campaigns.figures(connection, made, NOON), dt.UTC))
    assert "         12  delivered by webchat, as far as it is known" in lines
    assert "delivered" not in "\n".join(told())


def test_it_says_that_without_a_hold_out_nobody_can_tell() -> None:
    said = "\n".join(told(variants=1, hold_out=0))
    assert "Variants" not in said
    assert "Against" not in said


def test_it_says_who_won() -> None:
    decided = NOON - dt.timedelta(days=3)
    assert "Variant B won on 2026-11-18 04:00." in "\n".join(told(decided_at=decided, winner="B"))
    assert "No variant was better on 2026-11-18 04:00." in "\n".join(told(decided_at=decided))


def test_of_what_was_not_sent_it_says_so() -> None:
    with ledger_in_memory() as connection:
        made = campaign(connection, NOON, state="draft", started_at=None)
        lines = list(campaign_report.told(campaigns.figures(connection, made, NOON), dt.UTC))
    assert lines[1:] == ["Nothing of it has been sent yet, so there is nothing to report."]
