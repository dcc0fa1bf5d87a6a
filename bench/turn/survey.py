"""The survey that every contestant holds: its questions, what customers type, and Telegram's JSON of it."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import NamedTuple, TypeAlias

import msgspec

Value: TypeAlias = int | str | bool
NOW = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)
ACCOUNT = "4242"
TOKEN = f"{ACCOUNT}:AAbench-token-of-nobody-000000000000"
FIRST_SENDER = 100_000
MANY = 10_000
"""More than there are customers, so that every update has a number of its own."""

LEVELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
BRANCHES = ("Bangsar", "Georgetown", "Ipoh", "Melaka", "Kuching")
DRINKS = ("Black coffee", "Milk tea", "Fresh juice", "Hot chocolate")
LIKED = (
    "The staff remembered my name.",
    "It's close to my office and never too loud.",
    "Fresh bread at seven in the morning!",
    "My children love the cocoa",
)
BETTER = (
    "A few more seats near the window would be lovely.",
    "Open earlier on Sundays, if you can",
    "Nothing comes to mind, keep it up.",
    "The queue at lunch time is long, a second till would help.",
)


class Question(NamedTuple):
    """A question: a number from `low` to `high`, one of `options`, yes or no (both empty), or any words."""

    key: str
    text: str
    kind: str
    low: int = 0
    high: int = 0
    options: tuple[str, ...] = ()


QUESTIONS = (
    Question("recommend", "How likely are you to recommend us to a friend?", "scale", 0, 10),
    Question("branch", "Which branch do you visit most?", "choice", options=BRANCHES),
    Question("visits", "How many times did you come last month?", "number", 0, 100),
    Question("served", "Were you served within five minutes?", "yes_no"),
    Question("staff", "How friendly was our staff?", "scale", 1, 5),
    Question("clean", "“The place is always clean.” Do you agree?", "choice", options=LEVELS),
    Question("drink", "What do you usually drink?", "choice", options=DRINKS),
    Question("liked", "What did you like best?", "text"),
    Question("member", "Would you like to hear about new members' offers?", "yes_no"),
    Question("better", "What could we do better?", "text"),
)
THANKS = "Thank you! That helps us a lot."
EVENTS = len(QUESTIONS) + 1
"""A survey takes one update to begin and one for each answer."""


def answers(customer: int) -> dict[str, Value]:
    """What a customer answers, the same in every run."""
    random = Random(customer)
    return {
        "recommend": random.randint(0, 10),
        "branch": random.choice(BRANCHES),
        "visits": random.randint(0, 30),
        "served": random.random() < 0.7,
        "staff": random.randint(1, 5),
        "clean": random.choice(LEVELS),
        "drink": random.choice(DRINKS),
        "liked": random.choice(LIKED),
        "member": random.random() < 0.5,
        "better": random.choice(BETTER),
    }


def expected(customers: int) -> dict[str, dict[str, Value]]:
    """Every customer's answers, by the id of the chat."""
    return {str(FIRST_SENDER + customer): answers(customer) for customer in range(customers)}


def typed(value: Value) -> str:
    """An answer as it is typed."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def conversations(customers: range, survey: int = 0) -> list[list[bytes]]:
    """Telegram's JSON of what each customer says in a survey; `survey` tells one survey with them from the next."""
    return [
        [
            _update((survey * EVENTS + place) * MANY + customer, FIRST_SENDER + customer, text)
            for place, text in enumerate(("/start", *map(typed, answers(customer).values())))
        ]
        for customer in customers
    ]


def _update(number: int, sender: int, text: str) -> bytes:
    name = f"Customer {sender}"
    message = {
        "message_id": number + 1,
        "from": {
            "id": sender,
            "is_bot": False,
            "first_name": name,
            "username": f"u{sender}",
            "language_code": "en",
        },
        "chat": {"id": sender, "first_name": name, "username": f"u{sender}", "type": "private"},
        "date": int(NOW.timestamp()),
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(text), "type": "bot_command"}]
    return msgspec.json.encode({"update_id": 700_000_000 + number, "message": message})


def read(question: Question, text: str) -> Value | None:
    """An answer as an ordinary bot reads it; None when it has to ask again."""
    if question.kind in ("scale", "number"):
        return int(text) if text.isdigit() and question.low <= int(text) <= question.high else None
    if question.kind == "choice":
        return text if text in question.options else None
    if question.kind == "yes_no":
        return {"yes": True, "no": False}.get(text.strip().lower())
    return text.strip() or None


def labels(question: Question) -> tuple[str, ...]:
    """What stands on the question's buttons."""
    if question.kind == "scale":
        return tuple(str(score) for score in range(question.low, question.high + 1))
    return ("Yes", "No") if question.kind == "yes_no" else question.options
