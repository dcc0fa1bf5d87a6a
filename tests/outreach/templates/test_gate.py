"""Whatever a template says, judging and saying it is bounded; what it may say is told with its line."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import LANGUAGES
from locales.catalogue import original
from outreach.templates.grammar import parse
from outreach.templates.known import Lacking
from outreach.templates.registry import BY_HELPER, BY_NAME, FORMS, HELPERS, VALUES
from outreach.templates.saying import TooLong, saying
from outreach.templates.speech import speech
from tests.outreach.templates import hostile
from tests.outreach.templates.some_content import rich

ROOT = Path(__file__).parents[3]


def flaws(text: str, language: str = "en") -> list[str]:
    """What is wrong with a text, in English."""
    return [str(flaw) for flaw in parse(text, language).flaws]


def test_five_hundred_hostile_templates_end_within_two_seconds_and_400_mb() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.outreach.templates.hostile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    became = dict(part.split("=") for part in done.stdout.replace("not said", "unsaid").split())
    assert sum(map(int, became.values())) == hostile.MANY
    assert int(became["refused"]) > hostile.MANY * 4 / 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hi\n{{ naem }}", "line 2: There is no value “naem”. Did you mean “name”?"),
        ("{{ xyzzy }}", "line 1: There is no value “xyzzy”. Choose one from the list of values."),
        ("{{ name | uper }}", "line 1: There is no helper “uper”. There are: default, plural"),
        ("{{ name * 3 }}", "line 1: “*” can't be used here."),
        ("{% set a = 1 %}", "line 1: “set” can't be used here."),
        ("\n\n{% include 'x' %}", "line 3: “include” can't be used here."),
        ("{% raw %}x{% endraw %}", "line 1: “raw” can't be used here."),
        ("{{ name.__class__ }}", "line 1: “.__class__” can't be used here."),
        ("{{ name() }}", "line 1: “( )” can't be used here."),
        ("Hi\n{% if points %}\nx", "line 3: Something that begins here is never closed"),
        ("{{ 'x }}", "line 1: This can't be read."),
        ("{{ points > 5 }}", "line 1: This is a yes or a no"),
        ("{% if points > 'x' %}y{% endif %}", "line 1: Only numbers are compared with numbers"),
        ("{% if name > 'x' %}y{% endif %}", "line 1: Only numbers are compared with numbers"),
        ("{% if city in ['x', 5] %}y{% endif %}", "line 1: Only numbers are compared with numbers"),
        ("{{ points | plural(one='#') }}", "line 1: In this language “plural” needs these forms: one, other"),
        ("{{ points | plural('#') }}", "line 1: “plural” is used like this: {{ points | plural("),
        ("{{ name | day }}", "line 1: “day” is used like this: {{ expiry_day | day }}"),
        ("{{ 1234567890 }}", "line 1: Numbers here are whole"),
        ("{% for a in names %}x{% endfor %}", "line 1: After “in” stands one of these lists: bought, vouchers"),
        ("{% for name in bought %}x{% endfor %}", "line 1: Call each of the list something of its own"),
        ("{% for a in bought %}{{ a }}{% endfor %}", "line 1: Say what of “a” is meant. It has: name, day"),
        ("{% for a in bought %}{{ a.price }}{% endfor %}", "line 1: “a” has no “price”. It has: name, day"),
        ("{{ loop.index }}", "line 1: There is no value “loop”."),
        ("<b>{{ name }}", "line 1: “<b>” is not closed in the part of the text"),
        ("x</i>", "line 1: “</i>” closes what is not opened"),
        ("{% if name %}<b>{% endif %}x", "line 1: “<b>” is not closed in the part of the text"),
        ("a\n<h1>", "line 2: “<h1” can't stand here."),
        ('<a href="http://x">x</a>', "line 1: “<a” can't stand here."),
        ("x\n\u202ey", "line 2: There is an invisible character here (U+202E)."),
        ("x" * 4_001, "line 1: The text has 4,001 characters; at most 4,000 fit."),
    ],
)
def test_each_flaw_says_what_to_do(text: str, told: str) -> None:
    assert flaws(text)[0].startswith(told)


def test_all_flaws_are_told_at_once_and_lines_are_those_of_the_author() -> None:
    text = "{{ naem }}\n{# a\n{% if x %}\ncomment #}\n{% if points %}\n  {{ pionts }}\n{% endif %}\n{{ tiers }}"
    assert [line.split(":")[0] for line in flaws(text)] == ["line 1", "line 6", "line 8"]


def test_an_arabic_text_needs_all_six_forms() -> None:
    assert "zero, one, two, few, many, other" in flaws("{{ points | plural(one='#', other='#') }}", "ar")[0]


def test_emoji_flags_and_joined_letters_may_stand_in_a_text() -> None:
    for text in (
        "👩‍🚀",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "☕\ufe0f",
        "x\u00a0y",
    ):
        assert flaws(text) == []


def test_the_plural_forms_are_those_of_the_catalogues() -> None:
    numbers = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
    assert tuple(FORMS) == LANGUAGES
    for language, forms in FORMS.items():
        assert [forms[original(language).plural(numbers[form])] for form in forms] == list(forms)


def test_every_value_and_helper_of_the_registry_is_known_to_the_gate_and_the_language() -> None:
    assert set(speech("en", "").filters) == set(BY_HELPER)
    for helper in HELPERS:
        assert flaws(helper.example) == []
        assert saying(helper.example, "en").said(rich().known)
    for value in VALUES:
        assert flaws(f"{{{{ {value.name} }}}}") == []
        for field in value.fields:
            assert flaws(f"{{% for each in {value.name} %}}{{{{ each.{field.name} }}}}{{% endfor %}}") == []


NUMBERS = st.sampled_from(["points", "points_expiring", "gift_points", "3", "(offers | count)"])
TEXTS = st.sampled_from(
    ["name", "tier", "city", "'x'", "(today | month)", "(points | plural(one='#', other='#s'))"]
)
DAYS = st.sampled_from(["today", "expiry_day"])


def _compared(of: st.SearchStrategy[str], *signs: str) -> st.SearchStrategy[str]:
    return st.builds("{} {} {}".format, of, st.sampled_from(signs), of)


CONDITIONS = st.recursive(
    st.one_of(
        _compared(NUMBERS, "<", "<=", ">", ">=", "==", "!="),
        _compared(DAYS, "<", "<=", ">", ">=", "==", "!="),
        _compared(TEXTS, "==", "!="),
        st.builds("{} in ['x', 'Gold']".format, TEXTS),
        st.one_of(NUMBERS, TEXTS, DAYS, st.just("offers")),
    ),
    lambda inner: st.one_of(
        st.builds("(not {})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=4,
)
SAID = st.one_of(
    st.builds("{{{{ {} }}}}".format, st.one_of(NUMBERS, TEXTS, DAYS, st.just("offers"))),
    st.builds("{{{{ {} or {} }}}}".format, st.one_of(NUMBERS, DAYS), TEXTS),
    st.builds("{{{{ {} if {} else {} }}}}".format, TEXTS, CONDITIONS, NUMBERS),
    st.builds("{{{{ {} | default('x') }}}}".format, st.one_of(TEXTS, DAYS)),
    st.sampled_from(["\n", " & ", "<b>x</b>", "< 5"]),
)
BODIES = st.recursive(
    SAID,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, CONDITIONS, inner, inner),
        st.builds("{{% for each in offers %}}{{{{ each.name }}}}{}{{% endfor %}}".format, SAID),
    ),
    max_leaves=6,
)


@given(BODIES, st.sets(st.sampled_from(sorted(BY_NAME))))
def test_what_passes_is_said_whatever_is_known(text: str, known: set[str]) -> None:
    assert flaws(text) == []
    with suppress(Lacking, TooLong):
        saying(text, "en").said({name: value for name, value in rich().known.items() if name in known})


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_plain_words_are_said_as_they_are(words: str) -> None:
    text = words.replace("{", "(").replace("<", "‹").replace("&", "+")
    if not flaws(text):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        said = saying(text, "en").said({})
        assert said.replace("&gt;", ">") == lines or "\n\n\n" in lines
