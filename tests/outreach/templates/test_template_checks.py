"""What keeps a template from being sent shows when it is written, at its place and in its language."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import LANGUAGES
from outreach.templates import file, samples, starters
from outreach.templates.checks import Known, is_address, problems
from outreach.templates.content import Content, Gift, Press, Text
from outreach.templates.rendering import EMPTY, NotSaid, render
from outreach.templates.reviewing import reviewed, settled, state_of, unreviewed
from talk.messages import Outgoing
from tests.conftest import NOON
from tests.outreach.templates.some_content import STAMP, button, content, in_language
from written.problems import FileWrong

KNOWN = Known(
    flows=("points", "rewards", "hours", "recommend"),
    surveys=("visit",),
    rewards=("cake",),
    pictures=("pic",),
    shared={"business": "Kopi Kita", "today": NOON.date()},
    label=0,
    now=NOON,
)


def told(made: Content, **known: Any) -> list[str]:
    """What is wrong with a template, in English."""
    return [str(each) for each in problems(made, KNOWN._replace(**known))]


def test_a_good_template_has_no_problem() -> None:
    made = content(
        'Hello {{ call_me | default("friend") }}, {{ points or "no" }} points at {{ business }} on {{ today }}',
        buttons=(
            button(),
            button("survey", "visit", en="Tell us"),
            button("link", "https://kopi.example", en="Shop"),
        ),
        picture="pic",
        gift=Gift(points=10, reward="cake"),
    )
    assert told(made) == []


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Content(), "texts: Write the text in at least one language."),
        (content("{{ naem }}"), "texts › en, line 1: There is no value “naem”. Did you mean “name”?"),
        (content("\nHi {{ city }}"), "texts › en, line 2: “city” is not known of everybody. Write what stands in"),
        (
            content("{{ gift }}"),
            "texts › en, line 1: The text names what comes with the message, and nothing does.",
        ),
        (content("{{ gift }}", gift=Gift(5)), "texts › en, line 1: The text names what comes with the message"),
        (content("{% if points < 0 %}x{% endif %}"), "texts › en: This says nothing to anybody."),
        (content("x" * 3_990 + "{% if name %}{{ name }}{% endif %}" * 3), "texts › en, line 1: The text has 4,092"),
        (
            content("{% if name %}" + "{{ name }}" * 70 + "{% endif %}"),
            "texts › en: For somebody with long names this",
        ),
        (content("x" * 1_025, picture="pic"), "texts › en: For somebody with long names this has 1,025"),
        (in_language("id", "x"), "texts › id: Sapa doesn't speak this language."),
        (
            content(buttons=(button(ms="Mata"),)),
            "buttons › 1 › labels › en: This button has no words in this language",
        ),
        (
            content(buttons=(button(en="x" * 27),)),
            "buttons › 1 › labels › en: “xxxxxxxxxxxxxxxxxxxxxxxxxxx” is too",
        ),
        (content(buttons=(button(en="a\u202eb"),)), "buttons › 1 › labels › en: There is an invisible character"),
        (
            content(buttons=(button(), button("flow", "hours", en="my points"))),
            "buttons › 2 › labels › en: Another",
        ),
        (
            content(buttons=(button("flow", "nowhere"),)),
            "buttons › 1 › target: There is no such dialogue any more.",
        ),
        (
            content(buttons=(button("survey", "gone"),)),
            "buttons › 1 › target: There is no published survey “gone”.",
        ),
        (content(buttons=(button("link", "http://x.example"),)), "buttons › 1 › target: A link is a whole address"),
        (content(gift=Gift()), "gift: A gift is points, a reward, or both."),
        (content(gift=Gift(reward="house")), "gift › reward: There is no reward “house” that can be given."),
        (content(picture="gone"), "picture: The picture is gone."),
    ],
)
def test_each_problem_names_its_place(made: Content, said: str) -> None:
    assert told(made)[0].startswith(said)


def test_what_only_some_lack_is_found_though_most_have_it() -> None:
    guarded = "{% if name %}{{ call_me }}{% endif %}x"
    assert told(content(guarded))[0].startswith("texts › en, line 1: “call_me” is not known of everybody.")
    listed = "{% for each in vouchers %}\n{{ each.name }} {{ each.until }}\n{% endfor %}x"
    assert (
        '“until” is not known of everybody. Write what stands in for it: {{ item.until | default("…") }}'
        in told(content(listed))[0]
    )
    assert told(content(listed.replace("each.until", 'each.until | default("no end")'))) == []


def test_a_business_without_a_name_cannot_be_named() -> None:
    made = content("We are {{ business }}")
    assert told(made, shared={"today": NOON.date()})[0].startswith("texts › en, line 1: “business” is not known")


def test_room_is_left_for_the_label_that_a_country_asks_for() -> None:
    made = content("x" * 1_020, picture="pic")
    assert told(made) == []
    assert "at most 1,019 fit under a picture" in told(made, label=5)[0]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://kopi.example/a?b=c#d", True),
        ("https://kopi.example:8443/", True),
        ("https://khách.example/", True),
        ("http://kopi.example", False),
        ("https://", False),
        ("https://localhost", False),
        ("https://me@kopi.example", False),
        ("https://kopi.example/a b", False),
        ('https://kopi.example/"', False),
        ("https://[kopi.example", False),
        ("https://kopi.example:port", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_link_is_a_whole_address(address: str, good: bool) -> None:
    assert is_address(address) is good


def test_a_text_is_reviewed_until_its_words_change() -> None:
    before = reviewed(content("Hi", buttons=(button(),)), "en", "ada", NOON)
    assert before.texts["en"] == Text("Hi", "reviewed", "ada", NOON)
    assert settled(before, before, []) == before
    other = msgspec.structs.replace(before, texts={"en": Text("Ho", "reviewed", "ada", NOON)})
    assert state_of(settled(other, before, []), "en") == "draft"
    labelled = msgspec.structs.replace(before, buttons=(button(en="Mine"),))
    assert state_of(settled(labelled, before, []), "en") == "draft"
    assert unreviewed(before, "en").texts["en"] == Text("Hi")


def test_a_text_with_a_problem_is_a_draft_and_one_without_words_is_none() -> None:
    made = Content(
        texts={
            "en": Text("{{ city }}", "reviewed"),
            "ms": Text("Hai", "reviewed"),
            "vi": Text(" \n", "reviewed"),
        }
    )
    kept = settled(made, None, problems(made, KNOWN))
    assert [state_of(kept, language) for language in LANGUAGES] == [
        "draft",
        "reviewed",
        "missing",
        "missing",
        "missing",
    ]
    gone = msgspec.structs.replace(made, picture="gone")
    assert [text.state for text in settled(gone, None, problems(gone, KNOWN)).texts.values()] == ["draft", "draft"]


def test_the_starters_are_good_in_five_languages_and_nobody_has_read_them() -> None:
    for starter in starters.every().values():
        assert problems(starter.content, KNOWN) == []
        assert [state_of(starter.content, language) for language in LANGUAGES] == ["draft"] * 5
        for language in LANGUAGES:
            for sample in samples.made(language, KNOWN.shared, NOON):
                message = render(starter.content, language, sample.values, STAMP)
                assert isinstance(message, Outgoing) or message == NotSaid(EMPTY)
        assert file.read(file.written(starter.name, starter.content).encode()).content == starter.content
    assert list(starters.every()) == list(starters.ORDER)
    assert all(starters.text(code).startswith("# ") for code in starters.ORDER)


def test_a_file_tells_every_problem_in_its_line() -> None:
    text = """name: Weekend
kind: party
texts:
  en: |
    Hello
  xx: Hi
buttons:
  - label: {en: Points}
gift:
  points: many
colour: red
"""
    with pytest.raises(FileWrong) as wrong:
        file.read(text.encode())
    assert [str(each).split(":")[0] for each in wrong.value.problems] == [
        "line 2, kind",
        "line 6, texts › xx",
        "line 8, buttons › no. 1",
        "line 10, gift › points",
        "line 11",
    ]


def test_problems_of_the_template_are_told_in_the_lines_of_its_file() -> None:
    text = """name: Weekend
texts:
  en: |
    Hello
    {{ naem }}
  ms: Hai {{ city }}
buttons:
  - label: {en: Points, ms: Mata}
    flow: nowhere
"""
    found = file.read(text.encode())
    lines = file.told(found, problems(found.content, KNOWN))
    assert [line.split(":")[0] for line in lines] == [
        "line 5, texts › en",
        "line 6, texts › ms",
        "line 9, buttons › no. 1 › flow",
    ]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40).map(str.strip)
LINES = st.lists(TEXTS, min_size=1, max_size=3).map("\n".join).map(str.strip).filter(bool)
LABELS = st.dictionaries(
    st.sampled_from(LANGUAGES), TEXTS.map(lambda text: text[:30].strip()).filter(bool), min_size=1
)


@settings(max_examples=40)
@given(
    st.builds(
        Content,
        kind=st.sampled_from(["offer", "news"]),
        texts=st.dictionaries(
            st.sampled_from(LANGUAGES), st.builds(Text, LINES, st.sampled_from(["draft", "reviewed"]))
        ),
        buttons=st.lists(
            st.builds(Press, LABELS, st.sampled_from(["flow", "survey", "link"]), TEXTS.filter(bool)), max_size=3
        ).map(tuple),
        picture=st.sampled_from(["", "pic"]),
        gift=st.sampled_from([None, Gift(5), Gift(0, "cake"), Gift(7, "cake")]),
    )
)
def test_a_file_reads_back_the_same(made: Content) -> None:
    found = file.read(file.written("A name", made).encode())
    assert (found.name, found.content) == ("A name", made)


def test_samples_are_of_all_sorts_and_none_without_a_name_for_them() -> None:
    for language in LANGUAGES:
        found = {each.key: each for each in samples.made(language, {}, NOON)}
        assert {"everything", "nobody", "long", "name"} | {f"points-{n}" for n in (0, 1, 2, 3, 11, 100)} == set(
            found
        )
        assert found["nobody"].values.known == {}
        assert found["points-11"].values.known["points"] == 11
        assert isinstance(found["long"].values.known["expiry_day"], dt.date)
