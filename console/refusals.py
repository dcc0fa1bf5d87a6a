"""What the chat says when it cannot take something, in the visitor's language."""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console import headers, language, texts
from locales import Text, _

STRANGER = _("This page has been open too long. Please load it again.")
ELSEWHERE = _("This request came from another website, so it wasn't accepted.")
UNREADABLE = _("That couldn't be read. Please load the page again and send it once more.")
EMPTY = _("Please write something first.")
TOO_LONG = _("Your message is too long. Please send it in parts.")
TOO_BIG = _("That is too big to be sent.")
TOO_FAST = _("That was a lot at once. Please wait a moment, then try again.")
PICTURE_TOO_BIG = _("That picture is too big. Please send one of at most 10 MB.")
NO_PICTURE = _("That file can't be shown as a picture. Please send a JPEG, PNG, WebP or GIF.")
BUSY = _("We can't take messages just now. Please try again in a moment.")
NOT_FOUND = _("There is nothing here.")


class Refusal(Exception):
    """The request is not taken: an HTTP status, and why in words for the visitor.

    `retry_after` is in seconds: the same request may be sent again then.
    """

    def __init__(self, status: int, text: Text, *, retry_after: float | None = None) -> None:
        super().__init__(text.one)
        self.status = status
        self.text = text
        self.retry_after = retry_after


async def refused(request: Request, error: Exception) -> Response:
    """The answer to a request that was refused."""
    assert isinstance(error, Refusal)
    more = {"Cache-Control": "no-store"}
    if error.retry_after is not None:
        more["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    message = texts.said(error.text, language.of(request))
    return JSONResponse({"error": message}, error.status, more)


async def failed(request: Request, _error: Exception) -> Response:
    """The answer when the fault is ours; it is made outside of what completes the headers of the others."""
    response = await refused(request, Refusal(500, BUSY))
    headers.complete(response.headers)
    return response


async def unavailable(request: Request, error: Exception) -> Response:
    """The answer while the store cannot be used: nothing was taken, try again."""
    return await refused(request, Refusal(503, BUSY, retry_after=2))
