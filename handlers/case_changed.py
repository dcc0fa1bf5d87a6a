"""A member of staff put a case right: what it is about, where it happened, who is responsible."""

from __future__ import annotations

import msgspec

from handlers.case_deed import At, NoSuchCase, case_of, noted
from service import cases
from service.cases import Changes
from store.staff_sessions import Staff


class CaseChanged(msgspec.Struct, frozen=True, tag=True):
    """It stands so now; `fields` are what differed."""

    fields: tuple[str, ...]


def case_changed(
    scene: At, staff: Staff, public_id: str, changes: Changes, address: str
) -> CaseChanged | NoSuchCase:
    """Change columns of a case (`service.cases.CHANGEABLE`). Raises ValueError for another."""
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    differs = cases.change(scene.connection, case, changes, by=staff.actor, now=scene.now)
    if differs:
        before = {name: was for name, (was, _now) in differs.items()}
        after = {name: now for name, (_was, now) in differs.items()}
        noted(scene, staff, "changed", case, before, after, address)
    return CaseChanged(tuple(differs))
