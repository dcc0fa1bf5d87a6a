"""Numbers in English, Malay and Vietnamese words: hundreds and thousands come before what is added to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from talk.reading.normal import bare_letters


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language builds its numbers.

    `small` spells 0 to 99. `most_hundreds` is 99 where "fifteen hundred" is said. `one` may stand before a scale
    word for 1. `link` joins what is less than a hundred to what is more; where `link_makes_unit`, it must come
    before a lone unit and before nothing else. `half` after a scale word is half of it. `weak` numbers are everyday
    words too, so in prose they count only beside a word that shows a number is meant.
    """

    small: dict[str, int]
    hundred: frozenset[str]
    thousand: frozenset[str]
    link: frozenset[str]
    weak: frozenset[str]
    one: frozenset[str] = frozenset()
    half: frozenset[str] = frozenset()
    most_hundreds: int = 9
    link_makes_unit: bool = False
    expansions: dict[str, tuple[str, ...]] | None = None

    @property
    def words(self) -> frozenset[str]:
        """Every word that occurs in a number."""
        spelled = (word for phrase in self.small for word in phrase.split())
        return (
            frozenset(spelled) | self.hundred | self.thousand | self.link | self.half | set(self.expansions or ())
        )


def read(words: Iterable[str], grammar: Grammar) -> int | None:
    """The number these words spell, 0 to 999,999; None when they spell none or leave a doubt."""
    expansions = grammar.expansions or {}
    tokens = [token for word in words for token in expansions.get(word, (word,))]
    head, scale, tail = _cut(tokens, grammar.thousand)
    if not scale:
        return _hundreds(tokens, grammar, grammar.most_hundreds)
    thousands = 1 if _is_one(head, grammar) else _hundreds(head, grammar, 9)
    rest = _after_thousand(tail, grammar)
    return thousands * 1000 + rest if thousands and rest is not None else None


def _hundreds(tokens: list[str], grammar: Grammar, most: int) -> int | None:
    head, scale, tail = _cut(tokens, grammar.hundred)
    if not scale:
        return grammar.small.get(" ".join(tokens))
    hundreds = 1 if _is_one(head, grammar) else grammar.small.get(" ".join(head))
    rest = _after_scale(tail, grammar, half=50)
    return hundreds * 100 + rest if hundreds and hundreds <= most and rest is not None else None


def _after_thousand(tokens: list[str], grammar: Grammar) -> int | None:
    head, scale, tail = _cut(tokens, grammar.hundred)
    if not scale:
        return _after_scale(tokens, grammar, half=500)
    if grammar.link_makes_unit and grammar.small.get(" ".join(head)) == 0:  # "không trăm linh năm"
        return _after_scale(tail, grammar) or None
    linked = head[:1] and head[0] in grammar.link and not grammar.link_makes_unit
    return _hundreds(tokens[1:] if linked else tokens, grammar, 9)


def _after_scale(tokens: list[str], grammar: Grammar, half: int | None = None) -> int | None:
    """What is added to hundreds or thousands and is less than a hundred, or is `half` of the scale."""
    if not tokens:
        return 0
    if len(tokens) == 1 and tokens[0] in grammar.half:
        return half
    linked = tokens[0] in grammar.link
    value = grammar.small.get(" ".join(tokens[1:] if linked else tokens))
    if not value or (grammar.link_makes_unit and linked != (value < 10)):
        return None
    return value


def _cut(tokens: list[str], scale: frozenset[str]) -> tuple[list[str], bool, list[str]]:
    for place, token in enumerate(tokens):
        if token in scale:
            return tokens[:place], True, tokens[place + 1 :]
    return tokens, False, []


def _is_one(head: list[str], grammar: Grammar) -> bool:
    return bool(grammar.one) and (not head or (len(head) == 1 and head[0] in grammar.one))


_ENGLISH_UNITS: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _english() -> Grammar:
    small = {word: value for value, word in enumerate(_ENGLISH_UNITS)}
    for ten, word in [*enumerate(_ENGLISH_TENS, start=2), (4, "fourty"), (9, "ninty")]:
        small[word] = ten * 10
        for unit in range(1, 10):
            small[f"{word} {_ENGLISH_UNITS[unit]}"] = small[word + _ENGLISH_UNITS[unit]] = ten * 10 + unit
    small |= {"nil": 0, "nought": 0, "fourteeen": 14, "twelf": 12, "fivteen": 15}
    scales = frozenset({"hundred", "hundreds"}), frozenset({"thousand", "thousands"})
    return Grammar(
        small,
        *scales,
        link=frozenset({"and"}),
        weak=frozenset({"one"}),
        one=frozenset({"a", "an"}),
        most_hundreds=99,
    )


def _malay() -> Grammar:
    spellings = (
        "kosong sifar",
        "satu",
        "dua",
        "tiga",
        "empat mpat",
        "lima",
        "enam",
        "tujuh tjuh",
        "lapan delapan lpn",
    )
    units = [
        (value, word) for value, words in enumerate((*spellings, "sembilan smbilan")) for word in words.split()
    ]
    small = {word: value for value, word in units} | {"sepuluh": 10, "spuluh": 10, "sebelas": 11}
    for value, word in units[2:]:
        if value > 1:
            small[f"{word} belas"] = small[f"{word}belas"] = 10 + value
            small[f"{word} puluh"] = small[f"{word}puluh"] = 10 * value
            small |= {f"{word} puluh {other}": 10 * value + unit for unit, other in units if unit}
            small |= {f"{word}puluh {other}": 10 * value + unit for unit, other in units if unit}
    return Grammar(
        small,
        hundred=frozenset({"ratus"}),
        thousand=frozenset({"ribu"}),
        link=frozenset(),
        weak=frozenset({"satu", "kosong"}),
        expansions={"seratus": ("satu", "ratus"), "seribu": ("satu", "ribu")},
    )


_VIETNAMESE_UNITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy bẩy", "tám", "chín")
_VIETNAMESE_OTHER: Final = "mười mươi chục mốt tư lăm nhăm trăm nghìn ngàn linh lẻ rưỡi rưởi"
MOT: Final = "mốt"
"""Kept apart from một: "hai mốt" is 21, "hai một" is two and one."""


def _vietnamese() -> Grammar:
    units = [(value, bare_letters(word)) for value, words in enumerate(_VIETNAMESE_UNITS) for word in words.split()]
    units = list(dict.fromkeys(units))
    small = {word: value for value, word in units} | {"muoi": 10, "chuc": 10}
    after_ten = {**{word: value for value, word in units if value not in {0, 5}}, "lam": 5, "nham": 5}
    small |= {f"muoi {word}": 10 + value for word, value in after_ten.items()}
    after_tens = after_ten | {MOT: 1, "tu": 4}
    for ten, word in units:
        if ten:
            small[f"{word} chuc"] = 10 * ten
        if ten > 1:
            small[f"{word} muoi"] = 10 * ten
            small |= {f"{word} muoi {other}": 10 * ten + value for other, value in after_tens.items()}
            small |= {f"{word} {other}": 10 * ten + value for other, value in ((MOT, 1), ("tu", 4), ("lam", 5))}
    return Grammar(
        small,
        hundred=frozenset({"tram"}),
        thousand=frozenset({"nghin", "ngan"}),
        link=frozenset({"linh", "le"}),
        weak=frozenset({"mot", "hai", "ba", "nam", "chin", "chuc"}),
        half=frozenset({"ruoi"}),
        link_makes_unit=True,
    )


def _vietnamese_spellings() -> dict[str, str]:
    """A number word as typed, with its diacritics or without, to its letters in the Vietnamese grammar."""
    words = [word for words in (*_VIETNAMESE_UNITS, _VIETNAMESE_OTHER) for word in words.split()]
    bare = {bare_letters(word): bare_letters(word) for word in words}
    return bare | {word: bare_letters(word) for word in words} | {MOT: MOT}


ENGLISH: Final = _english()
MALAY: Final = _malay()
VIETNAMESE: Final = _vietnamese()
VIETNAMESE_SPELLINGS: Final = _vietnamese_spellings()
