"""One spelling for the many ways a phone can type the same words."""

import re
import unicodedata
from functools import lru_cache

_DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xBE6, 0xE50, 0xED0, 0x1040, 0x17E0)
"""The zero of each script whose digits a keyboard may send: Arabic, Persian, Indic, Thai, Lao, Burmese, Khmer."""

_INVISIBLE = (
    *(0x00AD, 0x034F, 0x061C, 0xFEFF),
    *range(0x200B, 0x2010),  # zero-width characters and the left and right marks
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, bidi isolates
    *range(0xFE00, 0xFE10),  # variation selectors
    *range(0x1F3FB, 0x1F400),  # skin tones of emoji
    0x20E3,  # the key around a digit, as in a keycap three
)
_ARABIC_MARKS = (
    *range(0x610, 0x61B),
    *range(0x64B, 0x660),
    0x0640,  # tatweel
    0x0621,  # a hamza on the line is left out as often as it is written
    0x0670,
    *range(0x6D6, 0x6DD),
    *range(0x6DF, 0x6E5),
    *(0x6E7, 0x6E8),
    *range(0x6EA, 0x6EE),
)
_SAME_LETTER = str.maketrans(
    "أإآٱىةؤئیېکہەھ" + "’‘ʼ" + "−٫٬",
    "ااااي" + "هوييي" + "كههه" + "'''" + "-.,",
)
_SIMPLIFIED = (
    "積积 還还 點点 換换 兌兑 禮礼 員员 訂订 幫帮 請请 謝谢 後后 農农 曆历 陰阴 萬万 兩两 號号 閏闰 臘腊 歷历 記记 "
    "錄录 查查 詢询 獎奖 勵励 轉转 說说 話话 語语 錯错 對对 沒没 關关 餘余 額额 單单 聯联 繫系 誰谁 簡简 體体 們们 "
    "個个 嗎吗 麼么 現现 擇择 選选 結结 開开 復复 複复 過过 會会 給给 訴诉 見见 領领 優优 種种 幾几 時时 間间 應应 "
    "來来 聽听 別别 無无 為为 從从 這这 錢钱 買买 賣卖 當当 願愿 認认 確确 沖冲 貳贰 參叁 陸陆 壹一 讓让 夠够 樣样 "
    "營营 業业 門门 設设 碼码 維维 補补 帳账 戶户 暫暂 資资 隱隐 註注 銷销 規规 則则 級级 掃扫 擾扰 導导 據据 "
    "數数 編编"
)
_LETTERS = (
    {zero + value: str(value) for zero in _DIGIT_ZEROS for value in range(10)}
    | dict.fromkeys((*_INVISIBLE, *_ARABIC_MARKS))
    | _SAME_LETTER
    | {ord(pair[0]): pair[1] for pair in _SIMPLIFIED.split()}
    | {ord("🔟"): "10", ord("\x00"): " "}
)
_OUTER = " \"'`*_~|\\^=:;,!?()[]{}<>“”„‟‚«»‹›。、「」『』《》〈〉【】〔〕،؛؟¡¿·•…–—"
_TRAILING = _OUTER + ".-"
_LATIN_MARKS = re.compile("(?<=[a-zđ])[\u0300-\u036f]+")
_LONG = 4096


def unify(text: str) -> str:
    """One code point for each letter and digit (NFKC, Arabic and Chinese variants); case and edges stay.

    At most the first 4,096 characters are kept: no platform of ours carries a longer message.
    """
    text = text[:_LONG]
    if text.isascii():
        return text
    # One character may be eighteen (ﷺ), so the cut comes again.
    plain = unicodedata.normalize("NFKC", text)[:_LONG].translate(_LETTERS)
    return unicodedata.normalize("NFKC", plain)


@lru_cache(maxsize=16)  # a turn reads the same words several times; what customers type is not kept longer
def normalise(text: str) -> str:
    """The form in which words are compared: unified, lower case, single spaces, no punctuation around.

    Emoji stay (a thumb is an answer), and so do a leading sign, slash or decimal point.
    """
    text = unify(text)
    text = text.lower() if text.isascii() else unify(text.casefold())
    text = " ".join(text.split()).rstrip(_TRAILING).lstrip(_OUTER)
    return _without_leading_dots(text) if text.startswith(".") else text


def fold(text: str) -> str:
    """`normalise`, and Vietnamese without its diacritics, as many people type it: "điểm" becomes "diem"."""
    text = normalise(text)
    if text.isascii():
        return text
    return bare_letters(text)


def bare_letters(normal: str) -> str:
    """The letters of a normalised text without diacritics."""
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", normal)).replace("đ", "d")
    return unicodedata.normalize("NFC", bare)


_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def unstretch(normal: str) -> str:
    """The text with every letter that stands three times or more in a row standing once: "yesss" is "yes"."""
    return _STRETCHED.sub(r"\1", normal)


def _without_leading_dots(text: str) -> str:
    """Dots before a word are a pause; one before a digit makes a decimal, which must not turn into an integer."""
    bare = text.lstrip("." + _OUTER)
    return "." + bare if bare[:1].isdigit() else bare


_TOKEN = re.compile(
    r"[〇\u3400-\u4dbf\u4e00-\u9fff]|[^\W_〇\u3400-\u4dbf\u4e00-\u9fff]+(?:'[^\W_〇\u3400-\u4dbf\u4e00-\u9fff]+)*"
)


def tokenise(normal: str) -> list[str]:
    """The words of a normalised text; every Chinese character is a word, so that phrases are found without spaces.

    A text without words gives its emoji, each once.
    """
    return _TOKEN.findall(normal) or list(dict.fromkeys(normal.replace(" ", "")))
