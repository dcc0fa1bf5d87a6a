"""Segments, templates and campaigns as a marketer writes them, for tests."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import DEFAULT, Outreach
from outreach.campaigns import planning
from outreach.campaigns.checks import Draft
from outreach.campaigns.settings import Settings, Variant
from outreach.templates.content import Content, Text
from store import segments, templates
from store.campaigns import Campaign
from store.segments import Segment
from store.templates import Template
from tests.conftest import NOON

ZONE = "Asia/Kuala_Lumpur"
EVERYBODY: Any = {"all": []}


def said(kind: Any = "offer", **languages: str) -> Content:
    """A template that was reviewed, by default in English."""
    texts = languages or {"en": "Half price today"}
    return Content(kind=kind, texts={language: Text(text, "reviewed") for language, text in texts.items()})


def template(connection: Connection, content: Content | None = None, name: str = "") -> Template:
    """A template that is kept."""
    plain = msgspec.to_builtins(content or said())
    return templates.add(connection, name=name or secrets.token_hex(4), content=plain, by="mei", now=NOON)


def segment(connection: Connection, condition: Any = EVERYBODY, name: str = "") -> Segment:
    """A segment that is kept; everybody is in it unless it is told otherwise."""
    made = segments.add(connection, name=name or secrets.token_hex(4), condition=condition, by="mei", now=NOON)
    assert isinstance(made, Segment)
    return made


def draft(connection: Connection, *contents: Content, name: str = "Weekend", **settings: Any) -> Draft:
    """A campaign for everybody, with a variant for each content, that could be sent."""
    variants = tuple(Variant(template(connection, each).public_id) for each in contents or (said(),))
    whom = settings.pop("segment", None) or segment(connection).public_id
    return Draft(name=name, kind="offer", segment=whom, settings=Settings(variants=variants, **settings))


def kept(connection: Connection, *contents: Content, by: str = "mei", **settings: Any) -> Campaign:
    """Such a campaign, as its draft."""
    made = planning.make(connection, draft(connection, *contents, **settings), by, NOON)
    assert isinstance(made, Campaign), made
    return made


def rules(connection: Connection, **outreach: Any) -> None:
    """Set the business's rules of outreach."""
    new = msgspec.structs.replace(DEFAULT, outreach=Outreach(**outreach))
    programme.keep(connection, new, text="", by="mei", at=NOON)
