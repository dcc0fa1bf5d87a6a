"""The language a page is shown in."""

from __future__ import annotations

from typing import cast

from starlette.requests import HTTPConnection

from locales import LANGUAGES, Language

COOKIE = "sapa_language"


def of(request: HTTPConnection) -> Language:
    """The language of the page that makes the request: it says so in Accept-Language."""
    return _first(request, *_accepted(request), request.cookies.get(COOKIE))


def of_page(request: HTTPConnection, chosen: str | None = None, poster: str | None = None) -> Language:
    """The language to show a page in.

    The one chosen in the chat, else the cookie's, else that of the page around a widget, else the browser's, else
    that of the poster that led here.
    """
    around = request.query_params.get("hint")
    return _first(request, chosen, request.cookies.get(COOKIE), around, *_accepted(request), poster)


def _first(request: HTTPConnection, *wishes: str | None) -> Language:
    all_wishes = (request.query_params.get("lang"), *wishes, request.app.state.default_language)
    return next(cast(Language, wish) for wish in all_wishes if wish in LANGUAGES)


def _accepted(request: HTTPConnection) -> list[str]:
    """The languages of the Accept-Language header, the best first: `vi-VN,vi;q=0.9,en;q=0.8`."""
    weighed = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), name.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return [name for _weight, name in sorted(weighed, key=lambda pair: pair[0])]
