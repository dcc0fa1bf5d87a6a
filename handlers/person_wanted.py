"""A person is wanted: the one way in which a conversation comes to the team."""

from __future__ import annotations

import datetime as dt

from flows.days import WEEKDAYS
from handlers.scene import Notice, Scene
from locales import Phrase, _, n_
from service import assignment, hours, ownership, queues, waiting
from service.ownership import Parked
from store import desk, serving
from store.desk import GENERAL, Conversation
from store.queues import Queue

AGAIN = _("I've passed this on to {name}, who helped you before and will reply to you here.")
MENU = _("If you'd like to go on with me in the meantime, just send “menu”.")
USUALLY = _("I've passed your message to our team. Someone will reply to you here, usually within {time}.")
AIMED_AT = _("I've passed your message to our team. We aim to reply to you here within {time}.")
PROMISED = _("I've passed your message to our team. You'll have an answer here by {due}.")
BACK_THEN = _("I've passed your message to our team, who are back {opens}. You'll have an answer here by {due}.")
MINUTES = n_("{minutes} minute", "{minutes} minutes", count="minutes")
HOURS = n_("{hours} hour", "{hours} hours", count="hours")
TODAY, TOMORROW, ON_A_DAY = _("today at {time}"), _("tomorrow at {time}"), _("on {day} at {time}")
BY_TOMORROW = _("{time} tomorrow")
WEEK = dt.timedelta(days=7)


def person_wanted(
    scene: Scene, why: str, topic: str = GENERAL, *, parked: Parked | None = None, tell: bool = True
) -> Conversation:
    """Put the conversation where its topic and language belong, and tell the customer when to expect an answer.

    `why` is the reason that the row keeps; without a topic it is that of the reason, or of the dialogue which was
    `parked`. Whoever the conversation belongs to gets it at once if they are there, and is named if the customer
    knows them. Without `tell` the customer hears nothing.
    """
    connection, contact, now = scene.connection, scene.contact, scene.now
    queue = queues.route(connection, queues.topic_of(topic, parked.flow if parked else "", why), scene.language)
    place, known = serving.ahead(connection, queue.id), serving.last_server(connection, contact.id)
    opened = ownership.want_person(
        connection, contact, now, why=why, queue_id=queue.id, parked=parked, channel=scene.channel
    )
    given = assignment.assign(connection, contact, queue, now)
    if tell and given is not None and given.id == known:
        scene.say(AGAIN, name=given.name)
    elif tell:
        tell_wait(scene, opened.id, queue, place)
        if given is None:  # who was given to a person cannot call the bot back
            scene.say(MENU)
    if scene.inbound is not None:
        ownership.heard(connection, contact, now, scene.inbound)
    scene.notices.append(Notice("person_wanted", contact.public_id, {"reason": why}))
    return opened


def tell_wait(scene: Scene, conversation_id: int, queue: Queue, place: int) -> None:
    """Tell the customer when to expect an answer, on their clock; a moment that is promised is kept.

    `place` are those who wait before them.
    """
    times = hours.of_queue(scene.connection, queue, scene.house.zone)
    wait = waiting.expected(scene.connection, queue, times, scene.now, place)
    if wait.promised is None:
        scene.say(USUALLY if wait.measured else AIMED_AT, time=_span(wait.minutes))
        return
    desk.change(scene.connection, conversation_id, scene.now, answer_promised_at=wait.promised, look_at=scene.now)
    here = scene.local_now
    due = wait.promised.astimezone(here.tzinfo)
    if wait.back is None:
        scene.say(PROMISED, due=_by(due, here.date(), here.date()))
    else:
        opens = wait.back.astimezone(here.tzinfo)
        scene.say(BACK_THEN, opens=_at(opens, here.date()), due=_by(due, here.date(), opens.date()))


def _span(minutes: int) -> Phrase:
    if minutes < 60:
        return Phrase(MINUTES, {"minutes": minutes})
    return Phrase(HOURS, {"hours": minutes // 60})


def _at(moment: dt.datetime, today: dt.date) -> Phrase:
    time, ahead = moment.time(), moment.date() - today
    if ahead < dt.timedelta(days=2):
        return Phrase(TOMORROW if ahead else TODAY, {"time": time})
    return Phrase(ON_A_DAY, {"day": WEEKDAYS[moment.weekday()] if ahead < WEEK else moment.date(), "time": time})


def _by(moment: dt.datetime, today: dt.date, said: dt.date) -> object:
    """The moment, as briefly as it is clear after the day that was `said`."""
    if moment.date() == said:
        return moment.time()
    if moment.date() - today == dt.timedelta(days=1):
        return Phrase(BY_TOMORROW, {"time": moment.time()})
    return moment
