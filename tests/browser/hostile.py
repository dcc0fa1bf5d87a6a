"""Two hundred things that somebody may write as a name or a message, and a house in which they stand everywhere.

Whatever would become an element has the attribute `data-hostile`, whatever would run calls `hacked()`, and whatever
a template would work out comes to 1787569: so a page that takes one of them for more than words is known.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.engine import Connection

from store import api_keys, audit, invitation_rules, kiosks, segments, staff, tables
from store import templates as campaign_templates
from store.segments import Segment
from surveys import library, responses, templates, waves
from surveys.library import Published
from tests.conftest import NOON
from tests.console.staff.clientele import add_customer, give_points, give_voucher, live_a_life
from tests.outreach import campaign_histories
from tests.outreach.sent_campaigns import CONTENT
from tests.surveys.some_surveys import publish

RUN = "hacked()"
WORKED_OUT = "1787569"
TAGS = (
    f"<script data-hostile>{RUN}</script>",
    f"<img data-hostile src=x onerror={RUN}>",
    f"<IMG DATA-HOSTILE SRC=x OnErRoR={RUN}>",
    f"<img data-hostile src=`x`onerror={RUN}>",
    f"<svg data-hostile onload={RUN}>",
    f"<svg data-hostile><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<svg data-hostile><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>',
    f'<svg><foreignObject><iframe data-hostile srcdoc="<script>parent.{RUN}</script>">',
    f'<math data-hostile><mi xlink:href="javascript:{RUN}">x</mi></math>',
    f'<iframe data-hostile srcdoc="<script>parent.{RUN}</script>">',
    f'<a data-hostile href="javascript:{RUN}">x</a>',
    f'<a data-hostile href="java&#10;script:{RUN}">x</a>',
    f"<body data-hostile onload={RUN}>",
    f"<details data-hostile open ontoggle={RUN}>",
    f"<input data-hostile autofocus onfocus={RUN}>",
    f"<marquee data-hostile onstart={RUN}>",
    f"<video data-hostile><source onerror={RUN}>",
    f"<audio data-hostile src=x onerror={RUN}>",
    f'<object data-hostile data="javascript:{RUN}">',
    f"<x data-hostile onclick={RUN} tabindex=1>",
    f"<scr<script data-hostile>ipt>{RUN}</scr</script>ipt>",
    f"<template data-hostile><script>{RUN}</script></template>",
    f'<noscript><p title="</noscript><img data-hostile src=x onerror={RUN}>">',
    '<style data-hostile>@import "//evil.example/x.css"</style>',
    "<link data-hostile rel=stylesheet href=//evil.example/x.css>",
    "<base data-hostile href=//evil.example/>",
    '<meta data-hostile http-equiv=refresh content="0;url=//evil.example">',
    "<form data-hostile action=//evil.example><button>",
    '<div data-hostile hx-post="/staff/logout" hx-trigger="load">',
    f'<div data-hostile hx-on:load="{RUN}" hx-vals="js:{RUN}">',
    '<hx-partial data-hostile hx-target="body">gone</hx-partial>',
)
OUT_OF = ('">', "'>", "</textarea>", "</title>", "</option></select>", "</script>", "-->", "]]>")
WORDS = (
    f'" onmouseover="{RUN}" data-hostile="',
    f"' onfocus='{RUN}' autofocus data-hostile='",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"&lt;script data-hostile&gt;{RUN}&lt;/script&gt;",
    f"&#60;script data-hostile&#62;{RUN}&#60;/script&#62;",
    f"\\u003cscript data-hostile\\u003e{RUN}\\u003c/script\\u003e",
    f"%3Cscript%20data-hostile%3E{RUN}%3C/script%3E",
    f"＜script data-hostile＞{RUN}＜/script＞",
    "{{1337*1337}}",
    "{% for x in range(2) %}{{1337*1337}}{% endfor %}",
    "{{''.__class__.__mro__}}",
    "${1337*1337}",
    "#{1337*1337}",
    "<%= 1337*1337 %>",
    "{name} {0.__class__} {1337}",
    "%(name)s %s%s%n",
    "'; DROP TABLE contacts; --",
    '" OR 1=1 --',
    '* OR NEAR("a" "b", 2)',
    '"unbalanced',
    "AND OR NOT",
    "a:* & !b | (c <-> d",
    "^a + -b {x y} : c",
    "(((((",
    "\\",
    '=HYPERLINK("//evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c",
    "\u2066\u2067\u2068never closed",
    "null\x00byte",
    "\x1b[31mred\x07",
    "👨‍👩‍👧‍👦" * 8,
    "Аdmіn",
    "Z̷̢͖a̵l̶͓g̸o̴",
    "﷽" * 8,
    "A" * 5000,
    "line\u2028and\u2029paragraph",
    "\ufeffmark",
    "<",
    "&",
    "&amp;",
    '"',
    "'",
    "`",
    "__proto__",
    "constructor",
    "[object Object]",
)


def _everything() -> Iterator[str]:
    yield from TAGS
    yield from WORDS
    outs = cycle(OUT_OF)
    for tag in cycle(TAGS):
        yield f"{next(outs)}{tag}"


HOSTILE = tuple(islice(_everything(), 200))
assert len(set(HOSTILE)) == 200

# Where people's own words are kept: the columns that a page may show.
FREE: tuple[tuple[sa.Table, str], ...] = tuple(
    (tables.metadata.tables[table], column)
    for table, columns in {
        "contacts": "name call_me city joined_from",
        "inbox": "text",
        "notes": "text",
        "promises": "text reason",
        "labels": "name",
        "contact_tags": "tag",
        "canned_replies": "title shortcut",
        "products": "name category",
        "rewards": "name about",
        "staff": "name",
        "branches": "name city",
        "api_keys": "name",
        "claims": "reason receipt written",
        "adjustments": "reason",
        "consents": "evidence",
        "conversations": "last_text rating_text",
        "drafts": "text",
        "media": "name",
        "purchases": "receipt",
        "entries": "note",
        "staff_sessions": "agent",
        "case_lines": "text",
        "cases": "outcome order_number praised",
        "improvements": "title about",
        "campaigns": "name",
        "segments": "name",
        "templates": "name",
        "campaign_recipients": "reason",
    }.items()
    for column in columns.split()
)
BY_LANGUAGE = {
    "canned_replies": "texts",
    "products": "names",
    "rewards": "names",
    "queues": "names",
    "themes": "names",
    "departments": "names",
    "touchpoints": "names",
    "surveys": "names",
}
DOCUMENTS = {"surveys": "draft", "survey_versions": "definition"}  # in which texts by language stand anywhere
KEYED = {"contact_tags": ("contact_id", "tag"), "staff_sessions": ("digest",), "drafts": ("contact_id", "staff_id")}


def people_a_house(connection: Connection, owner: staff.Account, many: int = 50) -> None:
    """Something of every kind that a page of the staff's shows; so many conversations and changes."""
    served = add_customer(connection, "served")
    give_points(connection, served, 300, 200)
    give_voucher(connection, served)
    live_a_life(connection, served, owner.id, owner.public_id)
    queue = connection.scalar(sa.select(tables.queues.c.id))
    for number in range(many):
        contact = add_customer(connection, f"waits{number}", owner="queue")
        row = {"public_id": secrets.token_urlsafe(12), "queue_id": queue, "state": "queued", "language": "en"}
        moments = dict.fromkeys(("opened_at", "moved_at", "waiting_since", "last_at"), NOON)
        said = {"last_kind": "text", "last_by": "customer", "last_text": "words", "why": "asked", "unread": 1}
        connection.execute(tables.conversations.insert().values(contact_id=contact, **row, **moments, **said))
        for seq in range(1, 5):
            _write(connection, contact, seq)
    _set_up(connection, served, owner, many)
    _group(connection, served)
    campaign_histories.make(connection, NOON - dt.timedelta(days=4), 27)
    said = msgspec.to_builtins(CONTENT)
    campaign_templates.add(connection, name="t", content=said, by=owner.public_id, now=NOON)


def _group(connection: Connection, contact: int) -> None:
    """A list with somebody on it, and a condition that names whatever people write."""
    listed = segments.add(connection, name="l", condition=None, by="t", now=NOON)
    assert isinstance(listed, Segment)
    segments.put_on(connection, listed.id, [contact], NOON)
    cities = [words for words in HOSTILE if len(words) <= 80 and words.isprintable()][:40]
    named = [
        {"fact": "city", "op": "in", "value": cities},
        {"fact": "list", "op": "has", "value": [listed.public_id]},
    ]
    segments.add(connection, name="s", condition={"any": named}, by="t", now=NOON)


_PRODUCT = {"sku": "P", "name": "p", "price": 100, "currency": "MYR", "cost": 50}


def _ask_around(connection: Connection, published: Published, contact: int, owner: staff.Account) -> None:
    """A survey that is asked in every way: invited to, in waves, by phone, on a tablet."""
    invitation_rules.add(connection, published.survey_id, "purchase", {"cause": "purchase"}, None, NOON)
    waves.begin(connection, published.survey_id, "w", NOON)
    kiosks.add(connection, published.survey_id, "k", None, "", NOON)
    responses.begin(
        connection,
        published,
        key=f"interview:{published.code}",
        mode="phone",
        language="en",
        contact_id=contact,
        now=NOON,
        staff_id=owner.id,
    )


def further_in(connection: Connection) -> list[str]:
    """Addresses that only pages of objects lead to: interviews, rules of invitations, reports of campaigns."""
    asked = sa.select(tables.survey_responses.c.public_id).where(tables.survey_responses.c.mode == "phone")
    surveys, rules = tables.surveys.c, tables.invitation_rules.c
    sent = sa.select(tables.campaigns.c.public_id).where(tables.campaigns.c.started_at.is_not(None))
    ruled = sa.select(surveys.public_id, rules.public_id).join_from(tables.surveys, tables.invitation_rules)
    return [
        *(f"/staff/interviews/{public_id}" for public_id in connection.scalars(asked)),
        *(f"/staff/surveys/{survey}/invitations/rules/{rule}" for survey, rule in connection.execute(ruled)),
        *(f"/staff/campaigns/{public_id}/report" for public_id in connection.scalars(sent)),
        *(f"/staff/campaigns/{public_id}/recipients" for public_id in connection.scalars(sent)),
        "/staff/campaigns/compare",
    ]


def _write(connection: Connection, contact: int, seq: int) -> None:
    said = {"channel": "webchat", "account": "", "external_id": f"{contact}.{seq}", "state": "done", "kind": "text"}
    connection.execute(tables.inbox.insert().values(contact_id=contact, seq=seq, text="words", at=NOON, **said))


def _set_up(connection: Connection, contact: int, owner: staff.Account, many: int) -> None:
    def add(table: str, **values: Any) -> None:
        connection.execute(tables.metadata.tables[table].insert().values(**values))

    for number in range(4):
        add("labels", name=f"label {number}", colour="#14603a")
        add("contact_tags", contact_id=contact, tag=f"tag {number}", at=NOON)
        reply = {"shortcut": f"s{number}", "title": "t", "texts": {"en": "x"}, "changed_at": NOON}
        add("canned_replies", public_id=f"reply{number}", **reply)
        add("branches", code=f"b{number}", name="b", city="c", timezone="Asia/Kuala_Lumpur")
        wish = {"contact_id": contact, "points": 5000, "reason": "r", "staff_id": owner.id, "state": "waiting"}
        add("adjustments", public_id=f"wish{number}", at=NOON, **wish)
        staff.add(connection, f"colleague{number}@shop.test", "c", "support", "en", NOON)
        api_keys.add(connection, "web", ["points:read"], NOON)
    moments = {"created_at": NOON, "moved_at": NOON, "done_at": NOON}
    theme = connection.scalar(sa.select(tables.themes.c.id))
    add("improvements", public_id="better", title="t", staff_id=owner.id, state="done", theme_id=theme, **moments)
    add("drafts", contact_id=contact, staff_id=owner.id, text="d", at=NOON)
    for survey in templates.every()[:2]:
        published = publish(connection, survey, NOON)
        library.save_draft(connection, published.public_id, structs.replace(survey, minutes=9), 2, NOON)
        _ask_around(connection, published, contact, owner)
    product = connection.scalar(tables.products.insert().returning(tables.products.c.id), _PRODUCT)
    runs = {"price": 80, "starts_at": NOON, "ends_at": NOON + dt.timedelta(days=9), "by": "t"}
    add("offers", public_id="offer", product_id=product, **runs)
    for number, words in enumerate(HOSTILE[:many]):
        at = NOON + dt.timedelta(seconds=number)
        audit.note(
            connection, "api:P", words[:48], words[:96], {"name": words}, {words[:40]: words}, words[:45], at
        )


def poison(connection: Connection, order: Sequence[str]) -> None:
    """Put hostile words, in this order and over and over, wherever somebody's words are kept."""
    words = cycle(order)
    for table, column in FREE:
        longest = getattr(table.c[column].type, "length", None) or 5000
        if column in KEYED.get(table.name, ()):  # what another row had before must not be in the way
            for place, row in enumerate(_rows(connection, table)):
                connection.execute(table.update().where(*row).values({column: f"~{place}"}))
        for place, row in enumerate(_rows(connection, table)):
            # A number at the end keeps apart what must not be the same twice.
            value = f"{next(words)[: longest - 4]}~{place}" if longest > 8 else ""
            connection.execute(table.update().where(*row).values({column: value}))
    for name, column in BY_LANGUAGE.items():
        table = tables.metadata.tables[name]
        for row in _rows(connection, table):
            by_language = {language: next(words)[:1000] for language in ("en", "ms", "vi", "ar", "zh")}
            connection.execute(table.update().where(*row).values({column: by_language}))
    for name, column in DOCUMENTS.items():
        table = tables.metadata.tables[name]
        for row in _rows(connection, table):
            document = connection.scalar(sa.select(table.c[column]).where(*row))
            connection.execute(table.update().where(*row).values({column: _worded(document, words)}))
    for row in _rows(connection, tables.templates):
        texts = {language: {"text": next(words)[:1000]} for language in ("en", "ms", "vi", "ar", "zh")}
        labels = {language: next(words)[:30] for language in texts}
        button = {"labels": labels, "does": "link", "target": "https://shop.example/"}
        content = {"texts": texts, "buttons": [button]}
        connection.execute(tables.templates.update().where(*row).values(content=content))
    for row in _rows(connection, tables.outbox):
        connection.execute(tables.outbox.update().where(*row).values(payload={"text": next(words)}))


def _worded(document: Any, words: Iterator[str]) -> Any:
    """The document with these words in the place of every text by language."""
    if isinstance(document, dict) and "en" in document:
        return {language: next(words)[:1000] for language in document}
    if isinstance(document, dict):
        return {key: _worded(value, words) for key, value in document.items()}
    return [_worded(value, words) for value in document] if isinstance(document, list) else document


def _rows(connection: Connection, table: sa.Table) -> list[list[sa.ColumnElement[bool]]]:
    keys = KEYED.get(table.name, ("id",))
    rows = connection.execute(sa.select(*(table.c[key] for key in keys)).order_by(*(table.c[key] for key in keys)))
    return [[table.c[key] == value for key, value in zip(keys, row, strict=True)] for row in rows]
