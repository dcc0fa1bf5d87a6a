"""Numbers in Arabic words, standard and colloquial, in both genders, units before tens: خمسة وعشرون."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from talk.reading.normal import normalise

_UNITS: Final = {
    1: "واحد واحدة احد احدى وحدة",
    2: "اثنان اثنين اثنتان اثنتين اتنين اثنا اثني اثنتا اثنتي تنين ثنتين",
    3: "ثلاثة ثلاث تلاتة تلات تلت ثلث",
    4: "اربعة اربع",
    5: "خمسة خمس",
    6: "ستة ست",
    7: "سبعة سبع",
    8: "ثمانية ثماني ثمان ثمن تمانية تماني تمان تمن تمنية",
    9: "تسعة تسع",
}
_JOINED_TEENS: Final = {
    11: "احدعشر حداشر احداشر حدعش احدعش",
    12: "اثناعشر اثنعشر اتناشر اطناشر اثنعش تنعش اثناشر",
    13: "ثلاثةعشر تلتاشر تلاتاشر تلطاشر ثلثعش تلتعش ثلاثعش",
    14: "اربعةعشر اربعتاشر اربعطاشر اربعتعش اربعطعش",
    15: "خمسةعشر خمستاشر خمسطاشر خمستعش خمسطعش",
    16: "ستةعشر ستاشر سطاشر ستعش ستطعش",
    17: "سبعةعشر سبعتاشر سبعطاشر سبعتعش سبعطعش",
    18: "ثمانيةعشر تمنتاشر تمنطاشر ثمنتعش تمنتعش ثمنطعش",
    19: "تسعةعشر تسعتاشر تسعطاشر تسعتعش تسعطعش",
}
_TENS: Final = {
    20: "عشرون عشرين",
    30: "ثلاثون ثلاثين تلاتين",
    40: "اربعون اربعين",
    50: "خمسون خمسين",
    60: "ستون ستين",
    70: "سبعون سبعين",
    80: "ثمانون ثمانين تمانين",
    90: "تسعون تسعين",
}
_TEN: Final = ("عشر", "عشره")
_HUNDRED: Final = "مئة مائة ماية مية ميت"
_TWO_HUNDRED: Final = "مئتان مائتان مئتين مائتين ميتين ميتان مئتا مائتا"
_THOUSAND: Final = frozenset(map(normalise, ("ألف", "ألفا", "آلاف", "تلاف")))
_THOUSANDS: Final = dict.fromkeys(_THOUSAND, 1) | {normalise(word): 2 for word in ("ألفان", "ألفين")}
"""The thousands that are one word."""
AND: Final = "و"
WEAK: Final = frozenset(map(normalise, ("واحد", "واحدة", "احد", "احدى", "وحدة", "ست", "سبع", "ثلث", "مية")))
"""Someone, a lady, a lion, a third: in prose these are seldom numbers."""


def _terms() -> dict[str, int]:
    def spelled(words: str) -> list[str]:
        return [normalise(word) for word in words.split()]

    terms = {"صفر": 0} | dict.fromkeys(_TEN, 10)
    for table in (_UNITS, _JOINED_TEENS, _TENS):
        terms |= {word: value for value, words in table.items() for word in spelled(words)}
    hundreds = spelled(_HUNDRED)
    terms |= dict.fromkeys(hundreds, 100) | dict.fromkeys(spelled(_TWO_HUNDRED), 200)
    for value, words in _UNITS.items():
        for word in spelled(words):
            terms |= {f"{word} {ten}": 10 + value for ten in _TEN}
            if value > 2:
                terms |= {f"{word}{gap}{hundred}": 100 * value for hundred in hundreds for gap in (" ", "")}
    return terms | {normalise(f"ربع{hundred}"): 400 for hundred in hundreds}


_TERMS: Final = _terms()
WORDS: Final = frozenset(word for term in _TERMS for word in term.split()) | frozenset(_THOUSANDS)
"""Every word that occurs in a number."""


def separate(words: Iterable[str]) -> list[str]:
    """The words with every joined "and" (وخمسة) set apart from its number.

    واحد is "one", but before عشر it is وأحد, "and one of eleven".
    """
    tokens: list[str] = []
    for word, following in pairwise([*words, ""]):
        joined = word[:1] == AND and word[1:] in WORDS and (word not in WORDS or (tokens and following in _TEN))
        tokens += [AND, word[1:]] if joined else [word]
    return tokens


def read(words: Iterable[str]) -> int | None:
    """The number these normalised words spell, 0 to 999,999; None when they spell none."""
    thousands: int | None = None
    terms: list[int] = []
    for group in _groups(separate(words)):
        counted = thousands is None and group[-1] in _THOUSAND
        if thousands is None and not terms and len(group) == 1 and group[0] in _THOUSANDS:
            thousands = _THOUSANDS[group[0]]
            continue
        value = _TERMS.get(" ".join(group[:-1] if counted else group))
        if value is None:
            return None
        terms.append(value)
        if counted:
            thousands, terms = _below_thousand(terms), []
    return _sum(thousands, terms)


def _groups(tokens: list[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for token in tokens:
        if token == AND:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups if all(groups) else [[""]]


def _below_thousand(terms: list[int]) -> int:
    """The sum of terms in their order: hundreds, then a unit with its tens, or a teen. 0 for a wrong order."""
    hundreds = terms[0] if terms and terms[0] >= 100 else 0
    match terms[1:] if hundreds else terms:
        case [] if hundreds:
            rest = 0
        case [value] if 0 < value < 100:
            rest = value
        case [unit, ten] if 0 < unit < 10 and ten in _TENS:
            rest = unit + ten
        case _:
            return 0
    return hundreds + rest


def _sum(thousands: int | None, terms: list[int]) -> int | None:
    if thousands is None and terms == [0]:
        return 0
    rest = _below_thousand(terms)
    if thousands == 0 or bool(terms) != bool(rest):
        return None
    return (thousands or 0) * 1000 + rest
