"""The survey of rehearsals, and invitations to it: what a transcript's `INVITATION visit` stands for."""

from __future__ import annotations

import datetime as dt
import re
import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service import cases
from service.cases import NewCase
from store import survey_invitations
from store.survey_invitations import PLANNED, New
from store.tables import branches
from store.tables import survey_invitations as invitations
from surveys import library, templates
from surveys.definition import Choice, Question, Reward, Section, Survey, Test, Thanks
from surveys.library import Published

INVITATION = re.compile(r"INVITATION(?: (visit|purchase|case|conversation|round))?")
_YES = Choice("yes", {"en": "Yes", "ms": "Ya", "vi": "Có", "ar": "نعم", "zh": "是"})
_NO = Choice("no", {"en": "No", "ms": "Tidak", "vi": "Không", "ar": "لا", "zh": "否"})
SURVEY = Survey(
    code="rehearsal",
    names={"en": "Your visit"},
    sections=(
        Section(
            "visit",
            (
                Question(
                    "happy",
                    "csat",
                    {
                        "en": "How happy were you with your visit?",
                        "ms": "Sejauh mana anda berpuas hati dengan kunjungan anda?",
                        "vi": "Bạn hài lòng thế nào với lần ghé vừa rồi?",
                        "ar": "ما مدى رضاك عن زيارتك؟",
                        "zh": "您对这次光临满意吗？",
                    },
                    required=True,
                ),
                Question(
                    "why",
                    "text",
                    {
                        "en": "What should we do better?",
                        "ms": "Apakah yang patut kami perbaiki?",
                        "vi": "Chúng tôi cần làm tốt hơn điều gì?",
                        "ar": "ما الذي يمكننا تحسينه؟",
                        "zh": "我们哪里可以做得更好？",
                    },
                    when=((Test("happy", "below", 4),),),
                ),
                Question(
                    "again",
                    "single",
                    {
                        "en": "Would you come again?",
                        "ms": "Adakah anda akan datang lagi?",
                        "vi": "Bạn có muốn quay lại không?",
                        "ar": "هل ستزورنا مرة أخرى؟",
                        "zh": "您还会再来吗？",
                    },
                    choices=(_YES, _NO),
                ),
            ),
        ),
    ),
    thanks=(
        Thanks(
            {
                "en": "Thank you for your answers.",
                "ms": "Terima kasih atas jawapan anda.",
                "vi": "Cảm ơn bạn đã trả lời.",
                "ar": "شكرا على إجاباتك.",
                "zh": "感谢您的回答。",
            }
        ),
    ),
    reward=Reward(points=20, voucher="coffee"),
    follow_up=False,
)


def named(connection: Connection, contact_id: int, language: str, given: str, now: dt.datetime) -> str:
    """The arguments with the public ids of invitations; `INVITATION` alone is the one that was made last."""
    return INVITATION.sub(lambda found: _invitation(connection, contact_id, language, found[1], now), given)


def _invitation(connection: Connection, contact_id: int, language: str, about: str | None, now: dt.datetime) -> str:
    if about is None:
        mine = sa.select(invitations.c.public_id).where(invitations.c.contact_id == contact_id)
        return str(connection.scalar(mine.order_by(invitations.c.id.desc()).limit(1)))
    day = (now - dt.timedelta(days=1)).date()
    visit = f"visit:{contact_id}:{day}"
    cause = visit if about in ("visit", "purchase") else f"{about}:{now:%Y-%m-%d}"
    if about == "case":
        opened = cases.open_new(
            connection, contact_id, NewCase(kind="question", language=language), key="c", now=now
        )
        cause = f"case:{opened.public_id}"
    branch = sa.select(branches.c.id).order_by(branches.c.id).limit(1)
    public_id = secrets.token_urlsafe(12)
    new = New(
        public_id=public_id,
        key=f"{public_id}:{cause}",
        survey_id=_published(connection, now).survey_id,
        rule_id=None,
        contact_id=contact_id,
        state=PLANNED,
        reason="",
        touchpoint="",
        branch_id=connection.scalar(branch) if about == "visit" else None,
        product_id=None,
        at=now,
    )
    survey_invitations.add(connection, [new])
    made = survey_invitations.find(connection, public_id)
    assert made is not None
    survey_invitations.ask(connection, made.id, now)
    return public_id


def publish(connection: Connection, code: str, now: dt.datetime) -> None:
    """Publish one of the surveys that come with Sapa."""
    _made(connection, next(each for each in templates.every() if each.code == code), now)


def _published(connection: Connection, now: dt.datetime) -> Published:
    return library.published(connection, SURVEY.code) or _made(connection, SURVEY, now)


def _made(connection: Connection, survey: Survey, now: dt.datetime) -> Published:
    library.create(connection, survey, now)
    made = library.publish(connection, survey.code, "rehearsal", now)
    assert isinstance(made, Published), made
    return made
