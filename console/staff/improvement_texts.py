"""What the pages of improvements say."""

from __future__ import annotations

from console.staff import customers_texts, service_texts
from locales import Text, _, n_

LABEL = _("Improvements")
STATES: dict[str, Text] = {
    "planned": _("Planned"),
    "doing": _("Being done"),
    "done": _("Done"),
    "dropped": _("Dropped"),
}
COMMON: dict[str, Text] = {
    **{f"state_{name}": text for name, text in STATES.items()},
    "improvements": LABEL,
    "new": _("New improvement"),
    "late": service_texts.CLAIM["overdue"],
    "due": _("Due on {day}"),
    "done_on": _("Done on {day}"),
    "owner": service_texts.ONE["theirs"],
}
LIST: dict[str, Text] = COMMON | {
    "about": _("What is done about what customers say, who answers for it, and whether it helped."),
    "show": _("Which improvements"),
    "show_open": _("Open"),
    "show_done": STATES["done"],
    "show_dropped": STATES["dropped"],
    "none_open": _(
        "Nothing is planned. Begin with the theme that makes most customers unhappy, or the lowest score."
    ),
    "none": _("There is none of these."),
    "to_themes": _("Look at the themes"),
    "lifts": _("Should lift: {what}"),
    "theme": _("Theme: {name}"),
    "count": n_("{count} is overdue", "{count} are overdue", "count"),
}
ONE: dict[str, Text] = COMMON | {
    "title": _("What is done"),
    "title_help": _("In a few words, such as “{example}”."),
    "example": _("A second person at the till at noon"),
    "details": _("Details"),
    "who": _("Who answers for it"),
    "state": _("State"),
    "due_on": _("To be done by"),
    "survey": _("Which score should it lift?"),
    "no_survey": _("None"),
    "theme": _("Which theme is it about?"),
    "no_theme": _("None"),
    "save": customers_texts.COMMON["save"],
    "all": _("All improvements"),
    "edit": _("Change it"),
    "effect": _("Did it help?"),
    "not_done": _("Once it is done, the score before and after is compared here."),
    "no_score": _("Choose the score that it should lift, and before and after are compared here."),
    "before": _("Before"),
    "after": _("After"),
    "difference": _("Difference"),
    "score": _("Score"),
    "range": _("Very likely between"),
    "answers": _("Answers"),
    "period": _("Begun from"),
    "when": _("Period"),
    "trend": _("The score over time"),
    "trend_about": _(
        "One point for each stretch of time, with the range in which it very likely lies; the same numbers "
        "stand in the table below."
    ),
    "done_here": _("Done"),
    "few": _("Too few"),
    "mentions": _("How often the theme is spoken of"),
    "mentions_before": _("In the {days} days before"),
    "mentions_after": _("In the {days} days after"),
    "see_theme": _("See the theme"),
    "see_results": _("See the survey's results"),
    "said_saved": customers_texts.COMMON["said_saved"],
    "said_made": _("The improvement is planned."),
}
NO_TITLE = _("Please write what is done, in at most {number} characters.")
NO_OWNER = _("Please choose who answers for it.")
NO_DAY = _("Please give a day.")
LONG_ABOUT = _("Please keep the details to {number} characters.")
HELPED = _("It helped: the score is better than before, by more than chance.")
HARMED = _("The score is worse than before, by more than chance. Find out what else changed, and think again.")
TOO_SOON = _("There are too few answers after it was done, or before. Wait, or ask more customers.")
NO_DIFFERENCE = _("No difference can be told from chance yet.")
NO_DIFFERENCE_YET = n_(
    "No difference can be told from chance. To find one of {difference}, {count} answer is needed on each side.",
    "No difference can be told from chance. To find one of {difference}, {count} answers are needed on each side.",
    "count",
)
