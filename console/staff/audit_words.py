"""Before and after in words: what changed in a row of the audit log, as its reader says it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from console import export_page
from console.staff import (
    campaign_texts,
    case_texts,
    customers_texts,
    desk_rules,
    improvement_texts,
    interview_texts,
    offer_texts,
    segments_words,
    service_texts,
    serving,
    survey_inviting_texts,
    survey_results_texts,
    talk_texts,
    team_queues,
    template_texts,
)
from console.staff.texts import ROLES
from locales import Language, Text, _, direction, formats, render
from service.closing import REASONS
from talk.split import plain

NOTHING = "–"
LONGEST = 200  # characters of a value
EDIT, TALK = customers_texts.COMMON, talk_texts.PAGE
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
FIELDS: dict[str, Text] = {
    **{name: desk_rules.WORDS[name] for name in (*desk_rules.BOUNDS, "ask_rating")},
    **{
        name: team_queues.WORDS[name] for name in ("assign", "first_minutes", "resolve_minutes", "members", "hours")
    },
    **{name: team_queues.WORDS[name] for name in ("name", "names", "topic", "languages")},
    **{name: serving.WORDS[name] for name in ("capacity", "telegram")},
    **{name: EDIT[name] for name in ("phone", "email", "city", "language", "kind", "reason", "points", "deceased")},
    **service_texts.LANGUAGES,
    **{name: offer_texts.WORDS[name] for name in ("price", "from", "until", "least_margin", "after_hours")},
    **{f"text_{code}": text for code, text in service_texts.LANGUAGES.items()},
    **campaign_texts.FIELDS,
    "survey": _("Survey"),
    "mode": interview_texts.INTERVIEWS["mode"],
    "request": _("Request"),
    "segment": survey_results_texts.DIMENSIONS["by_segment"],
    "wave": survey_results_texts.DIMENSIONS["by_wave"],
    "cross_sell": offer_texts.WORDS["cross_sell_on"],
    "sku": offer_texts.WORDS["product"],
    "tier": offer_texts.WORDS["for_whom"],
    "upsell": offer_texts.WORDS["upsell_tiers"],
    **survey_inviting_texts.FIELDS,
    **{name: case_texts.CHANGED[name] for name in ("staff", "touchpoint", "department", "branch_id", "product_id")},
    **{name: case_texts.CHANGED[name] for name in ("urgent", "praised_id")},
    "about": improvement_texts.ONE["details"],
    "case": _("Number of the request"),
    "departments": _("Departments"),
    "question": _("Question"),
    "theme": _("Theme"),
    "words": _("Words"),
    "condition": _("Condition"),
    "added": _("Put on the list"),
    "taken_off": _("Taken off the list"),
    "replaced": _("Only these stay on it"),
    "active": _("Active"),
    "address": _("Address"),
    "amount": _("Amount"),
    "asked_by": _("Asked for by"),
    "birthday": _("Birthday"),
    "bought": _("Bought on"),
    "branch": _("Branch"),
    "browser": _("Browser"),
    "by": _("Who"),
    "call_me": _("Is called"),
    "channel": _("Channel"),
    "codes": _("Recovery codes left"),
    "colour": _("Colour"),
    "contact": _("Customer"),
    "conversation": _("Conversation"),
    "customers": _("Customers"),
    "days": _("Holidays"),
    "due": _("Due"),
    "due_at": _("Due"),
    "fields": _("What changed"),
    "granted": _("Agreed"),
    "how": _("How it goes on"),
    "label": _("Label"),
    "managers_need_second_step": _("Managers need a code from an app"),
    "message": _("Message"),
    "note": _("Note"),
    "number": _("Customer number"),
    "object": _("Of what"),
    "order": _("Order"),
    "other": _("The other customer"),
    "owner": _("Who has the conversation"),
    "position": _("Place in the list"),
    "promise": _("Promise"),
    "proof": _("Proof"),
    "purpose": _("What for"),
    "q": _("Search"),
    "queue": _("Queue"),
    "receipt": _("Receipt"),
    "reward": _("Reward"),
    "role": _("Role"),
    "rows": _("Rows"),
    "scopes": _("Rights"),
    "second_step": _("Code from an app"),
    "sessions": _("Browsers logged in"),
    "shortcut": _("Shortcut"),
    "since": _("From"),
    "skus": _("Products"),
    "state": _("State"),
    "tag": _("Tag"),
    "text": _("Text"),
    "timezone": _("Time zone"),
    "title": _("Title"),
    "two": _("Two different people"),
    "until": _("To"),
    "version": _("Version"),
    "voucher": _("Voucher"),
    "week": _("Opening hours"),
    "well": _("It works"),
    "what": _("What"),
    "who": _("Who"),
}
"""What a field of a row is called; the names that the code gives them are the keys."""
VALUES: dict[str, Mapping[str, Text]] = {
    "assign": {name: team_queues.WORDS[f"assign_{name}"] for name in ("hand", "round_robin", "least_busy")},
    "channel": {
        **service_texts.CHANNELS,
        **{name.removeprefix("channel_"): text for name, text in customers_texts.CONSENTS.items()},
    },
    "how": {name: TALK[f"back_{name}"] for name in ("resume", "restart", "drop")},
    "kind": {**customers_texts.KINDS, **template_texts.KINDS, **case_texts.KINDS},
    **{f"text_{code}": template_texts.STATES for code in service_texts.LANGUAGES},
    "language": service_texts.LANGUAGES,
    "languages": service_texts.LANGUAGES,
    "mode": survey_results_texts.MODES,
    "owner": {
        "bot": service_texts.ONE["bot"],
        "queue": _("A queue"),
        "snoozed": _("Put off"),
        "blocked": TALK["blocked"],
    },
    "purpose": export_page.WORDS,
    "reason": REASONS,
    "role": {str(role): text for role, text in ROLES.items()},
    "rule": {name.removeprefix("cause_"): text for name, text in survey_inviting_texts.CAUSES.items()},
    "kinds": customers_texts.KINDS,
    "case_kinds": case_texts.KINDS,
    "urgent": case_texts.URGENT,
    "state": {
        **case_texts.STATES,
        **improvement_texts.STATES,
        **campaign_texts.STATES,
        "open": _("Open"),
        "waiting": _("Waits for a second person"),
        "posted": _("Done"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "kept": _("Kept"),
        "cancelled": _("Given up"),
    },
}
"""What a field's values are called, where they are words of the code."""


class Reader(msgspec.Struct, frozen=True):
    """Who reads: the language, the business's clock, and the team's names by their public ids."""

    language: Language
    zone: dt.tzinfo
    names: Mapping[str, str]

    @property
    def arrow(self) -> str:
        """What stands between before and after, pointing the way the language is read."""
        return "←" if direction(self.language) == "rtl" else "→"

    def differences(self, was: Any, now: Any) -> list[tuple[str, str, str]]:
        """The fields that changed, with what each was and is; what is the same before and after is left out.

        What was is empty where nothing was there before.
        """
        before, after = (each if isinstance(each, dict) else {} for each in (was, now))
        fields = [*before, *(field for field in after if field not in before)]
        return [
            (
                self._field(field),
                self._value(field, before.get(field)) if before else "",
                self._value(field, after.get(field)),
            )
            for field in fields
            if before.get(field) != after.get(field)
        ]

    def _field(self, name: str) -> str:
        return self._say(FIELDS[name]) if name in FIELDS else name

    def _value(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return "✓" if value else "✗"
        if value in (None, "", [], {}):
            return NOTHING
        if field == "condition":
            return plain(segments_words.by_itself(value, self.language))[:LONGEST]
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return formats.listed([self._value(field, each) for each in value], self.language)
        if isinstance(value, dict):
            parts = (f"{self._key(key)}: {self._value(field, each)}" for key, each in value.items())
            return ", ".join(parts)[:LONGEST]
        text = str(value)
        known = VALUES.get(field, {}).get(text)
        shown = self._say(known) if known else self.names.get(text) or _moment(text, self.zone, self.language)
        return (shown or text)[:LONGEST]

    def _key(self, key: str) -> str:
        return _moment(key, self.zone, self.language) or self._field(key)

    def _say(self, text: Text) -> str:
        return Markup(render(text, self.language)).unescape()  # noqa: S704 - our own text, escaped by the page


def _moment(text: str, zone: dt.tzinfo, language: Language) -> str:
    """A day, or a moment with its offset, in words; nothing for what is neither."""
    if not _DATED.match(text):
        return ""
    try:
        if len(text) == len("2026-12-31"):
            return formats.date(dt.date.fromisoformat(text), language)
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return formats.moment(at.astimezone(zone), language) if at.tzinfo else ""
