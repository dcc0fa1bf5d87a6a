"""The figures of themes: texts, scores beside them, departments, and what speaks of no theme."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.engine import Connection

from store import theme_figures, themes
from store.database import Database
from store.theme_figures import Figures, Span
from tests.conftest import NOON
from tests.service.saying import answer, drop_themes, publish, tell
from tests.store.rows import add_contact

DAY = dt.timedelta(days=1)
MONTH = Span(NOON - 30 * DAY, NOON)


async def test_texts_are_counted_with_the_scores_beside_them(database: Database) -> None:
    def counted(connection: Connection) -> dict[str, Any]:
        drop_themes(connection)
        survey, mei = publish(connection), add_contact(connection, "1", NOON)
        names = {"names": {"en": "Price"}, "words": {}, "department": "", "active": True}
        price = themes.make(connection, **names, changed_at=NOON, read_at=NOON)
        answer(connection, survey, "good price", NOON - DAY, nps=9, happy=5, department="shop")
        answer(connection, survey, "bad price", NOON - 2 * DAY, nps=3, happy=1)
        answer(connection, survey, "old price", NOON - 40 * DAY)
        answer(connection, survey, "nothing of it", NOON - DAY)
        tell(connection, mei, "price again", NOON - DAY, kind="review", stars=3, department="delivery")
        tell(connection, mei, "slow", NOON - DAY)
        for one in themes.latest(connection, 50):
            if "price" in one.text:
                themes.mark_by_hand(connection, price.id, one, "staff:x", removed=False)
        weeks = [Span(NOON - 56 * DAY, NOON - 28 * DAY), Span(NOON - 28 * DAY, NOON)]
        left, many = theme_figures.untagged(connection, MONTH, 1)
        return {
            "figures": theme_figures.by_theme(connection, MONTH)[price.id],
            "trend": theme_figures.trend(connection, weeks)[price.id],
            "said": theme_figures.said_in(connection, weeks),
            "departments": theme_figures.by_department(connection, MONTH),
            "examples": [one.text for one in theme_figures.examples(connection, price.id, MONTH, 5)],
            "untagged": ({one.text for one in left} <= {"slow", "nothing of it"}, len(left), many),
        }

    found = await database.transact(counted)
    assert found["figures"] == Figures(texts=3, scored=3, low=1, starred=3, stars=3.0)
    assert (found["trend"], found["said"]) == ([1, 3], [1, 5])
    assert found["departments"] == {"shop": 1, "delivery": 1, "": 1}
    assert set(found["examples"]) == {"good price", "bad price", "price again"}
    assert found["untagged"] == (True, 1, 2)
