"""The company's own log-in (OpenID Connect): where people are sent, and who the provider says they are.

The code flow with PKCE, state and nonce. What the provider signed is checked here: signature, issuer, audience,
times and nonce. What that takes is imported only when somebody logs in that way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from talk.errors import SapaError

if TYPE_CHECKING:
    import httpx

SECONDS = 8.0
DISCOVERY = "/.well-known/openid-configuration"
KNOWN_FOR = dt.timedelta(hours=1)
SCOPE = "openid email profile"
LEEWAY = 60  # seconds by which the provider's clock may differ
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class CompanyAway(SapaError):
    """The provider could not be reached, or answered nothing that could be read."""


class CompanyRefused(SapaError):
    """The provider's answer does not prove who somebody is."""


class Asked(msgspec.Struct, frozen=True):
    """What one log-in was begun with, for the browser's cookie: none of it is known to anybody else."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def anew(cls) -> Asked:
        """For a log-in that begins."""
        return cls(*(secrets.token_urlsafe(32) for _field in range(3)))


class Person(NamedTuple):
    """Who somebody is: `who` names them for good, `email` is verified by the provider, or empty."""

    who: str
    email: str


class Endpoints(msgspec.Struct, frozen=True):
    """What is used of the provider's description of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Company:
    """A provider. `name` is what people call it; `secret` belongs to our registration `client_id` there."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        secret: str,
        name: str,
        *,
        now: Callable[[], dt.datetime],
        seconds: float = SECONDS,
    ) -> None:
        self.name = name
        self._issuer, self._client_id, self._secret = issuer, client_id, secret
        self._now, self._seconds = now, seconds
        self._endpoints: tuple[Endpoints, dt.datetime] | None = None
        self._keys: Any = None

    async def address(self, back: str, asked: Asked) -> str:
        """Where to send a browser, which comes to `back` again. Raises CompanyAway."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        async with self._client() as client:
            endpoints = await self._described(client)
        return str(
            prepare_grant_uri(
                endpoints.authorization_endpoint,
                self._client_id,
                "code",
                redirect_uri=back,
                scope=SCOPE,
                state=asked.state,
                nonce=asked.nonce,
                code_challenge=create_s256_code_challenge(asked.verifier),
                code_challenge_method="S256",
            )
        )

    async def person(self, code: str, back: str, asked: Asked) -> Person:
        """Whom a code from the provider stands for. Raises CompanyAway and CompanyRefused."""
        async with self._client() as client:
            endpoints = await self._described(client)
            tokens = await self._exchanged(client, endpoints, code, back, asked)
            claims = await self._claims(client, endpoints, tokens, asked)
        who = hashlib.sha256(f"{self._issuer}\n{claims['sub']}".encode()).hexdigest()
        verified = claims.get("email_verified") in (True, "true")
        email = claims.get("email")
        return Person(who, email if verified and isinstance(email, str) else "")

    def _client(self) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(timeout=self._seconds, follow_redirects=False, trust_env=False)

    async def _described(self, client: httpx.AsyncClient) -> Endpoints:
        if self._endpoints is not None and self._now() - self._endpoints[1] < KNOWN_FOR:
            return self._endpoints[0]
        described = await self._read(client, self._issuer.rstrip("/") + DISCOVERY)
        try:
            endpoints = msgspec.convert(described, Endpoints)
        except msgspec.ValidationError as error:
            raise CompanyAway(f"The description at {self._issuer} cannot be used: {error}") from error
        if endpoints.issuer != self._issuer:
            raise CompanyAway(f"{self._issuer} calls itself {endpoints.issuer!r}; set SAPA_OIDC_ISSUER to that.")
        scheme = urlsplit(self._issuer).scheme
        for place in (endpoints.authorization_endpoint, endpoints.token_endpoint, endpoints.jwks_uri):
            if urlsplit(place).scheme != scheme:
                raise CompanyAway(f"{self._issuer} names an address that is not {scheme}: {place!r}")
        self._endpoints = endpoints, self._now()
        return endpoints

    async def _exchanged(
        self, client: httpx.AsyncClient, endpoints: Endpoints, code: str, back: str, asked: Asked
    ) -> dict[str, Any]:
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=back, code_verifier=asked.verifier
        )
        known = endpoints.token_endpoint_auth_methods_supported
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url, headers, body = ClientAuth(self._client_id, self._secret, method).prepare(
            "POST", endpoints.token_endpoint, headers, body
        )
        answer = await _asked(client, "POST", url, headers=headers, content=body)
        if answer.status_code in (400, 401, 403):
            raise CompanyRefused(f"The provider takes no such code: {answer.status_code} {answer.text[:200]}")
        return _document(answer)

    async def _claims(
        self, client: httpx.AsyncClient, endpoints: Endpoints, tokens: dict[str, Any], asked: Asked
    ) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        token = await self._opened(client, endpoints, tokens.get("id_token"))
        wanted = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": asked.nonce},
        }
        proof = {
            "client_id": self._client_id,
            "nonce": asked.nonce,
            "access_token": tokens.get("access_token"),
        }
        claims = CodeIDToken(token.claims, token.header, wanted, proof)
        try:
            claims.validate(now=int(self._now().timestamp()), leeway=LEEWAY)
        except (JoseError, TypeError, ValueError) as error:
            raise CompanyRefused(f"The provider's token is not for this log-in: {error}") from error
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise CompanyRefused("The provider's token names nobody.")
        return dict(claims)

    async def _opened(self, client: httpx.AsyncClient, endpoints: Endpoints, token: Any) -> Any:
        """The token, its signature checked; the keys are fetched anew for one that none of the known has signed."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        if not isinstance(token, str) or len(token) > 32_000:
            raise CompanyRefused("The provider sent no token of who somebody is.")
        for fresh in (False, True):
            try:
                if fresh or self._keys is None:
                    keys = await self._read(client, endpoints.jwks_uri)
                    self._keys = KeySet.import_key_set(keys)  # type: ignore[arg-type]
                return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                wrong = error
        raise CompanyRefused(f"The provider's token is not signed by the provider: {wrong}") from wrong

    async def _read(self, client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        return _document(await _asked(client, "GET", url, headers={"Accept": "application/json"}))


async def _asked(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> httpx.Response:
    import httpx

    try:
        return await client.request(method, url, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CompanyAway(f"{url} cannot be reached: {type(error).__name__}") from error


def _document(answer: httpx.Response) -> dict[str, Any]:
    import httpx

    try:
        document = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise CompanyAway(f"{answer.url} answered {answer.status_code}, which cannot be used.") from error
    if not isinstance(document, dict):
        raise CompanyAway(f"{answer.url} answered no JSON object.")
    return document
