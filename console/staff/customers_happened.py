"""The sentences that tell what happened with a customer, and why something did not."""

from __future__ import annotations

from locales import Text, _, n_

TIERS: dict[str, Text] = {
    "reached": _("Reached {tier}"),
    "kept": _("Keeps {tier}"),
    "fell": _("Moved to {tier}"),
    "refund": _("{tier} after a refund"),
    "programme": _("{tier} by a new programme"),
}
OCCASIONS: dict[str, Text] = {
    "planned": _("Planned: {what}"),
    "done": _("Sent: {what}"),
    "skipped": _("Not sent: {what}"),
    "cancelled": _("Not wanted: {what}"),
}
PURCHASE, BOUGHT, REFUNDED = _("Purchase"), _("Bought: {product}"), _("Refund of {amount}")
RECEIPT, PIECES = _("Receipt {number}"), n_("{count} piece", "{count} pieces", "count")
ISSUED, USED, USE_UNDONE = _("Voucher: {reward}"), _("Voucher used: {reward}"), _("Use undone: {reward}")
CLAIMED = _("Asked for missing points")
TOLD, CASE_CLOSED = _("{kind}: request {number}"), _("Request {number} closed")
PROMISED, KEPT, LET_GO = _("Promised: {text}"), _("Promise kept: {text}"), _("Promise let go: {text}")
DUE, BY = _("Due {moment}"), _("By {name}")
AGREED, WITHDREW = _("Agreed: {purpose}"), _("Withdrew: {purpose}")
PUT_OFF, NOT_SENT, MAYBE = _("Put off: {what}"), _("Not sent: {what}"), _("May not have arrived: {what}")
CAMPAIGNS: dict[str, Text] = {
    "waiting": OCCASIONS["planned"],
    "put": _("On its way: {what}"),
    "sent": OCCASIONS["done"],
    "skipped": OCCASIONS["skipped"],
    "failed": OCCASIONS["skipped"],
    "unknown": MAYBE,
    "held": OCCASIONS["skipped"],
}
UNTIL = _("Until {moment}")
OPENED, CLOSED_IT = _("Conversation with the team opened"), _("Conversation with the team closed")
ASKED_FOR, CORRECTED = _("{name} asked for a correction of points"), _("{name} corrected the points")
AGREED_TO, TURNED_DOWN = _("{name} corrected the points, {second} agreed"), _("Correction of points refused")
