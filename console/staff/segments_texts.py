"""What the pages of segments say."""

from __future__ import annotations

from console.staff import customers_texts, service_texts, survey_texts
from locales import Text, _, n_
from outreach.segments import checks, values, words

LABEL = _("Segments")
CHANNELS: dict[str, Text] = {f"channel_{name}": text for name, text in service_texts.CHANNELS.items()}
COUNTED: dict[str, Text] = {
    **CHANNELS,
    "everybody": _("in it"),
    "agreed": _("agreed to offers"),
    "reached_by": _("of these by {channel}"),
    "counted_at": _("As of {moment}"),
}
PEOPLE: dict[str, Text] = {
    "nameless": service_texts.PEOPLE["nameless"],
    **{f"stage_{name}": text for name, text in words.STAGES.items()},
}
FRAME: dict[str, Text] = {
    **COUNTED,
    "segments": LABEL,
    "changed": _("Changed {moment}"),
    "changed_by": _("Changed {moment} by {name}"),
    "removed_one": _("This segment was removed. Campaigns that use it keep it, and new ones are not offered it."),
    "restore": _("Bring back"),
    "remove": _("Remove"),
    "undo": _("Undo"),
    "download": _("Save as a table"),
    "said_restored": _("It is back."),
    "said_saved": _("The segment is saved."),
    "cancel": customers_texts.COMMON["cancel"],
    "save": customers_texts.COMMON["save"],
    "name": _("Name"),
    "unreadable": _("This condition is written in a way that this page does not know."),
}
LIST: dict[str, Text] = {
    **FRAME,
    "about": _(
        "A segment says who is meant: a condition, which is asked anew each time, or a list of customers. "
        "Campaigns are written to segments."
    ),
    "new": _("New segment"),
    "new_list": _("List from a file"),
    "none": _("There are no segments yet. Begin with one of these, or with an empty one."),
    "none_yet": _("There are no segments yet."),
    "starters": _("Begin with"),
    "list": _("Customer list"),
    "list_about": _("A list of customers that your team keeps."),
    "used_by": _("In campaigns:"),
    "and_more": n_("and {count} more", "and {count} more", "count"),
    "counting": _("Being counted …"),
    "more": survey_texts.LIST["more"],
    "copy": survey_texts.LIST["copy"],
    "removed_ones": _("Removed ones"),
    "said_removed": _("The segment is removed."),
    "taken_meanwhile": _("Another segment has this name now. Rename that one first."),
}
HOWS: dict[str, Text] = {
    "how_all": _("All of these are true"),
    "how_any": _("At least one of these is true"),
    "how_none": _("None of these is true"),
    "how_not_all": _("Not all of these are true"),
}
DAYS: dict[str, Text] = {
    "on_date": _("on a date"),
    "on_days": _("days ago"),
    "on_months": _("months ago"),
    "on_today": _("today"),
    "on_start_of_week": _("start of the week"),
    "on_start_of_month": _("start of the month"),
    "on_start_of_year": _("start of the year"),
}
PERIODS: dict[str, Text] = {
    "period_any": _("at any time"),
    "period_within": _("within the last days"),
    "period_since": _("since"),
    "period_before": _("before"),
    "period_span": _("between"),
}
ROWS: dict[str, Text] = {
    "until": _("and"),
    "choose": _("Choose …"),
    "yes": _("Yes"),
    "no": _("No"),
    "none_known": _("There is none yet."),
    "any_campaign": _("None ticked: any campaign."),
    "period": _("When"),
    "days": _("Days"),
    "value": _("With what"),
    "others": _("Others, with commas between"),
    "listed": _("Several, with commas between"),
}
"""What is said of the fields of a row."""
BUILDER: dict[str, Text] = {
    **FRAME,
    **PEOPLE,
    "new": LIST["new"],
    "name_help": _("Only your team sees it."),
    "who": _("Who is meant"),
    "group": _("Group"),
    "how": _("How these go together"),
    "nobody_left_out": _("There is no condition yet, so everybody is meant."),
    "and": _("and"),
    "or": _("or"),
    "fact": _("Fact"),
    "choose_fact": _("Choose a fact …"),
    "operator": _("Compared how"),
    "value": ROWS["value"],
    "others": ROWS["others"],
    "listed": ROWS["listed"],
    "date": _("Date"),
    "ago": _("How many"),
    "events_count": _("Which ones count"),
    "any_one": _("Leave empty what doesn't matter."),
    "add": _("Add a condition"),
    "add_group": _("Add a group"),
    "wrap": _("Put into a group"),
    "unwrap": _("Dissolve the group"),
    "drop": _("Remove the condition"),
    "drop_group": _("Remove the group"),
    "refresh": _("Show the fields"),
    "how_many": _("How many"),
    "counting": LIST["counting"],
    "not_counted": _("Not counted: a condition is not complete yet. The figures are those of before."),
    "in_words": _("In words"),
    "sample": _("Some of them"),
    "nobody": _("Nobody fits."),
    "problems": _("It is not saved yet. Please correct what is marked."),
    "nameless_segment": _("Please give it a name, of {number} characters at most."),
    "taken": _("Another segment has this name: {name}."),
    "stale": _("Somebody else changed this segment meanwhile. What you made is still here, but not saved."),
    "stale_theirs": _("Their version"),
    "stale_mine": _("Your version"),
    "stale_save": _("Save mine instead"),
    "stale_look": _("See theirs"),
}
MEMBERS: dict[str, Text] = {
    **FRAME,
    **PEOPLE,
    "new": LIST["new_list"],
    "name_help": BUILDER["name_help"],
    "list": LIST["list"],
    "create": _("Make the list"),
    "file": _("File"),
    "file_help": _(
        "A table with commas, or plain text, with one customer on each line: customer number, e-mail address or "
        "phone number. At most {size} MB."
    ),
    "file_add": _("Put these on the list"),
    "file_replace": _("Only these: take everybody else off the list"),
    "file_how": _("What happens to those who are on it"),
    "upload": _("Read the file"),
    "from_file": _("From a file"),
    "reading": _("{lines} of {total} lines are read …"),
    "no_file": _("Please choose a file."),
    "too_long": _("The file has too many lines: {number} are the most. The rest was not read."),
    "broken_off": _("The file was not read to its end. Choose it again: nobody comes onto the list twice."),
    "done": _("The file is read."),
    "added": n_("{count} customer came onto the list", "{count} customers came onto the list", "count"),
    "known": n_("{count} customer was on it already", "{count} customers were on it already", "count"),
    "taken_off": n_("{count} customer was taken off", "{count} customers were taken off", "count"),
    "missed": n_("{count} line names no customer", "{count} lines name no customer", "count"),
    "line": _("Line"),
    "value": _("What stands there"),
    "missed_most": _("The table has the first {number} of them."),
    "why": _("Why"),
    "first_lines": n_("The first {count} line:", "The first {count} lines:", "count"),
    "why_unknown": _("Nobody is known by it"),
    "why_several": _("It belongs to more than one customer"),
    "why_unreadable": _("It cannot be read"),
    "save_missed": _("Save all of these lines as a table"),
    "members": _("On the list"),
    "nobody": _("Nobody is on the list yet."),
    "take_off": _("Take off the list"),
    "take_off_these": _("Take the ticked ones off the list"),
    "more": _("Show more"),
    "clear": _("Take everybody off the list"),
    "clear_sure": _("This can't be undone; a file brings them back."),
    "clear_yes": _("Yes, everybody"),
    "said_taken_off": _("They are off the list."),
    "said_nobody_ticked": _("Nobody was ticked."),
    "said_made": _("The list is made. Now choose a file."),
    "said_cleared": _("Nobody is on the list any more."),
    "rename": _("Rename"),
    "nameless_segment": BUILDER["nameless_segment"],
    "taken": BUILDER["taken"],
    "stale": BUILDER["stale"],
}
STARTERS: dict[str, Text] = {
    "new_agreed": _("New customers who agreed to news"),
    "at_risk_top": _("At risk, {tier} tier"),
    "birthday": _("Birthday in the next 30 days"),
    "category": _("Bought {category} in the last 90 days"),
    "silent": _("Reachable, but silent for 90 days"),
    "never": _("Members who never bought"),
}
SAID: dict[Text, Text] = {
    values.MANY: _("Please choose at least one, and {number} at most."),
    values.A_TEXT: _("Please write something here, in {number} characters at most."),
    values.WHOLE: _("Please write a whole number from {low} to {high}."),
    values.AMOUNT: _("Please write an amount such as {example}."),
    values.A_DAY: _("Please choose a day."),
    values.ONE_OF: _("Please choose one."),
    values.YES_OR_NO: _("Please choose one."),
    checks.NEEDED: _("Please choose one."),
    checks.EMPTY: _("Please add a condition here, or remove the group."),
    checks.DEEP: _("Groups stand too deep within each other here: {number} is the most."),
}
"""What the reader of documents says about values, as it is said to who fills a form in."""
CHOOSE_FACT = _("Please choose a fact, or remove the condition.")
