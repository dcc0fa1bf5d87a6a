"""Own words fit the sentence they replace, are said at once, and reach nothing but its values."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.staff.sentences import known
from handlers.scene import _label
from locales import ARAB, LANGUAGES, Language, Text, _, edition, n_, render
from locales.catalogue import lay_over, original
from locales.own_words import Fault, Misfit, as_written, faults, may_have_tags, tidy, use, values_of
from talk.prompts import Option
from talk.prompts.labels import by_words

MEETING = _("Nice to meet you, {name}.")
BALANCE = n_("You have {points} point.", "You have {points} points.", count="points")
HELP = _("Help")
COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 103, 1_000_000, -2)
SENTENCES = sorted(set.intersection(*(set(original(language).forms) for language in LANGUAGES)))


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> Iterator[None]:
    yield
    lay_over({})


def test_own_words_are_said_until_they_are_taken_back() -> None:
    assert use({MEETING.one: {"en": ("Hello <b>{name}</b>!",)}}) == []
    assert render(MEETING, "en", {"name": "Mei & Co"}) == "Hello <b>Mei &amp; Co</b>!"
    assert render(MEETING, "ms", {"name": "Mei"}).startswith("Gembira")
    use({})
    assert render(MEETING, "en", {"name": "Mei"}) == "Nice to meet you, Mei."


def test_each_plural_form_has_words_of_its_own() -> None:
    six = ("صفر", "واحدة", "اثنتان", "{points} قليل", "{points} كثير", "{points} مئات")
    assert use({BALANCE.one: {"ar": six}}) == []
    said = [render(BALANCE, "ar", {"points": count}) for count in (0, 1, 2, 3, 11, 100)]
    assert [line.replace("\u2068", "").replace("\u2069", "") for line in said] == [
        "صفر",
        "واحدة",
        "اثنتان",
        "3 قليل",
        "11 كثير",
        "100 مئات",
    ]


def test_labels_that_are_kept_rendered_are_said_anew() -> None:
    assert _label(HELP, "en", "", edition()) == "Help"
    use({HELP.one: {"en": ("Ask us",)}})
    assert _label(HELP, "en", "", edition()) == "Ask us"


def test_an_own_label_is_understood_and_so_is_the_one_that_still_stands_on_buttons() -> None:
    options = Option("help", HELP), Option("done", _("That's all, thanks"))
    assert by_words("help", "en", options) is options[0]
    use({HELP.one: {"en": ("Ask us",)}, "That's all, thanks": {"en": ("Help",)}})
    assert by_words("ask us please", "en", options) is options[0]
    assert by_words("that's all, thanks", "en", options) is options[1]
    assert by_words("help", "en", options) is options[1]  # what it says now comes first


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("Hello {0.__class__}, {name}", "braces"),
        ("Hello {name.__class__}", "lacks"),
        ("Hello {name!r}", "lacks"),
        ("Hello {name:>99999999}", "lacks"),
        ("Hello {name} {{", "braces"),
        ("Hello {name} }", "braces"),
        ("Hello {name} {shop}", "adds"),
        ("Hello", "lacks"),
        ("", "empty"),
        ("<b> </b>", "empty"),
        ("{name} <script>alert(1)</script>", "tags"),
        ("{name} <b onclick=x>x</b>", "tags"),
        ("{name} <b>bold", "tags"),
        ("{name} <b><i>x</b></i>", "tags"),
        ("{name} </b>", "tags"),
        ('{name} <a href="javascript:x">x</a>', "tags"),
        ('{name} <a href="https://x/{name}">x</a>', "tags"),
        ("{name} <br>", "tags"),
        ("{name} < 3", "tags"),
        ("{name} & me", "entity"),
        ("{name}\x00", "characters"),
        ("{name}\u202e", "characters"),
        ("{name}" + "x" * 1000, "long"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(form: str, kind: str) -> None:
    assert kind in [fault.kind for fault in faults(MEETING.one, "en", (form,))]


def test_a_sentence_needs_all_its_forms_and_a_label_one_line_without_tags() -> None:
    assert faults(BALANCE.one, "ar", ("{points}",)) == [Fault("forms", "6")]
    assert faults(HELP.one, "en", ("He\nlp",)) == [Fault("characters")]
    assert faults(HELP.one, "en", ("<b>Help</b>",)) == [Fault("tags", "<b>")]
    assert faults(HELP.one, "en", ("x" * 65,)) == [Fault("long", "64")]
    assert faults("No such sentence", "en", ("x",)) == [Fault("unused")]
    assert not may_have_tags("You're offline. What you write will be sent when you're back.")


def test_what_no_longer_fits_is_not_said_but_named() -> None:
    misfits = use({MEETING.one: {"en": ("Hello {nick}",), "ms": ("Helo {name}",)}, "Gone": {"en": ("x",)}})
    assert [(misfit.sentence, misfit.language, misfit.fault.kind) for misfit in misfits] == [
        (MEETING.one, "en", "lacks"),
        ("Gone", "en", "unused"),
    ]
    assert isinstance(misfits[0], Misfit)
    assert render(MEETING, "en", {"name": "Mei"}) == "Nice to meet you, Mei."
    assert render(MEETING, "ms", {"name": "Mei"}) == "Helo Mei"


def test_what_people_type_becomes_what_a_catalogue_would_hold() -> None:
    assert tidy(" R & B <3 a > b &lt; <b>x</b>\r\n\u2068{name}\u2069 ") == (
        "R &amp; B &lt;3 a &gt; b &lt; <b>x</b>\n{name}"
    )
    assert as_written("R &amp; B &lt;3 &lt;b&gt; &amp;lt;") == "R & B <3 &lt;b&gt; &amp;lt;"
    assert tidy("a <br> b") == "a <br> b"  # to be refused: nobody means it to be read


def test_the_catalogues_own_words_could_be_anybodys() -> None:
    assert [
        (language, sentence.source)
        for language in LANGUAGES
        for sentence in known().values()
        if faults(sentence.source, language, sentence.forms(language))
    ] == []


def test_the_digits_of_an_address_stay_what_they_are() -> None:
    use({"All right. I'm here whenever you need me.": {"ar": ('<a href="https://x.example/2026">2026</a>',)}})
    said = render(_("All right. I'm here whenever you need me."), "ar", digits=ARAB)
    assert said == '<a href="https://x.example/2026">٢٠٢٦</a>'


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Language, tuple[str, ...]]:
    """A sentence, a language, and what somebody might write for it."""
    sentence, language = draw(st.sampled_from(SENTENCES)), draw(st.sampled_from(LANGUAGES))
    own = original(language).forms[sentence]
    names = [f"{{{name}}}" for form in own for name in values_of(form)]
    pieces = st.one_of(
        st.sampled_from([*names, "<b>", "</b>", "<i>x</i>", "{", "}", "{0}", "{name!r}", "&", "<", "\n", "“menu”"]),
        st.text(max_size=8),
    )
    added = draw(st.lists(st.lists(pieces, max_size=6), min_size=len(own), max_size=len(own)))
    return sentence, language, tuple(tidy(form + "".join(more)) for form, more in zip(own, added, strict=True))


@given(written())
def test_whatever_is_taken_can_be_said_for_every_count(case: tuple[str, Language, tuple[str, ...]]) -> None:
    sentence, language, forms = case
    assert [tidy(as_written(form)) for form in forms] == list(forms)
    if faults(sentence, language, forms):
        return
    assert use({sentence: {language: forms}}) == []
    names = values_of("".join(original("en").forms[sentence]))
    plural = len(original("en").forms[sentence]) > 1
    for count in COUNTS if plural else (1,):
        values: dict[str, object] = dict.fromkeys(names, count)
        text = Text(sentence, "x" if plural else None, names[0] if plural else None)
        for digits in ("", ARAB):
            said = render(text, language, values, digits)
            assert "{" not in said
            assert "}" not in said


def test_a_thread_that_renders_while_words_change_says_the_old_or_the_new() -> None:
    heard: set[str] = set()
    done = threading.Event()

    def speak() -> None:
        while not done.is_set():
            heard.add(_label(HELP, "en", "", edition()))

    threads = [threading.Thread(target=speak) for _number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        use({HELP.one: {"en": (f"Ask {number % 2}",)}})
    done.set()
    for thread in threads:
        thread.join()
    assert heard <= {"Help", "Ask 0", "Ask 1"}
    assert _label(HELP, "en", "", edition()) == "Ask 1"
