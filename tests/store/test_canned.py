"""Canned replies as they are kept."""

from __future__ import annotations

from functools import partial

from store import canned
from store.canned import NewCanned, Saved, ShortcutTaken
from store.database import Database
from tests.conftest import NOON


async def test_a_canned_reply_is_kept_changed_counted_and_put_away(database: Database) -> None:
    hello = NewCanned(shortcut="hello", title="Hello", texts={"en": "Hello {name}", "ar": "مرحبا {name}"})
    made = await database.transact(partial(canned.save, reply=hello, now=NOON))
    assert isinstance(made, Saved)
    assert (made.before, made.now.texts, made.now.uses) == (None, hello.texts, 0)

    public_id = made.now.public_id
    await database.transact(partial(canned.used, public_id=public_id))
    away = NewCanned(shortcut="hi", title="Hi", texts={"en": "Hi"}, active=False)
    changed = await database.transact(partial(canned.save, reply=away, now=NOON, public_id=public_id))
    assert isinstance(changed, Saved)
    assert changed.before is not None
    assert (changed.before.shortcut, changed.now.shortcut, changed.now.uses) == ("hello", "hi", 1)
    assert await database.read(canned.every) == []
    assert await database.read(partial(canned.every, active=False)) == [changed.now]


async def test_a_shortcut_belongs_to_one_reply(database: Database) -> None:
    def reply(title: str) -> NewCanned:
        return NewCanned(shortcut="hello", title=title, texts={"en": "Hello"})

    first = await database.transact(partial(canned.save, reply=reply("First"), now=NOON))
    second = await database.transact(partial(canned.save, reply=reply("Second"), now=NOON))
    assert second == ShortcutTaken("hello", "First")
    assert isinstance(first, Saved)
    kept = await database.transact(
        partial(canned.save, reply=reply("Renamed"), now=NOON, public_id=first.now.public_id)
    )
    assert isinstance(kept, Saved)
    unknown = await database.transact(partial(canned.save, reply=reply("Nobody's"), now=NOON, public_id="gone"))
    assert unknown is None
