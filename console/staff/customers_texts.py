"""What the pages of customers say."""

from __future__ import annotations

from console import export_page
from console import texts as chat_texts
from console.staff import service_texts, talk_texts
from locales import Text, _, n_
from store.ledger_kinds import KINDS as ENTRIES

CUSTOMERS = _("Customers")
KINDS: dict[str, Text] = {
    "customer": _("Customer"),
    "supplier": _("Supplier"),
    "distributor": _("Distributor"),
    "agency": _("Agency"),
    "intermediary": _("Intermediary"),
    "shareholder": _("Shareholder"),
    "investor": _("Investor"),
    "analyst": _("Analyst"),
}
TABS: dict[str, Text] = {
    "tab_overview": _("Overview"),
    "tab_edit": _("Details"),
    "tab_points": service_texts.ONE["points"],
    "tab_vouchers": _("Vouchers"),
    "tab_consents": service_texts.ONE["consent"],
    "tab_same": _("Duplicates"),
    "tab_data": _("Data"),
}
COMMON: dict[str, Text] = {
    **service_texts.PEOPLE,
    **{f"of_{name}": text for name, text in KINDS.items()},
    **TABS,
    "customers": CUSTOMERS,
    "tabs": _("About this customer"),
    "points": service_texts.ONE["points"],
    "tier": service_texts.ONE["tier"],
    "language": service_texts.ONE["language"],
    "number": service_texts.ONE["number"],
    "phone": service_texts.ONE["phone"],
    "email": service_texts.ONE["email"],
    "city": service_texts.ONE["city"],
    "consent": service_texts.ONE["consent"],
    "tags": talk_texts.PAGE["tags"],
    "kind": _("Kind"),
    "save": _("Save"),
    "cancel": talk_texts.PAGE["cancel_promise"],
    "reason": service_texts.CLAIM["reason"],
    "deceased": _("Deceased"),
    "with_team": _("With the team"),
    "erasing": _("Data are erased on {moment}"),
    "unreachable": _("Cannot be reached"),
    "reachable": _("Can be reached"),
    "open_talk": _("Open the conversation"),
    "start_talk": _("Start a conversation"),
    "start_help": _("It becomes yours, and the customer sees your name."),
    "said_saved": _("The changes are saved."),
    "said_nothing": _("Nothing was changed."),
}
LIST: dict[str, Text] = COMMON | {
    "alike": _("Possible duplicates"),
    "search": _("Search"),
    "search_help": _("Name, phone number, e-mail address, customer number or card"),
    "filters": _("Filters"),
    "find": _("Find"),
    "any": _("All"),
    "source": _("Joined from"),
    "held": _("Only with an open conversation"),
    "clear": _("Clear the filters"),
    "more": _("Show more"),
    "count": n_("{count} customer", "{count} customers", "count"),
    "count_more": _("More than {count} customers"),
    "nobody": _("Nobody fits. Try fewer words or filters."),
    "none": _("There are no customers yet. They appear here when they write, join at the till or are imported."),
    "corrections": n_(
        "{count} correction of points waits for a second person",
        "{count} corrections of points wait for a second person",
        "count",
    ),
}
ONE: dict[str, Text] = COMMON | {
    "timeline": _("What happened"),
    "show": _("Show"),
    "every": _("Everything"),
    "older": _("Show earlier"),
    "nothing": _("Nothing has happened yet."),
    "nothing_of_it": _("Nothing of this kind has happened."),
    "details": _("Who this is"),
    "call_me": _("Called"),
    "birthday": _("Birthday"),
    "timezone": _("Time zone"),
    "joined": _("Joined from"),
    "since": service_texts.ONE["customer_since"],
    "seen": _("Last wrote"),
    "channels": _("Channels"),
    "no_channels": _("No chat yet"),
    "edit": _("Edit"),
    "pending": service_texts.ONE["pending"],
    "expiring": _("{points} of them expire on {day}"),
    "correct": _("Correct the points"),
    "add_tag": _("Add a tag"),
    "add": talk_texts.PAGE["add"],
    "remove": _("Remove {tag}"),
    "no_tags": _("No tags yet."),
    "removed": _("The tag {tag} is removed."),
    "undo": _("Undo"),
    "messages": n_("{count} message", "{count} messages", "count"),
    "said_by_bot": service_texts.ONE["bot"],
    "said_by_customer": service_texts.ONE["customer"],
    "show_messages": _("Messages"),
    "show_purchases": _("Purchases"),
    "show_points": service_texts.ONE["points"],
    "show_vouchers": TABS["tab_vouchers"],
    "show_requests": _("Requests and promises"),
    "show_consents": service_texts.ONE["consent"],
    "show_occasions": _("Greetings and notices"),
    "show_team": _("The team"),
    "show_changes": _("Changes"),
    "said_started": _("The conversation is yours."),
}
EDIT: dict[str, Text] = COMMON | {
    "name": _("Name"),
    "call_me": _("What to call them"),
    "call_me_help": _("As the bot greets them. Leave it empty to use the name."),
    "birthday": ONE["birthday"],
    "day": _("Day"),
    "month": _("Month"),
    "year": _("Year (if told)"),
    "birthday_help": _("It can be changed once a year."),
    "timezone": ONE["timezone"],
    "timezone_help": _("Such as {example}. Leave it empty for the business's own."),
}
POINTS: dict[str, Text] = COMMON | {
    **{f"entry_{kind}": text for kind, text in export_page.WORDS.items() if kind in ENTRIES},
    "balance": _("Can be spent"),
    "pending": service_texts.ONE["pending"],
    "held": _("Set aside"),
    "debt": _("Owed"),
    "expiring": _("Expiring next"),
    "no_expiry": _("Nothing expires."),
    "entries": _("Entries"),
    "no_entries": _("No points have been moved yet."),
    "when": _("When"),
    "what": _("What"),
    "moved": service_texts.ONE["points"],
    "after": _("Owned after"),
    "note": talk_texts.PAGE["note"],
    "older": ONE["older"],
    "newest": _("Newest"),
    "correct": ONE["correct"],
    "give": _("Add points"),
    "take": _("Take points off"),
    "how_many": _("How many points?"),
    "why": _("Why?"),
    "why_help": _(
        "The team reads it here and in the list of changes; the customer reads that the team corrected it."
    ),
    "limit_help": n_(
        "More than {points} point within a day needs a second person.",
        "More than {points} points within a day need a second person.",
        "points",
    ),
    "waiting": _("Waiting for a second person"),
    "asked_by": _("Asked for by {name}, {moment}"),
    "decide": _("See what waits"),
    "said_moved": _("The points are corrected."),
    "said_waits": _("The correction waits for a second person. Nothing was moved yet."),
    "redeeming": _("Redeeming"),
    "frozen": _("Stopped since {moment}: points and vouchers can't be used; points are still earned."),
    "frozen_theft": _("The customer wrote that a phone or wallet was stolen or lost."),
    "stop_help": _(
        "If a phone or card may be in other hands: points and vouchers can't be used until you allow it."
    ),
    "stop": _("Stop redeeming"),
    "allow_help": _("Make sure that it is really the customer who asks. They are told in their chat."),
    "allow": _("Allow redeeming again"),
    "said_stopped": _("Redeeming is stopped."),
    "said_allowed": _("Redeeming is allowed again, and the customer is told."),
}
CORRECTIONS: dict[str, Text] = COMMON | {
    "corrections": _("Corrections of points"),
    "about": _("So many points are corrected only when a second person agrees."),
    "none_wait": _("No correction waits."),
    "agree": _("Agree"),
    "refuse": service_texts.CLAIM["refuse"],
    "own": _("You asked for this one, so somebody else decides."),
    "asked_by": POINTS["asked_by"],
    "back": _("All customers"),
    "said_agreed": POINTS["said_moved"],
    "said_refused": _("The correction is refused. Nothing was moved."),
}
VOUCHERS: dict[str, Text] = COMMON | {
    "vouchers": TABS["tab_vouchers"],
    "no_vouchers": _("No vouchers yet."),
    "state_valid": _("Valid"),
    "state_used": _("Used"),
    "state_expired": _("Expired"),
    "state_cancelled": _("Cancelled"),
    "issued": _("Issued {day}"),
    "until": _("Valid until {day}"),
    "used": _("Used {moment}"),
    "take_back": _("Cancel this voucher"),
    "take_back_help": n_(
        "{points} point goes back to the customer.", "{points} points go back to the customer.", "points"
    ),
    "said_cancelled": _("The voucher is cancelled, and the points are back."),
}
CONSENTS: dict[str, Text] = COMMON | {
    "history": _("Who agreed to what, and when"),
    "no_consents": _("Nothing was agreed to or withdrawn yet."),
    "when": POINTS["when"],
    "purpose": _("For what"),
    "answer": _("Answer"),
    "yes": _("Agreed"),
    "no": _("Withdrawn"),
    "where": _("Channel"),
    "wording": _("Wording"),
    "evidence": _("Proof"),
    "record": _("Record what the customer told you"),
    "record_help": _("Rows are only ever added. A withdrawal holds at once."),
    "purpose_marketing": _("News and offers"),
    "purpose_profiling": _("Personalised messages"),
    "channel_phone": service_texts.ONE["phone"],
    "channel_branch": service_texts.CLAIM["branch"],
    "channel_letter": _("Letter or form"),
    "channel_all": _("All channels"),
    "channel_staff": _("The team"),
    "proof": _("How do we know?"),
    "proof_help": _("For example: told me on the phone on 3 March. Or the number of the signed form."),
    "said_recorded": _("It is recorded."),
}
DATA: dict[str, Text] = COMMON | {
    "export": _("Give out the data"),
    "export_help": _("One file with everything we keep about this customer, as they get it in the chat."),
    "download": _("Download"),
    "erase": _("Erase the data"),
    "erase_help": _(
        "Name, numbers, addresses, messages, pictures, notes and settings go. Purchases and points entries stay "
        "in the books without the name, points and vouchers lapse, and we may not write to this customer again. "
        "It begins in 24 hours; until then it can be taken back."
    ),
    "type_this": _("To be sure, type {word}"),
    "keep": _("Keep the data after all"),
    "died": _("Has this customer died?"),
    "died_help": _("Nothing is said unasked any more, and people answer what is written from their chats."),
    "note_death": _("Note the death"),
    "undo_death": _("It was a mistake"),
    "said_erasing": _("The data will be erased. Until then it can be taken back here."),
    "said_kept": _("The data stay."),
    "said_died": _("It is noted."),
}
NO_NAME = _("Please write a name of at most 200 characters.")
LONG_CALL_ME = _("Please keep what to call them to 64 characters.")
NO_PHONE = _("This is not a phone number. Please give it with the country code, such as {example}.")
NO_EMAIL = _("This is not an e-mail address such as {example}.")
NO_BIRTHDAY = _("There is no such day. Please give day and month, and a year from 1900 on if it is known.")
BIRTHDAY_TOO_SOON = _("The birthday was changed less than a year ago. It can be changed from {day} on.")
NO_ZONE = _("There is no such time zone. Please give a name such as {example}.")
LONG_CITY = _("Please keep the town to 64 characters.")
FORGOTTEN = _(
    "This number or address belongs to somebody who asked to be forgotten. They may come back by writing."
)
NO_POINTS = _("Please give a number of points from 1 to {most}.")
NO_WHY = _("Please write why, in at most 200 characters.")
TOO_FEW = n_(
    "The customer can spend only {points} point, so no more can be taken off.",
    "The customer can spend only {points} points, so no more can be taken off.",
    "points",
)
SAME_PERSON = _("You asked for this correction, so somebody else has to decide.")
NOT_WAITING = _("Somebody has decided this correction already.")
GONE = _("This customer is not there any more.")
NO_PROOF = _("Please write how we know it: what was said when, or where it is signed.")
NOT_TYPED = _("This is not what was asked for, so nothing is erased. Please type {word}.")
NO_CHAT = _("This customer has no chat that can be reached, so no conversation can be started.")
OTHER_HAS_IT = _("Somebody of the team has this conversation already.")
NOT_CANCELLED: dict[str, Text] = {
    "unknown": chat_texts.PAGE["failed"],
    "used": _("This voucher was used, so it cannot be cancelled."),
    "expired": _("This voucher has expired, so it cannot be cancelled."),
    "gift": _("This voucher was a gift, so there are no points to give back."),
}
EXAMPLE_PHONE = "+60 12-345 6789"
EXAMPLE_EMAIL = "mei@kopi.example"
EXAMPLE_ZONE = "Asia/Kuala_Lumpur"
