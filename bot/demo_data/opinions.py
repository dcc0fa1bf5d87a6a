"""What customers of the sample business think of it, in their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from locales import Language

Mood: TypeAlias = Literal["good", "bad"]
SAID: Mapping[Language, Mapping[Mood, tuple[str, ...]]] = {
    "en": {
        "good": (
            "The staff are so friendly and remember how I take my coffee.",
            "Best kaya toast in town.",
            "Clean tables and quick service in the morning.",
            "The points are easy to use.",
        ),
        "bad": (
            "I waited fifteen minutes for one latte.",
            "The croissant was stale this time.",
            "Prices have gone up twice this year.",
            "Tables were dirty at lunch.",
            "Nobody answered when I asked about my missing points.",
        ),
    },
    "ms": {
        "good": (
            "Pekerja sangat mesra dan cepat.",
            "Kopi susu paling sedap di sini.",
            "Kedai bersih dan selesa.",
        ),
        "bad": (
            "Lama menunggu, beratur panjang waktu pagi.",
            "Harga makin mahal.",
            "Meja kotor semasa saya datang.",
            "Mata ganjaran lambat masuk.",
        ),
    },
    "vi": {
        "good": (
            "Nhân viên thân thiện, phục vụ nhanh.",
            "Cà phê sữa đá rất ngon.",
            "Quán sạch sẽ, dễ chịu.",
        ),
        "bad": (
            "Chờ lâu quá, gần hai mươi phút.",
            "Giá hơi đắt so với trước.",
            "Bánh mì hôm nay bị nguội.",
            "Giao hàng trễ và thiếu món.",
        ),
    },
    "ar": {
        "good": (
            "الموظفون لطفاء جدا والخدمة سريعة.",
            "القهوة لذيذة دائما.",
            "المكان نظيف وهادئ.",
        ),
        "bad": (
            "انتظرت طويلا حتى وصلت القهوة.",
            "الأسعار مرتفعة هذا العام.",
            "الكيك لم يكن طازجا.",
        ),
    },
    "zh": {
        "good": (
            "店员很亲切，服务也快。",
            "咖椰吐司很好吃，每周都来。",
            "环境干净舒服。",
        ),
        "bad": (
            "排队等了二十分钟，太久了。",
            "价格又涨了，有点贵。",
            "蛋挞是凉的，不新鲜。",
            "积分没有到账，没人处理。",
        ),
    },
}


class Told(NamedTuple):
    """What a customer told so many hours before the demo opens; `closed`: what the team answered and how it ended.

    `solved` is what the customer said to that; None: nothing.
    """

    language: Language
    kind: Literal["praise", "complaint", "suggestion", "review", "question"]
    ago: int
    text: str
    touchpoint: str
    stars: int | None = None
    sku: str = ""
    praised: str = ""
    closed: str = ""
    solved: bool | None = None


TOLD = (
    Told("en", "complaint", 30, "My order came without the croissants, and I had paid for them.", "delivery"),
    Told("ms", "complaint", 75, "Saya beratur 20 minit pagi tadi dan akhirnya lewat ke pejabat.", "shop"),
    Told("zh", "review", 20, "蛋挞是凉的，酥皮也软了。", "product", stars=2, sku="CK-03"),
    Told("vi", "question", 5, "Quán có nhận đặt bánh sinh nhật trước một ngày không?", "contact"),
    Told("en", "praise", 52, "Mei found my daughter's lost scarf and kept it for us.", "shop", praised="Mei"),
    Told("ar", "suggestion", 120, "أتمنى توفير مقاعد أكثر للعائلات في عطلة نهاية الأسبوع.", "shop"),
    Told("en", "review", 96, "Best kaya toast in town.", "product", stars=5, sku="BR-01"),
    Told(
        "vi", "complaint", 200, "Đơn giao hôm qua thiếu một ly cà phê.", "delivery",
        closed="Xin lỗi bạn. Chúng tôi đã hoàn tiền ly cà phê và tặng bạn một voucher.", solved=True,
    ),
    Told(
        "en", "complaint", 260, "The music in the Penang branch is so loud that we cannot talk.", "shop",
        closed="You're right. The branch keeps it low now until the evening.", solved=True,
    ),
    Told(
        "ms", "question", 310, "Boleh saya guna mata ganjaran di Singapura?", "contact",
        closed="Boleh. Mata ganjaran boleh digunakan di semua cawangan kami.",
    ),
)  # fmt: skip
