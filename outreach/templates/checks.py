"""What must fit together in a template before it is sent: its texts, its buttons, and what comes with it.

A text is read, and then said to made customers: with everything known, with nothing, without each value alone, with
long names, and with a number for each plural form. What no text stands in for, and what is too long for a channel,
shows here and not in the middle of a broadcast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection

from locales import LANGUAGES, Text, _
from loyalty import programme
from outreach.templates import samples
from outreach.templates.content import MOST_BUTTONS, Content, Press
from outreach.templates.grammar import Parsed, parse
from outreach.templates.known import Lacking
from outreach.templates.problem import Path, Problem, of_text
from outreach.templates.rendering import most_signs
from outreach.templates.saying import TooLong, saying
from outreach.templates.source import unseen
from outreach.templates.values import Values, shared_by_all
from store import media, surveys
from talk.split import visible_length

MOST_ON_A_BUTTON = 26  # what a phone shows
NO_TEXT = _("Write the text in at least one language.")
NO_LANGUAGE = _("Sapa doesn't speak this language. It speaks {languages}.")
NOT_KNOWN = _("“{name}” is not known of everybody. Write what stands in for it: {example}")
NO_GIFT = _("The text names what comes with the message, and nothing does.")
TOO_MUCH = _("For somebody with long names this has {signs} characters; at most {most} fit into a message.")
TOO_MUCH_BELOW = _("For somebody with long names this has {signs} characters; at most {most} fit under a picture.")
SAYS_NOTHING = _("This says nothing to anybody.")
NO_LABEL = _("This button has no words in this language, and the message has a text in it.")
LABEL_LONG = _("“{label}” is too long for a button: at most {most} characters.")
LABEL_SIGN = _("There is an invisible character in “{label}”. Type it anew.")
SAME_LABEL = _("Another button says the same: “{label}”")
MANY_BUTTONS = _("A message has at most {most} buttons of its own.")
NO_FLOW = _("There is no such dialogue any more. Choose another.")
NO_SURVEY = _("There is no published survey “{code}”. Publish it first, or choose another.")
NO_ADDRESS = _("A link is a whole address that begins with {start}")
NO_REWARD = _("There is no reward “{code}” that can be given. Choose another.")
NOTHING_GIVEN = _("A gift is points, a reward, or both.")
NO_PICTURE = _("The picture is gone. Choose another.")
_MUCH = 100_000  # longer than any channel takes


class Known(NamedTuple):
    """What there is that a template may use.

    Dialogues by name; published surveys and rewards that can be given by code; pictures by public id. `shared` is
    what is known of everybody, `label` how long the longest label is that a country asks for.
    """

    flows: Collection[str]
    surveys: Collection[str]
    rewards: Collection[str]
    pictures: Collection[str]
    shared: Mapping[str, object]
    label: int
    now: dt.datetime


def known(connection: Connection, content: Content, flows: Collection[str], now: dt.datetime, zone: str) -> Known:
    """What there is now; `flows` are the dialogues that a button may start, `zone` is the business's."""
    there, rules = content.picture and media.is_ours(connection, content.picture), programme.read(connection)
    countries = rules.outreach.countries.values()
    labels = [each for country in countries for each in (country.label, *(country.labels or {}).values())]
    return Known(
        flows=flows,
        surveys=[each.code for each in surveys.every(connection) if each.version and each.active],
        rewards=[each.code for each in rules.rewards if each.kind != "donation"],
        pictures=[content.picture] if there else [],
        shared=shared_by_all(connection, now, zone, content),
        label=max((len(each) + 1 for each in labels if each), default=0),
        now=now,
    )


def problems(content: Content, known: Known) -> list[Problem]:
    """Everything that keeps a template from being sent."""
    return [*_texts(content, known), *_buttons(content, known), *_beside(content, known)]


def wrong_in(language: str, found: Collection[Problem]) -> bool:
    """Whether any of these problems keeps the text in a language from being sent."""
    return any(each.language in ("", language) for each in found)


def _texts(content: Content, known: Known) -> Iterator[Problem]:
    if not any(text.text.strip() for text in content.texts.values()):
        yield Problem(("texts",), NO_TEXT, {})
    for language, text in content.texts.items():
        if language not in LANGUAGES:
            yield Problem(("texts", language), NO_LANGUAGE, {"languages": ", ".join(LANGUAGES)}, 0, language)
        elif text.text.strip():
            yield from _text(content, language, text.text, known)


def _text(content: Content, language: str, text: str, known: Known) -> Iterator[Problem]:
    parsed = parse(text, language)
    if parsed.tree is None or parsed.flaws:
        yield from (of_text(flaw, language) for flaw in parsed.flaws)
        return
    lacking = _lacking(language, text, parsed, known)
    for name, line in sorted(lacking.items(), key=lambda found: found[1]):
        yield _unknown(name, language, line, known)
    said = [_said(each.values, text) for each in samples.made(language, known.shared, known.now)]
    longest = max(map(visible_length, said))
    most = most_signs(content) - known.label
    if longest > most:
        much = TOO_MUCH_BELOW if content.picture else TOO_MUCH
        yield Problem(("texts", language), much, {"signs": longest, "most": most}, 0, language)
    if not any(said) and not lacking:
        yield Problem(("texts", language), SAYS_NOTHING, {}, 0, language)


def _lacking(language: str, text: str, parsed: Parsed, known: Known) -> dict[str, int]:
    """What is named, may not be known, and has nothing standing in for it; with its line."""
    lines: dict[str, int] = {}
    for name, customer in samples.lacking(language, known.shared, known.now):
        if not name or name in parsed.names or name in parsed.fields:
            try:
                saying(text, language).said(customer.known)
            except Lacking as lacking:
                lines.setdefault(lacking.name, parsed.names.get(lacking.name) or parsed.fields.get(lacking.name, 1))
            except TooLong:
                pass
    return lines


def _unknown(name: str, language: str, line: int, known: Known) -> Problem:
    if name in ("gift", "gift_points") and name not in known.shared:
        return Problem(("texts", language), NO_GIFT, {}, line, language)
    return Problem(("texts", language), NOT_KNOWN, {"name": name, "example": _example(name)}, line, language)


def _example(name: str) -> str:
    return f'{{{{ item.{name} | default("…") }}}}' if name == "until" else f'{{{{ {name} | default("…") }}}}'


def _said(customer: Values, text: str) -> str:
    """What a customer would see; empty where they would see nothing."""
    try:
        return saying(text, customer.language, customer.digits).said(customer.known)
    except Lacking:
        return ""
    except TooLong:
        return "x" * _MUCH


def _buttons(content: Content, known: Known) -> Iterator[Problem]:
    if len(content.buttons) > MOST_BUTTONS:
        yield Problem(("buttons",), MANY_BUTTONS, {"most": MOST_BUTTONS})
    seen: dict[tuple[str, str], int] = {}
    for place, button in enumerate(content.buttons):
        path: Path = ("buttons", place)
        yield from _labels(content, button, path)
        for language, label in button.labels.items():
            if seen.setdefault((language, label.casefold()), place) != place:
                yield Problem((*path, "labels", language), SAME_LABEL, {"label": label}, 0, language)
        if wrong := _target(button, known):
            yield Problem((*path, "target"), *wrong)


def _labels(content: Content, button: Press, path: Path) -> Iterator[Problem]:
    for language in content.texts:
        if language in LANGUAGES and content.texts[language].text.strip() and not button.labels.get(language):
            yield Problem((*path, "labels", language), NO_LABEL, {}, 0, language)
    for language, label in button.labels.items():
        here = (*path, "labels", language)
        if language not in LANGUAGES:
            yield Problem(here, NO_LANGUAGE, {"languages": ", ".join(LANGUAGES)}, 0, language)
        if len(label) > MOST_ON_A_BUTTON:
            yield Problem(here, LABEL_LONG, {"label": label, "most": MOST_ON_A_BUTTON}, 0, language)
        if "\n" in label or unseen(label, 1):
            yield Problem(here, LABEL_SIGN, {"label": label}, 0, language)


def _target(button: Press, known: Known) -> tuple[Text, dict[str, object]] | None:
    if button.does == "flow":
        return None if button.target in known.flows else (NO_FLOW, {})
    if button.does == "survey":
        return None if button.target in known.surveys else (NO_SURVEY, {"code": button.target})
    return None if is_address(button.target) else (NO_ADDRESS, {"start": "https://"})


def is_address(text: str) -> bool:
    """Whether a text is an address that begins with https:// and names a host."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = text.isprintable() and not any(sign.isspace() or sign in '"<>' for sign in text)
    return plain and parts.scheme == "https" and bool(host) and "." in (host or "") and "@" not in parts.netloc


def _beside(content: Content, known: Known) -> Iterator[Problem]:
    gift = content.gift
    if gift is not None and not (gift.points or gift.reward):
        yield Problem(("gift",), NOTHING_GIVEN, {})
    if gift is not None and gift.reward and gift.reward not in known.rewards:
        yield Problem(("gift", "reward"), NO_REWARD, {"code": gift.reward})
    if content.picture and content.picture not in known.pictures:
        yield Problem(("picture",), NO_PICTURE, {})
