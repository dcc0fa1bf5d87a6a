"""What the page of one conversation says."""

from __future__ import annotations

from console import texts as chat_texts
from console.staff import service_texts
from locales import Text, _, n_
from service import closing

WHYS: dict[str, Text] = {  # why a conversation came to the team, where it was not a member of staff's doing
    "asked": _("the customer asked for a person"),
    "failed": _("the bot did not understand"),
    "low_rating": _("a low rating"),
    "complaint": _("a complaint"),
    "people_only": _("the customer wants people only"),
    "deceased": _("the customer has died"),
    "away": _("a colleague is away"),
    "reopened": _("the customer wrote again"),
    "snooze_over": _("its time has come"),
    "urgent_injury": _("urgent: somebody is hurt or unwell"),
    "urgent_fraud": _("urgent: a fraud"),
    "urgent_theft": _("urgent: a phone or wallet is stolen or lost"),
}
SNOOZES: dict[str, Text] = {
    "hour": _("In one hour"),
    "three": _("In three hours"),
    "tomorrow": _("Tomorrow at {time}"),
    "monday": _("Next Monday at {time}"),
    "own": _("At another time"),
}
DUES: dict[str, Text] = {
    "hour": SNOOZES["hour"],
    "today": _("Today at {time}"),
    "tomorrow": SNOOZES["tomorrow"],
    "own": SNOOZES["own"],
}
BACKS: dict[str, Text] = {
    "resume": _("Go on where it was"),
    "restart": _("Begin the same again"),
    "drop": _("Show the menu"),
}
STATES: dict[str, Text] = {
    "queued": _("On its way"),
    "sent": chat_texts.PAGE["sent"],
    "failed": chat_texts.PAGE["failed"],
    "unknown": _("It may not have arrived"),
}
PAGE: dict[str, Text] = service_texts.ONE | {
    "snoozed": _("Snoozed until {moment}"),
    "blocked": _("Marked as spam"),
    "with_bot": _("With the bot"),
    "queue_of": _("Queue: {name}"),
    "new_messages": chat_texts.PAGE["new"],
    "file_pending": _("The file is being fetched."),
    "file_refused": _("This file was not kept."),
    "download": _("Download {name}"),
    "document": chat_texts.PAGE["document"],
    "voice": chat_texts.PAGE["voice"],
    "video": chat_texts.PAGE["video"],
    "edited": _("Edited"),
    "edited_before": _("Before the change"),
    "edited_earlier": _("Changed an earlier message"),
    "see_message": _("Show that message"),
    "note_by": _("Private note by {name}"),
    "chosen": _("Pressed"),
    "owner_queue": _("In the queue"),
    "owner_queue_by": _("{name} put it into the queue"),
    "owner_queue_why": _("In the queue: {why}"),
    "owner_bot": _("Back with the bot"),
    "owner_bot_by": _("{name} gave it back to the bot"),
    "owner_closed_by": _("{name} closed it: {why}"),
    "owner_taken": _("{name} took over"),
    "owner_given": _("{name} has it now"),
    "owner_given_by": _("{name} gave it to {owner}"),
    "owner_snoozed_by": _("{name} snoozed it"),
    "owner_blocked_by": _("{name} marked it as spam"),
    "owner_blocked": _("Marked as spam"),
    "no_lines": _("Nothing has been said yet."),
    "write": _("Write your answer"),
    "canned": _("Canned replies"),
    "canned_help": _("Type / for canned replies. {keys} sends."),
    "canned_none": _("No canned reply fits."),
    "attach": _("Attach a picture or PDF"),
    "attached": _("Attached: {name}"),
    "detach": _("Remove the attachment"),
    "edit": _("Edit"),
    "editing": _("You are changing a message that was sent."),
    "edit_stop": _("Leave it as it was"),
    "send_anyway": _("Send anyway"),
    "note": _("Note"),
    "note_label": _("Note for the team"),
    "note_help": _("The customer never sees this. @ and a name mentions a colleague."),
    "note_save": _("Save note"),
    "colleagues": _("Colleagues"),
    "transfer": _("Transfer"),
    "transfer_to": _("To whom?"),
    "people": _("People"),
    "queues": _("Queues"),
    "transfer_note": _("Note for them (optional)"),
    "transfer_now": _("Transfer it"),
    "snooze": _("Snooze"),
    "until": _("Until when?"),
    "moment": _("Date and time"),
    "snooze_help": _("It comes back to you then, or as soon as the customer writes."),
    "snooze_now": _("Snooze it"),
    "close": chat_texts.PAGE["close"],
    "close_reason": _("How did it end?"),
    "ask_rating": _("Ask the customer to rate it"),
    "close_now": _("Close the conversation"),
    "back": _("Back to the bot"),
    "back_how": _("What should the bot do?"),
    "back_step": _("Ask again: {question}"),
    "promise": _("Promise"),
    "promise_text": _("What do you promise?"),
    "promise_due": _("By when?"),
    "promise_help": _("You are reminded before, and the customer is told if it takes longer."),
    "promise_now": _("Keep this promise"),
    "promises": _("Open promises"),
    "promise_by": _("{name}, by {moment}"),
    "kept": _("Kept"),
    "cancel_promise": _("Cancel"),
    "promise_reason": _("What the customer agreed to instead"),
    "cancel_now": _("Cancel this promise"),
    "overdue": _("Overdue"),
    "more": _("More"),
    "spam": _("Mark as spam"),
    "spam_help": _("Nobody answers this customer any more, neither bot nor people."),
    "not_spam": _("This is not spam"),
    "merge": _("Join with an earlier one"),
    "merge_help": _("The earlier conversation becomes part of this one."),
    "merge_now": _("Join them"),
    "labels": _("Labels"),
    "label_add": _("Add a label"),
    "label_off": _("Remove {name}"),
    "label_new": _("New label"),
    "add": _("Add"),
    "tags": _("Tags"),
    "flow": _("In the dialogue"),
    "flow_failed": _("Stopped at: {question}"),
    "past": _("Earlier conversations"),
    "rated": n_("Rated {stars} star", "Rated {stars} stars", "stars"),
    "profile": _("Customer page"),
    "show_about": _("About the customer"),
    "hide_about": chat_texts.PAGE["close"],
    "offline": _("No connection. What you typed stays here, and this page tries again."),
    "not_sent": _("That was not sent. Please try again."),
    "list": _("To the inbox"),
    "said_noted": _("The note is saved."),
    "said_transferred": _("The conversation is transferred."),
    "said_snoozed": _("The conversation is snoozed."),
    "said_closed": _("The conversation is closed."),
    "said_promised": _("The promise is kept on record."),
    "said_settled": _("The promise is settled."),
    "said_spam": _("The conversation is marked as spam."),
    "said_unspam": _("The customer is answered again."),
    "said_merged": _("The conversations are joined."),
    "said_edited": _("Your message is changed."),
}
# What is said in the list, where one is after these.
AWAY: dict[str, Text] = {name: PAGE[name] for name in ("said_back", "said_closed", "said_spam")}
PAGE |= {f"reason_{name}": text for name, text in closing.REASONS.items()}
PAGE |= {f"why_{name}": text for name, text in WHYS.items()}
PAGE |= {f"back_{name}": text for name, text in BACKS.items()}
PAGE |= {f"state_{name}": text for name, text in STATES.items()}
CANNED_FALLBACK = _("in {language}")
LOOKING = _("Also here: {names}")
TYPING = _("{name} is typing…")
CUSTOMER_TYPES = _("The customer is typing…")
HINT_LANGUAGE = _("This looks like {written}. The customer writes in {language}.")
WARN_LANGUAGE = _(
    "Your answer looks like {written}, but the customer writes in {language}. Nothing was sent yet: change it or "
    "send it anyway."
)
WARN_UNFILLED = _("Please fill in what stands in braces: {names}. Nothing was sent yet.")
UNKNOWN_VARIABLE = _("This reply asks for something that is not known: {names}. Please have it corrected.")
NO_NOTE = _("Please write a note first.")
NOTE_TOO_LONG = _("This note is too long. Please shorten it.")
NO_CHOICE = _("Please choose one of the options.")
NO_MOMENT = _("Please give a date and time in the future.")
NO_PROMISE = _("Please write what you promise, in at most 300 characters.")
NO_FILE = _("Only pictures (JPEG, PNG, WebP, GIF) and PDF files of at most 10 MB can be sent.")
NO_ROOM = _("So many files are kept of this customer that no other can be added.")
LABEL_TAKEN = _("There is a label of this name already.")
LABEL_NAME = _("Please write a name of at most 40 characters.")
NOT_YOURS = _("Only your own messages that were sent can be changed.")
IS_SPAM = _("This customer is marked as spam, so nothing was sent.")
NOT_DONE = _("That is not possible any more. Please load the page again.")
REFUSALS: dict[str, Text] = {  # why a deed was refused
    "no_file": NO_FILE,
    "not_theirs": NOT_YOURS,
    "not_sent": NOT_YOURS,
    "not_here": _("A message with a file cannot be changed, and neither can one in this channel."),
    "too_long": service_texts.TOO_LONG,
    "away": _("This colleague is away just now. Please choose somebody else or a queue."),
    "no_queue": NO_CHOICE,
    "past": NO_MOMENT,
    "acted": _("The bot did something after that question already, so it cannot ask it again."),
}
