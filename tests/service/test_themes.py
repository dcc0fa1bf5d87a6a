"""Themes: found in new answers and cases, read anew when their words change, and never against what people said."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler.theming import mark_themes
from service import themes
from service.themes import Invalid
from store import cases, forgetting_cases
from store import themes as kept
from store.database import Database
from store.tables import theme_marks
from store.themes import Theme
from tests.conftest import NOON
from tests.service import saying
from tests.store.rows import add_contact

DAY = dt.timedelta(days=1)
NAMES = {"en": "Price"}


def saved(connection: Connection, words: dict[str, list[str]], theme: Theme | None = None, **more: Any) -> Theme:
    values: dict[str, Any] = {"department": "products", "active": True, "now": NOON, **more}
    made = themes.save(connection, theme, NAMES, words, **values)
    assert isinstance(made, Theme)
    return made


async def read_all(database: Database) -> None:
    while await mark_themes(database, NOON):
        pass


def texts(connection: Connection) -> set[tuple[str, str]]:
    """The kinds and texts of what is marked."""
    rows = connection.execute(
        sa.select(theme_marks.c.answer_id, theme_marks.c.case_id).where(~theme_marks.c.removed)
    )
    found = [(kept.KINDS[row.answer_id is None], row.answer_id or row.case_id) for row in rows]
    return {(kind, kept.texts(connection, kind, [each])[each].text) for kind, each in found}


async def test_what_people_say_is_marked_and_read_anew_when_words_change(
    database: Database, monkeypatch: Any
) -> None:
    monkeypatch.setattr(themes, "CHUNK", 2)

    def set_up(connection: Connection) -> Theme:
        saying.drop_themes(connection)
        survey, mei = saying.publish(connection), add_contact(connection, "1", NOON)
        for number, why in enumerate(("The price!", "Too slow", "gia cao", "", "price and price")):
            saying.answer(
                connection, survey, why, NOON - number * DAY - DAY, language="vi" if "gia" in why else "en"
            )
        saying.answer(connection, survey, "price, never sent", NOON - DAY, state="begun")
        saying.answer(connection, survey, "price, long ago", NOON - 400 * DAY)
        saying.tell(connection, mei, "Your price is a joke", NOON - 2 * DAY)
        saying.tell(connection, mei, "price, of a survey", NOON - 2 * DAY, kind="survey")
        return saved(connection, {"en": ["price"], "vi": ["giá"]})

    theme = await database.transact(set_up)
    await read_all(database)
    marked = {("answer", "The price!"), ("answer", "gia cao"), ("answer", "price and price")}
    marked |= {("case", "Your price is a joke")}
    assert await database.read(texts) == marked
    current = await database.read(lambda c: kept.find(c, theme.public_id))
    assert current is not None
    assert await database.read(partial(themes.progress, theme=current)) == 1.0

    changed = await database.transact(lambda c: saved(c, {"en": ["slow"]}, current))
    assert await database.read(partial(themes.progress, theme=changed)) == 0.0
    await read_all(database)
    assert await database.read(texts) == {("answer", "Too slow")}


async def test_what_somebody_marked_or_unmarked_stays(database: Database) -> None:
    def set_up(connection: Connection) -> tuple[Theme, list[kept.Said]]:
        saying.drop_themes(connection)
        survey = saying.publish(connection)
        for why in ("price", "cost"):
            saying.answer(connection, survey, why, NOON - DAY)
        return saved(connection, {"en": ["price"]}), kept.latest(connection, 10)

    theme, said = await database.transact(set_up)
    by_text = {one.text: one for one in said}
    await read_all(database)

    def by_hand(connection: Connection) -> None:
        kept.mark_by_hand(connection, theme.id, by_text["price"], "staff:mei", removed=True)
        kept.mark_by_hand(connection, theme.id, by_text["cost"], "staff:mei", removed=False)
        found = kept.find(connection, theme.public_id)
        saved(connection, {"en": ["price", "more"]}, found)

    await database.transact(by_hand)
    await read_all(database)
    assert await database.read(texts) == {("answer", "cost")}


async def test_later_words_of_a_case_are_read_too_and_what_was_found_goes_with_them(database: Database) -> None:
    def set_up(connection: Connection) -> int:
        saying.drop_themes(connection)
        mei = add_contact(connection, "1", NOON)
        case = saying.tell(connection, mei, "It was bad", NOON - DAY)
        saved(connection, {"en": ["price"]})
        cases.add_line(connection, case.id, "words", key="x", by="customer", text="and the price!", at=NOON)
        return mei

    mei = await database.transact(set_up)
    await mark_themes(database, NOON)  # the second line is not old enough to be passed, yet is read
    assert await database.read(texts) == {("case", "It was bad\nand the price!")}

    def forget(connection: Connection) -> set[tuple[str, str]]:
        for step in forgetting_cases.STEPS:
            step(connection, mei)
        return texts(connection)

    assert await database.transact(forget) == set()


async def test_words_are_tried_before_they_are_kept_and_bounded(database: Database) -> None:
    def tried(connection: Connection) -> tuple[list[str], int]:
        survey = saying.publish(connection)
        for why in ("Lovely prices", "price: high", "fine"):
            saying.answer(connection, survey, why, NOON - DAY)
        found, looked = themes.would_match(connection, {"en": ["price"]}, 500)
        long = themes.save(connection, None, NAMES, {"en": ["x" * 61]}, department="", active=True, now=NOON)
        assert long == Invalid("word", "x" * 61)
        return [one.said.text[start:end] for one in found for start, end in one.spans], looked

    assert await database.transact(tried) == (["price"], 3)
