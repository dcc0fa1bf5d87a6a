"""What the report of a campaign says, and the page that compares campaigns."""

from __future__ import annotations

from collections.abc import Mapping

from console.staff import campaign_texts, channels, survey_results_texts
from locales import Text, _, n_
from outreach.templates.rendering import WHY_LABEL

LABEL = _("Report")
COMPARE_LABEL = _("Compare campaigns")
RATES: dict[str, Text] = {
    "clicked": _("Clicks"),
    "replied": _("Replies"),
    "stopped": _("Stops"),
    "bought": _("Buyers"),
}
MEANS: dict[str, Text] = {
    "clicked": _("Followed a button or link, or took the gift"),
    "replied": _("Wrote something of their own within 72 hours"),
    "stopped": _("Said stop to this or to everything, or blocked us, within 72 hours"),
    "bought": n_(
        "Bought something within {days} day after the message",
        "Bought something within {days} days after the message",
        "days",
    ),
}
PAGE: dict[str, Text] = campaign_texts.COMMON | {
    **{f"fate_{name}": text for name, text in campaign_texts.FATES.items()},
    **{f"rate_{name}": text for name, text in RATES.items()},
    **{f"channel_{name}": text for name, text in channels.NAMES.items()},
    "report": LABEL,
    "compare": COMPARE_LABEL,
    "recipients": campaign_texts.RECIPIENTS["recipients"],
    "as_table": survey_results_texts.OVERVIEW["as_table"],
    "save_figures": _("Save the figures as a table"),
    "save_recipients": _("Save all recipients as a table"),
    "nothing": _("Nothing of it has been sent yet, so there is nothing to report."),
    "to_campaign": _("To the campaign"),
    "next": _("What to do next"),
    "still_sent": _("It is still being sent, so these figures grow."),
    "where": _("Where everybody is"),
    "where_about": _("Every recipient once, so that the numbers add up to all of them."),
    "everybody": _("All recipients"),
    "state": campaign_texts.RECIPIENTS["state"],
    "reason": campaign_texts.RECIPIENTS["reason"],
    "how_many": campaign_texts.PAGE["how_many"],
    "share": _("Share"),
    "delivered": _("Did it arrive?"),
    "channel": campaign_texts.PAGE["channel"],
    "messages": _("Messages"),
    "arrived": _("Arrived"),
    "arrival": _("What we know"),
    "arrival_telegram": _("Telegram took them. It doesn't tell us whether they were read."),
    "arrival_webchat": _("Arrived is what a page of the visitor has shown. The rest is seen at the next visit."),
    "arrival_other": _("The provider took them. It doesn't tell us more."),
    "as_of": _("As of {moment}"),
    "did": _("What they did"),
    "did_about": n_(
        "Of the {count} customer whose message left, or may have.",
        "Of the {count} customers whose message left, or may have.",
        "count",
    ),
    "paid": _("Paid in these days"),
    "what": _("What is counted"),
    "range": _("True share, with 95 percent certainty"),
    "buttons": _("Buttons and links"),
    "buttons_about": _("How many customers followed each, and how often in all."),
    "no_buttons": _("Nobody has followed one yet."),
    "button": _("Button"),
    "people": _("Customers"),
    "times": _("Times"),
    "gift": _("The gift"),
    "why": WHY_LABEL,
    "variant": campaign_texts.RECIPIENTS["variant"],
    "variants": campaign_texts.PAGE["variants"],
    "variants_about": _("Dealt at random, so that what differs between them comes from what they say."),
    "dealt": _("Dealt to"),
    "left": _("Sent"),
    "difference": _("Difference in clicks"),
    "verdict": _("What it means"),
    "first_one": _("The others are compared with it."),
    "side_by_side": _("Compared is what was sent before the winner was named: later, the day was another one."),
    "race": _("The race for the better variant"),
    "race_few": _("Too few customers have followed either to tell."),
    "race_open": _("Variant {letter} is ahead, but it may still be chance."),
    "race_about": _(
        "It may be looked at as often as you like: where there is no difference, a winner is named in at most one "
        "of twenty campaigns."
    ),
    "won": _("Variant {letter} won on {moment} and goes to the rest."),
    "undecided": _("No variant was better by {moment}, so the rest gets all of them."),
    "languages": campaign_texts.PAGE["by_language"],
    "language": campaign_texts.PAGE["language"],
    "over_time": _("Over time"),
    "over_time_about": n_(
        "In stretches of {count} hour; the last one takes in everything after it.",
        "In stretches of {count} hours; the last one takes in everything after it.",
        "count",
    ),
    "from": _("Stretch begins"),
    "sent_then": _("Messages sent"),
    "clicked_then": _("First clicks"),
    "uplift": _("What it brought"),
    "uplift_about": _(
        "Everybody it was dealt to, reached or not, against who got nothing, by the luck of the draw. What differs "
        "is what it brought."
    ),
    "uplift_time": _("Everything bought and redeemed from {since} until {until}."),
    "uplift_none": _("Nobody was held out, so it can't be told what it brought."),
    "uplift_soon": _("It is figured an hour after the start for the first time."),
    "against_held": _("Against who was held out of this campaign"),
    "against_apart": _("Against who is held out of all offers and news"),
    "group_dealt": _("Dealt to"),
    "group_without": _("Held out"),
    "effect": _("Difference"),
    "effect_range": _("With 95 percent certainty"),
    "measure_people": _("Customers"),
    "measure_bought": _("Customers who bought"),
    "measure_paid": _("Paid by each on average"),
    "measure_redeemed": _("Customers who used a voucher"),
    "less": _("Less with it"),
    "more_end": _("More with it"),
    "not_final": _("Purchases count until {moment}, so these figures move."),
}
VERDICTS: Mapping[str, Text] = {
    "higher": _("More than the first, not by chance"),
    "lower": _("Fewer than the first, not by chance"),
    "open": _("No difference that chance alone couldn't make"),
    "few": _("Too few to judge by"),
}
EFFECTS: Mapping[str, Text] = {
    "higher": _("More than without it"),
    "lower": _("Less than without it"),
    "open": _("No difference that chance alone couldn't make"),
    "few": _("Too few to judge by"),
}
WANTED = n_(
    "It takes {count} customer in each group to find a difference of a fifth.",
    "It takes {count} customers in each group to find a difference of a fifth.",
    "count",
)
POINTS = _("{value} points")  # of percent
CHART_WHERE, CHART_DID = _("Where everybody is"), _("What they did")
ABOUT_WHERE = _("A bar for each state, as long as its share of all recipients.")
ABOUT_DID = _("A bar for each reaction, with the range in which the true share lies.")
ABOUT_BUTTONS = _("A bar for each button, as long as its share of the most followed one.")
ABOUT_LANGUAGES = _("A bar for each language: the share of customers who clicked.")
ABOUT_SENT = _("How many messages were sent in each stretch of time.")
ABOUT_CLICKED = _("How many customers clicked for the first time in each stretch of time.")
ABOUT_UPLIFT = _("The differences with their ranges; the line in the middle is no difference.")

# What to do next: the first of these that is so.
STILL_SENT = _("It is still being sent. Judge it when it is done.")
RETRY = n_(
    "{count} message failed. You can try it again until {moment}.",
    "{count} messages failed. You can try them again until {moment}.",
    "count",
)
MANY_STOPPED = _("More than one in a hundred said stop. Write to fewer customers next time, or less often.")
TOO_FEW = _("Too few customers got it to tell anything. Choose a larger segment next time.")
BROUGHT = _("It brought purchases that would not have come without it. Do it again.")
HARMED = _("Who was to get it bought less than who was not. Don't send it again as it is.")
USE_VARIANT = _("Variant {letter} got more clicks. Use its text next time.")
WAIT = _("Purchases count until {moment}. Look again then.")
HOLD_OUT = _("Nobody was held out, so it can't be told what it brought. Hold out 10 percent next time.")
MORE_HELD = _("Whether it brought purchases can't be told. Hold out more customers next time, or write to more.")

COMPARE: dict[str, Text] = campaign_texts.COMMON | {
    **{f"rate_{name}": text for name, text in RATES.items()},
    "compare": COMPARE_LABEL,
    "about": _("Campaigns that have been sent, with what came of each. Choose by what to sort."),
    "none": _("No campaign has been sent yet."),
    "to_campaigns": _("To the campaigns"),
    "campaign": campaign_texts.FIELDS["campaign"],
    "started": _("Begun"),
    "sent": PAGE["left"],
    "paid": PAGE["paid"],
    "uplift": _("More buyers"),
    "sorted": _("Sort by"),
    "by_started": _("Begun"),
    "as_of": PAGE["as_of"],
    "save": _("Save as a table"),
    "counting": _("Being counted"),
}
ABOUT_COMPARED = _("A bar for each campaign: the share of customers who clicked.")
