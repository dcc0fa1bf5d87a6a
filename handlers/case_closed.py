"""A member of staff closed a case: something came of it."""

from __future__ import annotations

import msgspec

from handlers.case_deed import At, CaseStands, NoSuchCase, case_of, noted
from service import cases
from store import due
from store.staff_sessions import Staff

TELLS = "case_closed"  # the dialogue


class CaseClosed(msgspec.Struct, frozen=True, tag=True):
    """It is closed; the customer hears of it, and is asked whether it was solved."""


def case_closed(
    scene: At, staff: Staff, public_id: str, outcome: str, address: str
) -> CaseClosed | CaseStands | NoSuchCase:
    """Close a case and have the customer told what came of it; `outcome` is for their eyes, in their language.

    Without an outcome the customer hears nothing: of praise that was read, say.
    """
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    if not cases.close(scene.connection, case, outcome, by=staff.actor, staff_id=staff.id, now=scene.now):
        return CaseStands(case.state)
    if outcome.strip():
        key = f"{TELLS}:{public_id}:{case.reopened}"
        due.plan(scene.connection, case.contact_id, TELLS, {"case": public_id}, key=key, at=scene.now)
    noted(scene, staff, "closed", case, {"state": case.state}, {"state": "closed"}, address)
    return CaseClosed()
