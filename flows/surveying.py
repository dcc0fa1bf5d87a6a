"""Effects of surveys: begun or gone on with, answered, finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty.programme import named
from service import cases
from service.cases import Asked
from store import contacts, media, rewards, survey_invitations
from store.responses import Response, kind_of
from store.survey_invitations import Invitation
from surveys import asking, course, inviting, library, naming, responses, rewarding, spoken
from surveys.definition import Answer, Survey
from surveys.library import Published
from surveys.rewarding import Given
from talk.engine import Act, lookup, revisable

AGAIN = dt.timedelta(days=1)  # a survey that was answered since is not begun anew by a word or an old button


class Promised(msgspec.Struct, frozen=True):
    """What finishing brings, the reward in the customer's language; `used_up`: nothing, the day's are given."""

    points: int = 0
    reward: str = ""
    used_up: bool = False


class Begun(msgspec.Struct, frozen=True, tag=True):
    """A response that can be answered until `until`: what it asks, and what was `answered` before.

    `names` are what its texts may call by name. The whole definition goes into the session's journal, so that a
    running session stays on its version and can be retold without looking anything up.
    """

    response: str
    survey: Survey
    answered: dict[str, Answer]
    names: dict[str, str]
    promised: Promised
    until: dt.date


class Answered(msgspec.Struct, frozen=True, tag=True):
    """They have answered it already."""


class Closed(msgspec.Struct, frozen=True, tag=True):
    """It was to be answered until this day."""

    on: dt.date


class NoSurvey(msgspec.Struct, frozen=True, tag=True):
    """There is nothing to answer, or not for them."""


class Left(msgspec.Struct, frozen=True):
    """A response that was left: how many questions are answered, of how many, and until when it can be finished."""

    done: int
    total: int
    until: dt.date


class Completed(msgspec.Struct, frozen=True, tag=True):
    """The response is finished: what was given for it, and the request that its low scores opened.

    `again`: the answers were added to a request that was open before. `promised_at` is when the customer hears.
    """

    given: Given = Given()
    case: str = ""
    promised_at: dt.datetime | None = None
    again: bool = False


class TooLate(msgspec.Struct, frozen=True, tag=True):
    """It was finished before, or its time is over: nothing changed."""


Beginning: TypeAlias = Begun | Answered | Closed | NoSurvey


def begin(act: Act, about: str) -> Beginning:
    """Begin to answer, or go on: `about` is the public id of a response or an invitation, or names a survey.

    Without it, it is the contact's open response that moved last, or else what they were invited to last.
    """
    if about:
        return _about(act, about)
    if (opened := responses.open_of(act.connection, act.contact_id, act.now)) is not None:
        return _going_on(act, opened)
    invited = survey_invitations.newest_asked(act.connection, act.contact_id)
    return NoSurvey() if invited is None else _invited(act, invited)


@lookup
def left(act: Act) -> Left | None:
    """The contact's open response that moved last."""
    opened = responses.open_of(act.connection, act.contact_id, act.now)
    if opened is None:
        return None
    survey = library.version(act.connection, opened.version_id).survey
    answered = course.pruned(survey, responses.answers(act.connection, opened, survey))
    return Left(len(answered), len(course.asked(survey, answered)), _last_day(act, opened))


@revisable
def keep(act: Act, response: str, question: str, answer: Answer, shown: str) -> Literal["kept", "late", "lost"]:
    """Keep an answer at once, in place of an earlier one; `shown` is the question that is shown next.

    Of a matrix it may be some rows, the others to come. `lost`: none of the pictures could be kept.
    """
    found = responses.find(act.connection, response)
    assert found is not None
    asked = library.version(act.connection, found.version_id).survey.question(question)
    assert asked is not None
    if asked.kind == "photo" and isinstance(answer, list):
        answer = _pictures(act, found, question, answer)
        if not answer:
            return "lost"
    kept = responses.keep(act.connection, found, asked, answer, act.now, partly=asked.kind == "matrix")
    if kept:
        responses.reach(act.connection, found, shown, act.now)
    return "kept" if kept else "late"


def finish(act: Act, response: str) -> Completed | TooLate:
    """End a response in the chat."""
    found = responses.find(act.connection, response)
    assert found is not None
    done = completed(act.connection, found, act.now, language=act.language, secret=act.secret)
    if isinstance(done, Completed) and done.case and not done.again:
        act.tell("case_opened", {"kind": "survey"})
    if isinstance(done, Completed) and done.promised_at is not None:
        done = msgspec.structs.replace(done, promised_at=done.promised_at.astimezone(act.now.tzinfo))
    return done


def completed(
    connection: Connection, response: Response, now: dt.datetime, *, language: str, secret: bytes
) -> Completed | TooLate:
    """The one end of a response, however it was answered; `language` is that of what is given for it.

    Answers that are not asked for any more are dropped, the invitation is settled, the thank-you given, and a low
    score opens a request. `secret` is the house's key.
    """
    survey = library.version(connection, response.version_id).survey
    if not (responses.can_go_on(response, now) and responses.finish(connection, response, now, survey)):
        return TooLate()
    if response.invitation_id is not None:
        inviting.settle(connection, response.invitation_id, "done", now)
    given = rewarding.give(connection, secret, survey, response, now, language)
    return _followed_up(connection, survey, response, now, given)


def _about(act: Act, named: str) -> Beginning:
    response = responses.find(act.connection, named)
    if response is not None:
        return _going_on(act, response) if response.contact_id == act.contact_id else NoSurvey()
    invitation = inviting.find(act.connection, named)
    if invitation is not None:
        return _invited(act, invitation) if invitation.contact_id == act.contact_id else NoSurvey()
    return _by_name(act, named)


def _invited(act: Act, invitation: Invitation) -> Beginning:
    if (response := responses.of_invitation(act.connection, invitation.id)) is not None:
        return _going_on(act, response)
    published = library.published(act.connection, invitation.survey)
    if published is None:
        return NoSurvey()
    inviting.settle(act.connection, invitation.id, "begun", act.now)
    return _fresh(act, published, invitation)


def _by_name(act: Act, name: str) -> Beginning:
    published = library.published(act.connection, name)
    if published is None or kind_of(act.connection, act.contact_id) not in published.survey.kinds:
        return NoSurvey()
    who, survey_id = act.contact_id, published.survey_id
    if (opened := responses.open_of(act.connection, who, act.now, survey_id)) is not None:
        return _going_on(act, opened)
    if responses.done_since(act.connection, who, survey_id, act.now - AGAIN):
        return Answered()
    return _fresh(act, published, None)


def _fresh(act: Act, published: Published, invitation: Invitation | None) -> Begun:
    response = responses.begin(
        act.connection,
        published,
        key=f"chat:{act.key}",
        mode="chat",
        language=act.language,
        contact_id=act.contact_id,
        now=act.now,
        invitation_id=invitation.id if invitation else None,
        touchpoint=invitation.touchpoint if invitation else "",
        branch_id=invitation.branch_id if invitation else None,
        product_id=invitation.product_id if invitation else None,
    )
    if invitation is None:
        survey, response_id = published.survey, response.public_id
        asking.plan_reminder(act.connection, act.contact_id, survey, act.now, response=response_id)
    return _begun(act, published.survey, response, {})


def _going_on(act: Act, response: Response) -> Beginning:
    if response.state == "done":
        return Answered()
    if not responses.can_go_on(response, act.now):
        return Closed(_last_day(act, response))
    survey = library.version(act.connection, response.version_id).survey
    answered = responses.answers(act.connection, response, survey)
    if answered.get(response.reached, "") is None:  # a matrix that was left after rows that were skipped
        del answered[response.reached]
    return _begun(act, survey, response, answered)


def _begun(act: Act, survey: Survey, response: Response, answered: dict[str, Answer]) -> Begun:
    promise = rewarding.promise(act.connection, survey, response, act.now)
    reward = rewards.find(act.connection, promise.voucher) if promise.voucher else None
    return Begun(
        response=response.public_id,
        survey=survey,
        answered=answered,
        names=naming.names(act.connection, response, act.language),
        promised=Promised(
            promise.points, named(reward.name, reward.names, act.language) if reward else "", promise.used_up
        ),
        until=_last_day(act, response),
    )


def _last_day(act: Act, response: Response) -> dt.date:
    assert response.deadline_at is not None
    return response.deadline_at.astimezone(act.now.tzinfo).date()


def _pictures(act: Act, response: Response, question: str, sent: Sequence[str]) -> list[str]:
    """The pictures' public ids by the platform's names for them; one that was kept before has only ours."""
    before = responses.answers(act.connection, response).get(question)
    known = set(before) if isinstance(before, list) else set()
    channel, account, _sender = contacts.address(act.connection, act.identity_id)
    found = [
        ref if ref in known else media.public_id_of(act.connection, channel, account, ref, act.contact_id)
        for ref in sent
    ]
    return list(dict.fromkeys(ref for ref in found if ref))


def _followed_up(
    connection: Connection, survey: Survey, response: Response, now: dt.datetime, given: Given
) -> Completed:
    """Open a request of a low score, if the survey asks for that and somebody can be answered."""
    answered = responses.answers(connection, response, survey)
    if response.contact_id is None or not (survey.follow_up and course.low(survey, answered)):
        return Completed(given)
    key = f"survey:{response.public_id}"
    opened = cases.from_survey(
        connection,
        response.contact_id,
        response.id,
        [Asked(*each) for each in spoken.in_words(survey, answered, survey.language)],
        key=key,
        now=now,
        language=response.language,
        touchpoint=response.touchpoint,
        department=response.department,
        branch_id=response.branch_id,
        product_id=response.product_id,
    )
    return Completed(given, opened.number, opened.promised_at, opened.again)
