"""The dialogue of the crash runs: every word a customer sends moves points, and every answer tells what it did.

An answer names the word it answers, the points that moved and the balance after it. So the answers of a contact
read one after the other are a second ledger, to be compared with the real one.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import signal

import msgspec

from flows.book import FLOWS
from locales import verbatim
from loyalty import ledger
from loyalty.ledger import Earning, Refused, Spent
from talk.engine import Act, Late, Talk
from talk.prompts import FreeText

QUESTION = "Your word?"
LATE_NOTE = "late "
GIFT, LATE_GIFT, PRICE = 10, 1, 7
DEADLY = "deadly"
PATIENCE = dt.timedelta(seconds=2)
ANSWER = re.compile(r"(?P<note>.+) (?P<points>[+-]\d+) = (?P<balance>\d+)(?:\s|$)")


class Told(msgspec.Struct, frozen=True):
    """What an effect did: `note` is the word it was for."""

    note: str
    points: int
    balance: int


def word(customer: int, number: int) -> str:
    """The word a customer sends as their message of this number."""
    return f"c{customer}n{number}"


def move(act: Act, note: str) -> Told:
    """Give points for a word, or take some for every third; one word kills the process, each time it comes."""
    if note == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    if int(note.rpartition("n")[2]) % 3:
        return _earn(act, note, GIFT)
    held = ledger.hold(act.connection, act.contact_id, PRICE, key=act.key, at=act.now, until=act.now + PATIENCE)
    if isinstance(held, Refused):
        return Told(note, 0, held.available)
    outcome = ledger.post(act.connection, act.key, act.now, note=note)
    assert isinstance(outcome, Spent)
    return Told(note, -PRICE, outcome.balance)


def console(act: Act) -> Told:
    """Give a point to somebody who did not answer in time."""
    return _earn(act, f"{LATE_NOTE}{act.key}", LATE_GIFT)


def _earn(act: Act, note: str, points: int) -> Told:
    ledger.earn(act.connection, [Earning(act.key, act.contact_id, points, act.now, note=note)])
    return Told(note, points, ledger.account_of(act.connection, act.contact_id, act.now).balance)


async def play(talk: Talk) -> None:
    """Ask for a word, do what it is for, and begin anew; only the first question after an answer has a deadline."""
    within = None if talk.args.get("late") else PATIENCE
    answer = await talk.ask("word", verbatim(QUESTION), FreeText(), within=within)
    told = talk.do("console", console) if isinstance(answer, Late) else talk.do("move", move, answer)
    talk.say(verbatim(_answer(told)))
    await talk.go("fallback", late=isinstance(answer, Late))


def _answer(told: Told) -> str:
    answer = f"{told.note} {told.points:+} = {told.balance}"
    if told.note.endswith("7"):  # too long for one message: two rows of one turn
        answer += "".join(f" {told.note}.{number}" for number in range(700))
    return answer


def join() -> None:
    """Let this dialogue take the place of those a customer's words come to."""
    FLOWS["welcome"] = FLOWS["fallback"] = play
