"""Names of customers who do not exist: common parts, put together at random, as each culture does it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Named(NamedTuple):
    """A full name, and what the person wants to be called."""

    name: str
    call_me: str


MALAY_WOMEN = "Aisyah Nurul Siti Farah Hidayah Izzati Syafiqah Zulaikha Balqis Liyana Hanis Maisarah Rosnah Zainab"
MALAY_MEN = "Amir Hakim Faiz Irfan Syazwan Azlan Haziq Danish Ridzuan Kamal Zulkifli Shahrul Iskandar Luqman"
MALAY_FATHERS = "Rahman Ismail Yusof Hassan Osman Salleh Mahmud Ibrahim Jamil Razak Halim Mansor Bakar Sulaiman"

VIETNAMESE_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"
VIETNAMESE_WOMEN = "Lan Hương Mai Thảo Linh Ngọc Trang Vy Hà Yến Nhung Quỳnh Thu Hạnh"
VIETNAMESE_MEN = "Minh Khoa Tuấn Dũng Phúc Hùng Long Quân Bảo Thắng Hải Nam Sơn Đạt"
VIETNAMESE_BETWEEN_WOMEN = "Thị Ngọc Thanh Kim Bích Khánh"
VIETNAMESE_BETWEEN_MEN = "Văn Đức Quốc Hữu Minh Gia"

ARABIC_WOMEN = "فاطمة مريم نورة سارة هند ليلى عائشة ريم منى دانة شيخة لطيفة أمل حصة"
ARABIC_MEN = "محمد أحمد خالد سعيد راشد سلطان يوسف عمر علي حمدان طارق ماجد فيصل ناصر"
ARABIC_FAMILIES = "الهاشمي المنصوري الشامسي الكعبي النعيمي السويدي المهيري الزعابي البلوشي الحداد الخطيب القاسم"

CHINESE_FAMILIES = "陈林黄张李王吴刘蔡杨许郑谢郭曾萧罗叶苏周"
CHINESE_WOMEN = "美玲 慧敏 佳怡 雪芬 丽华 晓雯 诗涵 秀英 欣怡 婉婷 静雯 玉珍 思琪 梦洁"
CHINESE_MEN = "志强 伟明 建国 俊杰 家豪 文斌 国荣 永康 子轩 浩然 振华 嘉俊 立新 天佑"

ENGLISH_GIVEN = (
    "Sarah James Priya Daniel Grace Kevin Anita Michael Joanne Ravi Emily Thomas Deepa Adam Rachel Vikram Hannah "
    "Marcus Olivia Samuel"
)
ENGLISH_FAMILIES = (
    "Walker Nair Fernandez Tan Lim Menon Bennett Pereira Wong Collins Iyer Hughes Chua Dsouza Murray Pillai Carter "
    "Lee Foster Rao"
)


def malay(random: Random) -> Named:
    """A given name with the father's after bin or binti, which greetings leave out."""
    woman = random.random() < 0.55
    given = random.choice((MALAY_WOMEN if woman else MALAY_MEN).split())
    first = "Muhammad " if not woman and random.random() < 0.3 else ""
    father = random.choice(MALAY_FATHERS.split())
    return Named(f"{first}{given} {'binti' if woman else 'bin'} {father}", given)


def vietnamese(random: Random) -> Named:
    """Family, middle and given name; people are called by the last."""
    woman = random.random() < 0.55
    between = random.choice((VIETNAMESE_BETWEEN_WOMEN if woman else VIETNAMESE_BETWEEN_MEN).split())
    given = random.choice((VIETNAMESE_WOMEN if woman else VIETNAMESE_MEN).split())
    return Named(f"{random.choice(VIETNAMESE_FAMILIES.split())} {between} {given}", given)


def arabic(random: Random) -> Named:
    """Given name, father's name and family name."""
    given = random.choice((ARABIC_WOMEN if random.random() < 0.5 else ARABIC_MEN).split())
    father = random.choice([name for name in ARABIC_MEN.split() if name != given])
    return Named(f"{given} {father} {random.choice(ARABIC_FAMILIES.split())}", given)


def chinese(random: Random) -> Named:
    """Family name first."""
    given = random.choice((CHINESE_WOMEN if random.random() < 0.55 else CHINESE_MEN).split())
    return Named(f"{random.choice(CHINESE_FAMILIES)}{given}", given)


def english(random: Random) -> Named:
    """Given and family name, of the many peoples who write to shops in English."""
    given = random.choice(ENGLISH_GIVEN.split())
    return Named(f"{given} {random.choice(ENGLISH_FAMILIES.split())}", given)


NAMES = {"ms": malay, "vi": vietnamese, "ar": arabic, "zh": chinese, "en": english}
