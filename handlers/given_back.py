"""A member of staff gave a conversation back to the bot."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from handlers import route
from handlers.deed import Gone, Refused, noted, out_of_reach
from handlers.scene import Scene
from locales import _
from service import ownership, parked
from service.ownership import GIVEN_BACK
from store import desk
from store.contacts import BOT
from store.staff_sessions import Staff

BACK = _("You're with our automatic assistant again. To reach our team, just write “person”.")

How: TypeAlias = parked.How | Literal[""]  # empty: by rule


class GivenBack(msgspec.Struct, frozen=True, tag=True):
    """The bot has the conversation; `how` its dialogue went on."""

    how: str = ""


def given_back(scene: Scene, staff: Staff, how: How, address: str, *, step: str = "") -> GivenBack | Gone | Refused:
    """Tell the customer, and let the bot go on with the dialogue that was parked, or with the menu.

    Without a `how` it goes on by rule (`service.parked.usual`); `step` is the key of the question to send the
    customer back to. Refused: `acted`, when the dialogue did something since which asking again does not undo.
    """
    contact, before = scene.contact, scene.contact.owner
    if before == BOT:
        return GivenBack()
    if (gone := out_of_reach(scene, staff)) is not None:
        return gone
    conversation = scene.conversation
    opened = desk.open_of(scene.connection, contact.id)
    chosen = how or parked.usual(scene.connection, opened, conversation.asking, scene.now)
    if (refused := _refused(scene, chosen, step)) is not None:
        return refused
    ownership.close(scene.connection, contact, scene.now, by=staff.actor, why=GIVEN_BACK, closed_by=staff.id)
    conversation.quiet = False
    if not contact.deceased:  # whoever writes there is answered by people alone
        scene.say(BACK)
        _go_on(scene, chosen, step)
        route.hand_over(scene)
    noted(scene, staff, "given_back", {"owner": before}, {"owner": contact.owner, "how": chosen}, address)
    return GivenBack(chosen)


def _refused(scene: Scene, how: str, step: str) -> Refused | None:
    session = scene.conversation.asking
    if session is None:
        return None
    back = how == "step" and step not in parked.behind(session.record)
    return Refused("acted") if back or (how == "restart" and session.record.acted) else None


def _go_on(scene: Scene, how: str, step: str) -> None:
    conversation = scene.conversation
    session = conversation.asking
    if session is None:
        conversation.start("menu")
    elif how == "step":
        conversation.back(step)
    elif how == "resume":
        conversation.resume(session)
    elif how == "restart":
        conversation.restart(session)
    else:
        conversation.leave("dropped")
        conversation.start("menu")
