"""A person is wanted: the one way in which a conversation comes to the team."""

from __future__ import annotations

from handlers.scene import Notice, Scene
from locales import _
from service import ownership, queues
from service.ownership import Parked
from store.desk import GENERAL, Conversation

QUEUED = _(
    "I've passed your message to our team, and someone will reply to you here. "
    "If you'd like to go on with me in the meantime, just send “menu”."
)


def person_wanted(
    scene: Scene, why: str, topic: str = GENERAL, *, parked: Parked | None = None, tell: bool = True
) -> Conversation:
    """Put the conversation where its topic and language belong, and tell the customer when to expect an answer.

    `why` is the reason that the row keeps; without a topic it is that of the dialogue which was `parked`, or of the
    reason. Without `tell` the customer hears nothing.
    """
    topic = queues.topic_of(topic, parked.flow if parked else "", why)
    queue = queues.route(scene.connection, topic, scene.language)
    opened = ownership.want_person(
        scene.connection,
        scene.contact,
        scene.now,
        why=why,
        queue_id=queue.id,
        parked=parked,
        channel=scene.channel,
    )
    if tell:
        scene.say(QUEUED)
    scene.notices.append(Notice("person_wanted", scene.contact.public_id, {"reason": why}))
    return opened
