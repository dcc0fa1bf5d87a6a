"""Parts of a contact's export that are more than the columns of one table (`store.exports`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from store.tables import (
    campaign_presses,
    campaign_recipients,
    campaigns,
    case_lines,
    cases,
    not_interested,
    offer_watches,
    products,
    segment_members,
    segments,
    shown_products,
    survey_answers,
    survey_responses,
    survey_rewards,
    surveys,
)

_BUTTONS, _OWN_BUTTONS = 1_000, 2  # of a campaign's message, those of its own are below 0


class Section(NamedTuple):
    """A part of the export: the rows of a statement, read on from the key of the last one."""

    rows: sa.Select[Any]
    key: sa.ColumnElement[Any]


def surveyed(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    """What the contact answered to surveys, question by question, and what they were thanked with."""
    mine = survey_responses.join(surveys, surveys.c.id == survey_responses.c.survey_id)
    theirs = survey_responses.c.contact_id.in_(whose)
    asked = ("mode", "language", "touchpoint", "segment", "state", "begun_at", "done_at")
    given = ("question", "part", "number", "text", "skipped", "note", "at")
    thanked = ("points", "reward", "at")
    said = mine.join(survey_answers, survey_answers.c.response_id == survey_responses.c.id)
    rewarded = survey_rewards.join(surveys, surveys.c.id == survey_rewards.c.survey_id)
    survey = surveys.c.code.label("survey")
    return {
        "responses": Section(
            sa.select(survey, *(survey_responses.c[name] for name in asked)).select_from(mine).where(theirs),
            survey_responses.c.id,
        ),
        "answers": Section(
            sa.select(survey, *(survey_answers.c[name] for name in given)).select_from(said).where(theirs),
            survey_answers.c.id,
        ),
        "thanks": Section(
            sa.select(survey, *(survey_rewards.c[name] for name in thanked))
            .select_from(rewarded)
            .where(survey_rewards.c.contact_id.in_(whose)),
            survey_rewards.c.response_id,
        ),
    }


def requested(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    """What was said in the contact's requests, line by line."""
    line = ("kind", "by", "text", "details", "at")
    said = sa.select(cases.c.number, *(case_lines.c[name] for name in line)).select_from(case_lines.join(cases))
    return {"request_lines": Section(said.where(cases.c.contact_id.in_(whose)), case_lines.c.id)}


def suggested(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    """What was recommended to the contact, and what they said to that."""
    product = products.c.name.label("product")
    shown = ("place", "why", "at", "clicks", "clicked_at", "bought_at")
    tables = {"recommended": (shown_products, shown), "not_interested": (not_interested, ("at",))}
    tables["offers_waited_for"] = (offer_watches, ("at",))
    return {
        name: Section(
            sa.select(product, *(table.c[each] for each in columns))
            .select_from(table.join(products, products.c.id == table.c.product_id))
            .where(table.c.contact_id.in_(whose)),
            table.c.id if "id" in table.c else table.c.product_id,
        )
        for name, (table, columns) in tables.items()
    }


def campaigned(whose: sa.ScalarSelect[int]) -> dict[str, Section]:
    """Which campaigns were for the contact and what became of that, what they followed, and lists they are on.

    Of one whose message is in the outbox, the section of what was said tells how far it is.
    """
    name = campaigns.c.name.label("campaign")
    fate = ("variant", "state", "reason", "language", "due_at", "sent_at")
    after = ("clicked_at", "replied_at", "stopped_at", "bought_at", "paid")
    got = sa.select(name, campaigns.c.kind, *(campaign_recipients.c[each] for each in (*fate, *after)))
    followed = sa.select(name, *(campaign_presses.c[each] for each in ("button", "times", "at")))
    listed = sa.select(segments.c.name.label("list"), segment_members.c.at)
    return {
        "campaigns": Section(
            got.select_from(campaign_recipients.join(campaigns)).where(campaign_recipients.c.contact_id.in_(whose)),
            campaign_recipients.c.id,
        ),
        "campaign_buttons": Section(
            followed.select_from(campaign_presses.join(campaigns)).where(campaign_presses.c.contact_id.in_(whose)),
            campaign_presses.c.campaign_id * _BUTTONS + campaign_presses.c.button + _OWN_BUTTONS,
        ),
        "lists": Section(
            listed.select_from(segment_members.join(segments)).where(segment_members.c.contact_id.in_(whose)),
            segment_members.c.segment_id,
        ),
    }
