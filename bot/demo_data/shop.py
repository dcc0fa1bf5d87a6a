"""The sample business: a chain of cafés with a bakery, its products, and its programme in a file beside."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from loyalty import programme_file
from loyalty.programme import Programme

FILE = Path(__file__).with_name("programme.yaml")

Icon: TypeAlias = Literal[
    "cup",
    "glass",
    "toast",
    "bun",
    "croissant",
    "puff",
    "roll",
    "slice",
    "tart",
    "tumbler",
    "cake",
    "tree",
    "tin",
    "jar",
]


class Item(NamedTuple):
    """A product: its price in sen, how often it is bought compared with others, and how its picture is drawn.

    `lasts` is how many days what is for home lasts; one that lasts for ever (0) is bought once.
    """

    sku: str
    category: str
    price: int
    weight: int
    icon: Icon
    colour: str
    en: str
    ms: str
    vi: str
    ar: str
    zh: str
    lasts: int | None = None

    @property
    def cost(self) -> int:
        """What it costs the business, in sen: two fifths of the price, and more of what others make."""
        return self.price * (62 if self.category == HOME else 38) // 100


HOME = "home"  # what is taken home, and bought again when it is used up
ITEMS = (
    Item(
        "CF-01", "coffee", 450, 9, "cup", "#3b2a20", "Black coffee",
        "Kopi O", "Cà phê đen", "قهوة سوداء", "黑咖啡",
    ),
    Item(
        "CF-02", "coffee", 550, 14, "cup", "#a9754b", "White coffee",
        "Kopi susu", "Cà phê sữa", "قهوة بالحليب المكثف", "白咖啡",
    ),
    Item(
        "CF-03", "coffee", 650, 12, "glass", "#8a5a36", "Iced white coffee",
        "Kopi susu ais", "Cà phê sữa đá", "قهوة مثلجة بالحليب", "冰白咖啡",
    ),
    Item(
        "CF-04", "coffee", 1100, 8, "cup", "#c89b6d", "Latte",
        "Latte", "Latte", "لاتيه", "拿铁",
    ),
    Item(
        "CF-05", "coffee", 1100, 6, "cup", "#b78455", "Cappuccino",
        "Kapucino", "Cappuccino", "كابتشينو", "卡布奇诺",
    ),
    Item(
        "CF-06", "coffee", 1250, 5, "glass", "#7a4d2e", "Coconut coffee",
        "Kopi kelapa", "Cà phê cốt dừa", "قهوة بجوز الهند", "椰香咖啡",
    ),
    Item(
        "CF-07", "coffee", 1300, 4, "glass", "#4b2e1c", "Cold brew",
        "Kopi seduh sejuk", "Cà phê ủ lạnh", "قهوة باردة التحضير", "冷萃咖啡",
    ),
    Item(
        "TE-01", "tea", 500, 10, "cup", "#c98a4b", "Pulled milk tea",
        "Teh tarik", "Trà sữa kéo", "شاي تيه تاريك بالحليب", "拉茶",
    ),
    Item(
        "TE-02", "tea", 600, 5, "cup", "#b5652b", "Karak tea",
        "Teh karak", "Trà sữa karak", "شاي كرك", "卡拉克奶茶",
    ),
    Item(
        "TE-03", "tea", 600, 4, "cup", "#c9b458", "Jasmine tea",
        "Teh melur", "Trà lài", "شاي بالياسمين", "茉莉花茶",
    ),
    Item(
        "TE-04", "tea", 750, 5, "glass", "#d99a2b", "Iced lemon tea",
        "Teh ais limau", "Trà chanh đá", "شاي مثلج بالليمون", "冰柠檬茶",
    ),
    Item(
        "DR-01", "drinks", 800, 4, "glass", "#b9c94a", "Calamansi juice",
        "Jus limau kasturi", "Nước tắc", "عصير الليمون الآسيوي", "青金桔汁",
    ),
    Item(
        "DR-02", "drinks", 1000, 3, "cup", "#5a3220", "Hot chocolate",
        "Coklat panas", "Sô-cô-la nóng", "شوكولاتة ساخنة", "热巧克力",
    ),
    Item(
        "BR-01", "bread", 650, 12, "toast", "#d9a55b", "Kaya toast",
        "Roti bakar kaya", "Bánh mì nướng mứt kaya", "خبز محمص بمربى جوز الهند", "咖椰吐司",
    ),
    Item(
        "BR-02", "bread", 450, 7, "bun", "#d38f3f", "Butter bun",
        "Roti mentega", "Bánh mì bơ", "خبز بالزبدة", "黄油面包",
    ),
    Item(
        "BR-03", "bread", 850, 6, "croissant", "#c97f2e", "Croissant",
        "Kroisan", "Bánh sừng bò", "كرواسون", "可颂",
    ),
    Item(
        "BR-04", "bread", 500, 5, "bun", "#7fa650", "Pandan bun",
        "Roti pandan", "Bánh mì lá dứa", "خبز بالباندان", "斑斓面包",
    ),
    Item(
        "BR-05", "bread", 400, 8, "puff", "#cf9440", "Curry puff",
        "Karipap", "Bánh gối cà ri", "فطيرة بالكاري", "咖喱角",
    ),
    Item(
        "BR-06", "bread", 1200, 5, "roll", "#c98f4a", "Chicken banh mi",
        "Banh mi ayam", "Bánh mì gà", "بان مي بالدجاج", "越式鸡肉法棍",
    ),
    Item(
        "BR-07", "bread", 700, 4, "roll", "#8a5230", "Date roll",
        "Roti gulung kurma", "Bánh cuộn chà là", "لفائف التمر", "椰枣卷",
    ),
    Item(
        "CK-01", "cakes", 900, 5, "slice", "#8fb35a", "Pandan chiffon cake",
        "Kek sifon pandan", "Bánh chiffon lá dứa", "كيك شيفون بالباندان", "斑斓戚风蛋糕",
    ),
    Item(
        "CK-02", "cakes", 1450, 4, "slice", "#b5793c", "Burnt cheesecake",
        "Kek keju bakar", "Bánh phô mai nướng", "تشيز كيك باسكي", "巴斯克芝士蛋糕",
    ),
    Item(
        "CK-03", "cakes", 500, 7, "tart", "#e0b040", "Egg tart",
        "Tart telur", "Bánh tart trứng", "تارت البيض", "蛋挞",
    ),
    Item(
        "CK-04", "cakes", 1300, 4, "slice", "#5b3423", "Chocolate cake",
        "Kek coklat", "Bánh sô-cô-la", "كيك الشوكولاتة", "巧克力蛋糕",
    ),
    Item(
        "HM-01", HOME, 3200, 5, "tin", "#6b3f22", "House blend beans, 250 g",
        "Biji kopi adunan rumah, 250 g", "Cà phê hạt rang, 250 g", "حبوب قهوة البيت، 250 غ", "招牌咖啡豆250克", 21,
    ),
    Item(
        "HM-02", HOME, 2400, 4, "tin", "#a9754b", "Drip coffee, 10 bags",
        "Kopi titis, 10 uncang", "Cà phê phin giấy, 10 gói", "قهوة مقطرة، 10 أكياس", "挂耳咖啡10包", 14,
    ),
    Item(
        "HM-03", HOME, 1600, 3, "jar", "#c9a13a", "Kaya jam, 240 g",
        "Jem kaya, 240 g", "Mứt kaya, 240 g", "مربى جوز الهند، 240 غ", "咖椰酱240克", 30,
    ),
    Item(
        "HM-04", HOME, 5900, 1, "tumbler", "#2f7d6b", "Travel tumbler",
        "Botol minuman kembara", "Bình giữ nhiệt", "كوب للسفر", "随行保温杯", 0,
    ),
)  # fmt: skip


@cache
def programme() -> Programme:
    """The business's programme, as `programme.yaml` says."""
    return programme_file.read(FILE.read_bytes())
