"""Surveys for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.engine import Connection

from store.tables import survey_invitations
from surveys import library
from surveys.definition import Choice, Question, Section, Survey, Test, Thanks
from surveys.library import Published

YES = Choice("yes", {"en": "Yes, gladly"})
NO = Choice("no", {"en": "Rather not"})
TEA, CAKE = Choice("tea", {"en": "Tea"}), Choice("cake", {"en": "Cake"})
STAFF, PLACE = Choice("staff", {"en": "Our team"}), Choice("place", {"en": "Our place"})

NPS = Question("nps", "nps", {"en": "Would you recommend us, {call_me|friend}?"}, required=True)
WHY = Question("why", "text", {"en": "Why {nps}?"}, when=((Test("nps", "below", 7),),))
RATED = Question("rated", "matrix", {"en": "How were they?"}, rows=(STAFF, PLACE))
AGAIN = Question("again", "single", {"en": "Would you come again?"}, choices=(YES, NO))
TRIED = Question("tried", "multiple", {"en": "What did you try?"}, choices=(TEA, CAKE))
COUNT = Question("count", "number", {"en": "How often do you come?"}, least=0, most=100)
SINCE = Question("since", "date", {"en": "Since when?"})
SHOWN = Question("shown", "photo", {"en": "Would you show us?"}, most=2)
EVERY_KIND = (NPS, WHY, RATED, AGAIN, TRIED, COUNT, SINCE, SHOWN)


def a_survey(*questions: Question, **more: Any) -> Survey:
    """A survey of these questions, in English; of a score and its reason when none are given."""
    return Survey(
        code=more.pop("code", "visit"),
        names={"en": "Your visit"},
        sections=(Section("all", questions or (NPS, WHY, AGAIN)),),
        thanks=more.pop("thanks", (Thanks({"en": "Thank you, that was all."}),)),
        **more,
    )


def publish(connection: Connection, survey: Survey, now: dt.datetime) -> Published:
    """The survey, published as the next version."""
    kept = library.find(connection, survey.code)
    if kept is None:
        library.create(connection, survey, now)
    else:
        library.save_draft(connection, kept.public_id, survey, kept.draft_edit, now)
    published = library.publish(connection, survey.code, "staff:test", now)
    assert isinstance(published, Published), published
    return published


def invite(connection: Connection, published: Published, contact_id: int, now: dt.datetime) -> None:
    """Have asked a contact to answer, just now."""
    new = {
        "public_id": f"asked-{contact_id}",
        "key": f"test:{contact_id}",
        "survey_id": published.survey_id,
        "contact_id": contact_id,
        "state": "asked",
        "at": now,
        "asked_at": now,
    }
    connection.execute(survey_invitations.insert().values(new))
