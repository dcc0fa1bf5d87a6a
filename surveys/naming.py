"""Whom and what a survey's texts may name: the person, the business, the branch and the product it is about."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import named
from store import responses as kept
from store.responses import Response


def names(connection: Connection, response: Response, language: str) -> dict[str, str]:
    """The names of `surveys.texts.NAMES` that are known of a response, in this language."""
    about = kept.about(connection, response)
    known = {
        "call_me": about.call_me,
        "business": programme.read(connection).business,
        "branch": about.branch,
        "product": named(about.product, about.product_names, language),
    }
    return {name: value for name, value in known.items() if value}
