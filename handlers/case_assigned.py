"""A member of staff took a case, or gave it to a colleague or to nobody in particular."""

from __future__ import annotations

import msgspec

from handlers.case_deed import At, CaseStands, NoSuchCase, case_of, noted
from service import cases
from service.ownership import Person
from store import cases as kept
from store.staff import SERVING
from store.staff_sessions import Staff


class CaseAssigned(msgspec.Struct, frozen=True, tag=True):
    """They answer for it now."""


def case_assigned(
    scene: At, staff: Staff, public_id: str, to: Person | None, name: str, address: str
) -> CaseAssigned | CaseStands | NoSuchCase:
    """Let `to`, whose `name` it is, answer for a case (None: nobody in particular)."""
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    if to is not None and not kept.serves(scene.connection, to.id, SERVING):
        return CaseStands(case.state)
    if case.staff_id != (to.id if to else None):
        cases.assign(scene.connection, case, to.id if to else None, name, by=staff.actor, now=scene.now)
        after = {"staff": to.public_id if to else ""}
        noted(scene, staff, "assigned", case, {"staff": case.staff}, after, address)
    return CaseAssigned()
