"""Every fact that a segment may ask of a contact, and what can be asked of it.

The builder's page, the reader of documents, `docs/segments.md` and the API know facts from here alone.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from locales import Text, _
from outreach.segments import words
from outreach.segments.countries import COUNTRIES

Takes: TypeAlias = Literal["nothing", "one", "two", "many"]


class Operator(NamedTuple):
    """What can be asked; `takes` says how many values it needs, `negates` which other one it is the opposite of."""

    name: str
    label: Text
    takes: Takes = "one"
    negates: str = ""


class Form(NamedTuple):
    """A form that facts have: what their values are, and what can be asked of them."""

    name: str
    operators: tuple[Operator, ...]

    def operator(self, name: str) -> Operator | None:
        """The operator of this name."""
        return next((each for each in self.operators if each.name == name), None)


class Fact(NamedTuple):
    """A fact.

    `choices` are all values that there are; `source` names what of the business's own has them, and others are
    taken, too, where it is `free`. Numbers go from `low` to `high`.
    `details` say which events count.
    """

    name: str
    group: str
    form: Form
    label: Text
    choices: tuple[str, ...] = ()
    source: str = ""
    free: bool = False
    low: int = 0
    high: int = 10**9
    details: tuple[str, ...] = ()


_IS, _IN = Operator("is", _("is")), Operator("in", _("is one of"), "many")
_IS_NOT = Operator("is_not", _("is not"), negates="is")
_NOT_IN = Operator("not_in", _("is none of"), "many", "in")
_KNOWN, _UNKNOWN = (
    Operator("known", _("is known"), "nothing"),
    Operator("unknown", _("is not known"), "nothing", "known"),
)
_LEAST, _MOST = Operator("at_least", _("is at least")), Operator("at_most", _("is at most"))
_BETWEEN = Operator("between", _("is between"), "two")
_PERIOD = ("within", "since", "before")

CHOICE = Form("choice", (_IS, _IS_NOT, _IN, _NOT_IN))
TEXT = Form("text", (_IS, _IS_NOT, _IN, _NOT_IN, Operator("contains", _("contains")), _KNOWN, _UNKNOWN))
NUMBER = Form("number", (_IS, _IS_NOT, _LEAST, _MOST, _BETWEEN))
MONEY = Form("money", (_LEAST, _MOST, _BETWEEN))
MOMENT = Form(
    "moment",
    (
        Operator("within", _("within the last days")),
        Operator("not_within", _("not within the last days"), negates="within"),
        Operator("before", _("before")),
        Operator("since", _("since")),
        _BETWEEN,
        Operator("known", _("has been"), "nothing"),
        Operator("unknown", _("has never been"), "nothing", "known"),
    ),
)
TRUTH = Form("truth", (_IS,))
SEVERAL = Form(
    "several",
    (
        Operator("has", _("has one of"), "many"),
        Operator("has_all", _("has all of"), "many"),
        Operator("has_none", _("has none of"), "many", "has"),
    ),
)
DAY = Form(
    "day",
    (
        Operator("coming", _("comes within the next days")),
        Operator("in_month", _("is in the month"), "many"),
        _KNOWN,
        _UNKNOWN,
    ),
)
ANSWER = Form(
    "answer",
    (
        _LEAST,
        _MOST,
        _BETWEEN,
        Operator("known", _("was given"), "nothing"),
        Operator("unknown", _("was not given"), "nothing", "known"),
    ),
)
PURCHASE = Form(
    "purchase",
    (
        Operator("did", _("has bought"), "nothing"),
        Operator("did_not", _("has not bought"), "nothing", "did"),
    ),
)
EVENT = Form(
    "event",
    (
        Operator("did", _("has happened"), "many"),
        Operator("did_not", _("has not happened"), "many", "did"),
    ),
)
CAMPAIGN = Form(
    "campaign",
    (
        Operator("got", _("was received"), "many"),
        Operator("not_got", _("was not received"), "many", "got"),
        Operator("clicked", _("was followed by a click"), "many"),
        Operator("not_clicked", _("was received, but nothing was clicked"), "many"),
        Operator("replied", _("was replied to"), "many"),
        Operator("bought", _("was followed by a purchase"), "many"),
    ),
)
FORMS = (CHOICE, TEXT, NUMBER, MONEY, MOMENT, TRUTH, SEVERAL, DAY, ANSWER, PURCHASE, EVENT, CAMPAIGN)

GROUPS: dict[str, Text] = {
    "buying": _("What they buy"),
    "person": _("Who they are"),
    "programme": _("The loyalty programme"),
    "reach": _("How they are reached"),
    "doing": _("What they do and say"),
}
_ALL = (
    Fact("stage", "buying", CHOICE, _("Stage of life as a customer"), tuple(words.STAGES)),
    Fact("rfm", "buying", CHOICE, _("Buying segment"), tuple(words.RFM)),
    Fact("recency", "buying", NUMBER, _("Recency score"), low=1, high=5),
    Fact("frequency", "buying", NUMBER, _("Frequency score"), low=1, high=5),
    Fact("monetary", "buying", NUMBER, _("Money score"), low=1, high=5),
    Fact("orders", "buying", NUMBER, _("Number of orders")),
    Fact("spent", "buying", MONEY, _("Spent in all")),
    Fact("margin", "buying", MONEY, _("Margin in all"), low=-(10**9)),
    Fact("first_purchase", "buying", MOMENT, _("First purchase")),
    Fact("last_purchase", "buying", MOMENT, _("Last purchase")),
    Fact(
        *("bought", "buying", PURCHASE, _("Purchases")),
        details=("product", "category", "branch", *_PERIOD, "times", "spent"),
    ),
    Fact("kind", "person", CHOICE, _("Kind of contact"), tuple(words.KINDS)),
    Fact("language", "person", CHOICE, _("Language"), tuple(words.LANGUAGES)),
    Fact("city", "person", TEXT, _("City"), source="cities", free=True),
    Fact("country", "person", CHOICE, _("Country"), COUNTRIES),
    Fact("timezone", "person", TEXT, _("Time zone"), source="timezones", free=True),
    Fact("tags", "person", SEVERAL, _("Tags"), source="tags", free=True),
    Fact("joined", "person", MOMENT, _("Known to us")),
    Fact("source", "person", TEXT, _("Came from"), source="sources", free=True),
    Fact("birthday", "person", DAY, _("Birthday")),
    Fact("list", "person", SEVERAL, _("Lists"), source="lists"),
    Fact("account", "programme", TRUTH, _("Has a points account")),
    Fact("card", "programme", TRUTH, _("Has a member's card")),
    Fact("tier", "programme", CHOICE, _("Tier"), source="tiers"),
    Fact("points", "programme", NUMBER, _("Points to spend")),
    Fact("membership", "programme", DAY, _("Anniversary of joining")),
    Fact("news", "reach", CHOICE, _("Consent to offers and news"), tuple(words.NEWS)),
    Fact("reachable", "reach", SEVERAL, _("Reachable by"), tuple(words.CHANNELS)),
    Fact("seen", "reach", MOMENT, _("Last wrote to us")),
    Fact("campaign", "reach", CAMPAIGN, _("Campaign"), source="campaigns", details=_PERIOD),
    Fact("event", "doing", EVENT, _("Event"), source="events", free=True, details=(*_PERIOD, "times")),
    Fact(
        *("answer", "doing", ANSWER, _("Last answer to a survey's question")),
        low=-(10**12),
        high=10**12,
        details=("survey", "question", "within"),
    ),
    Fact("request", "doing", TRUTH, _("Has an open request")),
)
FACTS: dict[str, Fact] = {fact.name: fact for fact in _ALL}
"""Every fact, by its name, in the order in which they are offered."""

DETAILS: dict[str, Text] = {
    "product": _("Products (their codes)"),
    "category": _("Categories"),
    "branch": _("Branches"),
    "survey": _("Survey"),
    "question": _("Question"),
    "within": _("Within the last days"),
    "since": _("Since the day"),
    "before": _("Before the day"),
    "times": _("At least so many times"),
    "spent": _("For at least, in all"),
}
