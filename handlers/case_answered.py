"""A member of staff answered within a case: the customer reads it with the case's number."""

from __future__ import annotations

import msgspec

from handlers.case_deed import At, CaseStands, NoSuchCase, case_of, noted
from service import cases
from store import due
from store.staff_sessions import Staff

TELLS = "case_answered"  # the dialogue


class CaseAnswered(msgspec.Struct, frozen=True, tag=True):
    """The answer stands in the case and is on its way; the same key again changed nothing."""


def case_answered(
    scene: At, staff: Staff, public_id: str, text: str, address: str, *, key: str
) -> CaseAnswered | CaseStands | NoSuchCase:
    """Keep an answer to the customer, in their language, and have it sent; whoever answers first has the case.

    `key` is the form's, so that a press that comes twice answers once. A closed case has to be opened again before.
    """
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    if case.state == "closed":
        return CaseStands(case.state)
    line = f"{TELLS}:{public_id}:{key}"
    if not cases.answer(scene.connection, case, text, by=staff.actor, key=line, now=scene.now):
        return CaseAnswered()
    if case.staff_id is None:
        cases.assign(scene.connection, case, staff.id, staff.name, by=staff.actor, now=scene.now)
    told = {"case": public_id, "line": line}
    due.plan(scene.connection, case.contact_id, TELLS, told, key=line, at=scene.now)
    noted(scene, staff, "answered", case, None, {}, address)
    return CaseAnswered()
