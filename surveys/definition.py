"""What a survey is: questions in sections, what each depends on, and how it thanks.

A definition is data: it is edited as a draft, published as a version that never changes, and read from a file or
the builder's pages. Texts are by language; `surveys.texts` says which one somebody sees. Everything that walks
through a definition (the chat, the interviewer's page, the kiosk, the preview, the results) asks `surveys.course`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

Texts: TypeAlias = dict[str, str]
Code: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]{0,31}$",
        description="a key of at most 32 small letters (a-z), digits and _ that begins with a letter",
    ),
]
Kind: TypeAlias = Literal[
    "nps", "csat", "ces", "stars", "matrix", "single", "multiple", "number", "date", "text", "photo"
]
Operator: TypeAlias = Literal["is", "is_not", "below", "above", "answered", "skipped"]
# An answer as it is kept in journals and compared: a number, a choice's key or words, chosen keys or photos,
# a matrix's numbers by row; None for a question that was skipped.
Answer: TypeAlias = "int | str | list[str] | dict[str, int] | None"
Answers: TypeAlias = Mapping[str, Answer]

SCALES: Mapping[str, tuple[int, int]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "ces": (1, 7),
    "stars": (1, 5),
    "matrix": (1, 5),
}
NUMBERS = (-(10**12), 10**12)
PHOTOS = 3  # the most where a question does not say
AREAS = ("product", "service", "interaction", "communication", "brand", "overall")
CONTACTS = ("customer", "supplier", "distributor", "agency", "intermediary", "shareholder", "investor", "analyst")


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of several answers, or one row of a matrix."""

    key: Code
    texts: Texts


class Test(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition on an earlier answer.

    `is` of a multiple choice asks whether the choice is among the chosen, of a matrix with `part` about that row.
    A skipped question is only ever `skipped`; one that was never asked meets no test, not even `is_not`.
    """

    question: Code
    op: Operator = "is"
    value: int | str | None = None
    part: str = ""


When: TypeAlias = tuple[tuple[Test, ...], ...]  # any of these groups, of which all tests hold; none: always


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question; `key` names it in answers, conditions, placeholders and results, over all versions.

    `choices` of single and multiple choice; `rows` of a matrix; `least` and `most` of a number, or of how many
    choices or photos. `low` and `high` name the ends of a scale. `area` is what its score tells about (`AREAS`);
    `touchpoint` and `department` where they are not the survey's. `probe` reminds an interviewer what to ask after.
    """

    key: Code
    kind: Kind
    texts: Texts
    required: bool = False
    when: When = ()
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    low: Texts = {}
    high: Texts = {}
    area: str = ""
    touchpoint: str = ""
    department: str = ""
    probe: Texts = {}


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """Questions that belong together, under a heading that may be empty."""

    key: Code
    questions: tuple[Question, ...]
    texts: Texts = {}
    when: When = ()


class Thanks(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said at the end; the first whose conditions hold is."""

    texts: Texts
    when: When = ()


class Reward(msgspec.Struct, frozen=True, omit_defaults=True):
    """What answering brings, once for each survey and person; `a_day` is the most that are given on one day."""

    points: Annotated[int, Meta(ge=0, le=100_000)] = 0
    voucher: str = ""  # the code of a reward in the programme
    a_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 200


class Survey(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A whole survey.

    `language` is the one in which every text exists. Who began has `days` to finish, and is reminded once after
    `remind_days` (0: never). `intro` is said before the first question, with `minutes`, how long it takes. With
    `follow_up` a low score opens a case: NPS 0 to 6, CSAT and stars 1 or 2. `kinds` are the contacts it is for.
    """

    code: Code
    names: Texts
    language: str = "en"
    intro: Texts = {}
    minutes: Annotated[int, Meta(ge=1, le=60)] = 2
    sections: tuple[Section, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    days: Annotated[int, Meta(ge=1, le=90)] = 7
    remind_days: Annotated[int, Meta(ge=0, le=60)] = 2
    reward: Reward | None = None
    touchpoint: str = ""
    department: str = ""
    follow_up: bool = True
    kinds: tuple[str, ...] = ("customer",)

    @property
    def questions(self) -> Iterator[Question]:
        """Every question, in order, whether or not it is asked."""
        return (question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question | None:
        """The question of this key."""
        return next((each for each in self.questions if each.key == key), None)


def bounds(question: Question) -> tuple[int, int]:
    """The least and the most: of a scale or number its value, of several choices or photos how many."""
    if question.kind in SCALES:
        return SCALES[question.kind]
    least, most = NUMBERS if question.kind == "number" else (1, PHOTOS)
    if question.kind == "multiple":
        most = len(question.choices)
    return (
        least if question.least is None else question.least,
        most if question.most is None else question.most,
    )


def survey_of(plain: Any) -> Survey:
    """The definition from its document. Raises msgspec.ValidationError when it is none."""
    return msgspec.convert(plain, Survey)
