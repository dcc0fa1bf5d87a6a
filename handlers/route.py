"""Where a customer's words go: a global command, the open question, what they ask for, or the fallback."""

from __future__ import annotations

from flows.language import OPTIONS
from flows.news import CONSENT
from flows.reopened import REOPENED
from handlers import intents
from handlers.conversation_reopened import conversation_reopened
from handlers.parking import parked
from handlers.person_wanted import person_wanted
from handlers.scene import Scene
from locales import _
from store.contacts import BOT
from store.desk import GENERAL
from talk.engine import Answer
from talk.journal import key_of
from talk.messages import Inbound
from talk.prompts.base import Option
from talk.prompts.yes_no import NO
from talk.reading.language import guess_language

NOT_READABLE = _("Thank you, I've received that. I can only read text, though.")
ALL_RIGHT = _("All right. I'm here whenever you need me.")
NOTHING_BEFORE = _("There's nothing to go back to here.")
# Said in the language that was noticed: each catalogue names its own.
OFFER_LANGUAGE = _("I see you write in English, so I'll answer in English. Which language would you like?")

LEFT_OPEN = _("By the way, you haven't finished our survey yet. You can go on whenever you like.")
GO_ON = _("Continue the survey")
LEFT = "left"  # begun anew by words that came long after its question

# What may come before the introductions.
FIRST = frozenset(
    {"points", "rewards", "vouchers", "card", "hours", "rules", "missing_points", "link", "help", "person", "stop"}
    | {"feedback", "complaint", "praise", "requests"}
)


def words(scene: Scene) -> None:
    """Hand the customer's words on.

    A global word interrupts the open question, unless it is one of the question's own options.
    """
    inbound, conversation = scene.inbound, scene.conversation
    assert inbound is not None
    command = intents.global_intent(scene.meant(inbound)) if inbound.kind == "text" else None
    if conversation.asking is None:
        _begin(scene, inbound)
    elif command == "back":
        _back(scene)
    else:
        flow = intents.FLOWS_OF_INTENTS.get(command or "", "")
        conversation.hear(Answer(inbound, command=flow))
    conclude(scene)


def stop(scene: Scene) -> None:
    """Stop news and offers at once. To the question whether they are wanted it is the answer: no, once."""
    inbound, asking = scene.inbound, scene.conversation.asking
    assert inbound is not None
    parked = asking.record.parked if asking is not None else None
    if scene.contact.owner == BOT and parked is not None and key_of(parked.step) == CONSENT:
        scene.conversation.hear(Answer(inbound, NO.key))
        hand_over(scene)
    else:
        scene.conversation.start("stop", sure=True)


def _back(scene: Scene) -> None:
    if not scene.conversation.back():
        scene.say(NOTHING_BEFORE)
        scene.conversation.ask_again()


def _begin(scene: Scene, inbound: Inbound) -> None:
    meant = scene.meant(inbound) if inbound.kind == "text" else None
    wanted, left = intents.flow_of(meant), scene.conversation.left
    greeted = meant is not None and meant.intent == "greeting"
    if scene.contact.welcomed_at is None:
        welcome(scene, wanted)
    elif wanted is not None and not (left and greeted):
        scene.conversation.start(wanted)
        if left and wanted != left:
            scene.say(LEFT_OPEN, Option(left, GO_ON))
    elif scene.adds_photo(inbound):
        scene.conversation.start("add_photo", words=inbound.text, ref=inbound.media[0].ref)
    elif scene.reopens(inbound):
        scene.conversation.start("reopened")
    elif left:
        scene.conversation.start(left, **{LEFT: True})
    elif inbound.kind == "text":
        scene.conversation.start("fallback")
    else:
        scene.say(NOT_READABLE)
        scene.conversation.start("menu")


def welcome(scene: Scene, wanted: str | None) -> None:
    """Meet a new customer; what they came for is answered first."""
    scene.contact.welcomed_at = scene.now
    scene.conversation.start("welcome", wanted=wanted if wanted in FIRST else "")


def conclude(scene: Scene) -> None:
    """End the turn of an answer: hand over where a person was asked for, and say a word where none was said.

    Silence after “That's all, thanks” reads as if the answer had been lost.
    """
    hand_over(scene)
    if not scene.conversation.said and scene.conversation.asking is None:
        scene.say(ALL_RIGHT)


def hand_over(scene: Scene) -> None:
    """When a dialogue asked for a person, let the conversation come to the team, and say so."""
    conversation = scene.conversation
    if conversation.handed_over == REOPENED:
        conversation_reopened(scene)
    elif conversation.handed_over:
        person_wanted(scene, conversation.handed_over, conversation.topic or GENERAL, parked=parked(scene))


def follow_language(scene: Scene) -> str | None:
    """After two messages in another language, answer in it; the language until now when it changed.

    The first words of somebody who never chose a language decide at once.
    """
    inbound, contact = scene.inbound, scene.contact
    assert inbound is not None
    guessed = guess_language(inbound.text, contact.language)
    if guessed is not None and contact.welcomed_at is None and not contact.language_chosen:
        contact.language = guessed
        return None
    if guessed is None or guessed == contact.language:
        contact.drift = "" if guessed else contact.drift
        return None
    if contact.drift != guessed:
        contact.drift = guessed
        return None
    before, contact.language, contact.drift = contact.language, guessed, ""
    return before


def offer_language(scene: Scene, before: str) -> None:
    """Ask which of the two languages it shall be; the buttons work whenever they are pressed."""
    scene.say(OFFER_LANGUAGE, OPTIONS[scene.language], OPTIONS[before])
