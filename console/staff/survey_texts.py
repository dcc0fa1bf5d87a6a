"""What the pages of surveys say."""

from __future__ import annotations

from locales import Text, _, n_

SURVEYS = _("Surveys")
TABS: dict[str, Text] = {
    "tab_builder": _("Questions"),
    "tab_invitations": _("Invitations"),
    "tab_results": _("Results"),
    "tab_interviews": _("Interviews"),
}
FRAME: dict[str, Text] = {
    **TABS,
    "surveys": SURVEYS,
    "tabs": _("About this survey"),
    "state_draft": _("Draft"),
    "state_published": _("Published"),
    "state_changed": _("Changes not published yet"),
    "state_archived": _("Archived"),
    "version": _("Version {number}"),
}
"""Stands on every page of one survey (staff/survey_tabs.html): their words begin with it."""
LIST: dict[str, Text] = FRAME | {
    "about": _("Ask customers in chat, on the phone, face to face or on a tablet, and see what to do next."),
    "new": _("New survey"),
    "open": _("Not finished"),
    "responses": _("Responses"),
    "response_rate": _("Response rate"),
    "changed": _("Changed {moment}"),
    "copy": _("Make a copy"),
    "archive": _("Archive"),
    "restore": _("Bring back"),
    "download": _("Download as a file"),
    "more": _("More"),
    "archived_ones": _("Archived surveys"),
    "none": _("There is no survey yet. Begin with one that is ready: it can be changed as you like."),
    "undo": _("Undo"),
    "said_archived": _("The survey is archived: nobody is asked any more. Its answers are kept."),
    "said_restored": _("The survey is back."),
}
START: dict[str, Text] = FRAME | {
    "new": LIST["new"],
    "start_about": _("Begin with a survey that is ready, with an empty one, or with a file."),
    "ready": _("Ready to use"),
    "ready_about": _("Written in five languages. You can change everything before anybody sees it."),
    "use": _("Use this one"),
    "questions": n_("{count} question", "{count} questions", "count"),
    "minutes": n_("{count} minute", "{count} minutes", "count"),
    "blank": _("An empty survey"),
    "blank_about": _("You write every question yourself."),
    "name": _("Name"),
    "name_help": _("Customers see it when they are invited."),
    "begin": _("Begin"),
    "upload": _("From a file"),
    "upload_about": _("A survey as a YAML file, for example one that you downloaded here."),
    "file": _("File"),
    "take_file": _("Read the file"),
    "line": _("Line {number}"),
    "file_wrong": _("This file can't be read as a survey. Nothing was changed."),
    "no_file": _("Please choose a file."),
    "no_name": _("Please write a name of at most {number} characters."),
}
KINDS: dict[str, Text] = {
    "kind_nps": _("Recommendation (NPS)"),
    "kind_csat": _("Satisfaction (CSAT)"),
    "kind_ces": _("Effort (CES)"),
    "kind_stars": _("Stars"),
    "kind_matrix": _("Several statements"),
    "kind_single": _("One choice"),
    "kind_multiple": _("Several choices"),
    "kind_text": _("Own words"),
    "kind_number": _("Number"),
    "kind_date": _("Date"),
    "kind_photo": _("Photo"),
}
AREAS: dict[str, Text] = {
    "area_product": _("Product quality"),
    "area_service": _("Service quality"),
    "area_interaction": _("Dealing with the team"),
    "area_communication": _("Communication"),
    "area_brand": _("The brand"),
    "area_overall": _("Everything together"),
}
HEAD: dict[str, Text] = FRAME | {
    "preview": _("Preview"),
    "publish": _("Publish"),
    "versions": _("Versions"),
    "more": LIST["more"],
    "copy": LIST["copy"],
    "archive": LIST["archive"],
    "restore": LIST["restore"],
    "download": LIST["download"],
    "undo": LIST["undo"],
}
PREVIEW: dict[str, Text] = HEAD | {
    "preview_about": _("Answer in any language: all five go the same way. Nothing is kept."),
    "back_to_builder": _("Back to the questions"),
    "shown_language": _("Language that is shown"),
    "broken": _("This survey can't be tried yet: something is missing in a question."),
    "see_problems": _("See what is missing"),
    "ended": _("This is the end."),
    "send": _("Send"),
    "send_photo": _("Send a photo"),
    "your_answer": _("Your answer: {language}"),
    "one_back": _("One step back"),
    "restart": _("From the beginning"),
}
PUBLISH: dict[str, Text] = HEAD | {
    **KINDS,
    "publish_title": _("Publish this survey"),
    "not_yet": _("It can't be published yet. Please put this right first:"),
    "nothing_new": _("Nothing has changed since the last version."),
    "first_version": _("This becomes version 1. Customers can be invited to it from then on."),
    "becomes": _("This becomes version {number}. It never changes afterwards."),
    "new_questions": _("New questions"),
    "gone_questions": _("Questions that are not asked any more"),
    "changed_questions": _("Questions that changed"),
    "moved": _("The questions come in another order."),
    "sections_changed": _("Sections changed."),
    "around_changed": _("What changed around the questions"),
    "gone_help": _("Their answers are kept and stay in the results."),
    "unfinished": n_(
        "{count} person has begun an earlier version and finishes it as it is.",
        "{count} people have begun an earlier version and finish it as it is.",
        "count",
    ),
    "publish_now": _("Publish now"),
    "discard": _("Drop the changes"),
    "discard_help": _("The survey is again as version {number} says."),
    "keep_on": _("Go on writing"),
    "changed_meanwhile": _(
        "Somebody else changed this survey meanwhile. Please look at it again before you publish."
    ),
}
VERSIONS: dict[str, Text] = HEAD | {
    **KINDS,
    "said_published": _("It is published. From now on customers answer this version."),
    "versions_about": _("Published versions never change. Whoever began one finishes it."),
    "no_versions": _("Nothing is published yet."),
    "current": _("Asked now"),
    "take_up": _("Make it the draft"),
    "take_up_help": _("Then it can be changed and published anew."),
    "all_versions": _("All versions"),
    "unfinished_here": n_("{count} response not finished", "{count} responses not finished", "count"),
    "required_badge": _("Required"),
    "only_if": _("Only if"),
    "and": _("and"),
    "or": _("or"),
    "thanks_text": _("Thanks"),
    "intro": _("Greeting"),
    "always_thanks": _("To everybody else."),
}
REPLACED = _("The file is the draft now, in the place of what was there. Nothing is published yet.")
COPY_OF = _("{name} (copy)")
