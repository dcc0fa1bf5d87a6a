"""What the figures of service say, and which sentence tells what to do next."""

from __future__ import annotations

from console.staff import audit_log, today_texts
from locales import Text, _

COLUMNS = (  # of a measure, as a table to keep has them
    *("opened", "answered", "first_median", "first_p90", "first_in_time", "resolved", "resolved_median"),
    *("resolved_in_time", "rated", "rating"),
)
PAGE: dict[str, Text] = {
    "figures": today_texts.PAGE["figures"],
    "today": today_texts.LABEL,
    "period": _("Period"),
    "days": today_texts.PAGE["for_days"],
    "export": audit_log.WORDS["export"],
    "hours_help": _("Time counts while the team is there, by the hours of each queue."),
    "team": _("The whole team"),
    "by_team": _("Team"),
    "by_queue": _("Queues"),
    "by_person": _("People"),
    "opened": _("Opened"),
    "first_median": _("First answer, half within"),
    "first_p90": _("First answer, nine of ten within"),
    "first_in_time": _("First answer in time"),
    "resolved_median": _("Solved, half within"),
    "resolved_in_time": _("Solved in time"),
    "rating": _("Rating"),
    "promises": _("Promises"),
    "nobody": _("Nobody has had a conversation in this period."),
}
FEW = _("Too few")
MINUTES = _("{minutes} min")
HOURS = _("{hours} h {minutes} min")
RATED = _("{mean} of 5 ({count})")
PROMISED = _("Kept: {kept}, late: {late}, broken: {broken}")
NOTHING_OPENED = _("Nothing was opened in this period. Choose a longer one.")
TOO_FEW = _("These are too few to judge by. Choose a longer period.")
FIRST_LATE = _(
    "Too many customers wait too long for a first answer. See below which queue is slowest: it needs more people,"
    " longer hours, or canned replies for what is asked most."
)
RESOLVED_LATE = _(
    "First answers come in time, but solving takes too long. See below where, and read some of those conversations"
    " for what they waited for."
)
PROMISES_BROKEN = _("More than one promise in ten is not kept in time. Promise later moments, and fewer things.")
RATED_LOW = _("Answers come in time, yet the ratings are low. Read the closed conversations with one or two stars.")
ALL_GOOD = _("Answers come in time. Keep it so.")
TOO_FEW_QUEUES = _("No queue has enough conversations to be judged. Choose a longer period.")
QUEUES_GOOD = _("Every queue with enough conversations answers in time.")
QUEUE_LATE = _("Begin with {queue}: it keeps its first answers in time least often.")
TOO_FEW_PEOPLE = _("There are too few conversations to compare people.")
PEOPLE_CARE = _("Compare with care: whoever gets the hard questions takes longer.")
