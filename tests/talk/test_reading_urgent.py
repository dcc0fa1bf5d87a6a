"""What cannot wait is heard in whatever it is wrapped, and nothing else raises the alarm."""

from __future__ import annotations

import pytest

from talk.reading.words import URGENT, alarm, match

HEARD = [
    ("en", "Hi, can I talk to a person please, my son was rushed to hospital after your soup", "injury"),
    ("en", "I burnt my hand on your cup and it hurts like hell", "injury"),
    ("en", "two of us got food poisoning yesterday", "injury"),
    ("en", "somebody used my points! where are my points??", "fraud"),
    ("en", "a man pretending to be you asked for my OTP", "fraud"),
    ("en", "MY PHONE WAS STOLEN", "theft"),
    ("en", "hello i lost my phone on the bus", "theft"),
    ("ms", "anak saya cedera kena cawan pecah", "injury"),
    ("ms", "tolong, phone saya kena curi tadi", "theft"),
    ("ms", "ada orang guna mata saya, mcm mana ni", "fraud"),
    ("vi", "con trai tôi bị bỏng vì nước nóng", "injury"),
    ("vi", "cả nhà tôi bị ngộ độc sau khi ăn", "injury"),
    ("vi", "e bi mat dien thoai roi", "theft"),
    ("vi", "có người mạo danh bên bạn hỏi mã OTP", "fraud"),
    ("ar", "ابني ينزف بعد ما وقع عندكم", "injury"),
    ("ar", "انسرق جوالي اليوم ساعدوني", "theft"),
    ("ar", "تم اختراق حسابي وسرقوا نقاطي", "fraud"),
    ("zh", "我昨天在你们店里食物中毒了", "injury"),
    ("zh", "手機被偷了怎麼辦", "theft"),
    ("zh", "有人冒充客服要我的验证码", "fraud"),
    ("en", "teman saya kena scam, please help", "fraud"),
]
NO_ALARM = [
    ("en", "what a steal of a price, killer coffee"),
    ("en", "I could kill for your croissant, it's to die for"),
    ("en", "your deals are on fire, I'm dying to try them"),
    ("en", "you burnt my toast again"),
    ("en", "my feelings got hurt by your barista"),
    ("en", "what happens if my phone is stolen?"),
    ("en", "I lost my phone number list, what's yours?"),
    ("en", "is it sold out? the price was a shock"),
    ("en", "do you deliver to the hospital?"),
    ("en", "does it contain nuts? I am allergic"),
    ("en", "the bleeding edge gadget you sell"),
    ("en", "I lost my receipt"),
    ("ms", "kopi ni memang padu, terbakar semangat saya"),
    ("ms", "kalau telefon saya hilang macam mana?"),
    ("ms", "berbaloi gila, curi hati saya"),
    ("vi", "quán này đỉnh chết đi được"),
    ("vi", "giày bị bong tróc sau một tuần"),
    ("vi", "nếu mất điện thoại thì điểm có mất không?"),
    ("vi", "tôi dị ứng sữa, có món nào không sữa?"),
    ("ar", "قهوتكم قاتلة من حلاوتها"),
    ("ar", "إذا ضاع جوالي وش أسوي؟"),
    ("ar", "الأسعار نار"),
    ("zh", "价格让我很受伤"),
    ("zh", "大出血促销什么时候开始"),
    ("zh", "喝牛奶会拉肚子，有豆奶吗"),
    ("zh", "万一手机丢了积分怎么办"),
]


@pytest.mark.parametrize(("language", "said", "kind"), HEARD)
def test_what_is_urgent_is_heard(language: str, said: str, kind: str) -> None:
    found = match(said, language)
    assert found is not None
    assert (found.intent, alarm(said, language)) == (kind, kind)


@pytest.mark.parametrize(("language", "said"), NO_ALARM)
def test_what_only_sounds_urgent_raises_no_alarm(language: str, said: str) -> None:
    found = match(said, language)
    assert found is None or found.intent not in URGENT
    assert alarm(said, language) is None


def test_the_end_of_a_long_story_is_heard_too() -> None:
    for before in (100, 560, 590, 1100, 3000):
        assert alarm("la " * (before // 3) + "and then my phone was stolen", "en") == "theft"
