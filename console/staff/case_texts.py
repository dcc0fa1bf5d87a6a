"""What the pages of requests and of praise say."""

from __future__ import annotations

from console.staff import customers_texts, service_texts, talk_texts
from locales import Text, _, n_

LABEL = _("Requests")
PRAISE_LABEL = _("Praise")
KINDS: dict[str, Text] = {
    "praise": PRAISE_LABEL,
    "complaint": _("Complaint"),
    "suggestion": _("Suggestion"),
    "review": _("Review"),
    "question": _("Question"),
    "survey": _("Low score in a survey"),
}
URGENT: dict[str, Text] = {
    "injury": _("Urgent: somebody was hurt"),
    "fraud": _("Urgent: fraud"),
    "theft": _("Urgent: theft or loss"),
}
STATES: dict[str, Text] = {
    "open": _("Open"),
    "noted": _("Noted"),
    "closed": _("Closed"),
}
COMMON: dict[str, Text] = {
    **service_texts.PEOPLE,
    **{f"state_{name}": text for name, text in STATES.items()},
    **{f"of_{name}": text for name, text in KINDS.items()},
    **{f"urgent_{name}": text for name, text in URGENT.items()},
    "requests": LABEL,
    "praise": PRAISE_LABEL,
    "number": _("Request {number}"),
    "late": service_texts.CLAIM["overdue"],
    "reopened": n_("Opened again {count} time", "Opened again {count} times", "count"),
    "answered": service_texts.ONE["answered"],
    "due": service_texts.CLAIM["due"],
    "told": _("Told {moment}"),
    "closed_on": _("Closed {moment}"),
    "with": service_texts.ONE["theirs"],
    "nobody": _("Nobody has it yet"),
    "stars": n_("{count} star of 5", "{count} stars of 5", "count"),
    "solved": _("Solved, says the customer"),
    "unsolved": _("Not solved, says the customer"),
    "older": customers_texts.LIST["more"],
    "to_first": _("Back to the beginning"),
}
SHORT: dict[str, Text] = {
    **{f"of_{name}": text for name, text in KINDS.items()},
    **{f"urgent_{name}": text for name, text in URGENT.items()},
    **{f"state_{name}": text for name, text in STATES.items()},
    **{name: COMMON[name] for name in ("requests", "late", "due", "told", "answered")},
}
# Of requests that stand beside something else (staff/case_short.html).
LIST: dict[str, Text] = COMMON | {
    "views": _("Which requests"),
    "view_open": STATES["open"],
    "view_mine": _("Mine"),
    "view_free": _("With nobody"),
    "view_late": service_texts.CLAIM["overdue"],
    "view_urgent": _("Urgent"),
    "view_noted": STATES["noted"],
    "view_closed": STATES["closed"],
    "search": customers_texts.LIST["search"],
    "search_help": _("Number of the request, words, or the customer's name"),
    "find": customers_texts.LIST["find"],
    "filters": customers_texts.LIST["filters"],
    "any": customers_texts.LIST["any"],
    "kind": customers_texts.COMMON["kind"],
    "touchpoint": _("Where it happened"),
    "department": _("Department"),
    "branch": service_texts.CLAIM["branch"],
    "clear": customers_texts.LIST["clear"],
    "nothing": _("No request fits. Try another view or fewer filters."),
    "none_open": _("No request is open. What customers complain about, ask and suggest appears here."),
}
ONE: dict[str, Text] = COMMON | {
    "all": _("All requests"),
    "customer": service_texts.ONE["customer"],
    "conversation": customers_texts.COMMON["open_talk"],
    "what": customers_texts.COMMON["kind"],
    "product": _("Product"),
    "order": _("Order or receipt"),
    "happened": _("Happened on"),
    "touchpoint": LIST["touchpoint"],
    "department": LIST["department"],
    "branch": LIST["branch"],
    "unknown": service_texts.CLAIM["no_branch"],
    "about_whom": _("Who was named"),
    "known_as": _("Named as “{name}”"),
    "answers": _("See this survey's results"),
    "facts": _("About this request"),
    "thread": _("What was said and done"),
    "asked": _("Question: {question}"),
    "photo": service_texts.ONE["picture"],
    "no_photo": talk_texts.PAGE["file_refused"],
    "note_by": talk_texts.PAGE["note_by"],
    "rule": service_texts.ONE["bot"],
    "answer": _("Answer the customer"),
    "answer_help": _(
        "The customer reads it in the chat, with the number of the request and your name. "
        "Their language: {language}."
    ),
    "send": service_texts.ONE["send"],
    "note": _("Note for colleagues"),
    "note_help": _("The customer never sees it."),
    "keep_note": _("Keep the note"),
    "close": _("Close the request"),
    "close_help": _(
        "Write what came of it, in the customer's language ({language}). They read it, and are asked whether it is "
        "solved; a “no” opens the request again."
    ),
    "close_quiet_help": _("Leave it empty to close it without a word to the customer."),
    "outcome": _("What came of it"),
    "close_now": _("Close"),
    "reopen": _("Open it again"),
    "take": _("Take this request"),
    "assign": _("Give it to"),
    "assign_now": _("Give"),
    "let_go": _("Nobody in particular"),
    "yours": service_texts.ONE["yours"],
    "change": _("Put it right"),
    "save": customers_texts.COMMON["save"],
    "urgent": _("Urgent"),
    "not_urgent": _("Not urgent"),
    "was_asked": _("The customer was asked {moment} whether it is solved, and has not answered yet."),
    "says_solved": _("The customer says it is solved."),
    "says_unsolved": _("The customer says it is not solved."),
    "not_asked": _("The customer has not been asked yet whether it is solved."),
    "nobody_named": _("Nobody of the team"),
    "themes": _("Themes"),
    "said_taken": _("The request is yours."),
    "said_given": _("The request has been given on."),
    "said_answered": service_texts.ONE["said_sent"],
    "said_noted": _("The note is kept."),
    "said_closed": _("The request is closed."),
    "said_reopened": _("The request is open again."),
    "said_saved": customers_texts.COMMON["said_saved"],
    "said_nothing": customers_texts.COMMON["said_nothing"],
}
PRAISE: dict[str, Text] = COMMON | {
    "of_me": _("Of me"),
    "of_all": _("Of everybody"),
    "whose": _("Whose praise"),
    "about": _("What customers liked, in their own words."),
    "named": _("Named: {name}"),
    "none": _("Nobody has been praised by name yet. When a customer does, it stands here."),
    "none_of_me": _("No customer has named you yet. When one does, you read it here."),
}
NO_ANSWER = service_texts.EMPTY
TOO_LONG = _("Please keep it to {number} characters.")
NO_OUTCOME = _("Please write what came of it. The customer reads it.")
IS_CLOSED = _("This request is closed. Open it again first.")
IS_OPEN = _("This request is open already.")
NOT_SERVING = _("This colleague serves no customers any more. Please choose somebody else.")
NOT_SENT = _("No chat reaches this customer, so nothing can be sent. Call them and keep a note.")
# What a line of a case tells that changed, by the column.
CHANGED: dict[str, Text] = {
    "staff": _("Who has it"),
    "state": _("State"),
    "kind": ONE["what"],
    "touchpoint": ONE["touchpoint"],
    "department": ONE["department"],
    "branch_id": ONE["branch"],
    "product_id": ONE["product"],
    "urgent": ONE["urgent"],
    "praised_id": ONE["about_whom"],
}
