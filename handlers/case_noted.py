"""A member of staff wrote a note into a case, which the customer never sees."""

from __future__ import annotations

import msgspec

from handlers.case_deed import At, NoSuchCase, case_of
from service import cases
from store.staff_sessions import Staff


class CaseNoted(msgspec.Struct, frozen=True, tag=True):
    """The note stands in the case."""


def case_noted(scene: At, staff: Staff, public_id: str, text: str, *, key: str) -> CaseNoted | NoSuchCase:
    """Keep a note; `key` is the form's, so that a press that comes twice writes one."""
    case = case_of(scene, public_id)
    if case is None:
        return NoSuchCase()
    line = f"note:{public_id}:{key}"
    cases.note(scene.connection, case, text, by=staff.actor, key=line, now=scene.now)
    return CaseNoted()
