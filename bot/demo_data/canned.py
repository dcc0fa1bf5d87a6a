"""What the sample business's team says often, in every language."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from locales import Language
from store import canned
from store.canned import NewCanned

REPLIES: dict[tuple[str, str], dict[Language, str]] = {
    ("hello", "Greeting"): {
        "en": "Hello {name}, this is {agent} from {business}. How can I help?",
        "ms": "Helo {name}, saya {agent} dari {business}. Apa yang boleh saya bantu?",
        "vi": "Xin chào {name}, tôi là {agent} của {business}. Tôi có thể giúp gì?",
        "ar": "مرحبا {name}، معك {agent} من {business}. كيف يمكنني المساعدة؟",
        "zh": "{name}您好，我是{business}的{agent}，请问有什么可以帮您？",
    },
    ("moment", "One moment, I'm looking"): {
        "en": "One moment please, I'm looking into it.",
        "ms": "Sila tunggu sebentar, saya sedang menyemaknya.",
        "vi": "Vui lòng đợi một chút, tôi đang kiểm tra.",
        "ar": "لحظة من فضلك، أراجع الأمر الآن.",
        "zh": "请稍候，我正在为您查询。",
    },
    ("sorry", "Apology"): {
        "en": "I'm sorry about this, {name}. I'll see to it that it's put right.",
        "ms": "Maaf atas perkara ini, {name}. Saya akan pastikan ia diselesaikan.",
        "vi": "Xin lỗi {name} về việc này. Tôi sẽ lo để mọi việc được giải quyết.",
        "ar": "نعتذر عن ذلك يا {name}. سأتابع الأمر حتى يحل.",
        "zh": "{name}，非常抱歉，我会跟进处理好这件事。",
    },
    ("receipt", "Asking for the receipt"): {
        "en": "Could you please send me a photo of the receipt? Then I can add the points.",
        "ms": "Boleh hantar gambar resit kepada saya? Kemudian saya boleh tambah mata ganjaran itu.",
        "vi": "Vui lòng gửi cho tôi ảnh hóa đơn, tôi sẽ cộng điểm ngay.",
        "ar": "يرجى إرسال صورة الإيصال، ثم أضيف النقاط.",
        "zh": "请把小票拍照发给我，我就可以为您补上积分。",
    },
    ("points", "Points balance"): {
        "en": "You have {points} points just now, {name}, and your tier is {tier}.",
        "ms": "Baki anda sekarang {points} mata ganjaran, {name}, dan peringkat anda {tier}.",
        "vi": "{name} hiện có {points} điểm, hạng {tier}.",
        "ar": "رصيدك الآن {points} من النقاط يا {name}، وفئتك {tier}.",
        "zh": "{name}，您目前有{points}积分，等级是{tier}。",
    },
    ("added", "Points were added"): {
        "en": "Done: the points are in your account now. Your balance is {points}.",
        "ms": "Selesai: mata ganjaran sudah ada dalam akaun anda. Baki anda {points}.",
        "vi": "Đã xong: điểm đã vào tài khoản. Bạn hiện có {points} điểm.",
        "ar": "تم: أضيفت النقاط إلى حسابك. رصيدك {points}.",
        "zh": "已为您补上，您的可用积分是{points}。",
    },
    ("late", "An order is late"): {
        "en": "I've checked: your order is on its way, a little later than planned. Thank you for your patience.",
        "ms": "Pesanan anda dalam perjalanan, lewat sedikit daripada jadual. Terima kasih kerana bersabar.",
        "vi": "Tôi đã kiểm tra: đơn hàng đang trên đường, chậm hơn dự kiến một chút. Cảm ơn bạn đã kiên nhẫn.",
        "ar": "راجعت الأمر: طلبك في الطريق، وتأخر قليلا عن الموعد. شكرا على صبرك.",
        "zh": "我查过了，您的订单已在路上，比预计稍晚一些，感谢您的耐心等待。",
    },
    ("refund", "A refund is on its way"): {
        "en": "Your refund is on its way. Depending on your bank it takes three to five working days.",
        "ms": "Bayaran balik anda sedang diproses, tiga hingga lima hari bekerja bergantung pada bank.",
        "vi": "Tiền hoàn lại đang được chuyển. Tùy ngân hàng, việc này mất ba đến năm ngày làm việc.",
        "ar": "المبلغ المسترد في طريقه إليك. يستغرق ذلك من ثلاثة إلى خمسة أيام عمل حسب البنك.",
        "zh": "退款已在处理，视银行而定，需要三到五个工作日到账。",
    },
    ("call", "We call back"): {
        "en": "I'll call you back about this. On which number, and when does it suit you?",
        "ms": "Saya akan menelefon anda semula tentang hal ini. Nombor mana, dan bila masa yang sesuai?",
        "vi": "Tôi sẽ gọi lại về việc này. Gọi số nào, và lúc nào thì tiện?",
        "ar": "سأتصل بك بهذا الشأن. على أي رقم، وما الوقت المناسب؟",
        "zh": "我会就此给您回电，请问打哪个号码、什么时间方便？",
    },
    ("hours", "When we're open"): {
        "en": "Send “hours” at any time, and you'll see when each of our shops is open.",
        "ms": "Hantar “waktu operasi” pada bila-bila masa untuk melihat waktu operasi setiap kedai kami.",
        "vi": "Gửi “giờ mở cửa” bất cứ lúc nào để xem giờ mở cửa của từng cửa hàng.",
        "ar": "يكفي إرسال «ساعات العمل» في أي وقت لمعرفة مواعيد كل فرع.",
        "zh": "随时发送“营业时间”，即可查看各门店的营业时间。",
    },
    ("else", "Anything else?"): {
        "en": "Is there anything else I can do for you?",
        "ms": "Ada apa-apa lagi yang boleh saya bantu?",
        "vi": "Còn điều gì tôi có thể giúp nữa không?",
        "ar": "هل هناك شيء آخر يمكنني القيام به؟",
        "zh": "请问还有什么可以帮您？",
    },
    ("bye", "Goodbye"): {
        "en": "Thank you, {name}. Write to us whenever you need us. Best wishes, {agent}",
        "ms": "Terima kasih, {name}. Hubungi kami pada bila-bila masa. Salam mesra, {agent}",
        "vi": "Cảm ơn {name}. Cần gì cứ nhắn cho chúng tôi. Thân mến, {agent}",
        "ar": "شكرا يا {name}. نحن هنا كلما احتجت إلينا. مع أطيب التحيات، {agent}",
        "zh": "谢谢您，{name}。有需要随时联系我们。{agent}敬上",
    },
}


def apply(connection: Connection, now: dt.datetime) -> None:
    """Keep the replies; those whose shortcut is taken stay as they are."""
    for (shortcut, title), texts in REPLIES.items():
        canned.save(connection, NewCanned(shortcut=shortcut, title=title, texts=texts), now)
