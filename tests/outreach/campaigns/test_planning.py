"""Drafts of campaigns: what keeps them from being sent, who submits and approves them, and what is frozen then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

from outreach.campaigns import checks, ending, lifecycle, planning
from outreach.campaigns.checks import Draft
from outreach.campaigns.lifecycle import Refused
from outreach.campaigns.planning import Wrong
from outreach.campaigns.settings import Variant, Winner
from outreach.templates.content import Content, Text
from store import campaigns, campaigns_at_work, segments, templates
from store.campaigns import DRAFT, PLANNED, RUNNING, WAITING, Campaign
from store.database import Database
from tests.conftest import NOON
from tests.outreach.campaigns.drafts import ZONE, draft, kept, rules, said, segment, template
from tests.store.rows import add_contact

HOUR = dt.timedelta(hours=1)


def fields(connection: Connection, written: Draft) -> list[str]:
    """Where the draft has problems; each has words."""
    found = checks.problems(connection, written, NOON, ZONE)
    assert all(each.message and "{" not in each.message for each in found)
    return [each.field for each in found]


def submit(connection: Connection, campaign: Campaign, people: int = 0, **more: Any) -> Campaign | Refused | Wrong:
    terms: dict[str, Any] = {"seen": campaign.edit, "people": people, "now": NOON, "zone": ZONE} | more
    return planning.submit(connection, campaign.public_id, **terms)


def submitted(connection: Connection, campaign: Campaign, people: int = 0) -> Campaign:
    done = submit(connection, campaign, people)
    assert isinstance(done, Campaign), done
    return done


async def test_a_campaign_that_lacks_nothing_has_no_problems(database: Database) -> None:
    def work(connection: Connection) -> None:
        assert fields(connection, draft(connection)) == []
        assert fields(connection, draft(connection, said(), said(ms="Separuh harga"), winner=Winner())) == []
        assert fields(connection, draft(connection, day=dt.date(2026, 11, 22), hour=10)) == []
        assert fields(connection, draft(connection, at=NOON + HOUR)) == []

    await database.transact(work)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"at": NOON - HOUR}, "at"),
        ({"at": NOON + dt.timedelta(days=400)}, "at"),
        ({"at": NOON + HOUR, "day": dt.date(2026, 11, 22)}, "at"),
        ({"day": dt.date(2026, 11, 21), "hour": 11}, "day"),  # it is noon at the business
        ({"day": dt.date(1, 1, 1)}, "day"),
        ({"day": dt.date(9999, 12, 31)}, "day"),
        ({"day": dt.date(2026, 11, 22), "hour": 7}, "hour"),  # quiet hours end at eight
        ({"day": dt.date(2026, 11, 22), "hour": 21}, "hour"),
        ({"winner": Winner()}, "winner"),
        ({"variants": ()}, "variants.0.template"),
        ({"variants": (Variant(""),)}, "variants.0.template"),
        ({"variants": (Variant("nobody"),)}, "variants.0.template"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    sqlite_database: Database, settings: dict[str, Any], field: str
) -> None:
    def work(connection: Connection) -> None:
        written = draft(connection)
        changed = msgspec.structs.replace(written.settings, **settings)
        assert fields(connection, msgspec.structs.replace(written, settings=changed)) == [field]

    await sqlite_database.transact(work)


async def test_templates_and_segments_must_be_there_and_fit(sqlite_database: Database) -> None:
    def work(connection: Connection) -> None:
        unread = Content(texts={"en": Text("Half price"), "ms": Text("Separuh harga")})
        assert fields(connection, draft(connection, unread)) == ["variants.0.template"]
        assert fields(connection, draft(connection, said("news", en="We moved"))) == ["variants.0.template"]
        gone = template(connection)
        templates.remove(connection, gone.id, NOON)
        twice = (Variant(gone.public_id), *draft(connection).settings.variants * 2)
        written = draft(connection)
        changed = msgspec.structs.replace(written.settings, variants=twice)
        assert fields(connection, msgspec.structs.replace(written, settings=changed)) == [
            "variants.0.template",
            "variants.2.template",
        ]
        closed = segment(connection, name="Closed")
        segments.remove(connection, closed.id, NOON)
        assert fields(connection, draft(connection, segment=closed.public_id)) == ["segment"]
        assert fields(connection, msgspec.structs.replace(written, segment="")) == ["segment"]
        assert fields(connection, msgspec.structs.replace(written, name=" ")) == ["name"]
        assert fields(connection, msgspec.structs.replace(written, name="x" * 101)) == ["name"]
        both = draft(connection, said(), said(), winner=Winner(hours=48), ends_hours=48)
        assert fields(connection, both) == ["ends_hours"]

    await sqlite_database.transact(work)


async def test_a_draft_may_be_unfinished_but_not_submitted_so(database: Database) -> None:
    def work(connection: Connection) -> None:
        written = draft(connection)
        bare = msgspec.structs.replace(written, settings=msgspec.structs.replace(written.settings, variants=()))
        made = planning.make(connection, bare, "mei", NOON)
        assert isinstance(made, Campaign)
        assert planning.draft_of(connection, made) == bare
        refused = submit(connection, made)
        assert isinstance(refused, Wrong)
        assert [each.field for each in refused.problems] == ["variants.0.template"]
        assert isinstance(planning.make(connection, msgspec.structs.replace(bare, segment=""), "mei", NOON), Wrong)

    await database.transact(work)


async def test_who_saves_says_what_they_saw_and_is_its_author_then(database: Database) -> None:
    def work(connection: Connection) -> None:
        made = kept(connection)
        other = draft(connection, name="Weekday")
        saved = planning.save(connection, made.public_id, other, seen=made.edit, by="ali", now=NOON)
        assert isinstance(saved, Campaign)
        assert (saved.name, saved.by, saved.edit) == ("Weekday", "ali", made.edit + 1)
        late = planning.save(connection, made.public_id, other, seen=made.edit, by="mei", now=NOON)
        assert late == Refused("changed", DRAFT)
        submitted(connection, saved)
        after = planning.save(connection, made.public_id, other, seen=saved.edit + 1, by="mei", now=NOON)
        assert after == Refused("state", PLANNED)
        assert planning.save(connection, "nobody", other, seen=0, by="mei", now=NOON) == Refused("unknown")

    await database.transact(work)


async def test_a_copy_starts_anew_and_only_drafts_are_deleted(database: Database) -> None:
    def work(connection: Connection) -> None:
        made = kept(connection, at=NOON + HOUR, hold_out=5)
        copied = planning.copy(connection, made, "x" * 150, "ali", NOON)
        settings = planning.draft_of(connection, copied).settings
        assert (copied.state, copied.by, len(copied.name)) == (DRAFT, "ali", 100)
        assert (settings.at, settings.hold_out) == (None, 5)
        submitted(connection, made)
        assert planning.remove(connection, made.public_id) == Refused("state", PLANNED)
        assert isinstance(planning.remove(connection, copied.public_id), Campaign)
        assert campaigns.find(connection, copied.public_id) is None

    await database.transact(work)


async def test_what_was_submitted_is_sent_whatever_is_edited_afterwards(database: Database) -> None:
    def work(connection: Connection) -> None:
        whom = segment(connection, {"fact": "tag", "op": "is", "value": "vip"})
        says = template(connection, said(en="Half price"))
        written = msgspec.structs.replace(draft(connection), segment=whom.public_id)
        chosen = msgspec.structs.replace(written.settings, variants=(Variant(says.public_id),))
        made = planning.make(connection, msgspec.structs.replace(written, settings=chosen), "mei", NOON)
        assert isinstance(made, Campaign)
        planned = submitted(connection, made)
        assert (planned.state, planned.starts_at) == (PLANNED, NOON)
        new = msgspec.to_builtins(said(en="Full price"))
        templates.save(connection, says.id, name="New", content=new, edit=says.edit, by="ali", now=NOON)
        segments.save(connection, whom.id, name="All", condition={"all": []}, edit=whom.edit, now=NOON)
        assert planning.contents_of(connection, planned)["A"]["texts"]["en"]["text"] == "Half price"
        assert planning.segment_of(connection, planned).condition == whom.condition
        back = lifecycle.take_back(connection, planned.public_id, now=NOON)
        assert isinstance(back, Campaign)
        assert planning.contents_of(connection, back)["A"]["texts"]["en"]["text"] == "Full price"

    await database.transact(work)


async def test_a_campaign_for_many_waits_for_a_second_person(database: Database) -> None:
    def work(connection: Connection) -> None:
        rules(connection, approve_above=1)
        for sender in ("1", "2"):
            add_contact(connection, sender, NOON)
        made = kept(connection)
        people = planning.people(connection, made, NOON, ZONE)
        assert people == 2
        waits = submitted(connection, made, people)
        assert (waits.state, waits.by, waits.starts_at) == (WAITING, "mei", None)
        own = lifecycle.approve(connection, made.public_id, by="mei", now=NOON, seen=waits.edit)
        assert own == Refused("same person")
        stale = lifecycle.approve(connection, made.public_id, by="ali", now=NOON, seen=made.edit)
        assert stale == Refused("changed", WAITING)
        approved = lifecycle.approve(connection, made.public_id, by="ali", now=NOON, seen=waits.edit)
        assert isinstance(approved, Campaign)
        assert (approved.state, approved.approved_by) == (PLANNED, "ali")
        few = kept(connection)
        assert submitted(connection, few, people=1).state == PLANNED

    await database.transact(work)


async def test_nobody_is_counted_where_nobody_approves(sqlite_database: Database) -> None:
    def work(connection: Connection) -> int:
        add_contact(connection, "1", NOON)
        return planning.people(connection, kept(connection), NOON, ZONE)

    assert await sqlite_database.transact(work) == 0


async def test_a_list_that_is_changed_after_its_approval_is_approved_again_before_it_starts(
    database: Database,
) -> None:
    later = NOON + HOUR

    def work(connection: Connection) -> None:
        listed = segment(connection, condition=None)
        made = kept(connection, segment=listed.public_id)
        planned = submitted(connection, made)
        segments.touch(connection, listed.id, later)
        [held] = campaigns_at_work.at_work(connection)
        assert ending.turn(connection, held, later)
        assert state(connection, planned) == RUNNING  # nobody approves anything here

        rules(connection, approve_above=0)
        again = submitted(connection, kept(connection, segment=listed.public_id), people=1)
        assert again.state == WAITING
        approved = lifecycle.approve(connection, again.public_id, by="ali", now=later)
        assert isinstance(approved, Campaign)
        segments.touch(connection, listed.id, later + HOUR)
        lifecycle.pause(connection, again.public_id, now=later + HOUR)
        lifecycle.resume(connection, again.public_id, now=later + HOUR)
        held = next(each for each in campaigns_at_work.at_work(connection) if each.id == again.id)
        assert ending.turn(connection, held, later + HOUR)
        assert state(connection, again) == WAITING
        assert lifecycle.approve(connection, again.public_id, by="mei", now=later) == Refused("same person")
        once_more = lifecycle.approve(connection, again.public_id, by="ali", now=later + HOUR)
        assert isinstance(once_more, Campaign)
        held = next(each for each in campaigns_at_work.at_work(connection) if each.id == again.id)
        assert ending.turn(connection, held, later + HOUR)
        assert state(connection, again) == RUNNING

    await database.transact(work)


def state(connection: Connection, campaign: Campaign) -> str:
    found = campaigns.one(connection, campaign.id)
    assert found is not None
    return found.state
