"""Time passed over a case: the team is reminded, an owner hears that the answer is late, then the customer."""

from __future__ import annotations

from handlers.scene import Notice, Scene
from service import case_hours
from store import cases, due

NOTICES = {"remind": "case_due_soon", "escalate": "case_late"}
TELLS = "case_late"  # the dialogue


def case_fell_due(scene: Scene, public_id: str) -> bool:
    """Do what time asks for of a case, if its moment has come; whether it had."""
    case = cases.find(scene.connection, public_id, lock=True)
    step = case_hours.pass_time(scene.connection, case, scene.now) if case is not None else None
    if case is None or step is None or case.promised_at is None:
        return False
    promised = case.promised_at.isoformat()
    if step == "tell":
        told, key = {"case": public_id, "due": promised}, f"{TELLS}:{public_id}:{promised}"
        due.plan(scene.connection, case.contact_id, TELLS, told, key=key, at=scene.now)
        return True
    details = {"due": case.promised_at.astimezone(scene.house.zone).isoformat(" ", "minutes")}
    if case.staff_name:
        details["staff"] = case.staff_name
    scene.notices.append(Notice(NOTICES[step], scene.contact.public_id, details))
    return True
