"""Command words and intents, as customers of five languages type them."""

import pytest

from locales import LANGUAGES
from talk.reading.lexicon import lexicon
from talk.reading.words import COURTESIES, ERRANDS, INTENTS, URGENT, Match, match

STOP_WORDS = (
    "stop STOP TC td HENTI Berhenti hủy Huỷ huy dừng إيقاف ايقاف إلغاء الغاء أوقف اوقف 退订 退訂 拒收 unsubscribe"
)

WHOLE = {
    "menu": "menu|/menu|Main menu|菜单|主菜单|القائمة|menu utama|thực đơn|trang chu",
    "points": "points|my points|/points@SapaBot|mata saya|baki|điểm|diem|tích điểm|tich diem|نقاطي|رصيدي|积分|積分",
    "rewards": "rewards|redeem|tebus|ganjaran|đổi quà|doi qua|quà|الهدايا|استبدال النقاط|兑换|礼品|redeem points",
    "history": "history|sejarah mata|lịch sử|lich su|سجل النقاط|积分明细|消费记录",
    "card": "my card|/card|QR code|kad ahli|kad sy|thẻ thành viên|the thanh vien|بطاقتي|会员卡|我的二维码",
    "link": "link my card|i have a card|pautkan kad saya|liên kết thẻ|ربط بطاقتي|عندي بطاقة|绑定会员卡|我有会员卡",
    "vouchers": "vouchers|my vouchers|voucher pls|baucar saya|voucher của tôi|mã giảm giá|قسائمي|كوبون|優惠券",
    "hours": "opening hours|are you open today?|kol brp buka|giờ mở cửa|may gio mo cua|فاتحين|营业时间|營業時間",
    "recommend": "what do you recommend|cadangan|gợi ý cho tôi|ماذا تقترح|有什么推荐|有什么新品",
    "rules": "how do points work?|cara kumpul mata|cách tích điểm|cach tich diem|كيف تعمل النقاط|积分规则|怎么积分",
    "missing": "missing points|mata tak masuk|point x masuk|thiếu điểm|thieu diem|نقاط ناقصة|积分没到账|补积分",
    "settings": "settings|quiet hours|tetapan|cài đặt|cai dat|الإعدادات|设置|免打扰",
    "data": "my data|delete my account|data saya|padam akaun|dữ liệu của tôi|xoa tai khoan|حذف حسابي|我的资料",
    "pause": "pause|pause messages|jeda|tạm dừng|tam ngung|إيقاف مؤقت|暂停",
    "help": "help|HELP!!!|heeelp|bantuan|tolong|giúp|trợ giúp|مساعدة|帮助|help pls|🆘",
    "person": "agent|human please|petugas|nhân viên|gap nhan vien|موظف|خدمة العملاء|人工|转人工|客服|真人|cs",
    "start": "start|/start|mula|bắt đầu|ابدأ|开始|resume",
    "back": "back|go back|kembali|quay lại|رجوع|返回|上一步",
    "cancel": "cancel|never mind|nvm|batal|x jadi|hủy bỏ|thôi khỏi|كنسل|إلغاء العملية|取消|算了",
    "skip": "skip|pass|langkau|bỏ qua|bo qua|تخطي|跳过",
    "later": "later|not now|nanti|để sau|de sau|لاحقا|بعدين|稍后|以后再说",
    "survey": "survey|continue the survey|tinjauan|sambung tinjauan|khảo sát|khao sat|استبيان|问卷|继续问卷",
    "language": "language|English|bahasa melayu|tiếng Việt|عربي|中文|换语言|tukar bahasa",
    "thanks": "thanks|thank you so much bro|tq|terima kasih|cảm ơn ạ|cam on|شكرا|谢谢|🙏🙏",
    "greeting": "hi|hello|Good morning|salam|assalamualaikum|xin chào|alo|السلام عليكم|صباح الخير|你好|在吗|👋",
    "bye": "bye|thanks, bye|talk to you later|jumpa lagi|tam biet|hẹn gặp lại|مع السلامة|تصبحين على خير|掰掰",
}

INSIDE = [
    ("我要redeem points", "zh", "rewards"),
    ("nk tebus point", "ms", "rewards"),
    ("3ayez akalem had", "ar", "person"),
    ("điểm của mình còn bao nhiêu", "vi", "points"),
    ("diem cua minh con bao nhieu vay", "vi", "points"),
    ("cho em hỏi mình tích điểm thế nào ạ", "vi", "rules"),
    ("berapa mata saya", "ms", "points"),
    ("brp point sy ada skrg", "ms", "points"),
    ("كم نقطة عندي الحين", "ar", "points"),
    ("معايا كام نقطة", "ar", "points"),
    ("我还有多少积分", "zh", "points"),
    ("請問我有多少積分？", "zh", "points"),
    ("hi, how many points do I have", "en", "points"),
    ("can I redeem 500 points today?", "en", "rewards"),
    ("nak tebus 500 mata", "ms", "rewards"),
    ("điểm này đổi được gì vậy", "vi", "rewards"),
    ("500积分可以换什么", "zh", "rewards"),
    ("ابي استبدل نقاطي", "ar", "rewards"),
    ("hi can u show me my card", "en", "card"),
    ("nak tunjuk kad mcm mana", "ms", "card"),
    ("cho em xem thẻ thành viên với", "vi", "card"),
    ("ابغى رقم العضوية حقي", "ar", "card"),
    ("我的会员码在哪里", "zh", "card"),
    ("where are my vouchers?", "en", "vouchers"),
    ("ada baucar tak lagi", "ms", "vouchers"),
    ("em còn voucher nào ko ạ", "vi", "vouchers"),
    ("وين قسيمتي", "ar", "vouchers"),
    ("我还有什么券", "zh", "vouchers"),
    ("can i redeem voucher with 300 points", "en", "rewards"),
    ("what time u guys open tmr", "en", "hours"),
    ("kedai buka sampai pukul berapa", "ms", "hours"),
    ("mai quan mo cua luc may gio vay", "vi", "hours"),
    ("بتقفلوا امتى النهارده", "ar", "hours"),
    ("你们今天开到几点", "zh", "hours"),
    ("how do i earn points here?", "en", "rules"),
    ("mcm mana nk kumpul mata ni", "ms", "points"),
    ("mcm mana nak kumpul point kat sini", "ms", "rules"),
    ("ازاي اجمع نقط من عندكم", "ar", "rules"),
    ("积分怎么算的呀", "zh", "rules"),
    ("I didn't get my points yesterday", "en", "missing"),
    ("semalam point sy x masuk", "ms", "missing"),
    ("hôm qua mua mà chưa cộng điểm cho em", "vi", "missing"),
    ("امس اشتريت وما نزلت النقاط", "ar", "missing"),
    ("昨天买的没给我积分", "zh", "missing"),
    ("too many messages lah", "en", "settings"),
    ("byk sgt mesej, tukar setting boleh", "ms", "settings"),
    ("نبي رسائل اقل", "ar", "settings"),
    ("消息太多了", "zh", "settings"),
    ("what data do you have about me", "en", "data"),
    ("tolong padamkan data saya", "ms", "data"),
    ("tạm ngưng nhận tin giúp em", "vi", "pause"),
    ("先暂停一个月吧", "zh", "pause"),
    ("what did i buy last month", "en", "history"),
    ("cho mình xem lịch sử mua hàng", "vi", "history"),
    ("I need help with my order", "en", "help"),
    ("can you help me redeem my points", "en", "rewards"),
    ("I want to talk to someone", "en", "person"),
    ("nak cakap dgn orang boleh?", "ms", "person"),
    ("cho em gặp nhân viên với ạ", "vi", "person"),
    ("بدي احكي مع حدا", "ar", "person"),
    ("عايز اكلم حد من خدمة العملاء", "ar", "person"),
    ("帮我转人工可以吗", "zh", "person"),
    ("can we switch to English", "zh", "language"),
    ("please stop sending me these", "en", "stop"),
    ("stop bro", "en", "stop"),
    ("tolong jgn hantar mesej lagi", "ms", "stop"),
    ("em muốn hủy nhận tin ạ", "vi", "stop"),
    ("dung nhan tin nua nhe", "vi", "stop"),
    ("أريد إيقاف الرسائل", "ar", "stop"),
    ("我想退订", "zh", "stop"),
    ("别再发了好吗", "zh", "stop"),
    ("ok good morning to everybody", "en", "greeting"),
]

NOTHING = [
    ("", "en"),
    ("👍", "en"),
    ("8", "en"),
    ("the coffee was cold", "en"),
    ("the bus stop is too far", "en"),
    ("I'd give 9 points", "en"),
    ("can I pay by card", "en"),
    ("so the coffee was cold", "en"),
    ("the voucher was refused", "en"),
    ("we waited for hours", "en"),
    ("sakit mata saya tengok harga", "ms"),
    ("saya dah berhenti kerja", "ms"),
    ("cho 9 điểm", "vi"),
    ("làm thế nào bây giờ nhỉ", "vi"),
    ("địa điểm quán ở đâu", "vi"),
    ("hủy đơn hàng giúp em", "vi"),
    ("anh Huy ạ", "vi"),
    ("em tên Huy", "vi"),
    ("给8分", "zh"),
    ("人工智能", "zh"),
    ("اسمي محمد", "ar"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_word_alone_stops_in_whichever_language(language: str) -> None:
    words = STOP_WORDS.split(" ")
    assert {word: match(word, language) for word in words} == {word: Match("stop", whole=True) for word in words}


@pytest.mark.parametrize(
    "typed", ["STOP!!!", "stop pls", "stop la", "berhenti la", "hủy ạ", "退订，谢谢", "إيقاف من فضلك"]
)
def test_a_stop_word_with_mere_politeness_stops_too(typed: str) -> None:
    assert match(typed, "en") == Match("stop", whole=True)


def test_no_list_adds_a_word_that_stops_at_once() -> None:
    unsubscribe = {"henti langgan", "ngung nhan tin", "ngừng nhận tin", "الغا الاشتراك"}
    agreed = {"stop", "unsubscribe", "tc", "td", "henti", "berhenti", "hủy", "huỷ", "huy", "dừng", "退订", "拒收"}
    listed = {word for language in LANGUAGES for word in lexicon(language).whole["stop"]}
    assert listed == agreed | unsubscribe | {"ايقاف", "الغا", "اوقف"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", WHOLE)
def test_a_command_word_is_known_to_every_customer(intent: str, language: str) -> None:
    words = WHOLE[intent].split("|")
    assert {word: match(word, language) for word in words} == {word: Match(intent, whole=True) for word in words}


@pytest.mark.parametrize(("typed", "language", "intent"), INSIDE)
def test_what_a_sentence_wants_is_understood(typed: str, language: str, intent: str) -> None:
    found = match(typed, language)
    assert found is not None
    assert found.intent == intent


@pytest.mark.parametrize(("typed", "language"), NOTHING)
def test_what_only_looks_like_a_command_is_none(typed: str, language: str) -> None:
    assert match(typed, language) is None


def test_a_wish_to_stop_in_a_sentence_is_not_a_stop_word() -> None:
    assert match("please stop sending me these", "en") == Match("stop", whole=False)


def test_an_errand_comes_before_a_courtesy_and_the_longest_phrase_before_others() -> None:
    assert match("good morning everybody, points please?", "en") == Match("points", whole=False)
    assert match("points? I'd rather talk to a human", "en") == Match("person", whole=False)


def test_only_the_first_600_characters_are_examined() -> None:
    assert match("la " * 200 + "redeem points", "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_lists_every_intent_and_no_phrase_under_two(language: str) -> None:
    words = lexicon(language)
    assert set(words.whole) == set(words.inside) == set(INTENTS) == {*URGENT, *ERRANDS, *COURTESIES}
    for table in (words.whole, words.inside):
        phrases = [phrase for listed in table.values() for phrase in listed]
        assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_phrase_means_its_intent(language: str) -> None:
    words = lexicon(language)
    whole = {phrase: intent for intent in INTENTS for phrase in words.whole[intent]}
    inside = {phrase: intent for intent in INTENTS for phrase in words.inside[intent]}
    assert {phrase: match(phrase, language) for phrase in whole} == {
        phrase: Match(intent, whole=True) for phrase, intent in whole.items()
    }
    assert {phrase: match(f"zzz {phrase} qqq", language) for phrase in inside} == {
        phrase: Match(intent, whole=False) for phrase, intent in inside.items()
    }


def test_a_number_that_is_a_goodbye_in_chinese_is_a_number_elsewhere() -> None:
    assert match("88", "zh") == Match("bye", whole=True)
    assert all(match("88", language) is None for language in ("en", "ms", "vi", "ar"))
