"""What the page of recommendations and offers says."""

from __future__ import annotations

from locales import Text, _, n_

LABEL = _("Recommendations and offers")
WORDS: dict[str, Text] = {
    "offers": LABEL,
    "about": _("Customers who ask for a recommendation get a few products, each with its reason."),
    "not_fitted": _("Until enough purchases are there, what most customers buy is recommended."),
    "figures": _("What came of it in the last 30 days"),
    "figures_help": _("Bought: by the same customer, within 30 days after it was shown."),
    "no_figures": _("Nothing was recommended in the last 30 days."),
    "where": _("Where it was shown"),
    "shown": _("Shown"),
    "clicked": _("Seen in the shop"),
    "bought": _("Bought"),
    "asked": _("When a customer asked"),
    "alike": _("More like another"),
    "cross_sell": _("After a purchase"),
    "upsell": _("After a purchase, something better"),
    "offer": _("An offer waited for"),
    "running": _("Offers"),
    "no_offers": _("There is no offer yet. Customers who wait for one are told at once when it begins."),
    "product": _("Product"),
    "price": _("Price"),
    "usual": _("Usual price"),
    "for_whom": _("For whom"),
    "everybody": _("Everybody"),
    "from": _("From"),
    "until": _("Until"),
    "until_help": _("The last day, by your clock."),
    "waiting": _("Wait for it"),
    "state": _("State"),
    "is_running": _("Runs"),
    "to_come": _("To come"),
    "over": _("Over"),
    "withdrawn": _("Withdrawn"),
    "below": _("Not shown: below the margin"),
    "withdraw": _("Withdraw"),
    "bring_back": _("Bring back"),
    "new": _("New offer"),
    "make": _("Make the offer"),
    "rules": _("Rules"),
    "least_margin": _("The least margin, in percent of the price"),
    "least_margin_help": _("No offer goes below it: what a product costs stands in the list of products."),
    "cross_sell_on": _("After a purchase, suggest what goes with it"),
    "cross_sell_help": _(
        "Only to customers who agreed to offers, within every limit of how often they hear from you."
    ),
    "after_hours": _("Hours after the purchase"),
    "upsell_tiers": _("Tiers that are shown something better instead"),
    "save": _("Save"),
    "fitted": n_(
        "Learned from {count} purchase, {when}. It is learned anew every night.",
        "Learned from {count} purchases, {when}. It is learned anew every night.",
        count="count",
    ),
    "without_cost": n_(
        "{count} product has no cost, so no offer can be made of it.",
        "{count} products have no cost, so no offer can be made of them.",
        count="count",
    ),
    "said_made": _("The offer is made."),
    "said_withdrawn": _("The offer is withdrawn."),
    "said_back": _("The offer holds again."),
    "said_saved": _("The rules are saved."),
}
NO_PRODUCT = _("Please choose a product of the list.")
NO_PRICE = _("Please give the price as an amount, such as {example}.")
NO_DAYS = _("Please give a first and a last day that is not over.")
NOT_LESS = _("The price must be below the usual one, {usual}.")
COST_UNKNOWN = _("Nobody has told what this product costs. Add its cost to the list of products, then offer it.")
BELOW_MARGIN = _("This would be below the margin. The lowest price that leaves it is {price}.")
TAKEN = _("Another offer of this product runs for the same customers at that time.")
NO_NUMBERS = _("Please give a margin from 0 to 95 percent, and 1 to 240 hours.")
