"""Surveys of every shape, for properties; what they say need not fit together."""

from __future__ import annotations

from hypothesis import strategies as st

from locales import LANGUAGES
from surveys.definition import (
    AREAS,
    CONTACTS,
    SCALES,
    Choice,
    Question,
    Reward,
    Section,
    Survey,
    Test,
    Texts,
    Thanks,
)

_KINDS = (*SCALES, "single", "multiple", "number", "date", "text", "photo")
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
SAID = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | st.sampled_from(
    ["yes", "7", "a: b", "- a", "{key|you}", "two\nlines", "two\n\n  lines", "# no", "'quoted\"", "&a", "!", "null"]
)
TEXTS: st.SearchStrategy[Texts] = st.dictionaries(
    st.sampled_from(LANGUAGES), SAID.map(str.strip).filter(bool), max_size=3
)
LABELS = st.lists(st.builds(Choice, KEYS, TEXTS), max_size=3, unique_by=lambda each: each.key).map(tuple)
WHOLE = st.integers(-(10**12), 10**12)
COMPARED = st.builds(
    Test, KEYS, st.sampled_from(["is", "is_not", "below", "above"]), WHOLE | KEYS, st.just("") | KEYS
)
TESTS = COMPARED | st.builds(Test, KEYS, st.sampled_from(["answered", "skipped"]))
WHENS = st.lists(st.lists(TESTS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)
QUESTIONS = st.builds(
    Question,
    key=KEYS,
    kind=st.sampled_from(_KINDS),
    texts=TEXTS,
    required=st.booleans(),
    when=WHENS,
    choices=LABELS,
    rows=LABELS,
    least=st.none() | WHOLE,
    most=st.none() | WHOLE,
    low=TEXTS,
    high=TEXTS,
    area=st.just("") | st.sampled_from(AREAS),
    touchpoint=st.just("") | KEYS,
    department=st.just("") | KEYS,
    probe=TEXTS,
)
SECTIONS = st.builds(
    Section,
    key=st.just("main") | KEYS,
    questions=st.lists(QUESTIONS, max_size=2).map(tuple),
    texts=TEXTS,
    when=st.just(()) | WHENS,
)
REWARDS = st.builds(Reward, st.integers(0, 100_000), st.just("") | KEYS, st.integers(1, 1_000_000))
SURVEYS = st.builds(
    Survey,
    code=KEYS,
    names=TEXTS,
    language=st.sampled_from(LANGUAGES),
    intro=TEXTS,
    minutes=st.integers(1, 60),
    sections=st.lists(SECTIONS, max_size=2).map(tuple),
    thanks=st.lists(st.builds(Thanks, TEXTS, WHENS), max_size=2).map(tuple),
    days=st.integers(1, 90),
    remind_days=st.integers(0, 60),
    reward=st.none() | REWARDS,
    touchpoint=st.just("") | KEYS,
    department=st.just("") | KEYS,
    follow_up=st.booleans(),
    kinds=st.lists(st.sampled_from(CONTACTS), max_size=2).map(tuple),
)
