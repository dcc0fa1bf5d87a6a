"""What the pages of themes say."""

from __future__ import annotations

from console.staff import case_texts, customers_texts, figures_texts, improvement_texts, service_texts
from locales import Text, _, n_

LABEL = _("Themes")
COMMON: dict[str, Text] = {
    **{f"language_{name}": text for name, text in service_texts.LANGUAGES.items()},
    **{f"of_{name}": text for name, text in case_texts.KINDS.items()},
    "themes": LABEL,
    "period": figures_texts.PAGE["period"],
    "days": figures_texts.PAGE["days"],
    "answer": _("Answer in a survey"),
    "texts": _("Times mentioned"),
    "not_about": _("Not about this"),
    "said_marked": _("Noted. Later changes of the words will not touch it."),
}
LIST: dict[str, Text] = COMMON | {
    "about": _(
        "What customers speak of in surveys, complaints, reviews and suggestions, found by the words they use."
    ),
    "new": _("New theme"),
    "theme": _("Theme"),
    "share": _("Share of all"),
    "before": _("Period before"),
    "low": _("Not content"),
    "low_of": _("{percent} of {count}"),
    "stars": _("Mean of 5 stars"),
    "few": figures_texts.FEW,
    "chart": _("Mentions by theme"),
    "chart_about": _("One bar for each theme; the same numbers stand in the table below."),
    "none": _("No theme is in use. Make one, and what customers said in the last year is looked through."),
    "by_department": _("By department"),
    "by_department_about": _("Whose business it was, as the request or the survey says."),
    "department": case_texts.LIST["department"],
    "nobodys": _("Nobody's"),
    "untagged": n_("{count} text speaks of no theme", "{count} texts speak of no theme", "count"),
    "untagged_see": _("Look for new themes"),
    "put_away": _("Themes that are put away"),
    "count_of": n_("{count} text in this period", "{count} texts in this period", "count"),
}
ONE: dict[str, Text] = COMMON | {
    "new": LIST["new"],
    "trend": _("How often it is spoken of"),
    "trend_about": _(
        "One point for each stretch of time, the latest last; the same numbers stand in the table below."
    ),
    "from_day": _("From"),
    "of_all": _("Of all texts"),
    "examples": _("What customers said"),
    "no_examples": _("Nobody has spoken of it in this period."),
    "improvements": _("What is being done about it"),
    "improve": _("Plan an improvement"),
    "words": _("Words that tell it"),
    "words_field": _("Words"),
    "words_about": _(
        "One word or phrase a line. Whole words are found, whatever their case and accents; Chinese ones anywhere, "
        "and Arabic ones also with the article. Write the forms of a word that customers use."
    ),
    "name": _("Name"),
    "department": LIST["department"],
    "nobodys": LIST["nobodys"],
    "active": _("In use"),
    "save": customers_texts.COMMON["save"],
    "try": _("Try the words"),
    "would": _("These words are found in {count} of the last {among} texts."),
    "would_none": _("Nobody has said anything in their own words yet, so there is nothing to try them on."),
    "reading": _("Looking through what was said in the last year: {percent} done. Figures may still change."),
    **{f"state_{name}": text for name, text in improvement_texts.STATES.items()},
    "said_saved": _("The theme is saved. What was said in the last year is looked through again."),
    "said_kept": _("The theme is saved."),
}
UNTAGGED: dict[str, Text] = COMMON | {
    "title": _("Texts without a theme"),
    "about": _("Read some of them. What comes up again and again is a new theme, or a word that a theme lacks."),
    "count": LIST["count_of"],
    "none": _("Every text of this period speaks of a theme."),
    "mark": _("Speaks of"),
    "choose": _("Choose a theme"),
    "set": _("Set"),
    "new": LIST["new"],
}
NO_NAME = _("Please write a name in at least one language, at most {number} characters each.")
LONG_WORD = _("“{word}” is too long. Please keep each phrase to {number} characters.")
TOO_MANY = _("These are too many. Please keep it to {number} words in a language.")
TOO_MANY_THEMES = _("There are {number} themes already. Please change one of them.")
NOTHING_SAID = _("Nobody has said anything in their own words in this period. Choose a longer one.")
TOO_FEW = _("These are too few to judge by. Choose a longer period, or ask more customers.")
BEGIN_WITH = _("Begin with “{theme}”: {percent} of those who speak of it are not content. Read what they say.")
ALL_WELL = _("No theme stands out: most of those who speak of each are content.")
