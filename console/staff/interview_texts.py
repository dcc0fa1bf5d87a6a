"""What the pages of interviews and kiosks say."""

from __future__ import annotations

from console.answer_forms import WORDS as ANSWERS
from locales import Text, _

MODES: dict[str, Text] = {"phone": _("By phone"), "in_person": _("Face to face")}
INTERVIEWS: dict[str, Text] = {
    **MODES,
    "about": _("Ask a customer by phone or face to face, and type their answers in while you talk."),
    "not_published": _("This survey is not published yet. Publish it in the builder; then it can be asked."),
    "who": _("Who is asked?"),
    "who_help": _("Name, number, phone or card"),
    "find": _("Find"),
    "nobody": _("Nobody was found. Try the phone number or another part of the name."),
    "refuses": _("Wants no surveys: ask whether it is all right today."),
    "mode": _("How"),
    "branch": _("Branch"),
    "no_branch": _("None"),
    "language": _("Language"),
    "begin": _("Begin"),
    "going_on": _("Not finished"),
    "none_going_on": _("No interview is waiting to be finished."),
    "go_on": _("Go on"),
    "asked_by": _("Asked by"),
    "last": _("Last answer"),
    "kiosks": _("Kiosks"),
    "kiosks_help": _("A tablet in a branch on which visitors answer this survey, one after the other."),
    "kiosk_name": _("Name"),
    "kiosk_none": _("There is no kiosk for this survey yet."),
    "kiosk_add": _("Add the kiosk"),
    "kiosk_address": _("Open this address on the tablet now. It is shown this once; whoever has it can answer."),
    "kiosk_seen": _("Last used"),
    "kiosk_never": _("never"),
    "kiosk_off": _("Switch off"),
    "kiosk_on": _("Switch on"),
    "kiosk_is_off": _("Off"),
    "kiosk_again": _("New address"),
    "said_kiosk_off": _("The kiosk is off. Its address shows nothing any more."),
    "said_kiosk_on": _("The kiosk is on again."),
}
INTERVIEW: dict[str, Text] = {
    **MODES,
    **ANSWERS,
    "interview": _("Interview"),
    "all_interviews": _("All interviews"),
    "place": _("{number} of {total}"),
    "opening": _("Read this first"),
    "ask": _("Read aloud"),
    "in_yours": _("In your language"),
    "probe": _("Ask after"),
    "note": _("What you heard beside the answer"),
    "note_help": _("For the team only. It stands beside the answer in the results."),
    "next": _("Save and go on"),
    "skip": _("Skip this question"),
    "required": _("This question has to be answered."),
    "questions": _("Questions"),
    "answered": _("Answered"),
    "skipped": _("Skipped"),
    "open": _("Open"),
    "all_done": _("Every question is answered. Say goodbye with these words:"),
    "finish": _("Finish the interview"),
    "finished": _("This interview is finished."),
    "over": _("The time of this interview is over; its answers count for nothing."),
    "case": _("A low score opened this request:"),
    "given": _("The thank-you is with the customer."),
    "another": _("Next interview"),
    "later": _("You can leave at any question and go on later."),
}
NO_CUSTOMER = _("Please choose a customer of the list.")
NO_NAME = _("Please write a name of at most {number} characters.")
