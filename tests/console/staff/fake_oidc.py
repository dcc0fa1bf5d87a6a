"""A provider of OpenID Connect over real HTTP, which signs with real keys and lies where it is told to."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "sapa at the shop", "a:secret/with+signs"


class Provider:
    """Everybody who is sent here is `subject`; `claims` go into the token on top of the true ones, None takes away.

    `describes` does the same to the description, `algorithm` and `signs_with` to the signature.
    """

    def __init__(self, issuer: str, now: Callable[[], dt.datetime]) -> None:
        self.issuer, self._now = issuer, now
        self.subject, self.email = "subject-1", ""
        self.claims: dict[str, Any] = {}
        self.describes: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.signs_with: RSAKey | OctKey | None = None
        self.answer: Response | None = None
        self.fetched_keys = 0
        self.keys = [new_key()]
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._description),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def rotate(self) -> None:
        """Sign with a new key; the old one is not published any more."""
        self.keys = [new_key()]

    async def _description(self, _request: Request) -> Response:
        true = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return self.answer or JSONResponse(true | self.describes)

    async def _keys(self, _request: Request) -> Response:
        self.fetched_keys += 1
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(given.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or request.headers["authorization"] != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        challenge = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(challenge).decode().rstrip("=") == asked["code_challenge"]
        assert given["redirect_uri"] == asked["redirect_uri"]
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self._now().timestamp())
        true = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": True,
        }
        said = {name: value for name, value in (true | self.claims).items() if value is not None}
        key = self.signs_with or self.keys[0]
        header = {"alg": self.algorithm, "kid": str(self.keys[0].kid)}
        return jwt.encode(header, said, key, algorithms=[self.algorithm])


def new_key() -> RSAKey:
    """A key pair with a name."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


@asynccontextmanager
async def provider(now: Callable[[], dt.datetime]) -> AsyncIterator[Provider]:
    """A provider that listens on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}", now)
    server = uvicorn.Server(uvicorn.Config(made.app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    yield made
    server.should_exit = True
    await serving
    listener.close()
