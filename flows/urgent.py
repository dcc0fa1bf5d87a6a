"""Something that cannot wait: an injury, a fraud, a stolen phone. It interrupts whatever is being asked."""

from __future__ import annotations

from collections.abc import Mapping

from flows import telling
from locales import Text, _
from talk.engine import Talk

MEANWHILE: Mapping[str, Text] = {
    "injury": _(
        "I'm very sorry to hear that. If somebody is hurt or unwell, please call the local emergency services "
        "first; don't wait for us."
    ),
    "fraud": _(
        "Thank you for telling us at once. Please don't give codes, passwords or money to anybody; we never ask "
        "for them."
    ),
    "theft": _(
        "I'm sorry that happened to you. Please have your number and your bank cards blocked as soon as you can."
    ),
}
STOPPED = _(
    "I've stopped redeeming from your account: nobody can use your points or vouchers until our team allows it "
    "again. You still collect points."
)
ALARMED = _("Our team has been alerted. Your request has the number <code>{number}</code>.")


async def urgent(talk: Talk) -> None:
    """Say what to do meanwhile, alert the team with the `text` that was said, and hand over at once."""
    kind = talk.args.get("kind", "injury")
    raised = talk.do("alarm", telling.alarm, kind, talk.args.get("text", ""))
    talk.say(MEANWHILE[kind])
    if raised.frozen:
        talk.say(STOPPED)
    talk.say(ALARMED, number=raised.number)
    talk.hand_over(f"urgent_{kind}", topic="complaint")
