"""Customers: found as one types, by filters, in pages."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import customers_texts as texts
from console.staff import gate, service_texts
from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import render_page
from locales import LANGUAGES
from loyalty import programme
from loyalty.programme import named
from store import adjustments, customer_pages, joins, tags
from store.customer_pages import MOST_COUNTED, Filters, Page

PAGE = "/staff/customers"
LABEL = texts.CUSTOMERS
ROWS = 50
LONGEST = 100
SUGGESTED = 20


async def listed(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers?q=…&tag=…&after=…`: the page, or for htmx what changes in it."""
    wanted, after = _filters(request), request.query_params.get("after", "")[:24]

    def read(connection: Connection) -> tuple[Page, int, dict[str, Any]]:
        found = customer_pages.page(connection, wanted, after, ROWS)
        return found, 0 if after else customer_pages.count(connection, wanted), _choices(connection, staff)

    found, count, choices = await office_of(request).database.read(read)
    part = request.headers.get("hx-request") == "true"
    query = _query(wanted)
    response = render_page(
        request,
        staff,
        f"staff/customers_{'more' if part and after else 'found' if part else 'list'}.html",
        texts.LIST,
        rows=found.rows,
        next=f"{PAGE}?{urlencode({**query, 'after': found.after})}" if found.after else "",
        count=count,
        most=MOST_COUNTED,
        wanted=wanted,
        filtered=bool({key for key in query if key != "q"}),
        contacts_shown=staff.role in gate.SERVICE,
        **choices,
    )
    if part and not after:
        response.headers["HX-Push-Url"] = f"{PAGE}?{urlencode(query)}" if query else PAGE
    return response


async def known_tags(request: Request, staff: Staff) -> Response:
    """`GET /staff/customers-tags?tag=…`: what a tag may become that is being typed, as options of a list."""
    typed = tags.clean(request.query_params.get("tag", "")[:LONGEST])
    found = await office_of(request).database.read(partial(tags.beginning, prefix=typed, limit=SUGGESTED))
    return render_page(request, staff, "staff/customers_tags.html", tags=found)


def _filters(request: Request) -> Filters:
    asked = {name: value[:LONGEST] for name, value in request.query_params.items()}
    return Filters(
        typed=asked.get("q", ""),
        tag=tags.clean(asked.get("tag", "")),
        language=asked.get("language", ""),
        tier=asked.get("tier", ""),
        consent=asked.get("consent", ""),
        kind=asked.get("kind", ""),
        source=asked.get("source", ""),
        held="held" in asked,
    )


def _query(wanted: Filters) -> dict[str, str]:
    """The filters as an address says them, without those that are not set."""
    said = {"q": wanted.typed, "tag": wanted.tag, "language": wanted.language, "tier": wanted.tier}
    said |= {"consent": wanted.consent, "kind": wanted.kind, "source": wanted.source}
    return {name: value for name, value in said.items() if value} | ({"held": "yes"} if wanted.held else {})


def _choices(connection: Connection, staff: Staff) -> dict[str, Any]:
    """What may be chosen in the filters, and what waits for managers."""
    levels = programme.read(connection).tiers.levels
    places = {source: joins.poster_of(source) for source in customer_pages.sources(connection)}
    return {
        "languages": {code: service_texts.LANGUAGES[code] for code in LANGUAGES},
        "tiers": {
            level.code: named(level.name, level.names, staff.language) for level in levels if level.threshold
        },
        "consents": list(service_texts.CONSENTS),
        "kinds": list(texts.KINDS),
        "sources": {
            source: f"{poster.branch} · {poster.language}" if poster else source
            for source, poster in places.items()
        },
        "waits": adjustments.how_many_wait(connection) if staff.role in gate.MANAGERS else 0,
    }
