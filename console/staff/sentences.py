"""Every sentence that customers hear, by the dialogue that says it, for people who want to say it otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

from locales import LANGUAGES, Language, Text, _
from locales.catalogue import original, places
from locales.formats import Money
from locales.own_words import Forms, is_label, values_of
from locales.text import fill
from store.wordings import Said, digest
from talk.reading.normal import fold

GROUPS: dict[str, Text] = {
    "welcome": _("Welcome and menu"),
    "points": _("Points and how they work"),
    "rewards": _("Rewards and vouchers"),
    "card": _("Member card and linking it"),
    "claims": _("Missing points"),
    "news": _("News, offers and greetings"),
    "privacy": _("Personal data and consent"),
    "people": _("Talking to a person"),
    "recommend": _("Recommendations"),
    "hours": _("Opening hours"),
    "feedback": _("Feedback and requests"),
    "surveys": _("Surveys"),
    "questions": _("Questions and answers"),
    "chat": _("The chat's page"),
    "other": _("Everything else"),
}
_GROUPED = {  # the beginnings of the files' names; the longest that fits decides
    "welcome": "flows/welcome flows/menu flows/help flows/fallback flows/thanks flows/bye flows/language "
    "flows/call_me flows/not_me flows/join flows/customers",
    "points": "flows/points flows/expiry_notice flows/till_undone flows/rules",
    "rewards": "flows/reward flows/voucher flows/holding flows/redemption",
    "card": "flows/card flows/link",
    "claims": "flows/missing_points flows/claim",
    "news": "flows/news flows/greeting flows/birthday flows/planned flows/stop flows/undo_stop flows/pause "
    "flows/end_pause flows/topics flows/quiet_hours flows/days flows/campaign",
    "privacy": "flows/my_data flows/prefer flows/keep_data flows/personal console/export",
    "people": "flows/person. flows/rate_ flows/answer_late flows/promise_slipped flows/reopened handlers/",
    "recommend": "flows/recommend flows/interested flows/not_interested flows/offer_ flows/cross_sell",
    "feedback": "flows/feedback flows/telling flows/request flows/complaint flows/praise flows/case_ flows/urgent "
    "flows/add_photo",
    "hours": "flows/hours",
    "surveys": "flows/survey",
    "questions": "talk/",
    "chat": "console/texts. console/pages. console/refusals. channels/",
    "other": "flows/ outreach/ outreach/templates/rendering loyalty/ bot/posters/",
    # Only the team reads these.
    "": "service/ handlers/group channels/telegram/group outreach/campaigns/ outreach/segments/ "
    "outreach/templates/",
}
_PLACES = {place: group for group, places_ in _GROUPED.items() for place in places_.split()}
EXAMPLES: dict[str, object] = {
    "address": "mei@example.com",
    "amount": Money(12_550, "MYR"),
    "begins": dt.time(9),
    "branch": "Bangsar",
    "branches": ("Bangsar", "Subang"),
    "business": "Kopi Sapa",
    "chats": ("Telegram", "WhatsApp"),
    "city": "Kuala Lumpur",
    "closes": dt.time(18),
    "code": "482913",
    "count": 3,
    "day": dt.date(2026, 12, 31),
    "days": 7,
    "digits": 6,
    "done": 3,
    "due": dt.datetime(2026, 12, 31, 10, tzinfo=dt.UTC),
    "earliest": dt.date(2026, 12, 1),
    "ends": dt.time(18),
    "example": "name@example.com",
    "file": "data.json",
    "first": 1,
    "high": 5,
    "hours": "09:00–18:00",
    "kind": _("Complaint"),
    "language": "English",
    "last": 5,
    "latest": dt.date(2026, 12, 31),
    "least": 1,
    "left": 2,
    "limit": 5,
    "low": 1,
    "minutes": 3,
    "moment": dt.datetime(2026, 12, 31, 9, tzinfo=dt.UTC),
    "months": 12,
    "most": 5,
    "name": "Mei",
    "number": "S-1042",
    "open": dt.time(9),
    "opens": dt.time(9),
    "phone": "+60 12-345 6789",
    "photos": 2,
    "place": "Kopi Sapa Bangsar",
    "points": 1250,
    "receipt": "A-20391",
    "reward": _("Gift"),
    "row": 2,
    "rows": 5,
    "shop": "Kopi Sapa Bangsar",
    "things": ("your birthday", "your city"),
    "tier": "Gold",
    "time": dt.time(9),
    "times": 2,
    "total": 8,
    "until": dt.date(2026, 12, 31),
    "years": 3,
}
"""What stands for a value in a preview; another value is shown by its name."""

_COUNTS = (5, 1, 0, 2, 3, 11, 100)  # one for each plural form of any of the languages


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as the code has it; `used` is False for one that the code does not say any more."""

    id: str
    source: str
    groups: tuple[str, ...]
    files: tuple[str, ...]
    used: bool = True

    @property
    def label(self) -> bool:
        """Whether it stands on buttons and in lists."""
        return is_label(self.source)

    def forms(self, language: Language) -> Forms:
        """Sapa's own words in a language."""
        return original(language).forms.get(self.source, (self.source,) if language == "en" else ())


@cache
def known() -> dict[str, Sentence]:
    """Every sentence that customers hear, by its id, in the order of the groups and then of the files."""
    found = [
        Sentence(digest(source), source, groups, files)
        for source, files in places().items()
        if (groups := groups_of(files))
    ]
    order = list(GROUPS)
    found.sort(key=lambda sentence: (order.index(sentence.groups[0]), sentence.files[0]))
    return {sentence.id: sentence for sentence in found}


def with_lost(own: Mapping[str, Said]) -> dict[str, Sentence]:
    """The known sentences, and those of the business's own words that the code does not say any more."""
    lost = {digest(source): Sentence(digest(source), source, ("other",), (), used=False) for source in own}
    return {**{key: sentence for key, sentence in lost.items() if key not in known()}, **known()}


def groups_of(files: Iterable[str]) -> tuple[str, ...]:
    """The groups to which a sentence of these files belongs; none: no customer hears it."""
    fitting = ([place for place in _PLACES if file.startswith(place)] for file in files)
    found = (_PLACES[max(beginnings, key=len)] for beginnings in fitting if beginnings)
    return tuple(dict.fromkeys(group for group in found if group))


def of_flow(name: str) -> Text:
    """What a dialogue is about, in the words of its group; one that is no more is among everything else."""
    return GROUPS[groups_of([f"flows/{name}.py"])[0]]


def search(sentences: Iterable[Sentence], words: str, own: Mapping[str, Said]) -> list[Sentence]:
    """The sentences in which all words stand, in Sapa's or the business's own words, in one language."""
    wanted = fold(words).split()
    return [
        sentence
        for sentence in sentences
        if any(
            all(word in text for word in wanted)
            for language in LANGUAGES
            for text in (
                _folded(sentence, language),
                fold(" ".join(own.get(sentence.source, {}).get(language, ()))),
            )
        )
    ]


@cache
def _folded(sentence: Sentence, language: Language) -> str:
    return fold(" ".join(sentence.forms(language)))


def example(sentence: Sentence, language: Language, place: int, form: str) -> str:
    """A form with example values, in the message's HTML; `place` is its number among the plural forms."""
    values: dict[str, object] = {name: EXAMPLES.get(name, f"‹{name}›") for name in values_of(form)}
    count = example_count(language, place) if len(sentence.forms(language)) > 1 else None
    counted = _counted(sentence)
    if count is not None and counted in values:
        values[counted] = count
    return fill(form, language, values)


def example_count(language: Language, place: int) -> int:
    """A number that takes this plural form."""
    return next(count for count in _COUNTS if original(language).plural(count) == place)


@cache
def _counted(sentence: Sentence) -> str:
    """The value by which the plural is chosen: the one that Arabic leaves out where a word says the number."""
    forms = sentence.forms("ar")
    named = values_of(forms[-1]) if forms else []
    spoken = [name for name in named if any(name not in values_of(form) for form in forms[:3])]
    return next(iter([*spoken, *(name for name in named if isinstance(EXAMPLES.get(name), int)), *named]), "")
