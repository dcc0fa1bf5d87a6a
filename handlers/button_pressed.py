"""A customer pressed a button: an answer to the open question, a command, or a button of long ago."""

from __future__ import annotations

from flows.language import CHOSEN
from handlers import gate, route
from handlers.campaign_pressed import Pressed, campaign_pressed
from handlers.conversation_started import DEEP_LINKS
from handlers.scene import Scene
from locales import LANGUAGES, _
from store import sessions
from talk.conversation import Session
from talk.engine import Answer, is_patient
from talk.exchange import ABOUT_MARK, COMMAND

STALE = _("That button belongs to an earlier question, so nothing has changed.")
DIGITS = 18  # of a session's number: a button may say anything

# Commands about something, whose public id follows them: `survey~PUBLIC_ID`.
ABOUT = frozenset(
    {
        "case_solved",
        "interested",
        "requests",
        "not_interested",
        "offer_unwatch",
        "offer_watch",
        "recommend",
        "survey",
        "survey_refused",
    }
)
COMMANDS = DEEP_LINKS | {"menu", "stop", "undo_stop", "news", "end_pause", "keep_data", "not_me", "survey"}


def button_pressed(scene: Scene) -> None:
    """A press changes something only when its question is the open one."""
    inbound, conversation = scene.inbound, scene.conversation
    assert inbound is not None
    place, _dot, key = inbound.button.rpartition(".")
    if gate.flooded(scene):
        return
    campaign = campaign_pressed(scene)  # counted whoever has the conversation
    if place == COMMAND and key == "stop":
        route.stop(scene)
        return
    if gate.owned_by_staff(scene):
        return
    if campaign is not None:
        _lead(scene, campaign)
    elif place == COMMAND:
        _command(scene, key)
    elif conversation.asking is not None and conversation.asking.place == place:
        conversation.hear(Answer(inbound, key))
    elif not _taken_up(scene, place, key):
        _stale(scene)
    route.conclude(scene)


def _command(scene: Scene, key: str) -> None:
    name, _mark, about = key.partition(ABOUT_MARK)
    language = key.removeprefix("language-")
    if language in LANGUAGES:
        scene.contact.language, scene.contact.language_chosen, scene.contact.drift = language, True, ""
        scene.say(CHOSEN)
        scene.conversation.ask_again()
    elif key in COMMANDS:
        scene.conversation.start(key)
    elif name in ABOUT and about:
        scene.conversation.start(name, about=about)
    else:
        _stale(scene)


def _lead(scene: Scene, campaign: Pressed) -> None:
    if campaign.flow:
        scene.conversation.start(campaign.flow, **({"about": campaign.about} if campaign.about else {}))
    else:
        _stale(scene)


def _taken_up(scene: Scene, place: str, key: str) -> bool:
    """Whether the press belongs to a dialogue that may be left for days, and was: it goes on, with this answer."""
    found = _of_session(scene, place)
    if found is None or not is_patient(scene.house.book.get(found.record.flow)):
        return False
    args = {name: value for name, value in found.record.args.items() if name != route.LEFT}
    if found.record.parked is None and not args:  # it came to its end, and what is open may be something else
        return False
    assert scene.inbound is not None
    conversation, before = scene.conversation, found.record.parked
    conversation.start(found.record.flow, **args)
    now = conversation.asking.record if conversation.asking is not None else None
    if before is None or now is None or now.parked is None or now.flow != found.record.flow:
        return True
    if now.parked.step == before.step and found.place == place:
        conversation.answer_unseen(Answer(scene.inbound, key))
    return True


def _of_session(scene: Scene, place: str) -> Session | None:
    """The contact's session whose question had this place, when its dialogue does not go on in any."""
    number = place.partition(".")[0]
    found = sessions.one(scene.connection, int(number)) if number.isdecimal() and len(number) <= DIGITS else None
    if found is None or found[1] != scene.contact.id:
        return None
    asked = {session.record.flow for session in scene.conversation.stack}
    return None if found[0].record.flow in asked else found[0]


def _stale(scene: Scene) -> None:
    scene.say(STALE)
    if scene.conversation.asking is not None:
        scene.conversation.ask_again()
    elif scene.contact.welcomed_at is not None:
        scene.conversation.start("menu")
