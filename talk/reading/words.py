"""Command words and intents: what a message wants, said in any of the five languages or a mixture of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import msgspec

from talk.reading.lexicon import lexicon, own_first
from talk.reading.normal import normalise, tokenise, unstretch

URGENT = ("injury", "fraud", "theft")
"""What cannot wait: it counts whatever else is said along with it."""
ERRANDS = (
    *("complaint", "requests", "praise", "feedback"),
    *(
        "person",
        "stop",
        "missing",
        "rules",
        "vouchers",
        "link",
        "card",
        "hours",
        "points",
        "rewards",
        "recommend",
        "history",
    ),
    *("survey", "pause", "settings", "data", "language", "menu", "start", "back", "cancel", "skip", "later"),
)
COURTESIES = ("help", "thanks", "bye", "greeting")
"""Said along with an errand ("hi, can you help me redeem points"), so they count only when there is none."""
INTENTS = URGENT + ERRANDS + COURTESIES
"""All intents; of equally long phrases inside a sentence the earlier intent wins."""

EXAMINED = 600
_OVERLAP = 100  # characters of a piece that the next one has, too
_LONGEST_COMMAND = 14  # tokens; a longer message is never as a whole one command with its politeness
_NOTHING = ""
_ALSO_A_NAME = ["huy"]
"""Bare it stops, but "anh Huy ạ" is somebody saying his name."""


class Match(msgspec.Struct, frozen=True):
    """An intent, and whether the whole message is its word or phrase (politeness, punctuation, emoji aside)."""

    intent: str
    whole: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    tokens: list[str]
    intent: str
    rank: tuple[int, int, int]

    @property
    def length(self) -> int:
        """Letters; a Chinese character counts as three."""
        return self.rank[1]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Every language's words, those of one language first where languages disagree.

    `edges` are the first and last words of politeness and address.
    """

    whole: dict[str, str]
    inside: dict[str, list[_Phrase]]
    polite: frozenset[str]
    address: frozenset[str]
    longest_politeness: int
    edges: frozenset[str]


def match(text: str, language: str) -> Match | None:
    """What the message wants, or None.

    A stop word as the whole message gives `Match("stop", True)`; a clear wish to stop within a longer sentence
    gives `Match("stop", False)`, upon which the bot asks. Of several intents inside a sentence what is urgent
    wins, then the longest phrase, then the order of INTENTS. The first 600 characters are examined.
    """
    normal = normalise(text)[:EXAMINED]
    if normal.startswith("/"):
        normal = normal[1:].partition(" ")[0].partition("@")[0]
    tokens = tokenise(normal)
    vocabulary = _vocabulary(language)
    intent = _whole(tokens, vocabulary)
    if intent is None and (calm := unstretch(normal)) != normal:
        tokens = tokenise(calm)
        intent = _whole(tokens, vocabulary)
    if intent is not None:
        return Match(intent, whole=True)
    intent = _inside(tokens, vocabulary)
    return Match(intent, whole=False) if intent else None


def alarm(text: str, language: str) -> str | None:
    """What of `URGENT` a message of any length tells, or None."""
    normal = normalise(text)
    for start in range(0, max(len(normal) - _OVERLAP, 1), EXAMINED - _OVERLAP):
        found = match(normal[start : start + EXAMINED], language)
        if found is not None and found.intent in URGENT:
            return found.intent
    return None


def _whole(tokens: list[str], vocabulary: _Vocabulary) -> str | None:
    if not 0 < len(tokens) <= _LONGEST_COMMAND:
        return None
    intent = vocabulary.whole.get(" ".join(tokens))
    addressed = False
    while intent is None:
        stripped = _less_polite(tokens, vocabulary)
        if stripped is None:
            return None
        tokens, called = stripped
        addressed = addressed or called
        intent = vocabulary.whole.get(" ".join(tokens))
        if intent == "stop" and (addressed or tokens == _ALSO_A_NAME):
            return None
    return intent


def _less_polite(tokens: list[str], vocabulary: _Vocabulary) -> tuple[list[str], bool] | None:
    """The tokens without a polite phrase or form of address at the end, else at the start; was it an address?"""
    if tokens[0] not in vocabulary.edges and tokens[-1] not in vocabulary.edges:
        return None
    sizes = range(min(len(tokens) - 1, vocabulary.longest_politeness), 0, -1)
    ends = ((tokens[-size:], tokens[:-size]) for size in sizes)
    starts = ((tokens[:size], tokens[size:]) for size in sizes)
    for phrase, rest in chain(ends, starts):
        words = " ".join(phrase)
        if words in vocabulary.polite or words in vocabulary.address:
            return rest, words in vocabulary.address
    return None


def _inside(tokens: list[str], vocabulary: _Vocabulary) -> str | None:
    # "redeem 500 points" is "redeem points"
    tokens = [token for token in tokens if not token.isdigit()]
    best: tuple[tuple[int, int, int], str] | None = None
    hits = list(_hits(tokens, vocabulary.inside))
    hiding = [hit for hit in hits if hit[2].intent == _NOTHING]
    for start, end, phrase in hits:
        if phrase.intent == _NOTHING or any(
            first < end and start < last and mask.length >= phrase.length for first, last, mask in hiding
        ):
            continue
        if best is None or phrase.rank > best[0]:
            best = phrase.rank, phrase.intent
    return best[1] if best else None


def _hits(tokens: list[str], index: dict[str, list[_Phrase]]) -> Iterator[tuple[int, int, _Phrase]]:
    for start, token in enumerate(tokens):
        for phrase in index.get(token, ()):
            end = start + len(phrase.tokens)
            if tokens[start:end] == phrase.tokens:
                yield start, end, phrase


@cache
def _vocabulary(language: str) -> _Vocabulary:
    languages = own_first(language)
    # A wish to be left alone holds in every language, so nobody's other words come before it.
    whole = {_key(word): "stop" for code in languages for word in lexicon(code).whole["stop"]}
    inside: dict[str, list[_Phrase]] = {}
    known: set[str] = set()
    for code in languages:
        words = lexicon(code)
        for intent in INTENTS:
            commands = words.whole[intent] + (words.inside[intent] if intent != "stop" else ())
            for command in commands:
                if code == language or not command.isdigit():  # "88" is a goodbye in Chinese, elsewhere a number
                    whole.setdefault(_key(command), intent)
        phrases = [(phrase, intent) for intent in INTENTS for phrase in words.inside[intent]]
        for phrase, intent in [*phrases, *((phrase, _NOTHING) for phrase in words.not_commands)]:
            if (key := _key(phrase)) not in known:
                known.add(key)
                tokens = key.split(" ")
                inside.setdefault(tokens[0], []).append(_Phrase(tokens, intent, _rank(key, intent)))
    polite = frozenset(_key(word) for code in languages for word in lexicon(code).polite)
    address = frozenset(_key(word) for code in languages for word in lexicon(code).address)
    longest = max(word.count(" ") + 1 for word in polite | address)
    edges = frozenset(word for phrase in polite | address for word in (phrase.split(" ")[0], phrase.split(" ")[-1]))
    return _Vocabulary(whole, inside, polite, address, longest, edges)


def _key(phrase: str) -> str:
    return " ".join(tokenise(phrase))


def _rank(key: str, intent: str) -> tuple[int, int, int]:
    order = INTENTS.index(intent) if intent else len(INTENTS)
    # A Chinese character says about as much as three letters.
    length = sum(1 if character < "\u3400" else 3 for character in key if character != " ")
    return 2 * (intent in URGENT) + (intent in ERRANDS), length, -order
