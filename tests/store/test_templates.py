"""Templates are kept, changed by who saw the last change, put away and brought back."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from store import campaigns, segments, templates
from store.database import Database
from store.templates import Stale, Template, Use
from tests.conftest import NOON


async def test_a_template_is_kept_changed_put_away_and_brought_back(database: Database) -> None:
    def work(connection: Connection) -> None:
        made = templates.add(connection, name="Weekend", content={"kind": "offer"}, by="ada", now=NOON)
        assert templates.find(connection, made.public_id) == made == templates.one(connection, made.id)
        changes = {"name": "Monday", "content": {"kind": "news"}, "by": "eve", "now": NOON}
        saved = templates.save(connection, made.id, edit=made.edit, **changes)  # type: ignore[arg-type]
        assert isinstance(saved, Template)
        assert (saved.name, saved.content, saved.edit, saved.by) == ("Monday", {"kind": "news"}, 1, "eve")
        assert templates.save(connection, made.id, edit=0, **changes) == Stale(1)  # type: ignore[arg-type]
        assert templates.called(connection, "Monday") == templates.every(connection) == [saved]
        gone = templates.remove(connection, made.id, NOON)
        assert gone.removed_at == NOON
        assert templates.every(connection) == templates.called(connection, "Monday") == []
        assert templates.every(connection, removed=True) == [gone]
        assert templates.restore(connection, made.id, NOON).removed_at is None
        assert templates.find(connection, "unknown") is None

    await database.transact(work)


async def test_the_campaigns_that_say_a_template_are_found(database: Database) -> None:
    def work(connection: Connection) -> None:
        used, unused = (
            templates.add(connection, name=name, content={}, by="ada", now=NOON) for name in ("used", "unused")
        )
        segment = segments.add(connection, name="All", condition=None, by="ada", now=NOON)
        assert isinstance(segment, segments.Segment)
        made = campaigns.add(
            connection,
            name="Sale",
            kind="offer",
            segment_id=segment.id,
            settings={"variants": [{"template": used.public_id, "weight": 1}]},
            by="ada",
            now=NOON,
        )
        assert templates.uses(connection, used.public_id) == [Use(made.public_id, "Sale", "draft")]
        assert templates.uses(connection, unused.public_id) == []

    await database.transact(work)
