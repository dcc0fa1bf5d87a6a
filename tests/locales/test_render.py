"""A sentence is said with its values formatted, escaped and, in Arabic, standing alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from locales import ARAB, LANGUAGES, Text, _, catalogue, direction, n_, render, verbatim
from locales.catalogue import Catalogue, read
from locales.formats import Money

MEETING = _("Nice to meet you, {name}.")
BALANCE = n_("You have {points} point.", "You have {points} points.", count="points")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


class Beans:
    """Anything that says something of itself."""

    def __str__(self) -> str:
        return "<i>beans</i>"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["<b>Bob</b> & Co", Beans(), verbatim("<b>Bob</b>")], ids=["text", "thing", "label"]
)
def test_a_value_cannot_bring_tags(language: str, name: object) -> None:
    said = render(MEETING, language, {"name": name})
    assert "<" not in said
    assert "&lt;" in said


def test_an_escaped_value_is_not_escaped_again() -> None:
    assert render(MEETING, "en", {"name": verbatim("R & B")}) == "Nice to meet you, R &amp; B."


def test_several_values_are_listed_as_the_language_lists() -> None:
    people = ("Aisha", "<b>Bob</b>", verbatim("Chen"))
    assert render(MEETING, "en", {"name": people}) == "Nice to meet you, Aisha, &lt;b&gt;Bob&lt;/b&gt; and Chen."
    assert "Aisha、&lt;b&gt;Bob&lt;/b&gt;和Chen" in render(MEETING, "zh", {"name": people})
    assert render(MEETING, "ar", {"name": people}).count("\u2068") == 4


def test_quotes_in_a_value_stay_quotes() -> None:
    assert render(MEETING, "en", {"name": 'O\'Neil "Jo"'}) == 'Nice to meet you, O\'Neil "Jo".'


@pytest.mark.parametrize("name", ["Aisha", 7, Money(1250, "MYR"), verbatim("Kopi & Co"), _("Help")])
def test_a_value_in_arabic_stands_alone(name: object) -> None:
    said = render(MEETING, "ar", {"name": name})
    assert said.count("\u2068") == said.count("\u2069") == 1
    assert said.startswith("تشرفت بمعرفتك، \u2068")
    assert said.endswith("\u2069.")


@pytest.mark.parametrize("language", ["en", "ms", "vi", "zh"])
def test_other_languages_need_no_isolates(language: str) -> None:
    assert not {"\u2068", "\u2069"} & set(render(MEETING, language, {"name": "عائشة"}))


def test_a_sentence_may_be_a_value_of_another() -> None:
    assert render(MEETING, "ms", {"name": _("Help")}) == "Gembira berkenalan dengan anda, Bantuan."


def test_a_count_in_words_needs_no_digit() -> None:
    assert render(BALANCE, "ar", {"points": 2}) == "لديك نقطتان."


def test_a_debt_is_counted_like_a_balance() -> None:
    assert render(BALANCE, "en", {"points": -1}) == "You have -1 point."
    assert "نقاط" in render(BALANCE, "ar", {"points": -3})


@pytest.mark.parametrize("values", [None, {}, {"points": 3}])
def test_a_value_that_is_not_given_is_missed(values: dict[str, object] | None) -> None:
    with pytest.raises(KeyError):
        render(MEETING, "en", values)


def test_verbatim_text_is_the_same_everywhere() -> None:
    assert {render(verbatim("{x} < y"), language) for language in LANGUAGES} == {"{x} &lt; y"}


def test_what_no_catalogue_has_is_said_in_english() -> None:
    cats = Text("{n} purple cat", "{n} purple cats", "n")
    assert [render(cats, "zh", {"n": count}) for count in (1, 2)] == ["1 purple cat", "2 purple cats"]


def test_only_arabic_is_written_from_the_right() -> None:
    assert [language for language in LANGUAGES if direction(language) == "rtl"] == ["ar"]


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue("tlh")


def test_fuzzy_and_half_done_sentences_are_not_said(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '#, fuzzy\nmsgid "a"\nmsgstr "A"\n\n'
        'msgid "b"\nmsgid_plural "bs"\nmsgstr[0] "B"\nmsgstr[1] ""\n\n'
        'msgid "c"\nmsgstr "C"\n',
    )
    assert list(found) == ["c"]


def test_a_plural_rule_may_be_wrapped_by_an_editor(tmp_path: Path) -> None:
    found = _read(tmp_path, '"Plural-Forms: nplurals=3; plural=(n==0 ? 0 : n==1 ? "\n"1 : 2);\\n"\n')
    assert [found.plural(count) for count in (0, 1, 2)] == [0, 1, 2]


def test_a_catalogue_without_a_plural_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no Plural-Forms"):
        _read(tmp_path, '"Language: ar\\n"\n')


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("en", [1, 0, 1, 1, 1, 1, 1]),
        ("ms", [0] * 7),
        ("vi", [0] * 7),
        ("zh", [0] * 7),
        ("ar", [0, 1, 2, 3, 4, 5, 3]),
    ],
)
def test_each_language_chooses_its_plural(language: str, places: list[int]) -> None:
    assert [catalogue(language).plural(count) for count in (0, 1, 2, 3, 11, 100, 103)] == places


def _read(folder: Path, rest: str) -> Catalogue:
    file = folder / "messages.po"
    file.write_text(HEADER + rest, encoding="utf-8")
    return read(file)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234, "١٬٢٣٤"),
        (Money(1250, "KWD"), "١٫٢٥٠ د.ك"),
        (dt.date(2026, 11, 21), "٢١ نوفمبر ٢٠٢٦"),
        (dt.time(9, 5), "٠٩:٠٥"),
        ("AB12", "AB12"),
        (verbatim("AB12"), "AB12"),
    ],
)
def test_who_chose_arabic_digits_reads_them_in_numbers_and_days_but_never_in_codes(
    value: object, shown: str
) -> None:
    assert f"\u2068{shown}\u2069" in render(MEETING, "ar", {"name": value}, ARAB)
    assert render(MEETING, "en", {"name": 1234}, ARAB) == "Nice to meet you, 1,234."
