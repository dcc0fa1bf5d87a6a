"""A survey in the chat: any version of any survey, one question after the other.

Each answer is kept at once, so a survey may be left at any question: by a word, by asking for something else, or by
not answering any more. Begun again within its days, the response goes on where it was: what was answered is taken
into the journal as if it were answered here. So there is one way through a survey, and “back” reaches everything.
Keeping the session alive instead would not do: a day of silence, too many other wishes and the team taking over end
sessions, while what is stored survives them all.
"""

from __future__ import annotations

from typing import Any

from flows import surveying
from flows.survey_questions import Asking
from flows.surveying import Answered, Begun, Closed, Completed, NoSurvey
from locales import _, n_
from surveys import course
from surveys.definition import Answer, Question
from talk.engine import Talk, patient
from talk.prompts import POSTPONED, Choice, Option

ASKED = "q."  # before the keys of questions, which may be anything
GO_ON = Option("go_on", _("Go on"))
LATER = Option("later", _("Not now"), declines=True)

TAKES = n_("It takes about {minutes} minute.", "It takes about {minutes} minutes.", "minutes")
BRINGS_POINTS = n_("As a thank-you you get {points} point.", "As a thank-you you get {points} points.", "points")
BRINGS_VOUCHER = _("As a thank-you you get a voucher: {reward}.")
BRINGS_BOTH = n_(
    "As a thank-you you get {points} point and a voucher: {reward}.",
    "As a thank-you you get {points} points and a voucher: {reward}.",
    "points",
)
USED_UP = _("Today's thank-you gifts for this survey are all gone. Your answers count all the same.")
HOW = _("Send “back” to change an answer, or “later” to finish another day.")
GOES_ON = n_(
    "Welcome back. You've answered {count} question already, so we go on from there.",
    "Welcome back. You've answered {count} questions already, so we go on from there.",
    "count",
)
SHALL_WE = n_(
    "You've answered {done} of the {total} question of our survey. Shall we go on?",
    "You've answered {done} of the {total} questions of our survey. Shall we go on?",
    "total",
)
WHENEVER = _("All right, your answers are kept. Send “survey” to go on, until {day}.")
NO_PICTURE = _("Sorry, I couldn't keep your picture.")
GIVEN_POINTS = n_(
    "{points} point for your answers is in your account.",
    "{points} points for your answers are in your account.",
    "points",
)
GIVEN_VOUCHER = _("You'll find your voucher under “My vouchers”: {reward}.")
FOLLOWED_UP = _(
    "I'm sorry that it wasn't better. Our team looks into it, and you'll hear from us by the end of {day}. "
    "The number of your request is <code>{number}</code>."
)
ADDED = _("I'm sorry that it wasn't better. I've added your answers to your request <code>{number}</code>.")
HAD_IT = _("You've answered this survey already. Thank you.")
OVER = _("This survey was open until {day}. Thank you all the same.")
NONE = _("There's no survey for you at the moment.")


@patient
async def survey(talk: Talk) -> None:
    """Begin or go on, ask what is to be asked, and say thank you.

    `about` is the public id of an invitation or a response, or names a survey; without it, it is what is open.
    `left`: the customer came back hours after a question, with other words.
    """
    if talk.args.get("left") and not await _shall_go_on(talk):
        return
    begun = talk.do("begin", surveying.begin, talk.args.get("about", ""))
    match begun:
        case Begun():
            _introduce(talk, begun)
            await _answer(talk, begun)
        case Answered():
            talk.say(HAD_IT)
        case Closed(on=day):
            talk.say(OVER, day=day)
        case NoSurvey():
            talk.say(NONE)


async def _shall_go_on(talk: Talk) -> bool:
    left = talk.do("left", surveying.left)
    if left is None:
        return True  # what became of it is said by what comes next
    choice = Choice(GO_ON, LATER)
    if await talk.ask("shall", SHALL_WE, choice, done=left.done, total=left.total) is GO_ON:
        return True
    talk.say(WHENEVER, day=left.until)
    return False


def _introduce(talk: Talk, begun: Begun) -> None:
    if begun.answered:
        if not talk.args.get("left"):  # who was asked whether to go on was told
            talk.say(GOES_ON, count=len(course.pruned(begun.survey, begun.answered)))
        talk.recall(_recalled(begun))
        return
    asking = Asking(begun.survey, {}, begun.names)
    if begun.survey.intro:
        talk.say(asking.said(begun.survey.intro))
    talk.say(TAKES, minutes=begun.survey.minutes)
    promised = begun.promised
    if promised.points and promised.reward:
        talk.say(BRINGS_BOTH, line=True, points=promised.points, reward=promised.reward)
    elif promised.points:
        talk.say(BRINGS_POINTS, line=True, points=promised.points)
    elif promised.reward:
        talk.say(BRINGS_VOUCHER, line=True, reward=promised.reward)
    elif promised.used_up:
        talk.say(USED_UP, line=True)
    talk.say(HOW, line=True)


def _recalled(begun: Begun) -> dict[str, Answer]:
    """The answers by the keys of the questions that asked for them."""
    recalled: dict[str, Answer] = {}
    for key, answer in begun.answered.items():
        if isinstance(answer, dict):
            recalled |= {f"{ASKED}{key}.{row}": number for row, number in answer.items()}
        elif (question := begun.survey.question(key)) is not None and question.kind == "matrix":
            recalled |= {f"{ASKED}{key}.{row.key}": None for row in question.rows}
        else:
            recalled[f"{ASKED}{key}"] = answer
    return recalled


async def _answer(talk: Talk, begun: Begun) -> None:
    answers: dict[str, Answer] = {}
    while (question := course.following(begun.survey, answers)) is not None:
        ask = _ask_rows if question.kind == "matrix" else _ask
        if not await ask(talk, begun, answers, question):
            return
    done = talk.do("finish", surveying.finish, begun.response)
    if not isinstance(done, Completed):
        talk.say(OVER, day=begun.until)
        return
    asking = Asking(begun.survey, answers, begun.names)
    if thanks := course.thanks(begun.survey, answers):
        talk.say(asking.said(thanks))
    _tell_what_came(talk, done)


async def _ask(talk: Talk, begun: Begun, answers: dict[str, Answer], question: Question) -> bool:
    """Ask a question and keep its answer; False when the survey is left here."""
    asking = Asking(begun.survey, answers, begun.names)
    text, values = asking.words(question)
    key = f"{ASKED}{question.key}"
    heard = await talk.ask(key, text, asking.prompt(question), **values)
    if heard is POSTPONED:
        talk.say(WHENEVER, day=begun.until)
        return False
    answers[question.key] = _plain(heard)
    return _keep(talk, begun, answers, question, key)


async def _ask_rows(talk: Talk, begun: Begun, answers: dict[str, Answer], question: Question) -> bool:
    """Ask row by row, and keep what is known of the whole after each; False when the survey is left here."""
    rows: dict[str, int] = {}
    for place, row in enumerate(question.rows):
        before = {key: answer for key, answer in answers.items() if key != question.key}
        asking = Asking(begun.survey, before, begun.names)
        text, values = asking.words(question, place)
        key = f"{ASKED}{question.key}.{row.key}"
        heard = await talk.ask(key, text, asking.prompt(question), **values)
        if heard is POSTPONED:
            talk.say(WHENEVER, day=begun.until)
            return False
        if heard is not None:
            rows[row.key] = heard
        answers[question.key] = dict(rows) or None
        more = place + 1 < len(question.rows)
        if not _keep(talk, begun, answers, question, key, shown=question if more else None):
            return False
    return True


def _keep(
    talk: Talk,
    begun: Begun,
    answers: dict[str, Answer],
    question: Question,
    key: str,
    shown: Question | None = None,
) -> bool:
    """Keep the answer at once; False when the survey is over meanwhile.

    `shown` is the question that is shown next, where it is not the following one.
    """
    shown = shown or course.following(begun.survey, answers)
    reached = shown.key if shown else ""
    kept = talk.do(f"keep.{key}", surveying.keep, begun.response, question.key, answers[question.key], reached)
    if kept == "late":
        talk.say(OVER, day=begun.until)
    elif kept == "lost":
        talk.say(NO_PICTURE)
        answers[question.key] = None
    return kept != "late"


def _plain(heard: Any) -> Answer:
    """An answer as surveys keep it."""
    if isinstance(heard, Option):
        return heard.key
    if isinstance(heard, tuple):
        return [each.key if isinstance(each, Option) else each for each in heard]
    return heard if isinstance(heard, int | str | None) else heard.isoformat()


def _tell_what_came(talk: Talk, done: Completed) -> None:
    given = done.given
    if given.points:
        talk.say(GIVEN_POINTS, points=given.points)
    if given.reward:
        talk.say(GIVEN_VOUCHER, reward=given.reward)
    if done.case and (done.again or done.promised_at is None):
        talk.say(ADDED, number=done.case)
    elif done.case and done.promised_at is not None:
        talk.say(FOLLOWED_UP, number=done.case, day=done.promised_at.date())
