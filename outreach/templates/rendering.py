"""One message of a campaign: a template said to one customer, with all that every such message carries.

Before the text stands the label that a country asks for. Under it are the gift's button, the template's own, and
always the two by which somebody learns why they get this, and stops it. The text is never cut and never split: what
is longer than the channel takes, names what is not known of this customer, or has nothing to say to them, is not
sent to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from locales import Text, _, edition
from locales import render as said
from locales.text import shown
from outreach.templates.content import Content, Press
from outreach.templates.known import Lacking
from outreach.templates.pressing import GIFT, STOP, WHY, press
from outreach.templates.saying import TooLong, saying
from outreach.templates.values import Values
from talk.exchange import COMMAND
from talk.messages import Button, Media, Outgoing
from talk.split import CAPTION_LIMIT, TEXT_LIMIT, plain, visible_length

FALL_BACK = "en"
WHY_LABEL = _("Why do I get this?")
STOP_LABEL = _("Stop news and offers")
GIFT_LABEL = _("Get my gift")

Reason: TypeAlias = Literal["text too long", "value not known", "text empty"]
TOO_LONG: Reason = "text too long"
NOT_KNOWN: Reason = "value not known"
EMPTY: Reason = "text empty"

Link: TypeAlias = Callable[[str, int], str]
"""The signed, counted address of a button, from the contact's public id and the button's place."""


class Stamp(NamedTuple):
    """What a campaign puts on its messages: its public id, and how the addresses of its links are made."""

    campaign: str
    link: Link


class NotSaid(msgspec.Struct, frozen=True, tag=True):
    """This customer gets no message, and why; `value` names what is not known."""

    reason: Reason
    value: str = ""


def language_of(content: Content, language: str, fall_back: bool) -> str:
    """In which language somebody of this language is written to: a text that was reviewed, or with `fall_back` the
    English one; empty when there is none for them."""
    for each in (language, FALL_BACK) if fall_back else (language,):
        text = content.texts.get(each)
        if text is not None and text.state == "reviewed" and text.text:
            return each
    return ""


def render(content: Content, language: str, values: Values, stamp: Stamp, label: str = "") -> Outgoing | NotSaid:
    """The message in a language that the template has, for one customer.

    `label` is what their country asks to stand before it, in that language. Raises TemplateWrong for a text that
    was never checked, KeyError for a language that has none.
    """
    digits = values.digits if language == values.language == "ar" else ""
    try:
        text = saying(content.texts[language].text, language, digits).said(values.known)
    except Lacking as lacking:
        return NotSaid(NOT_KNOWN, lacking.name)
    except TooLong:
        return NotSaid(TOO_LONG)
    if not text:
        return NotSaid(EMPTY)
    if label:
        text = f"{shown(label, language, digits)} {text}"
    limit = most_signs(content)
    if 2 * len(text) > limit and visible_length(text) > limit:
        return NotSaid(TOO_LONG)
    return Outgoing(
        text=text,
        buttons=_buttons(content, language, digits, values.public_id, stamp),
        media=Media(ref=content.picture) if content.picture else None,
    )


def most_signs(content: Content) -> int:
    """The most that a message may have to see, in UTF-16 units: under a picture, and without one."""
    return CAPTION_LIMIT if content.picture else TEXT_LIMIT


def label_of(button: Press, language: str) -> str:
    """What stands on a button: in the language, else in English, else in whatever there is."""
    labels = button.labels
    return labels.get(language) or labels.get(FALL_BACK) or next(iter(labels.values()), "")


def _buttons(
    content: Content, language: str, digits: str, contact: str, stamp: Stamp
) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if content.gift is not None:
        rows.append(_row(_own(GIFT_LABEL, language, digits, edition()), stamp.campaign, GIFT))
    for place, button in enumerate(content.buttons):
        label = label_of(button, language)
        if button.does == "link":
            rows.append((Button(label, url=stamp.link(contact, place)),))
        else:
            rows.append(_row(label, stamp.campaign, place))
    return (
        *rows,
        _row(_own(WHY_LABEL, language, digits, edition()), stamp.campaign, WHY),
        _stop(_own(STOP_LABEL, language, digits, edition())),
    )


@lru_cache(maxsize=512)  # a campaign has a few, and puts them under each of its messages
def _row(label: str, campaign: str, button: int | str) -> tuple[Button, ...]:
    return (Button(label, press(campaign, button)),)


@lru_cache(maxsize=64)
def _stop(label: str) -> tuple[Button, ...]:
    return (Button(label, f"{COMMAND}.{STOP}"),)


@lru_cache(maxsize=64)
def _own(label: Text, language: str, digits: str, _edition: int) -> str:
    return plain(said(label, language, digits=digits))
