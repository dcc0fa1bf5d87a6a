"""Which browser is this: a random visitor id under the house's signature.

It travels in a cookie, or as a bearer token where cookies are blocked (frames, browsers inside other apps); the
token wins, because a page only sends it when it found its cookie missing.
"""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection

from console.refusals import ELSEWHERE, STRANGER, Refusal

COOKIE = "sapa_visitor"
YEAR = 365 * 24 * 3600


class Visits:
    """Makes visitors and knows them again. `public_url` is where the world sees us."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._signer = Signer(secret, salt="sapa.visitor", digest_method=hashlib.sha256)
        address = urlsplit(public_url)
        self._secure = address.scheme == "https"
        self._host = address.netloc

    @staticmethod
    def new() -> str:
        """A visitor nobody has seen: 128 random bits."""
        return secrets.token_urlsafe(16)

    @staticmethod
    def key(visitor: str) -> str:
        """A name under which a page may keep its own things; tells nothing about the visitor."""
        return hashlib.sha256(visitor.encode()).hexdigest()[:12]

    def token(self, visitor: str) -> str:
        """The visitor, signed."""
        return self._signer.sign(visitor).decode()

    def of(self, request: HTTPConnection) -> str | None:
        """The visitor whose browser this is; None for one without a valid token."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
        try:
            return self._signer.unsign(token.strip().encode()).decode()
        except (BadSignature, UnicodeError):
            return None

    def require(self, request: HTTPConnection) -> str:
        """The visitor whose browser this is. Raises Refusal 401 for one without a valid token."""
        visitor = self.of(request)
        if visitor is None:
            raise Refusal(401, STRANGER)
        return visitor

    def cookie(self, visitor: str, *, framed: bool = False) -> str:
        """The value of Set-Cookie that keeps the visitor for a year.

        In another site's frame only a partitioned cookie over https is ever sent back.
        """
        kept = f"{COOKIE}={self.token(visitor)}; Path=/; Max-Age={YEAR}; HttpOnly"
        if self._secure and framed:
            return f"{kept}; SameSite=None; Secure; Partitioned"
        return f"{kept}; SameSite=Lax" + ("; Secure" if self._secure else "")

    def same_site(self, request: HTTPConnection) -> None:
        """Raises Refusal 403 for what another website made a browser send; programs send neither header."""
        origin = request.headers.get("origin")
        fetch_site = request.headers.get("sec-fetch-site", "same-origin")
        ours = (self._host, request.headers.get("host", ""))
        if fetch_site not in ("same-origin", "none") or (origin is not None and _host_of(origin) not in ours):
            raise Refusal(403, ELSEWHERE)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
