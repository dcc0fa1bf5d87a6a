"""What the staff's pages write: amounts as they are typed, rich text, and a text for every name that is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console import answer_forms
from console.staff import (
    account,
    audit_log,
    campaign_report_texts,
    campaign_texts,
    case_texts,
    channels,
    customers_texts,
    desk_rules,
    figures_texts,
    forgotten,
    glance_texts,
    improvement_texts,
    inbox_texts,
    interview_texts,
    joining,
    keys,
    label_settings,
    login,
    offer_texts,
    people,
    replies,
    second,
    second_setup,
    segments_texts,
    service_texts,
    serving,
    settings,
    survey_builder_texts,
    survey_inviting_texts,
    survey_results_texts,
    survey_texts,
    talk_texts,
    team_hours,
    team_queues,
    template_texts,
    texts,
    theme_texts,
    today_texts,
    touchpoint_settings,
    why,
    wordings,
)
from console.staff.amounts import typed
from console.staff.rich import rich

TEMPLATES = Path(__file__).parents[3] / "console" / "templates" / "staff"
WORDS = {
    "account.html": account.WORDS,
    "audit.html": audit_log.WORDS,
    "base.html": {},
    "why.html": why.WORDS,
    "campaigns.html": campaign_texts.LIST,
    "campaign_calendar.html": campaign_texts.CALENDAR,
    "campaign_compare.html": campaign_report_texts.COMPARE,
    "campaign_report.html": campaign_report_texts.PAGE,
    **dict.fromkeys(("campaign_form.html", "campaign_count.html"), campaign_texts.FORM),
    **dict.fromkeys(
        ("campaign.html", "campaign_live.html", "campaign_people.html", "campaign_trial.html"), campaign_texts.PAGE
    ),
    **dict.fromkeys(("campaign_recipients.html", "campaign_recipient_rows.html"), campaign_texts.RECIPIENTS),
    **dict.fromkeys(("cases.html", "case_row.html"), case_texts.LIST),
    "case.html": case_texts.ONE,
    "case_short.html": case_texts.SHORT,
    "praise.html": case_texts.PRAISE,
    **dict.fromkeys(("theme.html", "theme_said.html", "theme_tried.html"), theme_texts.ONE),
    "touchpoints.html": touchpoint_settings.WORDS,
    "themes.html": theme_texts.LIST,
    "themes_untagged.html": theme_texts.UNTAGGED,
    "improvements.html": improvement_texts.LIST,
    "improvement.html": improvement_texts.ONE,
    "channels.html": channels.WORDS,
    "desk_rules.html": desk_rules.WORDS,
    "hours.html": team_hours.WORDS,
    "labels.html": label_settings.WORDS,
    "interview.html": {
        name: text for name, text in interview_texts.INTERVIEW.items() if name not in answer_forms.WORDS
    },
    "interviews.html": {**survey_texts.FRAME, **interview_texts.INTERVIEWS},
    "offers.html": offer_texts.WORDS,
    "template_list.html": template_texts.LIST,
    "template_new.html": template_texts.NEW,
    **dict.fromkeys(("template_editor.html", "template_seen.html", "template_tried.html"), template_texts.EDITOR),
    "queue.html": team_queues.WORDS,
    "queues.html": team_queues.WORDS,
    "replies.html": replies.WORDS,
    "reply.html": replies.WORDS,
    "settings.html": settings.WORDS,
    "weeks.html": team_hours.WORDS,
    "wording.html": wordings.WORDS,
    "wording_changes.html": wordings.WORDS,
    "wording_history.html": wordings.WORDS,
    "wordings.html": wordings.WORDS,
    "claim.html": service_texts.CLAIM,
    "claims.html": service_texts.CLAIM,
    "desk_line.html": {},
    **dict.fromkeys(
        ("customers_list.html", "customers_found.html", "customers_more.html", "customers_row.html"),
        customers_texts.LIST,
    ),
    "corrections.html": customers_texts.CORRECTIONS,
    "customers_consents.html": customers_texts.CONSENTS,
    "customers_data.html": customers_texts.DATA,
    "customers_edit.html": customers_texts.EDIT,
    "customers_events.html": customers_texts.ONE,
    "customers_frame.html": customers_texts.COMMON,
    "customers_overview.html": customers_texts.ONE | case_texts.SHORT,
    "customers_points.html": customers_texts.POINTS,
    "customers_tagged.html": customers_texts.ONE,
    "customers_vouchers.html": customers_texts.VOUCHERS,
    **dict.fromkeys(
        ("customers_alike.html", "customers_join.html", "customers_pair.html", "customers_same.html"), joining.WORDS
    ),
    "customers_tags.html": {},
    "serving.html": serving.WORDS,
    "problems.html": {},
    "figures.html": figures_texts.PAGE,
    "glance.html": glance_texts.PAGE,
    "today.html": today_texts.PAGE,
    "today_points.html": today_texts.POINTS,
    "today_risk.html": today_texts.RISK,
    "icons.html": {},
    "inbox.html": inbox_texts.LIST,
    "inbox_found.html": inbox_texts.LIST,
    "inbox_layout.html": inbox_texts.LIST,
    "inbox_listed.html": inbox_texts.LIST,
    "inbox_row.html": inbox_texts.LIST,
    "inbox_rows.html": inbox_texts.LIST,
    "keys.html": keys.WORDS,
    "forgotten.html": forgotten.WORDS,
    "login.html": login.WORDS,
    "message.html": {},
    "people.html": people.WORDS,
    "person.html": people.WORDS,
    "survey_tabs.html": survey_texts.FRAME,
    "survey_list.html": survey_texts.LIST,
    "survey_start.html": survey_texts.START,
    "survey_deeds.html": survey_texts.HEAD,
    **dict.fromkeys(
        (
            "survey_adding.html",
            "survey_builder.html",
            "survey_fields.html",
            "survey_outline.html",
            "survey_part.html",
        ),
        survey_builder_texts.BUILDER,
    ),
    "survey_preview.html": survey_texts.PREVIEW,
    "survey_publish.html": survey_texts.PUBLISH,
    **dict.fromkeys(("survey_version.html", "survey_versions.html"), survey_texts.VERSIONS),
    "survey_invitations.html": survey_inviting_texts.PAGE,
    "survey_rule.html": survey_inviting_texts.RULE,
    "survey_results_frame.html": survey_results_texts.COMMON,
    "survey_table.html": survey_results_texts.COMMON,
    "survey_compared.html": survey_results_texts.COMMON,
    "survey_results.html": survey_results_texts.OVERVIEW,
    "survey_groups.html": survey_results_texts.GROUPS,
    "survey_waves.html": survey_results_texts.WAVES,
    "survey_words.html": survey_results_texts.WORDS,
    "survey_rule_count.html": survey_inviting_texts.RULE,
    **dict.fromkeys(("segments_list.html", "segments_figures.html"), segments_texts.LIST),
    **dict.fromkeys(
        ("segments_builder.html", "segments_rows.html", "segments_tried.html", "segments_trial.html"),
        segments_texts.BUILDER,
    ),
    "segments_head.html": segments_texts.FRAME,
    **dict.fromkeys(("segments_members.html", "segments_list_new.html"), segments_texts.MEMBERS),
    "second.html": second.WORDS,
    "second_setup.html": second_setup.WORDS,
    "sessions.html": account.WORDS,
    **dict.fromkeys(
        ("talk.html", "talk_about.html", "talk_act.html", "talk_line.html", "talk_live.html", "talk_now.html"),
        talk_texts.PAGE | case_texts.SHORT,
    ),
    "welcome.html": texts.DOORS,
}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("25.50", "MYR", 2550),
        ("RM 25,5", "MYR", 2550),
        ("25", "MYR", 2500),
        ("1,250.00", "MYR", 125000),
        ("1,250", "MYR", 125000),
        ("1.250.000", "VND", 1250000),
        ("1.250.000 ₫", "VND", 1250000),
        ("1250000", "VND", 1250000),
        ("12.500", "KWD", 12500),
        ("١٢٫٥٠", "MYR", 1250),
        ("0.05", "MYR", 5),
        ("1.25", "VND", None),
        ("12.345", "MYR", 1234500),
        ("12.3456", "MYR", None),
        ("0", "MYR", None),
        ("-5", "MYR", None),
        ("", "MYR", None),
        ("a lot", "MYR", None),
        ("1 2", "MYR", None),
        ("9" * 13, "MYR", None),
    ],
)
def test_an_amount_is_read_as_it_is_typed(text: str, currency: str, minor: int | None) -> None:
    assert typed(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("You have <b>5 points</b>.", "You have <b>5 points</b>."),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("<b>open <i>both", "<b>open <i>both</i></b>"),
        ("<b>crossed <i>tags</b> here</i>", "<b>crossed <i>tags</i></b> here"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
        ('<b onclick="x()">b</b>', "<b>b</b>"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        (
            '<a href="https://shop.example/?a=1&amp;b=2">x</a>',
            '<a href="https://shop.example/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">x</a>',
        ),
        ("</b></div>stray", "stray"),
    ],
)
def test_rich_text_keeps_its_own_tags_and_shows_every_other(text: str, markup: str) -> None:
    assert rich(text) == markup


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_every_text_that_a_page_names_is_there(template: str) -> None:
    known = {**texts.EVERY_PAGE, **WORDS[template]}
    used = set(re.findall(r'\bt\("([a-z_]+)"[,)]', (TEMPLATES / template).read_text()))
    assert used <= set(known)


def test_no_text_is_written_for_nobody() -> None:
    pages = "".join(path.read_text() for path in TEMPLATES.glob("*.html"))
    code = "".join(path.read_text() for path in (TEMPLATES.parents[1] / "staff").glob("*.py"))
    for name in {name for words in (texts.EVERY_PAGE, *WORDS.values()) for name in words}:
        stem = name.partition("_")[0]
        in_pages = f'"{name}"' in pages or f'"{stem}_" ~' in pages or stem == "said"
        assert in_pages or code.count(f'"{name}"') > 1, (
            name
        )  # once where it is written, and where a page is told it
