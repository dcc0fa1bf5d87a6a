"""Long texts are cut where a reader would cut them, and each piece stands by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.fake.entities import parse_html, utf16_length
from talk.split import plain, split, visible_length

pytestmark = pytest.mark.slow

CHARACTERS = [
    *"ab ,.!?\n ة，。？您积分",
    "&lt;",
    "&amp;",
    "&#233;",
    "👨\u200d👩\u200d👧",
    "e\u0301",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "👍🏽",
    "🇲🇾",
    "\u2068a\u2069",
]
TAGS = ["b", "i", "u", "s", "code", 'a href="https://example.com/?a=1&amp;b=2"']


def _tagged(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>", st.sampled_from(TAGS), st.lists(inner)
    )


rich = st.lists(st.recursive(st.sampled_from(CHARACTERS), _tagged, max_leaves=40), max_size=60).map("".join)


def seen(html: str) -> str:
    """What a strict reader of Telegram's HTML makes of it; raises for a tag or entity that was cut."""
    return parse_html(html)[0]


def without_space(text: str) -> str:
    return "".join(text.split())


@given(rich, st.integers(16, 60))
def test_the_pieces_together_say_what_the_whole_said(html: str, limit: int) -> None:
    assert without_space("".join(map(seen, split(html, limit)))) == without_space(seen(html))


@given(rich, st.integers(16, 60))
def test_each_piece_is_well_formed_within_the_limit_and_not_empty(html: str, limit: int) -> None:
    for piece in split(html, limit):
        assert seen(piece).strip()
        assert utf16_length(seen(piece)) <= limit


@given(st.lists(st.sampled_from(CHARACTERS), min_size=1), st.integers(16, 30))
def test_no_piece_begins_or_ends_inside_a_character(characters: list[str], limit: int) -> None:
    ends, length = {0}, 0
    for character in characters:
        length += len(without_space(seen(character)))
        ends.add(length)
    length = 0
    for piece in split("".join(characters), limit):
        length += len(without_space(seen(piece)))
        assert length in ends


@given(rich)
def test_the_length_is_that_of_the_text_a_customer_sees(html: str) -> None:
    assert plain(html) == seen(html)
    assert visible_length(html) == utf16_length(seen(html))


@given(st.text(), st.integers(2, 40))
def test_even_a_text_that_is_no_html_comes_out_within_the_limit(text: str, limit: int) -> None:
    for piece in split(text, limit):
        assert visible_length(piece) <= limit


def test_a_text_that_fits_comes_back_as_it_is() -> None:
    assert split("<b>120</b> points &amp; counting ") == ["<b>120</b> points &amp; counting "]


def test_nothing_to_see_gives_no_piece() -> None:
    assert split("") == split(" \n") == split("<b> </b>") == split(" " * 5000) == []


def test_a_paragraph_is_kept_whole_where_possible() -> None:
    assert split("One. Two.\n\nThree. Four.", 18) == ["One. Two.", "Three. Four."]


def test_a_line_is_better_than_a_sentence_and_a_sentence_better_than_a_word() -> None:
    assert split("One two\nthree. Four", 14) == ["One two", "three. Four"]
    assert split("One two. Three four", 15) == ["One two.", "Three four"]
    assert split("One two three", 12) == ["One two", "three"]


def test_an_early_border_does_not_leave_a_nearly_empty_piece() -> None:
    assert split("Hi.\n\nthis paragraph goes on and on", 20) == ["Hi.\n\nthis paragraph", "goes on and on"]


def test_chinese_is_cut_after_its_sentences_and_never_before_its_punctuation() -> None:
    assert split("您有积分。您要兑换吗？好的", 8) == ["您有积分。", "您要兑换吗？好的"]
    assert split("您有一百二十积分，快到期", 8) == ["您有一百二十积", "分，快到期"]


def test_arabic_is_cut_after_its_question_mark() -> None:
    assert split("هل لديك سؤال؟ نحن هنا", 16) == ["هل لديك سؤال؟", "نحن هنا"]


def test_tags_open_at_a_cut_are_closed_and_opened_again() -> None:
    html = '<b>one <a href="https://x.example/">two three</a></b>'
    assert split(html, 8) == [
        '<b>one <a href="https://x.example/">two</a></b>',
        '<b><a href="https://x.example/">three</a></b>',
    ]


def test_an_astral_character_counts_as_two_and_stays_whole() -> None:
    assert split("😀😀😀", 5) == ["😀😀", "😀"]
    assert visible_length("😀") == 2


def test_a_character_longer_than_a_piece_is_cut_rather_than_lost() -> None:
    pieces = split("a" + "\u0301" * 50, 16)
    assert "".join(pieces) == "a" + "\u0301" * 50


def test_a_limit_without_room_for_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        split("text", 1)
