"""One option, several options, yes or no."""

from __future__ import annotations

import pytest

from locales import Text, _, render, verbatim
from locales.catalogue import Catalogue
from talk.prompts import Accepted, Choice, Drafted, MultiChoice, Option, Rejected, YesNo
from tests.heard import pressed, sent, typed

REWARDS = Option("rewards", _("Redeem rewards"))
HISTORY = Option("history", _("Points history"))
DONE = Option("done", _("That's all"))
MENU = Choice(REWARDS, HISTORY, DONE)

WORDS = {
    "Redeem rewards": {"ms": "Tebus ganjaran", "vi": "Đổi quà", "ar": "استبدال النقاط", "zh": "兑换礼品"},
    "Points history": {"ms": "Sejarah mata", "vi": "Lịch sử điểm", "ar": "سجل العمليات", "zh": "积分记录"},
    "That's all": {"ms": "Itu sahaja", "vi": "Thế thôi", "ar": "هذا كل شيء", "zh": "没有了"},
    "Yes": {"ms": "Ya", "vi": "Có", "ar": "نعم", "zh": "是"},
    "No": {"ms": "Tidak", "vi": "Không", "ar": "لا", "zh": "否"},
    "Done": {"ms": "Selesai", "vi": "Xong", "ar": "تم", "zh": "完成"},
}


@pytest.fixture(autouse=True)
def _five_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def catalogue(language: str) -> Catalogue:
        forms: dict[str, tuple[str, ...]] = {
            word: (said[language],) for word, said in WORDS.items() if language in said
        }
        return Catalogue(language, forms, lambda count: 0)

    monkeypatch.setattr("locales.text.catalogue", catalogue)


def named(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", verbatim(label)) for place, label in enumerate(labels, start=1))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Redeem rewards", "en"),
        ("redeem REWARDS!", "en"),
        ("redeem", "en"),
        ("rewards", "en"),
        ("1", "en"),
        ("one", "en"),
        ("#1", "en"),
        ("no. 1", "en"),
        ("option 1", "en"),
        ("1.", "en"),
        ("1️⃣", "en"),
        ("rewards please", "en"),
        ("ok, 1 thanks!", "en"),
        ("dạ đổi quà ạ", "vi"),
        ("1 nhé", "vi"),
        ("satu ya", "ms"),
        ("١ من فضلك", "ar"),
        ("请选一", "zh"),
        ("兑换礼品吧，谢谢", "zh"),
        ("tebus", "ms"),
        ("ganjaran", "ms"),
        ("satu", "ms"),
        ("nombor satu", "ms"),
        ("đổi quà", "vi"),
        ("doi qua", "vi"),
        ("ĐỔI QUÀ ", "vi"),
        ("một", "vi"),
        ("mot", "vi"),
        ("số 1", "vi"),
        ("استبدال النقاط", "ar"),
        ("إستبدال النقاط", "ar"),
        ("النقاط", "ar"),
        ("١", "ar"),
        ("واحد", "ar"),
        ("رقم ١", "ar"),
        ("兑换礼品", "zh"),
        ("兌換禮品", "zh"),
        ("礼品", "zh"),
        ("一", "zh"),
        ("第一个", "zh"),
        ("选１", "zh"),
        ("Redeem rewards", "zh"),
        ("兑换礼品", "en"),
        ("tebus ganjaran", "ar"),
    ],
)
def test_an_option_is_understood_as_customers_type_it(text: str, language: str) -> None:
    assert MENU.read(typed(text, language)) == Accepted(REWARDS)


def test_the_answer_is_the_option_itself() -> None:
    reading = MENU.read(pressed("history"))
    assert isinstance(reading, Accepted)
    assert reading.value is HISTORY
    assert MENU.load("history") is HISTORY


@pytest.mark.parametrize(
    "text", ["", " ", "0", "4", "-1", "pizza", "re", "poi nts", "I have 2 questions", "1 2", "👍", "no one"]
)
def test_what_names_no_option_is_asked_again(text: str) -> None:
    assert isinstance(MENU.read(typed(text)), Rejected)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no", "en"),
        ("No, thank you!", "en"),
        ("never mind", "en"),
        ("cancel", "en"),
        ("maybe later", "en"),
        ("👎", "en"),
        ("tak nak", "ms"),
        ("không ạ", "vi"),
        ("để sau", "vi"),
        ("لا شكرا", "ar"),
        ("不用了", "zh"),
        ("算了", "zh"),
    ],
)
def test_a_no_means_the_option_that_declines_where_there_is_one(text: str, language: str) -> None:
    declining = Choice(REWARDS, Option("done", _("That's all"), declines=True))
    assert declining.read(typed(text, language)) == Accepted(declining.choices[1])
    assert isinstance(MENU.read(typed(text, language)), Rejected)


def test_a_label_that_was_typed_comes_before_what_a_no_would_mean() -> None:
    cancel = Option("cancel", verbatim("Cancel this voucher"))
    menu = Choice(cancel, Option("done", _("That's all"), declines=True))
    assert menu.read(typed("cancel")) == Accepted(cancel)


def test_words_that_fit_two_options_choose_neither() -> None:
    menu = Choice(*named("Points history", "Points expiry"))
    assert isinstance(menu.read(typed("points")), Rejected)
    assert menu.read(typed("points e")) == Accepted(menu.choices[1])


def test_an_exact_label_wins_over_a_longer_one_that_holds_it() -> None:
    menu = Choice(*named("Coffee and cake", "Coffee", "Iced coffee"))
    assert menu.read(typed("coffee")) == Accepted(menu.choices[1])


def test_part_of_a_word_is_no_answer() -> None:
    menu = Choice(*named("Service", "Start again"))
    assert isinstance(menu.read(typed("ice")), Rejected)
    assert isinstance(menu.read(typed("art")), Rejected)


def test_emoji_and_html_in_a_label_need_not_be_typed() -> None:
    menu = Choice(
        Option("a", verbatim("🎁 Gifts & more")), Option("b", Text("<b>Cakes</b> &amp; tea")), *named("🙂")
    )
    assert menu.read(typed("gifts & more")) == Accepted(menu.choices[0])
    assert menu.read(typed("Cakes & tea")) == Accepted(menu.choices[1])
    assert menu.read(typed("🙂")) == Accepted(menu.choices[2])


@pytest.mark.parametrize(
    ("labels", "text", "place"),
    [
        (("2", "4", "8"), "4", 2),
        (("2", "4", "8"), "four", 2),
        (("2", "4", "8"), "1", None),
        (("10% off", "20% off"), "20", 2),
        (("10% off", "20% off"), "2", None),
        (("1-3 times", "4-6 times", "More"), "4", 2),
        (("1. Tea", "2. Coffee"), "2", 2),
        (("Ngày", "Tuần", "Tháng", "Năm"), "4", 4),
        (("Chưa lần nào", "Một lần", "Hai lần", "Ba lần"), "ba", 4),
        (("Chưa lần nào", "Một lần", "Hai lần", "Ba lần"), "1", 2),
        (("从不", "一次", "两次"), "两", 3),
        (("Three", "Two", "One"), "3", 1),
    ],
)
def test_a_number_is_a_place_unless_labels_are_numbers(
    labels: tuple[str, ...], text: str, place: int | None
) -> None:
    menu = Choice(*named(*labels))
    reading = menu.read(typed(text, "vi" if "lần" in labels[-1] or "Ngày" in labels else "en"))
    assert reading == Accepted(menu.choices[place - 1]) if place else isinstance(reading, Rejected)


def test_the_reason_offers_a_number_only_where_it_would_be_understood() -> None:
    counted, priced = MENU.read(typed("?")), Choice(*named("10%", "20%")).read(typed("?"))
    assert isinstance(counted, Rejected)
    assert "number" in render(counted.reason, "en")
    assert isinstance(priced, Rejected)
    assert "number" not in render(priced.reason, "en")


def test_options_stand_in_columns() -> None:
    assert [len(row) for row in Choice(*named("a", "b", "c"), columns=2).options(None)] == [2, 1]


@pytest.mark.parametrize("plain", ["gone", "", None, 1, ["rewards"], {"key": "rewards"}])
def test_a_recorded_answer_that_is_no_longer_offered_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="options"):
        MENU.load(plain)


@pytest.mark.parametrize("options", [(), (REWARDS, REWARDS), (Option("_skip", _("Skip")),)])
def test_options_without_a_key_of_their_own_are_refused(options: tuple[Option, ...]) -> None:
    with pytest.raises(ValueError, match=r"[Kk]ey|needs"):
        Choice(*options)


def test_a_sticker_is_no_choice() -> None:
    assert isinstance(MENU.read(sent("sticker", text="1")), Rejected)


# Several

TEA, COFFEE, CAKE, BREAD = named("Tea", "Coffee", "Cake", "Bread and butter")
ORDER = MultiChoice(TEA, COFFEE, CAKE, BREAD)


@pytest.mark.parametrize(
    ("text", "language", "chosen"),
    [
        ("1, 3", "en", (TEA, CAKE)),
        ("1 3", "en", (TEA, CAKE)),
        ("3,1", "en", (TEA, CAKE)),
        ("1 3 and 4", "en", (TEA, CAKE, BREAD)),
        ("1, 3, and 4", "en", (TEA, CAKE, BREAD)),
        ("1 & 3", "en", (TEA, CAKE)),
        ("1 and 3 please", "en", (TEA, CAKE)),
        ("all please", "en", (TEA, COFFEE, CAKE, BREAD)),
        ("1;3", "en", (TEA, CAKE)),
        ("1\n3", "en", (TEA, CAKE)),
        ("one and three", "en", (TEA, CAKE)),
        ("Tea and coffee", "en", (TEA, COFFEE)),
        ("tea, bread and butter", "en", (TEA, BREAD)),
        ("tea and 3", "en", (TEA, CAKE)),
        ("tea, tea", "en", (TEA,)),
        ("2", "en", (COFFEE,)),
        ("all", "en", (TEA, COFFEE, CAKE, BREAD)),
        ("None", "en", ()),
        ("satu dan tiga", "ms", (TEA, CAKE)),
        ("semua", "ms", (TEA, COFFEE, CAKE, BREAD)),
        ("tak ada", "ms", ()),
        ("1 và 3", "vi", (TEA, CAKE)),
        ("mot va ba", "vi", (TEA, CAKE)),
        ("tất cả", "vi", (TEA, COFFEE, CAKE, BREAD)),
        ("không có", "vi", ()),
        ("١، ٣", "ar", (TEA, CAKE)),
        ("١ و ٣", "ar", (TEA, CAKE)),
        ("واحد وثلاثة", "ar", (TEA, CAKE)),
        ("الكل", "ar", (TEA, COFFEE, CAKE, BREAD)),
        ("لا شيء", "ar", ()),
        ("1、3", "zh", (TEA, CAKE)),
        ("1，3", "zh", (TEA, CAKE)),
        ("1和3", "zh", (TEA, CAKE)),
        ("一、三", "zh", (TEA, CAKE)),
        ("全部", "zh", (TEA, COFFEE, CAKE, BREAD)),
        ("都没有", "zh", ()),
    ],
)
def test_a_list_is_understood_as_customers_type_it(text: str, language: str, chosen: tuple[Option, ...]) -> None:
    assert ORDER.read(typed(text, language)) == Accepted(chosen)


def test_arabic_labels_joined_by_the_letter_waw_are_told_apart() -> None:
    menu = MultiChoice(*named("القهوة", "الكعك", "ورد"))
    assert menu.read(typed("القهوة والكعك", "ar")) == Accepted(menu.choices[:2])
    assert menu.read(typed("ورد", "ar")) == Accepted(menu.choices[2:])


@pytest.mark.parametrize("text", ["", "5", "1, 9", "tea, pizza", ",", "134", "I'd like 1 or 2 things"])
def test_a_list_with_anything_unknown_is_asked_again(text: str) -> None:
    assert isinstance(ORDER.read(typed(text)), Rejected)


def test_numbers_are_offered_only_where_they_would_be_understood() -> None:
    counted, priced = ORDER.read(typed("?")), MultiChoice(*named("10%", "20%")).read(typed("?"))
    assert isinstance(counted, Rejected)
    assert "numbers" in render(counted.reason, "en")
    assert isinstance(priced, Rejected)
    assert "numbers" not in render(priced.reason, "en")


def test_presses_tick_and_untick_and_the_last_button_ends() -> None:
    assert ORDER.read(pressed(CAKE.key)) == Drafted([CAKE.key])
    assert ORDER.read(pressed(TEA.key, draft=[CAKE.key])) == Drafted([TEA.key, CAKE.key])
    assert ORDER.read(pressed(CAKE.key, draft=[TEA.key, CAKE.key])) == Drafted([TEA.key])
    assert ORDER.read(pressed("_done", draft=[TEA.key])) == Accepted((TEA,))
    assert ORDER.read(typed("done", draft=[TEA.key])) == Accepted((TEA,))
    assert ORDER.read(typed("xong", "vi", draft=[TEA.key])) == Accepted((TEA,))


def test_what_is_ticked_shows_so() -> None:
    shown = [option for row in ORDER.options([CAKE.key]) for option in row]
    assert [option.key for option in shown if option.chosen] == [CAKE.key]
    assert shown[-1].key == "_done"


def test_typed_options_join_those_that_are_ticked() -> None:
    assert ORDER.read(typed("cake", draft=[TEA.key])) == Accepted((TEA, CAKE))
    assert ORDER.read(typed("none", draft=[TEA.key])) == Accepted(())


def test_too_few_and_too_many_are_refused_with_the_number() -> None:
    two = MultiChoice(TEA, COFFEE, CAKE, at_least=2, at_most=2)
    too_few = two.read(typed("tea"))
    assert isinstance(too_few, Rejected)
    assert too_few.values == {"limit": 2}
    assert isinstance(two.read(typed("all")), Rejected)
    assert isinstance(two.read(pressed("_done", draft=[TEA.key])), Rejected)
    assert isinstance(two.read(pressed(CAKE.key, draft=[TEA.key, COFFEE.key])), Rejected)
    assert "_done" not in {option.key for row in two.options([TEA.key]) for option in row}


def test_an_option_called_none_wins_over_the_word() -> None:
    menu = MultiChoice(*named("Tea", "None of these"), at_least=1)
    assert menu.read(typed("none")) == Accepted(menu.choices[1:])


def test_a_draft_of_options_long_gone_is_forgotten() -> None:
    assert ORDER.read(pressed("_done", draft=["gone", TEA.key])) == Accepted((TEA,))


@pytest.mark.parametrize("plain", [["gone"], ["o1", "o1"], "o1", None, ["o1", "o2", "o3"], [["o1"]]])
def test_a_recorded_list_that_no_longer_fits_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="options"):
        MultiChoice(TEA, COFFEE, CAKE, at_most=2).load(plain)


@pytest.mark.parametrize(("at_least", "at_most"), [(3, None), (2, 1), (-1, None), (0, 0)])
def test_limits_nobody_can_meet_are_refused(at_least: int, at_most: int | None) -> None:
    with pytest.raises(ValueError, match="Nobody"):
        MultiChoice(TEA, COFFEE, at_least=at_least, at_most=at_most)


# Yes or no


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("yes", "en", True),
        ("Yeah!", "en", True),
        ("👍", "en", True),
        ("nope", "en", False),
        ("ya", "ms", True),
        ("boleh", "ms", True),
        ("tak nak", "ms", False),
        ("dạ có", "vi", True),
        ("ko", "vi", False),
        ("khong", "vi", False),
        ("نعم", "ar", True),
        ("لا", "ar", False),
        ("是", "zh", True),
        ("不要", "zh", False),
        ("好的", "zh", True),
        ("Yes", "zh", True),
    ],
)
def test_yes_and_no_are_understood(text: str, language: str, answer: bool) -> None:
    assert YesNo().read(typed(text, language)) == Accepted(answer)


def test_yes_and_no_are_pressed() -> None:
    assert [YesNo().read(pressed(option.key)) for (row,) in [YesNo().options(None)] for option in row] == [
        Accepted(True),
        Accepted(False),
    ]


@pytest.mark.parametrize("text", ["", "maybe", "yes and no", "Tuesday"])
def test_neither_yes_nor_no_is_asked_again(text: str) -> None:
    assert isinstance(YesNo().read(typed(text)), Rejected)


@pytest.mark.parametrize("plain", [1, 0, "yes", None])
def test_only_true_and_false_are_recorded_answers(plain: object) -> None:
    with pytest.raises(ValueError, match="yes"):
        YesNo().load(plain)
