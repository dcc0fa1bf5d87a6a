"""What “Customers at a glance” says."""

from __future__ import annotations

from console.staff import audit_log, today_texts
from locales import Text, _, n_

LABEL = _("Customers at a glance")
SPAN = today_texts.PAGE["for_days"]
PAGE: dict[str, Text] = {
    "glance": LABEL,
    "export": audit_log.WORDS["export"],
    "scored": n_(
        "{count} customer who has bought, scored on {at}; after a purchase they are scored again.",
        "{count} customers who have bought, scored on {at}; after a purchase each is scored again.",
        "count",
    ),
    "scoring": _("Everybody is being scored just now: {percent} done. What you see may still be from before."),
    "not_yet": _("Nobody has been scored yet. It happens by itself within minutes of the first purchase."),
    "nothing": _(
        "Nobody has bought anything yet. Purchases come from the till, from your shop or as a list: {command}."
    ),
    "stages": _("Where they stand"),
    "stages_about": _("Each customer stands in one of these; where several fit, in the first of: {order}."),
    "stages_seen": _("The largest part: {stage}, {share} of everybody."),
    "stage": _("Stage"),
    "customers": _("Customers"),
    "share": _("Share"),
    "spent": _("Spent in all"),
    "reachable": today_texts.PAGE["risk_reachable"],
    "make": _("Make a segment"),
    "make_of": _("Make a segment: {name}"),
    "matrix": _("How lately and how often they buy"),
    "matrix_about": _(
        "Customers in five parts each way, as equal as they can be: 5 are those who bought last, or most often. Who"
        " is alike is in the same part. By how much they spent, too, the ten segments are told apart."
    ),
    "often": _("How often"),
    "lately": _("How lately"),
    "since": _("after {day}"),
    "until": _("until {day}"),
    "orders_above": _("orders: more than {count}"),
    "orders_to": _("orders: at most {count}"),
    "nobody_has": _("nobody has this score"),
    "segments": _("Ten segments"),
    "segments_about": _("The first of these that is true of a customer is theirs."),
    "segment": _("Segment"),
    "moved": _("Who moved in the last seven days"),
    "from": _("From"),
    "to": _("To"),
    "nobody_moved": _("Nobody went from one stage to another in the last seven days."),
}
STAGES: dict[str, Text] = {  # each with the days and orders that the programme sets
    "prospect": _("They have not bought anything yet."),
    "new": _("They bought for the first time within the last {new}."),
    "active": _("They buy, and none of the other stages fits them."),
    "loyal": _("They ordered at least {orders} times, the first time at least {loyal} ago."),
    "at_risk": _("They have bought nothing for more than {at_risk}."),
    "lapsed": _("They have bought nothing for more than {lapsed}: most of them have left."),
}
SEGMENTS: dict[str, Text] = {
    "champions": _("They bought lately, often and for much. Thank them, and ask whom they would recommend you to."),
    "cannot_lose": _(
        "They used to buy often and for much, and have been silent for long. Speak with them in person."
    ),
    "loyal_customers": _("They buy often. Offer them something better, and listen to them."),
    "at_risk": _("They used to buy often or for much, and have been silent for long. Remind them of you."),
    "new_customers": _("They have just bought for the first time. Help them to a second order."),
    "promising": _("They bought once, not long ago. Give them a reason to come back."),
    "potential_loyalists": _("They bought lately, and more than once. Reward the next order."),
    "needs_attention": _(
        "They are in the middle, and their last order is some time ago. An offer that ends soon helps."
    ),
    "about_to_sleep": _("They buy seldom and for little, and their last order is some time ago."),
    "hibernating": _("They bought seldom, for little and long ago. Write to them rarely."),
}
