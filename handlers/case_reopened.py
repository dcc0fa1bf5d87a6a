"""A member of staff opened a case again, or one that was only noted."""

from __future__ import annotations

from handlers.case_deed import At, CaseStands, NoSuchCase, case_of, clock, noted
from service import cases
from service.cases import Opened
from store.staff_sessions import Staff


def case_reopened(scene: At, staff: Staff, public_id: str, address: str) -> Opened | CaseStands | NoSuchCase:
    """Have it answered again. It goes back to whoever had it; without anybody, whoever opens it answers for it."""
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    if case.state == "open":
        return CaseStands(case.state)
    key = f"reopened:{public_id}:{case.reopened}"
    opened = cases.reopen(scene.connection, case, by=staff.actor, key=key, now=clock(scene))
    again = case_of(scene, opened.public_id)
    if again is not None and again.staff_id is None:
        cases.assign(scene.connection, again, staff.id, staff.name, by=staff.actor, now=scene.now)
    noted(scene, staff, "reopened", case, {"state": case.state}, {"state": "open"}, address)
    return opened
