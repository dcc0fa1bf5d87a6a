"""Headers that every answer carries: what a browser may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
TRUSTED = ("sapa", "sapa-inert")  # the two policies of trusted.js; nobody can make another
DEFAULTS = {
    "Content-Security-Policy": NOTHING,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with it browsers send the origin of our own forms as "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def page_policy(framed_by: Sequence[str] = ()) -> str:
    """The policy of a page with scripts and styles from files alone, framed by these origins or by nobody."""
    ancestors = " ".join(framed_by) or "'none'"
    return f"{PAGE}; frame-ancestors {ancestors}"


def staff_policy() -> str:
    """The policy of the staff's pages: HTML reaches a page through `static/staff/trusted.js` alone."""
    return f"{PAGE}; media-src 'self' blob:; trusted-types {' '.join(TRUSTED)}; frame-ancestors 'none'"


def origin(address: str) -> str:
    """An origin of the allow-list: scheme, host and port. Raises ValueError for anything else."""
    parts = urlsplit(address)
    plain = f"{parts.scheme}://{parts.netloc}"
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or address.rstrip("/") != plain
        or "*" in address
    ):
        raise ValueError(f"{address!r} is no origin; write it like https://shop.example.")
    return plain


def complete(headers: MutableHeaders) -> None:
    """Add the default headers that are not there."""
    for name, value in DEFAULTS.items():
        headers.setdefault(name, value)
    if "frame-ancestors 'none'" in headers["content-security-policy"]:
        headers.setdefault("X-Frame-Options", "DENY")


class SafeHeaders:
    """Adds the default headers to every answer that does not say otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                complete(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_safely)
