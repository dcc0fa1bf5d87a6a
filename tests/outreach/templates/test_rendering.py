"""A template becomes one message to one customer, with all that every such message carries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from locales import ARAB, LANGUAGES
from locales.formats import Money
from outreach.templates.content import Content, Gift, Text
from outreach.templates.known import Named, Offer
from outreach.templates.pressing import about, read_about
from outreach.templates.rendering import EMPTY, NOT_KNOWN, TOO_LONG, NotSaid, language_of, render
from store.campaign_links import read_link
from talk.messages import Media, Outgoing
from talk.split import plain
from tests.conftest import SECRET
from tests.outreach.templates.some_content import CAMPAIGN, STAMP, button, content, customer, in_language

DAY = dt.date(2026, 11, 21)


def said(text: str, language: str = "en", digits: str = "", **known: object) -> str:
    """The text of the message; the test fails when there is none."""
    message = render(in_language(language, text), language, customer(language, digits, **known), STAMP)
    assert isinstance(message, Outgoing), message
    return message.text


def test_values_are_written_as_the_language_writes_them_and_escaped() -> None:
    text = "{{ call_me }} has {{ points }} until {{ expiry_day }}"
    known: dict[str, Any] = {"call_me": "A <b>& B", "points": 1250, "expiry_day": DAY}
    assert said(text, **known) == "A &lt;b&gt;&amp; B has 1,250 until 21 November 2026"
    assert said(text, "vi", **known) == "A &lt;b&gt;&amp; B has 1.250 until 21/11/2026"
    assert said(text, "zh", **known) == "A &lt;b&gt;&amp; B has 1,250 until 2026年11月21日"


def test_in_arabic_every_value_stands_alone_and_has_the_customers_digits() -> None:
    text = "{{ call_me }}: {{ points }}، 20% <code>A20</code> RAYA20"
    known: dict[str, Any] = {"call_me": "Aisyah", "points": 1250}
    assert said(text, "ar", **known) == "\u2068Aisyah\u2069: \u20681,250\u2069، 20% <code>A20</code> RAYA20"
    assert said(text, "ar", ARAB, **known) == "\u2068Aisyah\u2069: \u2068١٬٢٥٠\u2069، ٢٠% <code>A20</code> RAYA20"


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "لا نقاط"), (1, "نقطة"), (2, "نقطتان"), (3, "نقاط"), (11, "نقطة كثيرة"), (100, "نقطة تامة")],
)
def test_arabic_has_six_forms(number: int, form: str) -> None:
    forms = 'zero="لا نقاط", one="نقطة", two="نقطتان", few="نقاط", many="نقطة كثيرة", other="نقطة تامة"'
    assert said(f"{{{{ points | plural({forms}) }}}}", "ar", points=number) == form


def test_english_has_two_forms_and_says_the_number_where_there_is_a_hash() -> None:
    text = '{{ points | plural(one="# point & no more", other="# points") }}'
    assert said(text, points=1) == "1 point &amp; no more"
    assert said(text, points=2000) == "2,000 points"


def test_words_stand_in_for_what_is_not_known() -> None:
    assert said('Hello {{ call_me or "friend" }}') == "Hello friend"
    assert said('Hello {{ call_me | default("friend") }}') == "Hello friend"
    assert said("{% if city %}In {{ city }}{% else %}Here{% endif %}") == "Here"
    assert said('{{ points | default("no") }} points', points=0) == "0 points"
    assert said('{{ points or "no" }} points', points=0) == "no points"


def test_what_is_not_known_compares_with_nothing() -> None:
    text = "{% if points > 5 or points < 5 or city == branch or expiry_day <= today %}yes{% else %}no{% endif %}"
    assert said(text, today=DAY) == "no"


def test_who_lacks_a_value_that_nothing_stands_in_for_gets_no_message() -> None:
    assert render(content("Hello {{ name }}"), "en", customer(), STAMP) == NotSaid(NOT_KNOWN, "name")
    listed = content("{% for each in offers %}{{ each.name }}{% endfor %}{{ points | day }}")
    with pytest.raises(Exception, match="“day” is used like this"):
        render(listed, "en", customer(), STAMP)


def test_names_come_in_the_language_and_compare_with_any_of_theirs() -> None:
    gold = Named("Gold", {"zh": "金卡"}, "gold_1")
    assert said("{{ tier }}", "zh", tier=gold) == "金卡"
    assert said("{{ tier }}", "ms", tier=gold) == "Gold"
    for name in ("Gold", "gold_1", "金卡"):
        assert said(f'{{% if tier == "{name}" %}}yes{{% endif %}}x', tier=gold) == "yesx"
        assert said(f'{{% if tier in ["Silver", "{name}"] %}}yes{{% endif %}}x', tier=gold) == "yesx"
    assert said('{% if tier != "Silver" %}other{% endif %}', tier=gold) == "other"


def test_lists_are_said_whole_or_item_by_item() -> None:
    offers = tuple(
        Offer(Named(name), Money(1250, "MYR"), Money(1500, "MYR"), DAY) for name in ("Latte", "Mocha", "Tea")
    )
    assert said("{{ offers }}", offers=offers) == "Latte, Mocha and Tea"
    text = """
Only now:
{% for offer in offers %}
  {% if not loop.first %}
  --
  {% endif %}
• {{ loop.index }} {{ offer.name }} {{ offer.price }}, until {{ offer.until | day }}
{% endfor %}
Come!"""
    assert said(text, offers=offers[:2]) == (
        "Only now:\n• 1 Latte RM12.50, until 21 November\n  --\n• 2 Mocha RM12.50, until 21 November\nCome!"
    )
    assert said("{% for offer in offers %}x{% else %}none{% endfor %}") == "none"
    assert said('{{ offers | count | plural(one="# offer", other="# offers") }}', offers=offers) == "3 offers"


def test_helpers_tell_the_parts_of_a_day() -> None:
    assert said("{{ today | weekday }}, {{ today | month }}", today=DAY) == "Saturday, November"
    assert said("{{ today | weekday }}, {{ today | day }}", "ms", today=DAY) == "Sabtu, 21 November"


def test_what_looks_like_a_tag_and_is_none_is_said_as_it_is_written() -> None:
    assert said("Tom & Jerry <3 <b>5 > 4</b> &amp; more") == "Tom &amp; Jerry &lt;3 <b>5 &gt; 4</b> &amp; more"


def test_every_message_says_why_it_comes_and_can_be_stopped_in_every_language() -> None:
    whys, stops = set(), set()
    for language in LANGUAGES:
        message = render(in_language(language, "x"), language, customer(language), STAMP)
        assert isinstance(message, Outgoing)
        [[why], [stop]] = message.buttons
        assert (why.data, stop.data) == (f"!.campaign~{about(CAMPAIGN, 'why')}", "!.stop")
        whys.add(why.label)
        stops.add(stop.label)
    assert len(whys) == len(stops) == len(LANGUAGES)


def test_its_buttons_come_in_order_with_the_gifts_first_and_every_link_signed() -> None:
    buttons = (
        button(),
        button("survey", "visit", en="Tell us"),
        button("link", "https://shop.example/", en="Shop"),
    )
    made = content(buttons=buttons, gift=Gift(points=50), picture="pic")
    message = render(made, "en", customer(), STAMP)
    assert isinstance(message, Outgoing)
    assert message.media == Media(ref="pic")
    gift, points, survey, shop = (row[0] for row in message.buttons[:4])
    assert read_about(gift.data.partition("~")[2]) == (CAMPAIGN, "gift")
    assert (points.label, read_about(points.data.partition("~")[2])) == ("My points", (CAMPAIGN, "0"))
    assert read_about(survey.data.partition("~")[2]) == (CAMPAIGN, "1")
    assert (shop.label, shop.data) == ("Shop", "")
    assert read_link(SECRET, shop.url.rpartition("/")[2]) == (CAMPAIGN, "p" * 16, 2)
    assert all(len(each.data.encode()) <= 64 for row in message.buttons for each in row)


def test_the_countrys_label_stands_before_the_text() -> None:
    message = render(content("Hello"), "en", customer(), STAMP, "[AD & more]")
    assert isinstance(message, Outgoing)
    assert message.text == "[AD &amp; more] Hello"


def test_a_text_is_never_cut_and_never_longer_than_the_channel_takes() -> None:
    long = customer(name="😀" * 100)  # two units each
    text = "{{ name }}" * 20
    assert isinstance(render(content(text), "en", long, STAMP), Outgoing)
    assert render(content(text + "x" * 97), "en", long, STAMP) == NotSaid(TOO_LONG)
    assert render(content("{{ name }}" * 6, picture="pic"), "en", long, STAMP) == NotSaid(TOO_LONG)
    listed = "{% for each in offers %}{% for other in offers %}{{ other.name }}{% endfor %}{% endfor %}" * 40
    offers = (Offer(Named("x" * 200), Money(1, "MYR"), Money(2, "MYR"), DAY),) * 3
    assert render(content(listed), "en", customer(offers=offers), STAMP) == NotSaid(TOO_LONG)


def test_a_text_that_says_nothing_to_somebody_is_not_sent_to_them() -> None:
    made = content("{% if points > 100 %}Many!{% endif %}\n")
    assert render(made, "en", customer(points=5), STAMP, "[AD]") == NotSaid(EMPTY)
    assert isinstance(render(made, "en", customer(points=500), STAMP), Outgoing)


def test_only_what_was_reviewed_is_sent_and_english_stands_in_if_wanted() -> None:
    made = Content(texts={"en": Text("x", "reviewed"), "ms": Text("x"), "vi": Text("x", "reviewed")})
    assert [language_of(made, each, True) for each in LANGUAGES] == ["en", "en", "vi", "en", "en"]
    assert [language_of(made, each, False) for each in LANGUAGES] == ["en", "", "vi", "", ""]
    assert language_of(Content(texts={"en": Text("x")}), "en", True) == ""


def test_who_gets_the_english_text_has_its_digits() -> None:
    message = render(content("{{ points }}"), "en", customer("ar", ARAB, points=12), STAMP)
    assert isinstance(message, Outgoing)
    assert plain(message.text) == "12"
