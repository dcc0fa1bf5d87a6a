"""Segments: conditions on customers and lists of them, written, counted, looked into, and filled."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy.engine import Connection

from console.api.frame import Caller, Change, IdempotencyKey, needs
from console.api.gate import JsonRoute
from console.api.house import House
from console.api.problems import Problem, Wrong
from console.api.segment_fields import (
    GoneId,
    InSegment,
    InSegmentList,
    Kind,
    ListId,
    MembersGiven,
    MembersKept,
    PeopleAsked,
    Sample,
    SampleAsked,
    Sampled,
    SegmentChange,
    SegmentCount,
    SegmentGiven,
    SegmentId,
    SegmentList,
    SegmentsAsked,
    SegmentShown,
)
from loyalty import programme
from outreach.segments import audience, references
from outreach.segments.checks import read
from outreach.segments.definition import to_plain
from outreach.segments.problem import ConditionWrong
from store import customers, segments
from store.segments import NameTaken, Segment, Stale

router = APIRouter(tags=["segments"], route_class=JsonRoute)
Reads = Annotated[Caller, needs("segments:read")]
Writes = Annotated[Caller, needs("segments:write")]


@router.get("/segments", operation_id="listSegments")
async def listed(caller: Reads, asked: Annotated[SegmentsAsked, Query()]) -> SegmentList:
    """The segments that are offered, in pages."""
    return await caller.read(partial(_page, asked))


@router.post("/segments", operation_id="makeSegment", status_code=201, response_model=SegmentShown)
async def make(given: SegmentGiven, idempotency_key: IdempotencyKey, caller: Writes) -> Response:
    """Keep a new condition, or a new list that nobody is on."""
    return await caller.change_once(idempotency_key, given, "segment", partial(_make, given))


@router.get("/segments/{id}", operation_id="getSegment")
async def one(of_id: SegmentId, caller: Reads) -> SegmentShown:
    """One segment."""
    return await caller.read(lambda connection: _shown(of(connection, of_id)))


@router.put("/segments/{id}", operation_id="changeSegment")
async def change(of_id: SegmentId, given: SegmentChange, caller: Writes) -> SegmentShown:
    """Change a segment. Campaigns that have started keep the condition they started with."""
    return await caller.change(partial(_save, of_id, given))


@router.delete("/segments/{id}", operation_id="removeSegment")
async def remove(of_id: GoneId, caller: Writes) -> SegmentShown:
    """Put a segment away: it is offered no more. Campaigns that name it keep it."""
    return await caller.change(partial(_remove, of_id))


@router.get("/segments/{id}/count", operation_id="countSegment")
async def counted(of_id: SegmentId, caller: Reads) -> SegmentCount:
    """How many are in a segment now, and how many of them news can reach."""
    return await caller.read(partial(_count, caller.house, of_id))


@router.get("/segments/{id}/sample", operation_id="sampleSegment")
async def sampled(of_id: SegmentId, caller: Reads, asked: Annotated[SampleAsked, Query()]) -> Sample:
    """Some who are in a segment now."""
    return await caller.read(partial(_sample, caller.house, of_id, asked.limit))


@router.get("/segments/{id}/customers", operation_id="listSegmentCustomers")
async def people(of_id: SegmentId, caller: Reads, asked: Annotated[PeopleAsked, Query()]) -> InSegmentList:
    """Who is in a segment now, in pages."""
    return await caller.read(partial(_people, caller.house, of_id, asked))


@router.post("/segments/{id}/customers", operation_id="changeListCustomers")
async def members(of_id: ListId, given: MembersGiven, caller: Writes) -> MembersKept:
    """Put customers on a list, and take others off it; who is there already, or is not, stays so."""
    return await caller.change(partial(_members, of_id, given))


def of(connection: Connection, public_id: str, *, lock: bool = False) -> Segment:
    """The segment with this id that is not put away, locked if asked. Raises Problem 404."""
    found = segments.find(connection, public_id, lock=lock)
    if found is None or found.removed_at is not None:
        raise Problem("not-found")
    return found


def _shown(segment: Segment) -> SegmentShown:
    facts = {name: getattr(segment, name) for name in SegmentShown.model_fields if hasattr(segment, name)}
    kind: Kind = "list" if segment.condition is None else "condition"
    return SegmentShown(**facts | {"id": segment.public_id, "kind": kind})


def _page(asked: SegmentsAsked, connection: Connection) -> SegmentList:
    every, begin = segments.every(connection), 0
    if asked.after is not None:
        places = {each.public_id: place for place, each in enumerate(every, 1)}
        if asked.after not in places:
            raise Problem("not-found")
        begin = places[asked.after]
    some = every[begin : begin + asked.limit]
    more = len(every) > begin + asked.limit
    return SegmentList(segments=[_shown(each) for each in some], next=some[-1].public_id if more else None)


def _condition(given: SegmentGiven, connection: Connection) -> Any:
    """The condition as it is kept. Raises Problem 422 that names everything that is wrong with it."""
    if given.condition is None:
        return None
    try:
        condition = read(given.condition, programme.read(connection).currency)
        references.hold(connection, condition)
    except ConditionWrong as wrong:
        errors = [
            Wrong(".".join(("body.condition", *map(str, each.path)))[:300], each.said()) for each in wrong.problems
        ]
        raise Problem("invalid", "Correct the fields that `errors` names.", errors=errors) from wrong
    return to_plain(condition)


def _kept(saved: Segment | NameTaken | Stale) -> Segment:
    if isinstance(saved, NameTaken):
        raise Problem("segment-refused", f"The segment {saved.public_id} has this name; give another one.")
    if isinstance(saved, Stale):
        raise Problem("segment-refused", "Somebody has changed it since; get it again, and give its `edit`.")
    return saved


def _make(given: SegmentGiven, change: Change) -> SegmentShown:
    condition = _condition(given, change.connection)
    made = _kept(
        segments.add(
            change.connection, name=given.name, condition=condition, by=change.key.public_id, now=change.now
        )
    )
    change.note("segment.added", f"segment:{made.public_id}", {"name": made.name, "condition": made.condition})
    return _shown(made)


def _save(public_id: str, given: SegmentChange, change: Change) -> SegmentShown:
    before = of(change.connection, public_id, lock=True)
    condition = _condition(given, change.connection)
    if (condition is None) != (before.condition is None):
        raise Problem("segment-refused", "A list stays a list, and a condition a condition; make another segment.")
    after = _kept(
        segments.save(
            *(change.connection, before.id),
            name=given.name,
            condition=condition,
            edit=given.edit,
            now=change.now,
        )
    )
    change.note("segment.changed", f"segment:{after.public_id}", {"name": after.name, "condition": condition})
    return _shown(after)


def _remove(public_id: str, change: Change) -> SegmentShown:
    before = of(change.connection, public_id, lock=True)
    after = segments.remove(change.connection, before.id, change.now)
    change.note("segment.removed", f"segment:{after.public_id}", {"name": after.name})
    return _shown(after)


def _count(house: House, public_id: str, connection: Connection) -> SegmentCount:
    found = audience.count(connection, of(connection, public_id), house.now(), house.zone.key)
    return SegmentCount(everybody=found.everybody, agreed=found.agreed, by_channel=dict(found.by_channel))


def _sample(house: House, public_id: str, most: int, connection: Connection) -> Sample:
    found = audience.sample(connection, of(connection, public_id), most, house.now(), house.zone.key)
    shown = [
        Sampled(
            **{name: getattr(each, name) for name in Sampled.model_fields if hasattr(each, name)}
            | {"id": each.public_id, "last_purchase_at": each.last_at}
        )
        for each in found
    ]
    return Sample(customers=shown)


def _people(house: House, public_id: str, asked: PeopleAsked, connection: Connection) -> InSegmentList:
    segment, after = of(connection, public_id), 0
    if asked.after is not None:
        place = customers.place(connection, asked.after)
        if place is None:
            raise Problem("not-found")
        after = place
    ids = audience.page(connection, segment, after, asked.limit + 1, house.now(), house.zone.key)
    some = customers.handles(connection, ids[: asked.limit])
    return InSegmentList(
        customers=[InSegment(id=each.public_id, number=each.number) for each in some],
        next=some[-1].public_id if len(ids) > asked.limit else None,
    )


def _members(public_id: str, given: MembersGiven, change: Change) -> MembersKept:
    connection = change.connection
    segment = of(connection, public_id, lock=True)
    if segment.condition is not None:
        raise Problem("segment-refused", "Customers are put on lists alone; this is a condition.")
    found = customers.ids_by(connection, "public_id", {*given.add, *given.remove})
    named = {public_id: next(iter(ids)) for public_id, ids in found.items()}
    added = segments.put_on(connection, segment.id, {named[one] for one in given.add if one in named}, change.now)
    removed = segments.take_off(connection, segment.id, {named[one] for one in given.remove if one in named})
    if added or removed:
        segments.touch(connection, segment.id, change.now)
        change.note("segment.members", f"segment:{segment.public_id}", {"added": added, "removed": removed})
    unknown = dict.fromkeys(one for one in (*given.add, *given.remove) if one not in named)
    return MembersKept(added=added, removed=removed, unknown=list(unknown))
