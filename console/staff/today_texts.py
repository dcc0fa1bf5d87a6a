"""What “Today” says."""

from __future__ import annotations

from console import export_page
from console.staff import customers_texts, inbox_texts, service_texts, talk_texts
from locales import Text, _, n_

LABEL = _("Today")
PAGE: dict[str, Text] = service_texts.PEOPLE | {
    "today": LABEL,
    "figures": _("Service figures"),
    "imported": _("Imported on {day}"),
    "imported_customers": customers_texts.LIST["count"],
    "imported_purchases": n_("{count} purchase", "{count} purchases", "count"),
    "imported_help": _("Your customers are here. These three things are worth doing first."),
    "waits": _("What waits"),
    "mine": _("Yours, waiting for your answer"),
    "mentions": _("Mentions you have not seen"),
    "late": _("Answers that are overdue"),
    "soon": _("Answers that are due soon"),
    "back_today": _("Snoozed until today"),
    "requests": _("Requests to look at"),
    "improvements": _("Your improvements overdue"),
    "praise": _("Praise for you this week"),
    "claims": service_texts.ONE["claims"],
    "corrections": _("Corrections of points to look at"),
    "queue": _("Queue"),
    "waiting": _("Waiting for an answer"),
    "unassigned": inbox_texts.VIEWS["unassigned"],
    "longest": _("Longest wait"),
    "for_minutes": n_("{minutes} minute", "{minutes} minutes", "minutes"),
    "for_hours": n_("{hours} hour", "{hours} hours", "hours"),
    "for_days": n_("{days} day", "{days} days", "days"),
    "overdue": service_texts.CLAIM["overdue"],
    "due_soon": _("Due soon"),
    "nobody_waits": _("Nobody waits, and nothing is overdue. New conversations appear in the inbox by themselves."),
    "promises": _("Promises due"),
    "promise_by": talk_texts.PAGE["promise_by"],
    "yours": service_texts.ONE["yours"],
    "kept": talk_texts.PAGE["kept"],
    "changed": _("It has changed"),
    "promise_reason": talk_texts.PAGE["promise_reason"],
    "cancel_now": talk_texts.PAGE["cancel_now"],
    "no_promises": _("No promise is due today. Whatever you promise in a conversation is reminded of here."),
    "more_promises": n_("{count} more is due today.", "{count} more are due today.", "count"),
    "said_settled": talk_texts.PAGE["said_settled"],
    "actions": _("Ready to be done"),
    "risk": _("At risk"),
    "risk_about": _(
        "They bought on at least three days, and have been silent for more than twice as long as usual."
    ),
    "risk_spent": _("Spent in their last year"),
    "risk_reachable": _("May be written to"),
    "risk_see": _("See who they are"),
    "risk_none": _("Nobody is at risk: whoever buys often has bought lately."),
    "risk_unknown": _(
        "Nobody has bought on three days yet. Purchases come from the till, from your shop or as a list: {command}."
    ),
    "points": _("Points that expire"),
    "points_about": _("In the next 30 days."),
    "points_sum": service_texts.ONE["points"],
    "points_told": _("Told already"),
    "points_planned": _("Will be told by themselves"),
    "points_open": _("Not told yet"),
    "points_see": _("See and remind"),
    "points_none": _("No points expire in the next 30 days."),
    "unanswered": _("Unanswered"),
    "conversations_waiting": n_("{count} conversation", "{count} conversations", "count"),
    "unanswered_about": _("Customers who wait for an answer from the team."),
    "next": _("Take the next one"),
    "open_inbox": _("Open the inbox"),
    "all_answered": _("Everybody has an answer."),
    "members": n_("{count} member", "{count} members", "count"),
    "customers": customers_texts.LIST["count"],
    "customers_more": customers_texts.LIST["count_more"],
}
RISK: dict[str, Text] = (
    customers_texts.COMMON
    | {
        name: PAGE[name]
        for name in ("today", "risk", "risk_about", "risk_spent", "risk_reachable", "risk_none", "risk_unknown")
    }
    | {
        "customers_found": customers_texts.LIST["count"],
        "customers_more": customers_texts.LIST["count_more"],
        "order": _("Those who fell silent last come first: they are the likeliest to come back."),
        "last": _("Last purchase"),
        "gap": _("Usual gap"),
        "gap_days": PAGE["for_days"],
        "writable": _("May be written to"),
        "yes": export_page.YES,
        "no": export_page.NO,
        "customer": service_texts.ONE["customer"],
        "more": customers_texts.LIST["more"],
        "tag_title": _("Find them again"),
        "tag_help": _(
            "All of them get the tag <b>{tag}</b>, by which they are found among the customers"
            " and can be written to."
        ),
        "tag_now": _("Tag them all"),
        "tag_rest": _("Tag the rest"),
        "all_tagged": _("All of them bear the tag <b>{tag}</b>."),
        "tagged_now": n_("{count} customer was tagged.", "{count} customers were tagged.", "count"),
        "untagged_now": n_(
            "The tag was taken off {count} customer.", "The tag was taken off {count} customers.", "count"
        ),
        "untag": n_("Take the tag off {count} customer", "Take the tag off {count} customers", "count"),
        "see_tagged": _("See those with the tag"),
        "segment_of": _("Make a segment of them"),
    }
)
POINTS: dict[str, Text] = (
    customers_texts.COMMON
    | {
        name: PAGE[name]
        for name in ("today", "points_about", "points_told", "points_planned", "points_open", "points_none")
    }
    | {
        "expiring": PAGE["points"],
        "points_out": _("Cannot be told"),
        "members": PAGE["members"],
        "customer": service_texts.ONE["customer"],
        "from": _("First on"),
        "notice": _("Reminder"),
        "told_on": _("Told on {moment}"),
        "planned_for": _("Planned for {moment}"),
        "week_before": _("A week before, by itself"),
        "more": customers_texts.LIST["more"],
        "out_help": _("They have no chat in which they can be reached, or want no reminders."),
        "first_only": _("So many expire that only those are shown here which expire first."),
        "remind_title": _("Remind them before time"),
        "remind_help": n_(
            "{count} member has heard nothing yet. The reminder of the last week goes out now, and is not repeated."
            " Quiet hours and everybody's wishes are kept to.",
            "{count} members have heard nothing yet. The reminder of the last week goes out now, and is not"
            " repeated. Quiet hours and everybody's wishes are kept to.",
            "count",
        ),
        "remind_now": _("Remind them now"),
        "reminded": n_(
            "A reminder is planned for {count} member.", "A reminder is planned for {count} members.", "count"
        ),
        "reminded_none": _("Nobody was left to be reminded."),
        "who_reminds": _("Owners, administrators and marketing can send it."),
        "nobody_open": _("Everybody who can be told has been told, or will be in the coming days."),
    }
)
