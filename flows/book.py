"""Every dialogue there is, by its name."""

from __future__ import annotations

from flows.fallback import fallback
from flows.help import help as help_
from flows.language import language
from flows.link import link
from flows.menu import menu
from flows.news import news
from flows.person import person
from flows.points import points
from flows.rewards import rewards
from flows.stop import stop
from flows.welcome import welcome
from talk.engine import Flow

FLOWS: dict[str, Flow] = {
    "fallback": fallback,
    "help": help_,
    "language": language,
    "link": link,
    "menu": menu,
    "news": news,
    "person": person,
    "points": points,
    "rewards": rewards,
    "stop": stop,
    "welcome": welcome,
}
