"""Told when a customer is invited to a survey: why, how long it takes, and what it brings."""

from __future__ import annotations

from flows import invited
from flows.invited import Told
from flows.survey import BRINGS_BOTH, BRINGS_POINTS, BRINGS_VOUCHER
from locales import Text, _, n_
from talk.engine import Talk
from talk.prompts import Option

VISIT = _("Thank you for your visit to {branch} on {day}.")
PURCHASE = _("Thank you for your purchase on {day}.")
CASE = _("We've closed your request <code>{number}</code>.")
CONVERSATION = _("You were in touch with our team on {day}.")
ROUND = {
    "customer": _("We'd like to know how you find us, and what we could do better."),
    "partner": _("We'd like to know how you find working with us, and what we could do better."),
    "owner": _("We'd like to know how you see our company, and how well we keep you informed."),
}
ASKED = n_(
    "Would you answer a few questions for us? It takes about {minutes} minute.",
    "Would you answer a few questions for us? It takes about {minutes} minutes.",
    count="minutes",
)
WHY = _("<i>You get this because you agreed to hear from us. “stop” ends it at once.</i>")
START = _("Start")
NO = _("No, thanks")


async def survey_invite(talk: Talk) -> None:
    """Tell the `invitation` (its public id), with a button to begin and one to be left alone."""
    about = talk.args["invitation"]
    told = talk.do("invitation", invited.invitation, about)
    if told is None:
        return
    talk.say(_reason(told), branch=told.branch, day=told.day, number=told.number)
    talk.say(ASKED, minutes=told.minutes)
    if told.points and told.reward:
        talk.say(BRINGS_BOTH, line=True, points=told.points, reward=told.reward)
    elif told.points:
        talk.say(BRINGS_POINTS, line=True, points=told.points)
    elif told.reward:
        talk.say(BRINGS_VOUCHER, line=True, reward=told.reward)
    talk.say(WHY, commands=(Option(f"survey~{about}", START), Option(f"survey_refused~{about}", NO)))


def _reason(told: Told) -> Text:
    match told.about:
        case "visit":
            return VISIT if told.branch else PURCHASE
        case "case":
            return CASE
        case "conversation":
            return CONVERSATION
    return ROUND[told.whom]
