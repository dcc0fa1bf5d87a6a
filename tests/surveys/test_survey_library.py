"""Surveys as they are kept: drafts, versions that never change, and who was first."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import structs

from store.database import Database
from store.tables import survey_versions
from surveys import library
from surveys.definition import Question, Section, Survey, Thanks
from surveys.library import CodeTaken, Kept, NothingNew, Published, Stale
from tests.conftest import NOON


def survey(*keys: str, **more: Any) -> Survey:
    questions = tuple(Question(key, "csat", {"en": f"How is {key}?"}) for key in keys)
    values = {"code": "visit", "names": {"en": "Visit"}, "thanks": (Thanks({"en": "Thank you"}),)} | more
    return Survey(sections=(Section("all", questions),), **values)


async def made(database: Database, wanted: Survey) -> Kept:
    kept = await database.transact(partial(library.create, survey=wanted, now=NOON))
    assert isinstance(kept, Kept)
    return kept


async def test_a_version_stays_as_it_was_while_the_draft_goes_on(database: Database) -> None:
    kept = await made(database, survey("service"))
    publish = partial(library.publish, public_id=kept.public_id, by="sara", now=NOON)
    assert await database.read(partial(library.published, name="visit")) is None

    first = await database.transact(publish)
    assert isinstance(first, Published)
    assert (first.number, first.survey, first.by) == (1, survey("service"), "sara")
    assert await database.transact(publish) == NothingNew()

    save = partial(library.save_draft, public_id=kept.public_id, now=NOON)
    edit = await database.transact(partial(save, survey=survey("service", "taste", code="other"), edit=2))
    assert edit == 3
    assert await database.read(partial(library.published, name="visit")) == first
    second = await database.transact(publish)
    assert isinstance(second, Published)
    assert (second.number, second.code, second.survey) == (2, "visit", survey("service", "taste"))
    assert await database.read(partial(library.version, version_id=first.id)) == first
    assert await database.read(partial(library.versions, public_id=kept.public_id)) == [second, first]


async def test_who_saw_an_older_draft_neither_saves_nor_publishes(database: Database) -> None:
    kept = await made(database, survey("service"))
    save = partial(library.save_draft, public_id=kept.public_id, now=NOON)
    assert await database.transact(partial(save, survey=survey("taste"), edit=1)) == 2
    assert await database.transact(partial(save, survey=survey("speed"), edit=1)) == Stale(2)
    publish = partial(library.publish, public_id=kept.public_id, by="sara", now=NOON)
    assert await database.transact(partial(publish, edit=1)) == Stale(2)
    assert isinstance(await database.transact(partial(publish, edit=2)), Published)


async def test_what_does_not_fit_is_kept_and_not_published(database: Database) -> None:
    kept = await made(database, survey(touchpoint="mars"))
    problems = await database.transact(partial(library.publish, public_id=kept.public_id, by="sara", now=NOON))
    assert isinstance(problems, tuple)
    assert [each.path for each in problems] == [("sections",), ("touchpoint",)]
    with pytest.raises(msgspec.ValidationError):
        await database.transact(partial(library.create, survey=survey("Not a key", code="b"), now=NOON))


async def test_a_survey_is_copied_put_away_and_goes_back_to_its_version(database: Database) -> None:
    kept = await made(database, survey("service"))
    taken = await database.transact(partial(library.create, survey=survey("taste"), now=NOON))
    assert taken == CodeTaken("visit")
    assert (
        await database.transact(partial(library.discard, public_id=kept.public_id, edit=1, now=NOON))
        == NothingNew()
    )
    await database.transact(partial(library.publish, public_id=kept.public_id, by="sara", now=NOON))
    other = survey("taste", names={"en": "Renamed"})
    await database.transact(partial(library.save_draft, public_id=kept.public_id, survey=other, edit=2, now=NOON))
    copied = await database.transact(
        partial(library.copy, public_id=kept.public_id, code="visit_2", names={"en": "Second"}, now=NOON)
    )
    assert isinstance(copied, Kept)
    assert copied.draft == structs.replace(other, code="visit_2", names={"en": "Second"})
    assert await database.transact(partial(library.discard, public_id=kept.public_id, edit=3, now=NOON)) == 4
    back = await database.read(partial(library.find, public_id="visit"))
    assert back is not None
    assert (back.draft, back.names) == (None, {"en": "Visit"})
    assert await database.transact(partial(library.archive, public_id=kept.public_id, now=NOON))
    assert await database.read(partial(library.published, name="visit")) is None
    assert [each.code for each in await database.read(library.every)] == ["visit_2", "visit"]
    assert await database.transact(partial(library.restore, public_id=kept.public_id, now=NOON))
    assert await database.read(partial(library.published, name="visit")) is not None


async def test_versions_have_a_number_each(database: Database) -> None:
    kept = await made(database, survey("service"))
    await database.transact(partial(library.publish, public_id=kept.public_id, by="sara", now=NOON))
    twin = sa.insert(survey_versions).values(survey_id=kept.id, number=1, definition={}, by="b", at=NOON)
    with pytest.raises(sa.exc.IntegrityError):
        await database.transact(lambda connection: connection.execute(twin))
