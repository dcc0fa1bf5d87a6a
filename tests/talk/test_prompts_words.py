"""Free text, days, phone numbers, addresses, pictures, and leaving a question out."""

from __future__ import annotations

import datetime as dt

import pytest

from locales import Text, render, verbatim
from talk.messages import Media
from talk.prompts import (
    Accepted,
    Choice,
    Date,
    Drafted,
    Email,
    FreeText,
    Option,
    Phone,
    PhoneNumber,
    Photo,
    Photos,
    Reading,
    Rejected,
    Scale,
    Skippable,
    YesNo,
)
from talk.prompts.free_text import clean
from tests.heard import TODAY, pressed, sent, typed


def reason(reading: Reading[object], language: str = "en") -> str:
    assert isinstance(reading, Rejected)
    return render(reading.reason, language, reading.values)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Great\tservice  ", "Great service"),
        ("one\r\n\r\n\r\n\r\ntwo \n three", "one\n\ntwo\nthree"),
        ("Tie\u0302\u0301p", "Tiếp"),
        ("a\x00b\x07c", "abc"),
        ("safe\u202egpj.exe\u202c", "safegpj.exe"),
        ("\u2066x\u2069", "x"),
        ("👨\u200d👩\u200d👧 ❤️", "👨\u200d👩\u200d👧 ❤️"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud83d emoji", "half emoji"),
        ("全角\u3000空白", "全角 空白"),
        ("\u200b\u200d\ufeff", ""),
        (" \n\t ", ""),
    ],
)
def test_text_is_cleaned_and_nothing_that_is_seen_is_lost(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_a_caption_counts_as_words() -> None:
    assert FreeText().read(sent("photo", Media(ref="a"), text="Cold soup")) == Accepted("Cold soup")


def test_an_answer_without_words_is_asked_for_in_words() -> None:
    for heard in (sent("sticker"), sent("photo", Media(ref="a")), sent("location"), typed("\u200b")):
        assert reason(FreeText().read(heard)) == "Please type your answer in words."


def test_text_out_of_length_is_refused_with_the_limit() -> None:
    assert reason(FreeText(max_length=1000).read(typed("x" * 1001))).endswith("at most 1,000 characters.")
    assert reason(FreeText(min_length=5).read(typed("bad"))).endswith("at least 5 characters.")
    assert FreeText(max_length=3).read(typed(" abc ")) == Accepted("abc")


@pytest.mark.parametrize("plain", ["", "toolong", " a", "a\x00", 3, None])
def test_recorded_text_that_no_longer_fits_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r"text|characters"):
        FreeText(max_length=5).load(plain)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("21/12/2026", "en", dt.date(2026, 12, 21)),
        ("21 December 2026", "en", dt.date(2026, 12, 21)),
        ("tomorrow", "en", dt.date(2026, 11, 22)),
        ("1 Jan", "en", dt.date(2027, 1, 1)),
        ("21 Disember 2026", "ms", dt.date(2026, 12, 21)),
        ("esok", "ms", dt.date(2026, 11, 22)),
        ("21/12/2026", "vi", dt.date(2026, 12, 21)),
        ("ngày mai", "vi", dt.date(2026, 11, 22)),
        ("٢١/١٢/٢٠٢٦", "ar", dt.date(2026, 12, 21)),
        ("غدا", "ar", dt.date(2026, 11, 22)),
        ("2026年12月21日", "zh", dt.date(2026, 12, 21)),
        ("明天", "zh", dt.date(2026, 11, 22)),
    ],
)
def test_a_day_is_understood_in_local_order(text: str, language: str, day: dt.date) -> None:
    assert Date().read(typed(text, language)) == Accepted(day)


def test_a_birthday_without_a_year_lies_behind() -> None:
    assert Date(year_missing="past").read(typed("25 December")) == Accepted(dt.date(2025, 12, 25))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("31 February 2027", "en"),
        ("29/2/2027", "en"),
        ("31/4/2027", "vi"),
        ("2027年2月30日", "zh"),
        ("٣١/٤/٢٠٢٧", "ar"),
    ],
)
def test_a_day_no_calendar_has_is_refused_as_such(text: str, language: str) -> None:
    assert reason(Date().read(typed(text, language))).startswith("There is no such day")


def test_what_is_no_date_gets_an_example_in_the_customers_order() -> None:
    reading = Date().read(typed("soon"))
    assert reason(reading) == "Please give a date, for example 21 November 2026."
    assert "2026年11月21日" in reason(reading, "zh")
    assert "21/11/2026" in reason(reading, "vi")


@pytest.mark.parametrize("language", ["en", "ms", "vi", "ar", "zh"])
def test_the_example_itself_would_be_understood(language: str) -> None:
    day = dt.date(2008, 5, 3)
    reading = Date(latest=day).read(typed("?", language))
    assert isinstance(reading, Rejected)
    example = render(Text("{example}"), language, reading.values)
    assert Date().read(typed(example, language)) == Accepted(day)


def test_a_day_out_of_range_is_refused_with_the_range() -> None:
    tomorrow, new_year = dt.date(2026, 11, 22), dt.date(2027, 1, 1)
    assert reason(Date(tomorrow, new_year).read(typed("today"))) == (
        "Please give a date from 22 November 2026 to 1 January 2027."
    )
    assert reason(Date(earliest=tomorrow).read(typed("today"))).endswith("not before 22 November 2026.")
    assert reason(Date(latest=TODAY).read(typed("tomorrow"))).endswith("not after 21 November 2026.")


@pytest.mark.parametrize("plain", ["2026-02-30", "soon", "1999-01-01", 3, None])
def test_a_recorded_day_that_no_longer_fits_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match=r"day|date|format|month"):
        Date(earliest=dt.date(2020, 1, 1)).load(plain)


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="No day"):
        Date(TODAY, dt.date(2020, 1, 1))


def test_a_shared_contact_is_proven_only_where_the_platform_says_so() -> None:
    mine = sent("contact", phone="60123456789", phone_proven=True)
    theirs = sent("contact", phone="+84 912 345 678")
    assert Phone().read(mine) == Accepted(PhoneNumber("+60123456789", proven=True))
    assert Phone().read(theirs) == Accepted(PhoneNumber("+84912345678", proven=False))


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("012-345 6789", "MY", "+60123456789"),
        ("+60 12-345 6789", "VN", "+60123456789"),
        ("0912 345 678", "VN", "+84912345678"),
        ("٠١٢٣٤٥٦٧٨٩", "MY", "+60123456789"),
    ],
)
def test_a_typed_number_is_not_proven(text: str, region: str, number: str) -> None:
    assert Phone().read(typed(text, region=region)) == Accepted(PhoneNumber(number, proven=False))


def test_a_wrong_number_gets_an_example_of_the_customers_country() -> None:
    assert "+84 912 345 678" in reason(Phone().read(typed("12", region="VN")))
    assert "+60 12-345 6789" in reason(Phone().read(typed("12", region="XX")))
    assert Phone().request == "phone"


@pytest.mark.parametrize(
    "plain", ["+60123456789", {"number": "012", "proven": True}, {"number": "+60123456789"}, None, {}]
)
def test_a_recorded_number_in_another_form_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="phone"):
        Phone().load(plain)


def test_an_address_is_understood_and_anything_else_gets_an_example() -> None:
    assert Email().read(typed("aisyah@example.com")) == Accepted("aisyah@example.com")
    assert "name@example.com" in reason(Email().read(typed("aisyah at work")))
    with pytest.raises(ValueError, match="email"):
        Email().load("aisyah")


RECEIPT = Media(ref="r1", type="image/jpeg")


def test_a_picture_is_a_photo_or_an_image_document() -> None:
    assert Photo().read(sent("photo", RECEIPT)) == Accepted("r1")
    assert Photo().read(sent("document", RECEIPT)) == Accepted("r1")


def test_anything_else_is_no_picture() -> None:
    for heard in (
        sent("document", Media(ref="d", type="application/pdf")),
        sent("video", RECEIPT),
        sent("sticker", RECEIPT),
        sent("photo"),
        typed("here"),
    ):
        assert reason(Photo().read(heard)) == "Please send a picture."


def test_several_pictures_are_collected_until_the_customer_ends_or_there_are_enough() -> None:
    photos = Photos(3)
    assert photos.options(None) == ()
    assert photos.read(sent("photo", RECEIPT)) == Drafted(["r1"])
    assert [option.key for row in photos.options(["r1"]) for option in row] == ["_done"]
    assert photos.read(sent("photo", RECEIPT, draft=["r1"])) == Drafted(["r1"])
    assert photos.read(pressed("_done", draft=["r1"])) == Accepted(("r1",))
    assert photos.read(typed("done", draft=["r1"])) == Accepted(("r1",))
    many = (Media(ref="r2"), Media(ref="r3"), Media(ref="r4"))
    assert photos.read(sent("photo", *many, draft=["r1"])) == Accepted(("r1", "r2", "r3"))


def test_no_picture_at_all_does_not_end_the_question() -> None:
    assert isinstance(Photos(3).read(pressed("_done")), Rejected)


@pytest.mark.parametrize("plain", [[], ["a", "b"], [""], [3], "a", None])
def test_recorded_pictures_that_do_not_fit_are_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="picture"):
        Photos(1).load(plain)


@pytest.mark.parametrize(
    ("text", "language"),
    [("skip", "en"), ("Skip it please", "en"), ("langkau", "ms"), ("bỏ qua", "vi"), ("تخطي", "ar"), ("跳过", "zh")],
)
def test_a_question_that_may_be_left_out_is_left_out_in_words(text: str, language: str) -> None:
    assert Skippable(FreeText()).read(typed(text, language)) == Accepted(None)


@pytest.mark.parametrize(
    ("text", "language"), [("no thanks", "en"), ("tak payah", "ms"), ("thôi", "vi"), ("لا", "ar"), ("不用了", "zh")]
)
def test_a_no_leaves_a_question_out_that_cannot_take_it(text: str, language: str) -> None:
    assert Skippable(Scale.nps()).read(typed(text, language)) == Accepted(None)
    assert Skippable(YesNo()).read(typed(text, language)) == Accepted(False)


def test_a_question_that_may_be_left_out_has_one_button_more() -> None:
    prompt = Skippable(Scale.nps())
    assert prompt.options(None)[-1][0].key == "_skip"
    assert prompt.read(pressed("_skip")) == Accepted(None)
    assert prompt.read(pressed("7")) == Accepted(7)
    assert isinstance(prompt.read(typed("11")), Rejected)
    assert Skippable(Phone()).request == "phone"


def test_a_sentence_that_speaks_of_skipping_is_an_answer() -> None:
    prompt = Skippable(FreeText())
    assert prompt.read(typed("they skipped my order")) == Accepted("they skipped my order")


def test_an_option_named_like_a_skip_word_is_that_option() -> None:
    later = Option("later", verbatim("Later"))
    assert Skippable(Choice(later)).read(typed("later")) == Accepted(later)


def test_leaving_out_is_recorded_as_nothing() -> None:
    option = Option("a", Scale.likert().labels[0])
    prompt = Skippable(Choice(option))
    assert prompt.dump(None) is None
    assert prompt.load(None) is None
    assert prompt.load(prompt.dump(option)) is option
