"""The mechanical rules of VOICE.md: each function names what is wrong with one translated sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

Rule = Callable[[str], list[str]]

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
TAG = re.compile(r"</?([a-z]+)[^<>]*>")
TAGS = {"b", "i", "u", "s", "a", "code"}
LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f]+(?:['’][a-z]+)?")
HAN = "\u3400-\u9fff"
ENDS = ((".", "。"), ("?", "؟？"), (":", "："), ("…", ""), ("!", "！"))

AMERICAN = re.compile(
    r"\b(?:colors?|flavors?|favorites?|centers?|catalogs?|programs|canceled|canceling|traveler|"
    r"labor|neighbor|honor|behavior|gray|fulfill|enroll|skillful|gotten|mom|zip code|cell phone|"
    r"(?:apolog|organ|personal|recogn|real|minim|maxim|custom|author|final|special)iz(?:e|es|ed|ing|ation))\b",
    re.IGNORECASE,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


COMMON_ENGLISH = _set(
    "the a an is are was were be been has have had do does did will would can could can't couldn't don't didn't "
    "won't you your i we our us my me it its this that these those and or but not no yes if so to of in on at for "
    "from with by as about what which who when where how why please thank thanks sorry hello choose type send "
    "write give show point points reward rewards message messages card member team help number date language link "
    "chat again there here new all any some more earlier history offers news phone address picture"
)
INDONESIAN = _set(
    "poin kadaluarsa kadaluwarsa kedaluwarsa silakan silahkan bisa akun unduh nomor gratis karena uang toko coba "
    "pesan tanggal diskon layanan butuh email ponsel kantor kapan"
)
ARABIC_IMPERATIVES = _set(
    "اختر اختاري اكتب اكتبي اضغط اضغطي انقر انقري حاول حاولي شارك شاركي ابدأ انتظر انتظري أدخل"
)
VIETNAMESE_PRONOUNS = ("anh", "chị", "em", "mình", "quý khách", "cô", "chú", "ông", "bà")


def placeholders(sentence: str) -> Counter[str]:
    """The names of the values a sentence takes, each as often as it stands there."""
    return Counter(PLACEHOLDER.findall(sentence))


def tags(sentence: str) -> Counter[str]:
    """The tags of a sentence, whole: `<b>` and `</b>` are two."""
    return Counter(found[0] for found in TAG.finditer(sentence))


def same_values(source: str, said: str, may_lack: str = "") -> list[str]:
    """The translation must take the same values, apart from a count that is said in words."""
    wanted, given = placeholders(source), placeholders(said)
    lacking = {name for name in wanted - given if name != may_lack}
    return [f"lacks {{{name}}}" for name in sorted(lacking)] + [
        f"adds {{{name}}}" for name in sorted(given - wanted)
    ]


def same_tags(source: str, said: str) -> list[str]:
    """The translation must carry the same tags, and only those of Sapa's subset."""
    strange = {name for name in TAG.findall(source + said) if name not in TAGS}
    return [f"unknown tag {name}" for name in sorted(strange)] + (
        [] if tags(source) == tags(said) else ["other tags"]
    )


def same_end(source: str, said: str) -> list[str]:
    """The translation must end as the source does."""
    return [] if _end(source) == _end(said) else [f"ends with {said[-1:]!r}, not as {source[-1:]!r}"]


def no_english_left(said: str, names: frozenset[str] = frozenset()) -> list[str]:
    """No two common English words in a row."""
    words = _latin(said)
    pairs = pairwise(words)
    return [
        f"English: {one} {two}"
        for one, two in pairs
        if {one.lower(), two.lower()} <= COMMON_ENGLISH and not {one, two} & names
    ]


def only_own_script(said: str, names: frozenset[str] = frozenset()) -> list[str]:
    """No Latin word but names, for languages that are written otherwise."""
    without_commands = re.sub(r"/[a-z]+", "", said)
    return [f"Latin: {word}" for word in _latin(without_commands) if word not in names]


def calm_apology(source: str, said: str) -> list[str]:
    """An apology does not shout."""
    return ["an apology shouts"] if source.startswith("Sorry") and re.search("[!！]", said) else []


def english(said: str) -> list[str]:
    """British spelling."""
    return [f"American: {word}" for word in AMERICAN.findall(said)]


def malay(said: str) -> list[str]:
    """No Indonesian, no inclusive we, `anda` small inside a sentence, no doubled plural after a number."""
    words = re.findall(r"[\w-]+", said.lower())
    faults = [f"Indonesian: {word}" for word in words if word in INDONESIAN]
    faults += ["kita"] if "kita" in words else []
    faults += ["Anda inside a sentence"] if re.search(r"[^.?!:“\s]\s+Anda\b", said) else []
    faults += ["doubled after a number"] if re.search(r"(?:\d|\})\s+(\w+)-\1\b", said) else []
    return faults


def vietnamese(said: str) -> list[str]:
    """NFC, and no word of age or gender."""
    faults = [] if unicodedata.is_normalized("NFC", said) else ["not NFC"]
    lower = said.lower().replace("ghi chú", "").replace("tiếng anh", "")  # a note, and English
    return faults + [word for word in VIETNAMESE_PRONOUNS if re.search(rf"(?<!\w){word}(?!\w)", lower)]


def arabic(said: str) -> list[str]:
    """No vowel signs or stretching, Arabic punctuation attached, one kind of digits, no imperative."""
    checks = {
        "tashkeel": "[\u064b-\u065f\u0670]",
        "tatweel": "\u0640",
        "Arabic-Indic digits": "[\u0660-\u0669\u06f0-\u06f9]",
        "Latin punctuation": r"[\u0621-\u06d3»}]\s*[,;?]",
        "space before punctuation": r"\s[،؛؟.:!]",
        "an isolate": "[\u2066-\u2069]",
    }
    faults = [name for name, pattern in checks.items() if re.search(pattern, said)]
    return faults + [f"imperative: {word}" for word in re.findall(r"\w+", said) if word in ARABIC_IMPERATIVES]


def chinese(said: str) -> list[str]:
    """Full-width punctuation, no spaces beside Chinese characters, 您."""
    checks = {
        "half-width punctuation": rf"[{HAN}}}”）][,.!?:;()]|[,.!?:;()][{HAN}“（]",
        "a space": rf"[{HAN}，。？！：；、（）…] | [{HAN}，。？！：；、（）…]",
        "a single ellipsis": "(?<!…)…(?!…)",
        "你": "你",
        "您们": "您们",
        "亲": "亲(?![自切密属])",
    }
    return [name for name, pattern in checks.items() if re.search(pattern, said)]


RULES: dict[str, Rule] = {"en": english, "ms": malay, "vi": vietnamese, "ar": arabic, "zh": chinese}


def _latin(said: str) -> list[str]:
    return LATIN_WORD.findall(PLACEHOLDER.sub(" , ", TAG.sub("", said)))


def _end(sentence: str) -> str:
    for mark, others in ENDS:
        if sentence.endswith(mark) or (others and sentence.endswith(tuple(others))):
            return mark
    return ""
