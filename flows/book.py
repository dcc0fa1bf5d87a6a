"""Every dialogue there is, by its name."""

from __future__ import annotations

from flows.card_linked import card_linked
from flows.claim_decided import claim_decided
from flows.fallback import fallback
from flows.help import help as help_
from flows.language import language
from flows.link import link
from flows.menu import menu
from flows.missing_points import missing_points
from flows.news import news
from flows.not_me import not_me
from flows.person import person
from flows.points import points
from flows.rewards import rewards
from flows.stop import stop
from flows.welcome import welcome
from talk.engine import Flow

FLOWS: dict[str, Flow] = {
    "card_linked": card_linked,
    "claim_decided": claim_decided,
    "fallback": fallback,
    "help": help_,
    "language": language,
    "link": link,
    "menu": menu,
    "missing_points": missing_points,
    "news": news,
    "not_me": not_me,
    "person": person,
    "points": points,
    "rewards": rewards,
    "stop": stop,
    "welcome": welcome,
}
