"""Preferences: how everything stands, and a way to change each of it."""

from __future__ import annotations

from typing import Any

from flows import preferring
from flows.language import OPTIONS
from flows.menu import LANGUAGE
from flows.preferring import Present
from flows.topics import TOPICS
from locales import ARAB, Text, _, verbatim
from locales.formats import DayOfYear
from talk.engine import Talk
from talk.prompts import Choice, Option

CALL_ME = Option("call_me", _("What to call me"))
BIRTHDAY = Option("birthday", _("My birthday"))
QUIET = Option("quiet_hours", _("Quiet hours"))
WHICH = Option("topics", _("Topics"))
PERSONAL = Option("personal", _("Personalisation"))
COMING = Option("planned", _("What's planned for me"))
MY_DATA = Option("my_data", _("My data"))
NEWS_ON = Option("news", _("Turn news on"))
NEWS_OFF = Option("stop", _("Turn news off"))
PAUSE = Option("pause", _("Pause for 30 days"))
END_PAUSE = Option("end_pause", _("End the pause"))
SELDOM = Option("seldom", _("Less often"))
USUAL = Option("usual", _("As often as usual"))
PEOPLE = Option("people", _("People only"))
BOT_TOO = Option("bot_too", _("The assistant too"))
ARABIC = Option("arabic", verbatim("٠١٢٣٤٥٦٧٨٩"))
LATIN = Option("latin", verbatim("0123456789"))
DONE = Option("done", _("That's all, thanks"), declines=True)
# Each of these is a dialogue of its own; the others are changed on the spot.
FLOWS = (LANGUAGE, CALL_ME, BIRTHDAY, QUIET, WHICH, PERSONAL, COMING, MY_DATA, NEWS_ON, NEWS_OFF, PAUSE, END_PAUSE)

TITLE = _("<b>Your settings</b>")
SPEAKS = _("• Language: {language}")
DIGITS = _("• Digits: {digits}")
NAMED = _("• What I call you: {name}")
UNNAMED = _("• What I call you: not set")
BORN = _("• Birthday: {day}")
UNBORN = _("• Birthday: not set")
QUIET_FROM = _("• Quiet hours: from {begins} to {ends}")
NEVER_QUIET = _("• Quiet hours: none")
NEWS_IS_ON = _("• News and offers: on")
NEWS_IS_OFF = _("• News and offers: off")
PAUSED = _("• Paused until {day}")
ALL_TOPICS = _("• Topics: all")
BUT_TOPICS = _("• Topics: all but {topics}")
OFTEN = _("• How often: as usual")
NOT_OFTEN = _("• How often: less than usual")
BY_ALL = _("• Answers: from me and from our team")
BY_PEOPLE = _("• Answers: from our team only")
PERSONALISED = _("• Personalised messages: yes")
SAME_FOR_ALL = _("• Personalised messages: no")

PEOPLE_ONLY = _(
    "From now on our team answers you here, and I keep silent. Send “menu” whenever you need me, and you can "
    "change this here at any time."
)
AND_ME = _("All right, I'll answer you again as well.")
QUESTION = _("What would you like to change?")
LEFT = _("All right. You can change your settings at any time.")


async def preferences(talk: Talk) -> None:
    """Show how everything stands, change what is wished, and show it again."""
    now = talk.do("present", preferring.present)
    talk.say(TITLE)
    for sentence, values in _lines(now):
        talk.say(sentence, line=True, **values)
    wish = await talk.ask("wish", QUESTION, Choice(*_offered(now), columns=2))
    if wish.key == DONE.key:
        talk.say(LEFT)
        return
    if wish.key in {option.key for option in FLOWS}:
        await talk.go(wish.key, sure=True)
    else:
        _change(talk, wish.key)
    await talk.go("preferences")


def _lines(now: Present) -> list[tuple[Text, dict[str, Any]]]:
    quiet = {"begins": now.quiet_from, "ends": now.quiet_until}
    topics = {"topics": tuple(label for kind, label in TOPICS.items() if kind in now.refused)}
    digits = [(DIGITS, {"digits": (ARABIC if now.digits == ARAB else LATIN).label})] * (now.language == "ar")
    return [
        (SPEAKS, {"language": OPTIONS[now.language].label}),
        *digits,
        (NAMED if now.call_me else UNNAMED, {"name": now.call_me}),
        (BORN, {"day": DayOfYear(*now.birthday)}) if now.birthday else (UNBORN, {}),
        (NEVER_QUIET if now.quiet_from == now.quiet_until else QUIET_FROM, quiet),
        (NEWS_IS_ON if now.news else NEWS_IS_OFF, {}),
        *([(PAUSED, {"day": now.paused})] if now.paused else []),
        (BUT_TOPICS if topics["topics"] else ALL_TOPICS, topics),
        (NOT_OFTEN if now.seldom else OFTEN, {}),
        (BY_PEOPLE if now.people_only else BY_ALL, {}),
        (PERSONALISED if now.personalised else SAME_FOR_ALL, {}),
    ]


def _offered(now: Present) -> tuple[Option, ...]:
    digits = (LATIN if now.digits == ARAB else ARABIC,) * (now.language == "ar")
    return (
        LANGUAGE,
        *digits,
        CALL_ME,
        BIRTHDAY,
        QUIET,
        NEWS_OFF if now.news else NEWS_ON,
        END_PAUSE if now.paused else PAUSE,
        WHICH,
        USUAL if now.seldom else SELDOM,
        BOT_TOO if now.people_only else PEOPLE,
        PERSONAL,
        COMING,
        MY_DATA,
        DONE,
    )


def _change(talk: Talk, wish: str) -> None:
    if wish in (ARABIC.key, LATIN.key):
        talk.do("digits", preferring.set_digits, ARAB if wish == ARABIC.key else "")
    elif wish in (SELDOM.key, USUAL.key):
        talk.do("seldom", preferring.set_seldom, wish == SELDOM.key)
    else:
        talk.do("people", preferring.set_people_only, wish == PEOPLE.key)
        talk.say(PEOPLE_ONLY if wish == PEOPLE.key else AND_ME)
