"""The OpenAPI document: what the framework knows of the operations, with the problems they may answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from console.api.problems import KINDS, MEDIA_TYPE, TYPE

PATH = "/api/v1"
ABOUT = """The shop's web, till and back office speak with Sapa here: customers, products, purchases and their
points, vouchers, and what customers do elsewhere. docs/api.md walks through it.

Amounts are decimal texts with the currency's own number of decimals ("12.50" MYR, "125000" VND). Moments carry
their offset. Unknown fields are refused. Every refusal is a problem (RFC 9457) whose `detail` says what to do."""
TAGS = {
    "customers": "Who they are, and what they agreed to.",
    "products": "What is sold.",
    "purchases": "What was bought and brought back, and the points for it.",
    "points": "What a customer has.",
    "vouchers": "What a customer may hand in.",
    "events": "What customers do elsewhere, if they agreed to it.",
    "segments": "Conditions on customers, and lists of them: who is in them now.",
    "campaigns": "One message to many customers: written, tried, sent. People approve it, in the console.",
}
ALWAYS = (401, 403, 404, 422, 429, 500, 503)
WITH_BODY = (400, 408, 409, 413, 415)
CHANGES = (409,)
REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
REPLAYED = {"Idempotent-Replayed": {"$ref": "#/components/headers/Replayed"}}
HEADERS = {
    401: {"WWW-Authenticate": "How to show a key: as a bearer token."},
    403: {"WWW-Authenticate": "The scope that is missing."},
    429: {"Retry-After": "Seconds after which the request may come again."},
    503: {"Retry-After": "Seconds after which the request may come again."},
}


def specification(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The document (OpenAPI 3.1)."""
    document = get_openapi(
        title="Sapa",
        version="1",
        description=ABOUT,
        routes=routes,
        servers=[{"url": PATH}],
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
    )
    components = document["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    components["schemas"]["Problem"] = _problem()
    statuses = sorted({*ALWAYS, *WITH_BODY})
    components["responses"] = {f"Problem{status}": _response(status) for status in statuses}
    components["headers"] = {
        "RequestId": _header("Names this request in Sapa's log."),
        "Replayed": _header("`true`: the request came before with this Idempotency-Key, and was answered so."),
    }
    for method, operation in (each for path in document["paths"].values() for each in path.items()):
        once = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
        for answer in operation["responses"].values():
            answer["headers"] = REQUEST_ID | REPLAYED if once else REQUEST_ID
        for parameter in operation.get("parameters", ()):
            _without_null(parameter)
        wanted = {*ALWAYS, *(WITH_BODY if "requestBody" in operation else CHANGES if method == "post" else ())}
        for status in sorted(wanted):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return document


def _without_null(parameter: dict[str, Any]) -> None:
    """An address cannot carry null: a parameter that may be left out is simply left out."""
    schema = parameter["schema"]
    if choices := [each for each in schema.pop("anyOf", ()) if each.get("type") != "null"]:
        schema.update(choices[0])


def _response(status: int) -> dict[str, Any]:
    kinds = [f"`{name}`: {kind.title}" for name, kind in KINDS.items() if kind.status == status]
    return {
        "description": ". ".join(kinds) + ".",
        "headers": REQUEST_ID | {name: _header(about) for name, about in HEADERS.get(status, {}).items()},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _problem() -> dict[str, Any]:
    wrong = {
        "type": "object",
        "properties": {
            "at": {"type": "string", "description": "Where it stands.", "examples": ["body.lines.0.amount"]},
            "problem": {"type": "string", "description": "What is wrong with it."},
        },
        "required": ["at", "problem"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": "Why the request was not done (RFC 9457). Nothing was changed.",
        "properties": {
            "type": {"type": "string", "enum": [TYPE + name for name in KINDS], "description": "Which problem."},
            "title": {"type": "string", "description": "The problem in words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {"type": "string", "description": "What to do about it."},
            "request_id": {"type": "string", "description": "Names this request in Sapa's log."},
            "errors": {
                "type": "array",
                "items": wrong,
                "maxItems": 20,
                "description": "The fields that do not fit.",
            },
        },
        "required": ["type", "title", "status", "detail", "request_id"],
        "additionalProperties": False,
    }
