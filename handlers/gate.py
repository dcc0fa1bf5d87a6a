"""What is checked before the bot answers: is this a flood, and whose conversation is it."""

from __future__ import annotations

from handlers import intents
from handlers.person_wanted import person_wanted
from handlers.scene import Notice, Scene
from locales import _
from service import ownership
from store.contacts import BOT, QUEUE

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
    if contact.flood - 1.0 <= FLOOD_BURST:
        scene.say(SLOW_DOWN)
    contact.flood = min(contact.flood, FLOOD_BURST + 1.5)
    return True


def owned_by_staff(scene: Scene) -> bool:
    """Whether a person has this conversation; then staff are told and the bot is silent.

    While nobody has taken it from the queue yet, a customer may call the bot back with the menu. Who wants people
    only is in the queue with whatever they say, except what they ask of the bot by its own words and buttons. Where
    the customer has died, whoever writes in their chat is answered by people.
    """
    contact = scene.contact
    if contact.deceased:
        return _for_people(scene)
    if contact.owner != BOT and contact.owner_until is not None and contact.owner_until <= scene.now:
        ownership.close(scene.connection, contact, scene.now, by=ownership.RULE, why="time")
    if contact.owner == BOT:
        return contact.people_only and _queued(scene)
    inbound = scene.inbound
    if contact.owner == QUEUE and inbound and intents.global_intent(scene.meant(inbound)) == "menu":
        ownership.close(scene.connection, contact, scene.now, by=ownership.CUSTOMER, why="menu")
        return False
    scene.notices.append(Notice("customer_waits", contact.public_id, {"owner": contact.owner}))
    return True


def _for_people(scene: Scene) -> bool:
    contact = scene.contact
    if contact.owner == BOT:
        person_wanted(scene, "deceased", tell=False)
    else:
        scene.notices.append(Notice("customer_waits", contact.public_id, {"owner": contact.owner}))
    return True


def _queued(scene: Scene) -> bool:
    """Put the conversation into the queue, silently, unless the bot was asked or waits for an answer."""
    inbound = scene.inbound
    assert inbound is not None
    word = intents.global_intent(scene.meant(inbound))
    if inbound.kind in ("button", "start") or word not in (None, "person") or scene.conversation.asking is not None:
        return False
    person_wanted(scene, "people_only", tell=False)
    return True
