"""What the pages of templates say."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, _, n_

LABEL = _("Templates")
STATES: Mapping[str, Text] = {
    "missing": _("no text"),
    "draft": _("draft"),
    "reviewed": _("reviewed"),
}
KINDS: Mapping[str, Text] = {"offer": _("Offer"), "news": _("News")}
FRAME: dict[str, Text] = {
    "templates": LABEL,
    **{f"state_{state}": text for state, text in STATES.items()},
    **{f"kind_{kind}": text for kind, text in KINDS.items()},
    "removed_one": _("This template was removed. Campaigns that have started keep what they say."),
    "undo": _("Undo"),
    "restore": _("Bring back"),
    "remove": _("Remove"),
    "copy": _("Copy"),
    "used_by": _("Used by:"),
    "and_more": n_("and {count} more", "and {count} more", "count"),
    "said_saved": _("The template is saved."),
    "said_reviewed": _("The text is marked as reviewed. It can be sent."),
    "said_unreviewed": _("The text is a draft again. It isn't sent."),
    "said_not_reviewed": _("It is saved. Put right what is wrong, then mark it as reviewed."),
    "said_removed": _("The template is removed."),
    "said_restored": _("The template is back."),
    "said_copied": _("This is the copy. Nobody has reviewed its texts yet."),
}
LIST: dict[str, Text] = {
    **FRAME,
    "about": _("What campaigns say, in up to five languages. Only a text that somebody has reviewed is sent."),
    "new": _("New template"),
    "none": _("There is no template yet. Begin with an empty one, or with one that comes with Sapa."),
    "none_yet": _("There is no template yet."),
    "changed_by": _("Changed {moment}, {name}"),
    "changed": _("Changed {moment}"),
    "more": _("More"),
    "removed_ones": _("Removed"),
    "with_gift": _("with a gift"),
    "with_picture": _("with a picture"),
}
NEW: dict[str, Text] = {
    **FRAME,
    "new": _("New template"),
    "back": _("All templates"),
    "begin": _("Begin with this"),
}
BEGINNINGS: Mapping[str, tuple[Text, Text]] = {
    "empty": (_("Empty"), _("Write your own.")),
    "miss_you": (
        _("We miss you"),
        _("To customers who haven't come for a while, with the points that wait for them."),
    ),
    "on_offer": (
        _("On offer now"),
        _("What costs less now, product by product. While nothing does, nobody gets it."),
    ),
}
"""What a template can begin with: its name, and what it is for."""
EDITOR: dict[str, Text] = {
    **FRAME,
    "back": _("All templates"),
    "name": _("Name"),
    "name_help": _("Only the team reads it."),
    "kind": _("Kind of message"),
    "texts": _("Texts"),
    "texts_about": _(
        "Who has no text in their language gets the English one, or nothing, as the campaign says. A text that "
        "changes is a draft until somebody reviews it."
    ),
    "text": _("Text"),
    "review": _("Mark as reviewed"),
    "unreview": _("Make it a draft"),
    "reviewed_by": _("Reviewed by {name}, {moment}"),
    "insert": _("Insert"),
    "insert_about": _("Put the cursor into a text, then choose. Replace the three dots by words that stand in."),
    "insert_values": _("What is known of the customer"),
    "insert_shared": _("What is the same for everybody"),
    "insert_lists": _("Lists"),
    "insert_more": _("More"),
    "insert_if": _("Only if they have points"),
    "insert_bold": _("Bold"),
    "insert_link": _("Link in the text"),
    "buttons": _("Buttons"),
    "buttons_about": _("Under them there is always a button that says why they get this, and one that stops it."),
    "button": _("Button {number}"),
    "does": _("What it does"),
    "does_nothing": _("No button"),
    "does_flow": _("Starts a dialogue"),
    "does_survey": _("Starts a survey"),
    "does_link": _("Opens a web page"),
    "flow": _("Dialogue"),
    "survey": _("Survey"),
    "link": _("Address of the page"),
    "link_help": _("Such as {example}. Who opens it is counted."),
    "label": _("Words on the button"),
    "choose": _("Please choose"),
    "beside": _("Picture and gift"),
    "picture": _("Picture"),
    "picture_help": _("JPEG, PNG, WebP or GIF, at most 10 MB. Under a picture there is room for 1,024 characters."),
    "picture_now": _("The picture that is sent"),
    "no_picture": _("Without a picture"),
    "gift": _("Gift"),
    "gift_about": _("Taken by a button of its own, once."),
    "points": _("Points"),
    "reward": _("Reward"),
    "no_reward": _("No reward"),
    "preview": _("Preview"),
    "preview_about": _("As customers see it, with the two buttons that every such message has."),
    "sample": _("Shown for"),
    "samples_made": _("Made-up customers"),
    "samples_real": _("Your customers"),
    "look": _("Show the preview"),
    "no_text": _("No text yet"),
    "broken": _("It can't be shown before the text is put right."),
    "not_sent": _("This customer gets no message: {reason}"),
    "signs": _("{signs} of {most} characters"),
    "wrong": _("Before it can be sent:"),
    "line": _("Line {line}: {problem}"),
    "save": _("Save"),
    "unsaved": _("It was not saved. Please look below."),
}
WHY_NOT: Mapping[str, Text] = {
    "text too long": _("it would be too long for them."),
    "value not known": _("something is not known of them, and no words stand in."),
    "text empty": _("it says nothing to them."),
}
NO_NAME = _("Please give it a name of at most 100 characters.")
STALE = _("Somebody else has changed this template meanwhile. Copy what you wrote, then open it again.")
BAD_PICTURE = _("This picture can't be used. Choose a JPEG, PNG, WebP or GIF of at most 10 MB.")
BAD_POINTS = _("Give points as a whole number from 0 to {most}.")
TOO_LONG = _("This is too long to be kept.")
COPY_OF = _("{name} (copy)")

FLOWS: Mapping[str, Text] = {
    "points": _("Points"),
    "rewards": _("Rewards"),
    "vouchers": _("Vouchers"),
    "card": _("Member card"),
    "hours": _("Opening hours"),
    "recommend": _("Recommendations"),
    "rules": _("How points work"),
    "missing_points": _("Missing points"),
    "feedback": _("Feedback"),
    "requests": _("Requests"),
    "link": _("Linking a member card"),
    "preferences": _("Preferences"),
    "help": _("Help"),
    "person": _("Talking to a person"),
    "language": _("Language"),
}
"""The dialogues that a button may start."""
