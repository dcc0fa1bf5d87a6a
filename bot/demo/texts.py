"""What the demo's page says, in the catalogues' languages; and what the customers on its phones say."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, _, n_

PAGE: dict[str, Text] = {
    "title": _("Five customers, one clock"),
    "intro": _(
        "A sample business, on this machine alone. Write in any phone, let time pass, or press one of the scenes."
    ),
    "phones": _("The customers' phones"),
    "scenes": _("Seven scenes"),
    "clock": _("The clock that all of them share"),
    "ahead_hour": _("One hour on"),
    "ahead_morning": _("To the next morning"),
    "ahead_day": _("One day on"),
    "halt": _("Stop here"),
    "team": _("Work on the other side"),
    "staff": _("Staff pages"),
    "till": _("Till"),
    "accounts": _("Accounts"),
    "password": _("Password of all three"),
    "others": _("Other customers"),
    "bot": _("The bot's process"),
    "greet": _("Greetings at nine"),
    "greet_about": _(
        "A birthday tomorrow, a day of membership after it: time passes until it was 9 in the morning everywhere."
    ),
    "greet_do": _("Let morning come"),
    "redeem": _("A voucher works once"),
    "redeem_about": _("A customer exchanges points for a reward. The till scans the code from the chat, twice."),
    "redeem_do": _("Exchange, scan twice"),
    "complain": _("Nothing into a complaint"),
    "complain_about": _(
        "A customer complains and asks for a person. The next greeting passes this customer over, and says why."
    ),
    "complain_do": _("Complain, then wait"),
    "listen": _("An unhappy answer"),
    "listen_about": _(
        "A customer answers a survey, and is not happy. A request is opened for the team, and its number told."
    ),
    "listen_do": _("Answer, then ask after it"),
    "recommend": _("Something you may like"),
    "recommend_about": _(
        "A customer asks for a recommendation and gets a few products, each with its reason. One is not wanted."
    ),
    "recommend_do": _("Ask, then say no to one"),
    "broadcast": _("One message, five languages"),
    "broadcast_about": _(
        "One customer asks for a pause. Then the team writes to all five: in each one's language, at ten on their "
        "clock."
    ),
    "broadcast_do": _("Pause one, write to all"),
    "kill": _("Killed in mid-question"),
    "kill_about": _(
        "The bot's process is killed while its question is open. The customer answers all the same, and it goes on."
    ),
    "kill_do": _("Ask, kill, answer"),
}
SCRIPT: dict[str, Text] = {
    "passes": _("Time passes…"),
    "asks": _("{name} asks what there is for points."),
    "voucher": _("{name} has a voucher now. Its code is read from the picture in the chat."),
    "first": _("First scan: {result}"),
    "second": _("Second scan: {result}"),
    "unread": _("The code in the picture could not be read."),
    "complained": _("{name} complains and asks for a person."),
    "waiting": _("{name} has a complaint open already."),
    "answers_survey": _("{name} opens the survey that came yesterday."),
    "unhappy": _("{name} is not happy, and says so."),
    "opened": _("A request is open for the team: {result}"),
    "asks_after": _("{name} asks what became of it."),
    "no_survey": _("{name} has answered already. Give the phones to others first."),
    "asks_recommendation": _("{name} asks what there is to like."),
    "refuses": _("{name} is not interested in one of them. It won't be suggested again."),
    "pauses": _("{name} asks for a pause."),
    "reached": _("In their own language, at their own ten o'clock: {names}"),
    "asked": _("{name} is asked which reward it shall be."),
    "killed": _("Killed. A new process is starting…"),
    "stopped": _("The demo was stopped. When it is started again, it goes on here."),
    "answered": _("{name} answers while nobody is there."),
    "goes_on": _("The answer was taken: the conversation goes on."),
    "recast": _("These five have been greeted. Others have the phones now."),
    "greeted": _("Greeted at their own nine o'clock: {names}"),
    "poor": _("Nobody here has enough points. Give the phones to others first."),
    "held": _("A person has each of these conversations. Give the phones to others first."),
    "failed": _("That took too long. Please try the scene again."),
    "elsewhere": _("This page was opened once more, and goes on there."),
    "here": _("Go on here"),
}
STARTED = _("Process {pid} is running.")
BACK = n_(
    "Process {pid} is running, back after {seconds} s. It has been started again {count} time.",
    "Process {pid} is running, back after {seconds} s. It has been started again {count} times.",
    count="count",
)
GREETED: Mapping[str, Text] = {
    "birthday": _("Birthday greeting, {moment}"),
    "membership": _("Thanks for being a member, {moment}"),
}
COMES = _("Next greeting: {moment}")
NOT_SAID = _("Passed over.")
REASONS: Mapping[str, Text] = {  # as cadence and the planner name them
    "with a person": _("Passed over: a person from the team has this conversation."),
    "in a dialogue": _("Waits: the customer is in the middle of something here."),
    "open request": _("Passed over: a request of this customer is open."),
    "an answer is owed first": _("Waits: an answer is owed first."),
    "opted out": _("Passed over: this customer said stop."),
    "paused": _("Passed over: this customer wanted a pause."),
    "quiet hours": _("Waits: it is quiet hours there."),
    "daily limit": _("Waits: one message a day is enough."),
    "weekly limit": _("Waits: there was enough this week."),
    "too soon after another": _("Waits: it is too soon after another message."),
    "too late": _("Passed over: it would have come too late."),
}
BUSY = _("Time is passing already. Let it come to a stop first.")
NO_CODE = _("The bot does not know that code.")
SHOP = _("This is where your own shop's page of the product would be.")
SURVEY = _("survey")
REQUESTS = _("What about my request?")
RECOMMEND = _("What do you recommend?")
PAUSE = _("pause")
PLANNED = _("The team's message goes out on {day}. It is on the staff pages, with who gets it and who doesn't.")
# What a customer says who complains. It follows the words that ask for a person.
COMPLAINT = _("My order was wrong twice this week, and nobody has called me back.")
