"""Scores and numbers."""

from __future__ import annotations

import pytest

from locales import render
from talk.messages import Media
from talk.prompts import Accepted, Number, Rejected, Scale
from tests.heard import pressed, sent, typed


@pytest.mark.parametrize(
    ("text", "language", "score"),
    [
        ("8", "en", 8),
        ("0", "en", 0),
        ("ten", "en", 10),
        ("8/10", "en", 8),
        ("10/10", "en", 10),
        ("8 out of 10", "en", 8),
        ("eight out of ten", "en", 8),
        ("I'd give 9", "en", 9),
        ("I'd give it 8/10!", "en", 8),
        ("8️⃣", "en", 8),
        ("🔟", "en", 10),
        ("９", "en", 9),
        ("lapan", "ms", 8),
        ("saya bagi 9", "ms", 9),
        ("8 daripada 10", "ms", 8),
        ("tám", "vi", 8),
        ("tam", "vi", 8),
        ("9 điểm", "vi", 9),
        ("cho 9 diem", "vi", 9),
        ("8 trên 10", "vi", 8),
        ("٨", "ar", 8),
        ("ثمانية", "ar", 8),
        ("٨ من ١٠", "ar", 8),
        ("أعطي 9", "ar", 9),
        ("八", "zh", 8),
        ("9分", "zh", 9),
        ("打8分", "zh", 8),
        ("十分", "zh", 10),
        ("8分，满分10分", "zh", 8),
        ("今天很开心，9分", "zh", 9),
        ("great day, 9", "en", 9),
        ("every time a solid 9", "en", 9),
    ],
)
def test_how_likely_is_understood_as_customers_type_it(text: str, language: str, score: int) -> None:
    assert Scale.nps().read(typed(text, language)) == Accepted(score)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("11", "en"),
        ("-1", "en"),
        ("100", "en"),
        ("4/5", "en"),
        ("8.5", "en"),
        ("between 8 and 9", "en"),
        ("8/10 or 9/10", "en"),
        ("good", "en"),
        ("", "en"),
        ("không", "vi"),
        ("I waited 3 hours", "en"),
        ("call me in 5 min", "en"),
        ("waited three hours", "en"),
        ("cost me RM8", "en"),
        ("tunggu 3 jam", "ms"),
        ("chờ 3 tiếng", "vi"),
        ("等了3小时", "zh"),
        ("انتظرت 3 ساعات", "ar"),
    ],
)
def test_what_is_no_score_is_asked_again_with_the_range(text: str, language: str) -> None:
    reading = Scale.nps().read(typed(text, language))
    assert isinstance(reading, Rejected)
    assert render(reading.reason, "en", reading.values) == "Please choose a number from 0 to 10."


def test_eleven_scores_stand_in_two_rows() -> None:
    assert [[option.key for option in row] for row in Scale.nps().options(None)] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
    ]
    assert [len(row) for row in Scale(1, 7).options(None)] == [4, 3]
    assert [len(row) for row in Scale(1, 5).options(None)] == [5]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("★★★★", 4),
        ("⭐⭐⭐", 3),
        ("⭐️ ⭐️", 2),
        ("★★★☆☆", 3),
        ("****", 4),
        ("4", 4),
        ("4 stars", 4),
        ("5/5", 5),
        ("🌟", 1),
    ],
)
def test_stars_are_counted(text: str, score: int) -> None:
    assert Scale.stars().read(typed(text)) == Accepted(score)


@pytest.mark.parametrize("text", ["★★★★★★", "☆☆☆", "0", "6", "8/10", "★ad"])
def test_other_stars_are_asked_again(text: str) -> None:
    assert isinstance(Scale.stars().read(typed(text)), Rejected)


def test_stars_show_as_stars() -> None:
    assert [render(option.label, "zh") for (option,) in Scale.stars().options(None)] == [
        "★",
        "★★",
        "★★★",
        "★★★★",
        "★★★★★",
    ]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Strongly agree", 5),
        ("agree", 4),
        ("AGREE!", 4),
        ("disagree", 2),
        ("strongly d", 1),
        ("neither", 3),
        ("agree thanks", 4),
        ("4", 4),
        ("four", 4),
    ],
)
def test_agreement_is_a_label_or_its_number(text: str, score: int) -> None:
    assert Scale.likert(5).read(typed(text)) == Accepted(score)


@pytest.mark.parametrize("text", ["strongly", "6", "whatever"])
def test_agreement_that_is_not_clear_is_asked_again(text: str) -> None:
    assert isinstance(Scale.likert(5).read(typed(text)), Rejected)


def test_agreement_in_seven_steps_is_in_order() -> None:
    labels = [render(option.label, "en") for (option,) in Scale.likert(7).options(None)]
    assert labels == [
        "Strongly disagree",
        "Disagree",
        "Somewhat disagree",
        "Neither agree nor disagree",
        "Somewhat agree",
        "Agree",
        "Strongly agree",
    ]


def test_a_score_is_pressed() -> None:
    assert Scale.nps().read(pressed("10")) == Accepted(10)
    assert isinstance(Scale.nps().read(pressed("11")), Rejected)
    assert Scale(-2, 2).read(pressed("-2")) == Accepted(-2)


def test_a_sticker_is_no_score_but_a_caption_may_be_one() -> None:
    assert isinstance(Scale.nps().read(sent("sticker", text="9")), Rejected)
    assert Scale.nps().read(sent("photo", Media(ref="a"), text="9")) == Accepted(9)
    assert Scale.nps().read(sent("edited", text="9")) == Accepted(9)


@pytest.mark.parametrize("plain", [11, -1, "5", 5.0, True, None, [5]])
def test_a_recorded_score_off_the_scale_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="scale"):
        Scale.nps().load(plain)


def test_scales_nobody_could_answer_are_refused() -> None:
    for low, high in [(1, 1), (5, 1), (0, 100)]:
        with pytest.raises(ValueError, match="steps"):
            Scale(low, high)
    with pytest.raises(ValueError, match="labels"):
        Scale(1, 3, Scale.likert(5).labels)
    with pytest.raises(ValueError, match="5 or 7"):
        Scale.likert(4)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("3", "en", 3),
        ("there are three of us", "en", 3),
        ("1,250", "en", 1250),
        ("twenty-one", "en", 21),
        ("dua puluh satu", "ms", 21),
        ("seribu", "ms", 1000),
        ("hai mươi mốt", "vi", 21),
        ("muoi lam", "vi", 15),
        ("٣", "ar", 3),
        ("ثلاثة", "ar", 3),
        ("两百", "zh", 200),
        ("３", "zh", 3),
        ("3个人", "zh", 3),
    ],
)
def test_a_number_is_understood_in_digits_and_words(text: str, language: str, number: int) -> None:
    assert Number(0, 5000).read(typed(text, language)) == Accepted(number)


@pytest.mark.parametrize(
    ("prompt", "text", "reason"),
    [
        (Number(1, 1000), "0", "Please choose a number from 1 to 1,000."),
        (Number(low=18), "seventeen", "Please give a number of at least 18."),
        (Number(high=5), "6", "Please give a number of at most 5."),
        (Number(), "9" * 40, "Please answer with a whole number."),
        (Number(1, 5), "many", "Please answer with a whole number."),
        (Number(1, 5), "2.5", "Please answer with a whole number."),
    ],
)
def test_the_reason_for_refusing_a_number_says_which_would_do(prompt: Number, text: str, reason: str) -> None:
    reading = prompt.read(typed(text))
    assert isinstance(reading, Rejected)
    assert render(reading.reason, "en", reading.values) == reason


@pytest.mark.parametrize("plain", [0, 6, "3", True, 3.0, None])
def test_a_recorded_number_that_no_longer_fits_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        Number(1, 5).load(plain)


def test_limits_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="from 5 to 1"):
        Number(5, 1)
