"""What would take long in somebody's turn is at hand before it is asked for."""

from __future__ import annotations

import datetime as dt
import gc

from bot import heap, warming
from loyalty import programme
from loyalty.programme import Country, Outreach, Programme
from outreach import public_holidays
from store.database import Database
from tests.conftest import NOON

YEAR = dt.datetime(2061, 6, 1, tzinfo=dt.UTC)  # one that no other test asks for


def looked_up() -> int:
    return public_holidays._days.cache_info().misses


async def test_the_holidays_of_countries_that_keep_them_are_at_hand(database: Database) -> None:
    rules = Programme(outreach=Outreach(countries={"LU": Country(holidays=True), "VN": Country("[QC]")}))
    await database.transact(lambda each: programme.keep(each, rules, text="", by="test", at=NOON))
    await warming.warm(database, YEAR)
    before = looked_up()
    assert public_holidays.is_holiday("LU", dt.date(2062, 6, 23))
    assert looked_up() == before
    await warming.holidays(database, YEAR)
    assert looked_up() == before


async def test_what_was_made_so_far_is_left_alone_by_the_collector(database: Database) -> None:
    gc.unfreeze()
    gc.set_threshold(700)
    await warming.warm(database, YEAR)
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == heap.YOUNG
    kept = {id(each) for each in gc.get_objects()}
    assert id(heap.__dict__) not in kept
