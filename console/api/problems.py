"""What the API says when it does not do what it was asked: RFC 9457, application/problem+json."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:sapa:problem:"
MOST_ERRORS = 20


class Kind(NamedTuple):
    """A kind of problem: its HTTP status, and its name in words."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "unreadable": Kind(400, "The body is not JSON"),
    "key-unknown": Kind(401, "The API key is missing or not known"),
    "scope-missing": Kind(403, "The API key may not do this"),
    "not-found": Kind(404, "There is nothing here"),
    "method-not-allowed": Kind(405, "This address does not take this method"),
    "too-slow": Kind(408, "The request did not arrive in time"),
    "customer-forgotten": Kind(409, "The customer asked to be forgotten"),
    "product-unknown": Kind(409, "A product is not known"),
    "branch-unknown": Kind(409, "A branch is not known"),
    "order-differs": Kind(409, "The order is known with other figures"),
    "refund-refused": Kind(409, "The refund is not possible"),
    "voucher-refused": Kind(409, "The voucher cannot be redeemed"),
    "consent-missing": Kind(409, "The customer has not agreed to this"),
    "event-differs": Kind(409, "The event is known with other contents"),
    "segment-refused": Kind(409, "That cannot be done with the segment as it is"),
    "campaign-unfinished": Kind(409, "Something of the campaign must be put right first"),
    "campaign-refused": Kind(409, "That cannot be done with the campaign as it is"),
    "too-large": Kind(413, "The body is too large"),
    "not-json": Kind(415, "The body is not sent as JSON"),
    "invalid": Kind(422, "The request does not fit the specification"),
    "idempotency-key-reused": Kind(422, "The Idempotency-Key belongs to another request"),
    "too-fast": Kind(429, "Too many requests"),
    "failed": Kind(500, "Something went wrong here"),
    "unavailable": Kind(503, "Sapa cannot answer just now"),
}
_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 429: "too-fast", 400: "unreadable"}
_DETAILS = {
    "not-found": "Check the address and the id. What an API key may not see is not found either.",
    "method-not-allowed": "Use one of the methods that the header Allow names.",
    "too-large": "Send at most 256 KB; split a long list into several requests.",
    "too-fast": "Send the request again after the seconds that the header Retry-After names.",
    "unreadable": "Send one JSON document in UTF-8, nested at most some hundred levels deep.",
    "failed": "It was noted with this request_id; nothing was changed. Send the same request again later.",
    "unavailable": "Nothing was changed. Send the same request again after a few seconds.",
}


class Wrong(NamedTuple):
    """One field that does not fit: where it is (`body.lines.0.amount`), and what is wrong with it."""

    at: str
    problem: str


class Problem(HTTPException):
    """The request is not done. `kind` is one of KINDS; `detail` says what to do, for some kinds by default."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(KINDS[kind].status, detail or _DETAILS[kind], dict(headers or {}))
        self.kind = kind
        self.errors = errors
        if retry_after is not None:
            self.headers = {**(self.headers or {}), "Retry-After": str(max(1, math.ceil(retry_after)))}


def invalid(at: str, problem: str) -> Problem:
    """The problem of one field whose value does not fit."""
    return Problem("invalid", "Correct the fields that `errors` names.", errors=[Wrong(at, problem)])


def of_status(error: HTTPException) -> Problem:
    """The problem for what the framework refused."""
    if isinstance(error, Problem):
        return error
    return Problem(_OF_STATUS.get(error.status_code, "invalid"), headers=error.headers)


def answer(problem: Problem, request_id: str) -> Response:
    """The problem as a response."""
    kind = KINDS[problem.kind]
    content: dict[str, Any] = {
        "type": TYPE + problem.kind,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "request_id": request_id,
    }
    if problem.errors:
        content["errors"] = [each._asdict() for each in problem.errors[:MOST_ERRORS]]
    return Response(msgspec.json.encode(content), kind.status, problem.headers, media_type=MEDIA_TYPE)
