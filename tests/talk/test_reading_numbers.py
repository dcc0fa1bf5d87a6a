"""Numbers in digits and words of five languages; the spellers are the tests' own."""

import pytest

from locales import LANGUAGES
from talk.reading.normal import bare_letters
from talk.reading.numbers import find_number, read_number

EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MS = ["kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "lapan", "sembilan"]
VI = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
AR = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
AR_FEMININE = ["صفر", "واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع", "عشر"]
AR_TENS = ["-", "-", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
AR_HUNDREDS = ["-", "مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]
ZH = "零一二三四五六七八九"


def spell_en(n: int) -> str:
    if n < 20:
        return EN[n]
    if n < 100:
        return EN_TENS[n // 10] + (f"-{EN[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{EN[n // 100]} hundred" + (f" and {spell_en(n % 100)}" if n % 100 else "")
    joint = " and " if n % 1000 < 100 else " "
    return f"{spell_en(n // 1000)} thousand" + (joint + spell_en(n % 1000) if n % 1000 else "")


def spell_ms(n: int) -> str:
    if n < 10:
        return MS[n]
    if n < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(n, f"{MS[n % 10]} belas")
    for scale, word in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if n >= scale:
            head = f"se{word}" if n // scale == 1 else f"{MS[n // scale]} {word}"
            return head + (f" {spell_ms(n % scale)}" if n % scale else "")
    raise AssertionError(n)


def spell_vi(n: int) -> str:
    if n < 10:
        return VI[n]
    if n < 100:
        tens = "mười" if n < 20 else f"{VI[n // 10]} mươi"
        last = {0: "", 1: "mốt" if n > 20 else "một", 4: "tư" if n > 20 else "bốn", 5: "lăm"}.get(
            n % 10, VI[n % 10]
        )
        return f"{tens} {last}".strip()
    scale, word = (1000, "nghìn") if n >= 1000 else (100, "trăm")
    head, rest = f"{VI[n // scale]} {word}", n % scale
    if not rest:
        return head
    if scale == 1000 and rest < 100:
        head += " không trăm"
    return f"{head} linh {VI[rest]}" if rest < 10 else f"{head} {spell_vi(rest)}"


def spell_ar(n: int, units: list[str] = AR) -> str:
    if n <= 10:
        return units[n]
    if n < 20:
        first = {11: "أحد", 12: "اثنا"} if units is AR else {11: "إحدى", 12: "اثنتا"}
        return f"{first.get(n, units[n - 10])} {'عشر' if units is AR else 'عشرة'}"
    parts = []
    if n >= 1000:
        thousands = {1: "ألف", 2: "ألفان"}.get(n // 1000, f"{AR[n // 1000]} آلاف")
        parts, n = [thousands], n % 1000
    if n >= 100:
        parts, n = [*parts, AR_HUNDREDS[n // 100]], n % 100
    if n > 20 and n % 10:
        parts += [units[n % 10], AR_TENS[n // 10]]
    elif n >= 20:
        parts.append(AR_TENS[n // 10])
    elif n:
        parts.append(spell_ar(n, units))
    return " و".join(parts)


def spell_zh(n: int) -> str:
    if 10 <= n < 20:
        return "十" + (ZH[n % 10] if n % 10 else "")
    spelled, gap = "", False
    for scale, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // scale % 10
        if digit:
            spelled += ("零" if gap and spelled else "") + ZH[digit] + unit
        gap = not digit
    return spelled or "零"


SPELLERS = {"en": spell_en, "ms": spell_ms, "vi": spell_vi, "ar": spell_ar, "zh": spell_zh}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_to_9999_in_words_is_read_back(language: str) -> None:
    spell = SPELLERS[language]
    wrong = [(spell(n), n) for n in range(10_000) if read_number(spell(n), language) != n]
    assert wrong == []


def test_every_number_in_vietnamese_without_diacritics_is_read_back() -> None:
    assert [n for n in range(10_000) if read_number(bare_letters(spell_vi(n)), "vi") != n] == []


def test_every_number_in_the_feminine_of_arabic_is_read_back() -> None:
    assert [n for n in range(10_000) if read_number(spell_ar(n, AR_FEMININE), "ar") != n] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_read_whatever_language_the_customer_has(language: str) -> None:
    for n in (4, 21, 205, 1_999, 8_640):
        assert [read_number(spell(n), language) for spell in SPELLERS.values()] == [n] * 5


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("3", "en", 3),
        ("٣", "ar", 3),
        ("۳", "ar", 3),
        ("３", "zh", 3),
        ("3️⃣", "en", 3),
        ("-3", "en", -3),
        ("−3", "en", -3),
        ("+3", "en", 3),
        ("3!", "en", 3),
        ("1,250", "en", 1250),
        ("1,250", "ms", 1250),
        ("1.250", "vi", 1250),
        ("١٬٢٥٠", "ar", 1250),
        ("1,250,000", "vi", 1_250_000),
        ("1.250.000", "en", 1_250_000),
        ("1 250", "en", 1250),
        ("a hundred", "en", 100),
        ("hundred", "en", 100),
        ("Twenty-Five", "en", 25),
        ("twentyfive", "en", 25),
        ("fifteen hundred", "en", 1500),
        ("two hundred five", "en", 205),
        ("twelve thousand", "en", 12_000),
        ("delapan", "ms", 8),
        ("satu ratus", "ms", 100),
        ("duapuluh lima", "ms", 25),
        ("ba", "vi", 3),
        ("hai trăm lẻ năm", "vi", 205),
        ("hai trăm linh năm", "vi", 205),
        ("hai tram le nam", "vi", 205),
        ("hai mốt", "vi", 21),
        ("ba tư", "vi", 34),
        ("hai mươi mốt", "vi", 21),
        ("hai mươi bốn", "vi", 24),
        ("bẩy", "vi", 7),
        ("hai chục", "vi", 20),
        ("một ngàn", "vi", 1000),
        ("hai trăm rưỡi", "vi", 250),
        ("một nghìn lẻ một", "vi", 1001),
        ("مائتان وخمسة", "ar", 205),
        ("مائتين و خمسه", "ar", 205),
        ("مئة", "ar", 100),
        ("مائة", "ar", 100),
        ("مية", "ar", 100),
        ("ثلاثمائة", "ar", 300),
        ("ثلاث مئة", "ar", 300),
        ("تلتمية", "ar", 300),
        ("اتناشر", "ar", 12),
        ("خمستاشر", "ar", 15),
        ("خمسة وعشرين", "ar", 25),
        ("خمسة وعشرون ألفا", "ar", 25_000),
        ("ألفين", "ar", 2000),
        ("三", "zh", 3),
        ("十二", "zh", 12),
        ("一十二", "zh", 12),
        ("两百", "zh", 200),
        ("兩百", "zh", 200),
        ("两百五", "zh", 250),
        ("二百零五", "zh", 205),
        ("一千零一", "zh", 1001),
        ("一千二", "zh", 1200),
        ("一万二", "zh", 12_000),
        ("〇", "zh", 0),
        ("二〇二六", "zh", 2026),
        ("2千", "zh", 2000),
        ("3千500", "zh", 3500),
        ("1万2000", "zh", 12_000),
        ("叁佰", "zh", 300),
        ("không", "vi", 0),
    ],
)
def test_a_number_alone_is_read(typed: str, language: str, expected: int) -> None:
    assert read_number(typed, language) == expected


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "en"),
        ("3.5", "en"),
        ("3,5", "vi"),
        (".5", "en"),
        ("٣٫٥", "ar"),
        ("1.250", "en"),
        ("1,250", "vi"),
        ("1e5", "en"),
        ("three cats", "en"),
        ("about three", "en"),
        ("-three", "en"),
        ("three!four", "en"),
        ("two three", "en"),
        ("2-3", "en"),
        ("two hundred and", "en"),
        ("zero hundred", "en"),
        ("ba", "en"),
        ("nam", "ms"),
        ("bà", "vi"),
        ("hai một", "vi"),
        ("mười năm", "vi"),
        ("hai trăm năm", "vi"),
        ("một nghìn hai", "vi"),
        ("عشرون وخمسة", "ar"),
        ("مئة وألف", "ar"),
        ("و", "ar"),
        ("三四", "zh"),
        ("百", "zh"),
        ("一百零", "zh"),
        ("3百500", "zh"),
        ("给8分", "zh"),
        ("9" * 16, "en"),
        ("𐩀", "zh"),
    ],
)
def test_decimals_doubts_and_further_text_are_no_number(typed: str, language: str) -> None:
    assert read_number(typed, language) is None


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("I'd say 8", "en", 8),
        ("8/10", "en", 8),
        ("8 / 10", "en", 8),
        ("8 out of 10", "en", 8),
        ("eight out of ten", "en", 8),
        ("I'd give it a nine", "en", 9),
        ("I'd say one", "en", 1),
        ("one star", "en", 1),
        ("5 stars!", "en", 5),
        ("5star", "en", 5),
        ("score -3", "en", -3),
        ("score-3", "en", 3),
        ("I waited in line, 7", "en", 7),
        ("two hundred and five points please", "en", 205),
        ("I give lapan", "en", 8),
        ("b4 this it was fine, 6 now", "en", 6),
        ("saya bagi lapan", "ms", 8),
        ("sy bagi 8 la", "ms", 8),
        ("8 daripada 10", "ms", 8),
        ("bagi eight", "ms", 8),
        ("lima bintang", "ms", 5),
        ("cho 9 điểm", "vi", 9),
        ("cho 9đ", "vi", 9),
        ("mình cho tám điểm nhé", "vi", 8),
        ("cho tam diem", "vi", 8),
        ("ba sao", "vi", 3),
        ("mình cho năm", "vi", 5),
        ("chắc tầm mười ạ", "vi", 10),
        ("9 trên 10", "vi", 9),
        ("أعطيكم ثمانية", "ar", 8),
        ("أعطيكم ٨", "ar", 8),
        ("ثمانية من عشرة", "ar", 8),
        ("٨ من ١٠", "ar", 8),
        ("3ayez a3ti 8", "ar", 8),
        ("خمس نجوم", "ar", 5),
        ("给8分", "zh", 8),
        ("我打八分", "zh", 8),
        ("给你们十分", "zh", 10),
        ("给8分十分满意", "zh", 8),
        ("兑换2千积分", "zh", 2000),
        ("五星", "zh", 5),
        ("⭐⭐⭐⭐", "en", 4),
        ("8", "zh", 8),
    ],
)
def test_the_one_number_in_a_sentence_is_found(typed: str, language: str, expected: int) -> None:
    assert find_number(typed, language) == expected


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "en"),
        ("between 2 and 3", "en"),
        ("8-9", "en"),
        ("8.5", "en"),
        ("at 8:30", "en"),
        ("21/11/2026", "en"),
        ("90%", "en"),
        ("my phone is 0123456789", "en"),
        ("this one is bad", "en"),
        ("no one came", "en"),
        ("the 2nd visit", "en"),
        ("gr8", "en"),
        ("ada satu masalah", "ms"),
        ("năm nay tệ quá", "vi"),
        ("mua cho ba tôi", "vi"),
        ("mua cho ba toi", "vi"),
        ("bánh chưa chín", "vi"),
        ("toi ten la nam", "vi"),
        ("không", "vi"),
        ("không ngon", "vi"),
        ("hai trăm năm", "vi"),
        ("عايز اكلم واحد", "ar"),
        ("3ayez akalem had", "ar"),
        ("等一下", "zh"),
        ("十分满意", "zh"),
        ("万一", "zh"),
        ("三四分吧", "zh"),
        ("ok 👍", "en"),
        ("8 " + "word " * 60, "en"),
    ],
)
def test_no_number_or_several_give_none(typed: str, language: str) -> None:
    assert find_number(typed, language) is None
