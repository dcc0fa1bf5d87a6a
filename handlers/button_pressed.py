"""A customer pressed a button: an answer to the open question, a command, or a button of long ago."""

from __future__ import annotations

from flows.language import CHOSEN
from handlers import gate, route
from handlers.conversation_started import DEEP_LINKS
from handlers.scene import Scene
from locales import LANGUAGES, _
from talk.engine import Answer
from talk.exchange import ABOUT_MARK, COMMAND

STALE = _("That button belongs to an earlier question, so nothing has changed.")

# Commands about something, whose public id follows them: `survey~PUBLIC_ID`.
ABOUT = frozenset(
    {
        "case_solved",
        "interested",
        "not_interested",
        "offer_unwatch",
        "offer_watch",
        "recommend",
        "survey",
        "survey_refused",
    }
)
COMMANDS = DEEP_LINKS | {"menu", "stop", "undo_stop", "news", "end_pause", "keep_data", "not_me"}


def button_pressed(scene: Scene) -> None:
    """A press changes something only when its question is the open one."""
    inbound, conversation = scene.inbound, scene.conversation
    assert inbound is not None
    place, _dot, key = inbound.button.rpartition(".")
    if gate.flooded(scene):
        return
    if place == COMMAND and key == "stop":
        route.stop(scene)
        return
    if gate.owned_by_staff(scene):
        return
    if place == COMMAND:
        _command(scene, key)
    elif conversation.asking is not None and conversation.asking.place == place:
        conversation.hear(Answer(inbound, key))
    else:
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


def _stale(scene: Scene) -> None:
    scene.say(STALE)
    if scene.conversation.asking is not None:
        scene.conversation.ask_again()
    elif scene.contact.welcomed_at is not None:
        scene.conversation.start("menu")
