"""What the pages of results say, and what each figure leads to."""

from __future__ import annotations

from console.staff.survey_texts import AREAS, FRAME, KINDS
from locales import Text, _, n_

MODES: dict[str, Text] = {
    "chat": _("In chat"),
    "phone": _("By phone"),
    "in_person": _("Face to face"),
    "kiosk": _("On a tablet"),
}
NOBODY_KNOWS = _("Not known")
GIVEN = n_("{count} answer", "{count} answers", "count")
DIMENSIONS: dict[str, Text] = {
    "by_touchpoint": _("Touchpoint"),
    "by_department": _("Department"),
    "by_branch": _("Branch"),
    "by_segment": _("Segment"),
    "by_language": _("Language"),
    "by_mode": _("How it was asked"),
    "by_wave": _("Wave"),
}
COMMON: dict[str, Text] = {
    **FRAME,
    **DIMENSIONS,
    "views": _("Views of the results"),
    "view_overview": _("Overview"),
    "view_groups": _("Compare groups"),
    "view_waves": _("Compare waves"),
    "view_words": _("In their words"),
    "narrow": _("Narrow down"),
    "narrowed": _("Narrowed down"),
    "since": _("From"),
    "until": _("To"),
    "all": _("All"),
    "show": _("Show"),
    "clear": _("Show everything"),
    "as_table": _("The same as a table"),
    "unpublished": _("This survey is not published yet. There are results as soon as somebody has answered it."),
    "answers": _("Answers"),
    "share": _("Share"),
    "range": _("True figure, 95% sure"),
    "score": _("Score"),
    "value": _("Answer"),
    "question": _("Question"),
    "difference": _("Difference"),
}
OVERVIEW: dict[str, Text] = {
    **COMMON,
    **AREAS,
    **KINDS,
    "save": _("Save the answers"),
    "codebook": _("Save the codebook"),
    "came": _("How many answered"),
    "invited": _("Invited"),
    "begun": _("Began"),
    "finished": _("Finished"),
    "of_invited": _("{share} of those invited"),
    "of_begun": _("{share} of those who began"),
    "still": n_("{count} is still at it", "{count} are still at it", "count"),
    "scores": _("Scores"),
    "no_scores": _("This survey asks for no score. See the questions below."),
    "areas": _("What it tells about"),
    "area": _("Area"),
    "areas_help": _("The mean of all questions from 1 to 5 about it; every person counts once."),
    "left": _("Where people stop"),
    "left_help": _("Who has not gone on for a day counts as having stopped; they may still come back."),
    "seen": _("Saw it"),
    "stopped_here": _("Stopped here"),
    "questions": _("Question by question"),
    "skipped": n_("{count} skipped it", "{count} skipped it", "count"),
    "given": GIVEN,
    "mean": _("Mean"),
    "median": _("Half lie below"),
    "middle": _("The middle half"),
    "ends": _("Least and most"),
    "group_down": _("Detractors (0–6)"),
    "group_middle": _("Passives (7–8)"),
    "group_up": _("Promoters (9–10)"),
    "hard": _("Hard (1–3)"),
    "neither": _("Neither (4)"),
    "easy": _("Easy (5–7)"),
    "month": _("Month"),
    "row": _("Statement"),
    "read_all": _("Read them all"),
    "old_question": _("Not asked in the newest version."),
}
SCORES: dict[str, Text] = {
    "nps": _("Net Promoter Score"),
    "csat": _("Satisfied (4 or 5 of 5)"),
    "stars": _("Four or five stars"),
    "ces": _("Easy less hard"),
    "matrix": _("4 or 5 of 5"),
    "number": _("Mean"),
    "single": _("Share"),
    "multiple": _("Share"),
    "area": _("Mean"),
}
WITHIN = _("{low} to {high}")
SURE = _("{low} to {high}, 95% sure")
GROUPS: dict[str, Text] = {
    **COMMON,
    **AREAS,
    "groups_about": _(
        "Each group is compared with all the others together. The more groups there are, the more it takes to call"
        " a difference real (Holm’s correction)."
    ),
    "figure": _("Figure"),
    "split_by": _("Split by"),
    "group": _("Group"),
    "against": _("Against the others"),
    "no_figure": _("This survey asks for nothing that can be compared."),
}
WAVES: dict[str, Text] = {
    **COMMON,
    **AREAS,
    "waves_about": _(
        "Every figure of the later wave is compared with the earlier one. The more figures there are, the more it"
        " takes to call a difference real (Holm’s correction)."
    ),
    "earlier": _("Earlier wave"),
    "later": _("Later wave"),
    "figure": _("Figure"),
    "verdict": _("Verdict"),
    "over_time": _("Over all waves"),
    "wave": _("Wave"),
    "no_waves": _("There are no two waves to compare yet. Begin a wave under “Invitations”: answers belong to it."),
    "to_invitations": _("Invitations"),
}
WORDS: dict[str, Text] = {
    **COMMON,
    "search": _("Search"),
    "search_help": _("All words must be in it, in whatever spelling."),
    "every_question": _("Every question"),
    "no_words": _("Nobody has written anything yet."),
    "not_found": _("Nothing was found. Try fewer words, or show everything."),
    "looked": _("Nothing was found in the answers looked through so far."),
    "older": _("Older"),
    "note": _("Note"),
    "anonymous": _("Nobody knows whose it is"),
    "nameless": _("Customer without a name"),
    "picture": _("Picture"),
    "words_next": _("Read the newest first. What comes up again and again is counted under “Themes”."),
}
VERDICTS: dict[str, Text] = {
    "better": _("Clearly better"),
    "worse": _("Clearly worse"),
    "more": _("Clearly more"),
    "less": _("Clearly less"),
    "same": _("No difference that we could tell"),
    "few": _("Too few answers to tell"),
}
NEXT: dict[str, Text] = {
    "better": _("Find out what is done well here, and do it elsewhere, too."),
    "worse": _("Read what people wrote here, and plan an improvement."),
    "more": _("Ask what is different here before you act on it."),
    "less": _("Ask what is different here before you act on it."),
    "few": _("Wait until both sides have ten answers."),
}
SAME_NEXT = n_(
    "It takes about {count} answer on each side to see a difference of {difference}.",
    "It takes about {count} answers on each side to see a difference of {difference}.",
    "count",
)
SAME_ALL = _("Everybody says the same, so there is nothing to tell apart.")
POINTS = n_("{count} point", "{count} points", "count")

NOBODY = _("Nobody has answered this yet.")
FEW = n_(
    "There is only {count} answer, too few to judge by. Wait for ten.",
    "There are only {count} answers, too few to judge by. Wait for ten.",
    "count",
)
WIDE = n_(
    "The true figure may lie far from this one. About {count} answer would place it within ten points.",
    "The true figure may lie far from this one. About {count} answers would place it within ten points.",
    "count",
)
NPS_LOW = _("More people would warn others than recommend you. Read what those with 0 to 6 wrote, and answer them.")
NPS_EVEN = _("About as many would warn others as recommend you. Ask those who gave 7 or 8 what is missing.")
NPS_MIDDLE = _("Ask those who gave 7 or 8 what is missing: they are the nearest to recommending you.")
NPS_HIGH = _("Most people would recommend you. Ask those who gave 9 or 10 to bring a friend.")
CONTENT_LOW = _(
    "Fewer than six in ten are content. Read what they wrote, and compare groups to see where it is worst."
)
CONTENT_MIDDLE = _("Most are content, but not all. Compare groups to see where it falls short.")
CONTENT_HIGH = _("Eight in ten or more are content. Keep it so.")
EASY_LOW = _("Hardly more people find it easy than hard. Ask what took them effort, and take one step away.")
EASY_HIGH = _("More people find it easy than hard. Read what those who gave 1 to 3 wrote.")
ROW_FIRST = _("Begin with “{row}”, which is rated lowest.")
ROWS_ALIKE = _("The statements lie too close together to say which to begin with.")
CHOICE_FIRST = _("“{choice}” is named most often.")
CHOICES_ALIKE = _("The first two lie too close together to say which comes first.")
NUMBERS = _("Half of the answers lie between {low} and {high}. Look at what lies far outside.")
MONTHS = _("Most answers fall into {month}.")
WRITTEN = _("Read them all; what comes up again and again is counted under “Themes”.")
PICTURES = _("Look at the pictures beside what was written with them.")
AREA_FIRST = _("Begin with this: {area}. It is rated lowest.")
AREAS_ALIKE = _("The areas lie too close together to say which to begin with.")
AREAS_FEW = _("There are too few answers to judge any area by. Wait for ten.")
STOP_FIRST = _("Most stop at “{question}”. Make it shorter, let it be skipped, or ask it later.")
STOP_NOBODY = _("Nearly everybody who begins comes to the end. Keep it so.")
STOP_EVEN = _("People stop here and there, and nowhere in particular. A shorter survey helps most.")
STOP_FEW = _("Too few people have begun to say where they stop.")
RATES_FEW = _("Too few people were asked so far to judge by. Invite more, or wait.")
RESPONSE_LOW = _("Fewer than one in five of those invited begin. Ask sooner, and say how long it takes.")
COMPLETION_LOW = _("Three in ten or more stop on the way. See below where.")
RATES_GOOD = _("Enough of those who are asked take part. Keep it so.")
INVITED_UNKNOWN = _("Invitations are left out here: of them only time, touchpoint, branch and wave are known.")
GROUP_WORSE = _("Begin with {group}, which is clearly below the others.")
GROUP_BETTER = _("Learn from {group}, which is clearly above the others.")
GROUP_LESS = _("{group} lies clearly below the others. Ask what is different there before you act on it.")
GROUP_MORE = _("{group} lies clearly above the others. Ask what is different there before you act on it.")
GROUPS_SAME = _("No group differs from the others by more than chance explains. Do not act on their order.")
GROUPS_FEW = _("There are too few answers to compare. Two groups need ten each.")
WAVE_WORSE = _("Look into {figure}: it is clearly worse than before.")
WAVE_BETTER = _("What was done for {figure} shows: it is clearly better than before.")
WAVES_SAME = _("Nothing differs by more than chance explains. Keep at it, and compare again after the next wave.")
WAVES_FEW = _("There are too few answers to compare. Each wave needs ten to a question.")
