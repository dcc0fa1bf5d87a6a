"""What holds for every question and every answer."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES, Text, _, verbatim
from talk import prompts
from talk.messages import Kind, Media
from talk.prompts import (
    Accepted,
    Choice,
    Date,
    Drafted,
    Email,
    FreeText,
    Heard,
    MultiChoice,
    Number,
    Option,
    Phone,
    Photo,
    Photos,
    Postponable,
    Prompt,
    Rejected,
    Scale,
    Skippable,
    YesNo,
)
from talk.prompts.labels import said
from tests.heard import TODAY, pressed, sent, typed

pytestmark = pytest.mark.slow

OPTIONS = tuple(
    Option(f"k{place}", verbatim(name)) for place, name in enumerate(["Tea", "Kopi", "Trà đá", "قهوة", "奶茶"])
)
PROMPTS: dict[str, Prompt[Any]] = {
    "choice": Choice(*OPTIONS),
    "choice of one": Choice(Option("only", _("Yes"))),
    "choice of numbers": Choice(*(Option(str(n), verbatim(str(n))) for n in (2, 4, 8))),
    "several": MultiChoice(*OPTIONS),
    "two or three": MultiChoice(*OPTIONS, at_least=2, at_most=3),
    "nps": Scale.nps(),
    "stars": Scale.stars(),
    "agreement": Scale.likert(5),
    "agreement in seven": Scale.likert(7),
    "scale": Scale(-3, 3),
    "yes or no": YesNo(),
    "text": FreeText(),
    "short text": FreeText(2, 10),
    "number": Number(),
    "number from to": Number(1, 99),
    "date": Date(),
    "past date": Date(dt.date(1900, 1, 1), TODAY, year_missing="past"),
    "phone": Phone(),
    "email": Email(),
    "photo": Photo(),
    "photos": Photos(3),
    "may be left out": Skippable(Scale.nps()),
    "several may be left out": Skippable(MultiChoice(*OPTIONS, at_least=1)),
    "text may be left out": Skippable(FreeText()),
    "score may be put off": Postponable(Skippable(Scale.nps())),
}
ANSWERS = (
    *(
        "1",
        "1, 3",
        "8/10",
        "ba",
        "ثلاثة و ٢",
        "两百",
        "★★★",
        "yes",
        "không",
        "21/11/2026",
        "31 Feb",
        "明天",
        "1 Ramadan 1448",
    ),
    *(
        "012-345 6789",
        "a@example.com",
        "skip",
        "all",
        "none",
        "Tea and Kopi",
        "第3个",
        "９９９９",
        "-1",
        "1e9",
        "2.5",
    ),
)
texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(ANSWERS),
    st.lists(st.sampled_from(ANSWERS), max_size=4).map(" ".join),
    st.text(alphabet="0123456789٠٣８一二十百千ba, /.-+:年月日\n\u200d\ud800", max_size=30),
)
media = st.builds(Media, ref=st.text(max_size=5), type=st.sampled_from(["", "image/png", "application/pdf"]))
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["k0", "_done"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
languages = st.sampled_from(LANGUAGES)
every_prompt = pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)


@st.composite
def whatever_is_heard(draw: st.DrawFn) -> Heard:
    heard = sent(
        draw(st.sampled_from(get_args(Kind))),
        *draw(st.lists(media, max_size=3)),
        language=draw(languages),
        draft=draw(anything),
        text=draw(texts),
        phone=draw(texts),
        phone_proven=draw(st.booleans()),
    )
    keys = st.none() | st.text(max_size=5) | st.sampled_from(["k0", "k1", "_done", "_skip", "7", "yes"])
    return msgspec.structs.replace(
        heard, pressed=draw(keys), region=draw(st.sampled_from(["MY", "VN", "CN", "SA", "XX"]))
    )


def through_json(prompt: Prompt[Any], value: Any) -> Any:
    return prompt.load(json.loads(json.dumps(prompt.dump(value))))


@every_prompt
@given(heard=whatever_is_heard())
def test_any_answer_is_kept_refused_or_drafted_and_never_raises(prompt: Prompt[Any], heard: Heard) -> None:
    reading = prompt.read(heard)
    if isinstance(reading, Accepted):
        assert through_json(prompt, reading.value) == reading.value
    elif isinstance(reading, Drafted):
        prompt.options(json.loads(json.dumps(reading.draft)))
    else:
        assert_says_what_to_do(reading)


@every_prompt
@given(text=texts, language=languages)
def test_any_text_gives_only_answers_that_would_be_loaded(prompt: Prompt[Any], text: str, language: str) -> None:
    reading = prompt.read(typed(text, language))
    if isinstance(reading, Accepted):
        assert through_json(prompt, reading.value) == reading.value


@every_prompt
@given(plain=anything)
def test_a_record_that_does_not_fit_raises_value_error_alone(prompt: Prompt[Any], plain: Any) -> None:
    try:
        value = prompt.load(plain)
    except ValueError:
        return
    assert prompt.load(prompt.dump(value)) == value


@every_prompt
def test_every_offered_button_is_taken(prompt: Prompt[Any]) -> None:
    drafts: list[Any] = [None]
    for draft in drafts:
        for option in offered(prompt, draft):
            reading = prompt.read(pressed(option.key, draft=draft))
            full = isinstance(reading, Rejected) and isinstance(draft, list) and len(draft) == 3
            assert full or isinstance(reading, Accepted | Drafted)
            if isinstance(reading, Drafted) and reading.draft not in drafts:
                drafts.append(reading.draft)


@every_prompt
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offered_label_may_be_typed_instead(prompt: Prompt[Any], language: str) -> None:
    for option in offered(prompt, None):
        reading = prompt.read(typed(said(option.label, language), language))
        enough = getattr(prompt, "at_least", 0) < 2
        assert reading == prompt.read(pressed(option.key)) or isinstance(reading, Accepted) or not enough


@every_prompt
def test_a_sticker_is_refused_with_a_helpful_reason(prompt: Prompt[Any]) -> None:
    reading = prompt.read(sent("sticker", Media(ref="s", type="image/webp")))
    assert isinstance(reading, Rejected)
    assert_says_what_to_do(reading)


def test_every_question_is_tried_here() -> None:
    asked = {type(prompt).__name__ for prompt in PROMPTS.values()}
    others = {"POSTPONED", "Accepted", "Drafted", "Heard", "Option", "PhoneNumber", "Prompt", "Reading", "Rejected"}
    assert asked == set(prompts.__all__) - others


def offered(prompt: Prompt[Any], draft: Any) -> list[Option]:
    return [option for row in prompt.options(draft) for option in row]


def assert_says_what_to_do(rejected: Rejected) -> None:
    for sentence in sentences(rejected.reason):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert set(re.findall(r"{(\w+)}", sentence)) == set(rejected.values)


def sentences(text: Text) -> list[str]:
    return [text.one, text.many] if text.many else [text.one]
