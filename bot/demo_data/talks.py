"""What customers of the sample business and its team have said to each other before the demo opens."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from locales import Language

Deed: TypeAlias = Literal["writes", "takes", "answers", "promises", "notes", "labels", "rests", "closes", "rates"]


class Step(NamedTuple):
    """Something that was done so many minutes before the demo opens.

    The customer `writes` and `rates` (words); everything else the team does: what it promises falls due, and what
    rests comes back, after `hours`.
    """

    ago: int
    deed: Deed
    words: str = ""
    hours: int = 0


class Told(NamedTuple):
    """A conversation with the team, from when a person was asked for; `by` is the role that serves."""

    language: Language
    by: Literal["owner", "support"]
    steps: tuple[Step, ...]


TOLD = (
    Told("ms", "support", (
        Step(52, "writes", "Resit saya semalam RM48, tetapi hanya 4 mata yang masuk. Boleh tolong semak?"),
        Step(49, "labels", "Points"),
        Step(31, "writes", "Resit saya ada di sini jika perlu."),
    )),
    Told("ar", "support", (
        Step(6, "writes", "طلبت كعكة ليوم السبت لعيد ميلاد ابنتي. هل يمكن كتابة اسمها عليها؟"),
    )),
    Told("zh", "owner", (
        Step(15, "writes", "我换了手机号码，会员卡要怎么更新？"),
    )),
    Told("zh", "support", (
        Step(125, "writes", "昨天在上海店买的蛋糕里有一小块塑料。"),
        Step(118, "takes"),
        Step(117, "answers", "非常抱歉。我这就请上海店的店长查看，今天之内给您回电话。"),
        Step(116, "promises", "致电说明蛋糕一事", 5),
        Step(115, "notes", "Branch manager in Shanghai told; she asks for the batch on the label."),
        Step(114, "labels", "Food safety"),
        Step(21, "writes", "好的，我等您的电话。"),
    )),
    Told("en", "owner", (
        Step(42, "writes", "We'd like breakfast for twenty people at our office next Thursday. Do you deliver?"),
        Step(33, "takes"),
        Step(32, "answers", "With pleasure. For twenty we deliver from 7.30 am; I'll send you a menu today."),
        Step(31, "promises", "Send the breakfast menu for twenty people", 6),
        Step(12, "writes", "Lovely. Three of us don't eat dairy, if you can note that."),
    )),
    Told("vi", "support", (
        Step(300, "writes", "Chi nhánh Sài Gòn có bánh không đường không?"),
        Step(290, "takes"),
        Step(288, "answers", "Hiện chưa có. Tuần sau có bánh mì yến mạch không đường, chúng tôi sẽ nhắn lại."),
        Step(286, "notes", "Oat bread without sugar arrives in Saigon on Monday."),
        Step(285, "rests", hours=20),
    )),
    Told("en", "support", (
        Step(1_500, "writes", "I left a green umbrella at the Penang branch this morning."),
        Step(1_491, "takes"),
        Step(1_490, "answers", "We have it behind the counter. It will wait there for you until Sunday."),
        Step(1_472, "writes", "Wonderful, thank you!"),
        Step(1_465, "closes", "solved"),
        Step(1_460, "rates", "5"),
        Step(1_459, "rates", "Quick and kind."),
    )),
    Told("ms", "support", (
        Step(2_900, "writes", "Pesanan saya tersilap, saya minta kopi tanpa gula."),
        Step(2_830, "takes"),
        Step(2_828, "answers", "Maaf atas kesilapan itu. Kopi seterusnya kami belanja."),
        Step(2_820, "closes", "solved"),
        Step(2_800, "rates", "2"),
        Step(2_799, "rates", "Lama saya menunggu jawapan."),
    )),
)  # fmt: skip
LABELS = (("Points", "#0f766e"), ("Food safety", "#b42318"), ("Catering", "#7c3aed"))
