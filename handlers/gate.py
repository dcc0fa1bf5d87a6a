"""What is checked before the bot answers: is this a flood, and whose conversation is it."""

from __future__ import annotations

from handlers import intents
from handlers.conversation_reopened import conversation_reopened
from handlers.conversation_woken import conversation_woken
from handlers.person_wanted import person_wanted
from handlers.scene import Notice, Scene
from locales import _
from service import ownership, parked
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.transcript import HIDDEN
from talk.exchange import COMMAND
from talk.messages import Inbound

FLOOD_BURST = 60  # events at once; an album of 50 pictures is no flood
FLOOD_PER_SECOND = 1.0

SLOW_DOWN = _("You're sending messages faster than I can read them. Please wait a minute, then write again.")


def flooded(scene: Scene) -> bool:
    """A leaky bucket a contact, on every channel: what is over is kept but not answered, and said once."""
    contact = scene.contact
    passed = (scene.now - contact.seen_at).total_seconds() if contact.seen_at else 0.0
    contact.flood = max(0.0, contact.flood - max(0.0, passed) * FLOOD_PER_SECOND) + 1.0
    if contact.flood <= FLOOD_BURST:
        return False
    if contact.flood - 1.0 <= FLOOD_BURST and contact.owner == BOT:
        scene.say(SLOW_DOWN)
    contact.flood = min(contact.flood, FLOOD_BURST + 1.5)
    return True


def owned_by_staff(scene: Scene) -> bool:
    """Whether the bot is to be silent: people have this conversation, who are told, or nobody answers it.

    What the customer says ends a rest. While nobody has taken it from the queue yet, a customer may call the bot
    back with the menu. Who wants people only is in the queue with whatever they say, except what they ask of the
    bot by its own words and buttons. Where the customer has died, whoever writes in their chat is answered by
    people.
    """
    contact, inbound = scene.contact, scene.inbound
    assert inbound is not None
    if contact.owner == BLOCKED:
        return True
    if contact.owner == BOT:
        return _for_people(scene)
    if contact.owner == SNOOZED and inbound.kind not in HIDDEN:
        conversation_woken(scene, ownership.CUSTOMER)
    if contact.owner == QUEUE and not contact.deceased and _calls_the_bot(scene, inbound):
        return False
    ownership.heard(scene.connection, contact, scene.now, inbound)
    if inbound.kind not in HIDDEN:
        scene.notices.append(Notice("customer_waits", contact.public_id, {"owner": contact.owner}))
    return True


def _calls_the_bot(scene: Scene, inbound: Inbound) -> bool:
    """Whether the customer goes on with the bot; what it could not read before is not asked again."""
    said = inbound.kind == "text" and intents.global_intent(scene.meant(inbound)) == "menu"
    if not said and inbound.button != f"{COMMAND}.menu":
        return False
    ownership.close(scene.connection, scene.contact, scene.now, by=ownership.CUSTOMER, why=ownership.MENU)
    session = scene.conversation.asking
    if session is not None and parked.failed(session.record):
        scene.conversation.drop(session.record.flow, ownership.MENU)
    return True


def _for_people(scene: Scene) -> bool:
    """Whether the team gets what would be the bot's: of somebody who died, and of who wants people only."""
    if not scene.contact.deceased:
        return scene.contact.people_only and _queued(scene)
    person_wanted(scene, "deceased", tell=False)
    return True


def _queued(scene: Scene) -> bool:
    """Let the conversation come to the team, unless the bot was asked or waits for an answer."""
    inbound = scene.inbound
    assert inbound is not None
    word = intents.global_intent(scene.meant(inbound))
    if inbound.kind in ("button", "start") or word not in (None, "person") or scene.conversation.asking is not None:
        return False
    if scene.reopens(inbound):
        conversation_reopened(scene)
    else:
        person_wanted(scene, "people_only", tell=False)
    return True
