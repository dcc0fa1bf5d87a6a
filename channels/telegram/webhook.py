"""Receiving updates by webhook: a route of our own web application, and its registration with Telegram."""

from __future__ import annotations

import hmac
import re
from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from channels.telegram.back_off import BackOff
from channels.telegram.inbound import Source
from channels.telegram.intake import IN_FLIGHT, Intake, Keep, Team
from channels.telegram.patience import persist
from store.database import StoreUnavailable
from talk.channel import Receive
from talk.errors import SapaError

log = structlog.get_logger()

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST_BODY = 1024 * 1024
CONNECTIONS = 40
RETRY_SECONDS = "5"

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class NoSecret(SapaError):
    """A webhook without a usable secret would let anybody speak as any customer."""

    def __init__(self) -> None:
        super().__init__(
            "The webhook needs a secret of 1-256 characters A-Z a-z 0-9 _ -. Set SAPA_TELEGRAM_SECRET, for "
            'example to what `python -c "import secrets; print(secrets.token_urlsafe(32))"` prints.'
        )


def webhook_route(
    path: str,
    secret: str,
    account: str,
    receive: Receive,
    keep: Keep,
    *,
    team: Team | None = None,
    in_flight: int = IN_FLIGHT,
) -> Route:
    """The route Telegram posts updates to; it answers 200 when the update's turn has committed or it is parked.

    A wrong secret is answered with 403, a store that is not available with 503, and Telegram repeats the update.
    Raises NoSecret.
    """
    _check(secret)
    wanted = secret.encode()
    intake = Intake(account, receive, keep, team=team, in_flight=in_flight)

    async def update(request: Request) -> Response:
        if not _knows(request, wanted):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            content = msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            return Response(status_code=400)
        return await _taken(intake, content)

    return Route(path, update, methods=["POST"], name="telegram_webhook")


async def register(
    source: Source, url: str, secret: str, *, connections: int = CONNECTIONS, back_off: BackOff | None = None
) -> None:
    """Tell Telegram to post updates to `url`, at most `connections` (1-100) at once; tries until it is reached.

    Raises NoSecret, TokenRefused, and CallRefused when Telegram will not have the address.
    """
    _check(secret)
    patience = back_off or BackOff()
    name = await persist("getMe", source.me, patience)
    await persist("setWebhook", lambda: source.set_webhook(url, secret, connections), patience)
    log.info("telegram_webhook_set", bot=name)


def _check(secret: str) -> None:
    if not _SECRET.fullmatch(secret):
        raise NoSecret


def _knows(request: Request, wanted: bytes) -> bool:
    # Compared as the bytes that came: a header decoded to text may hold letters compare_digest refuses.
    given = next((value for name, value in request.scope["headers"] if name == SECRET_HEADER), b"")
    return hmac.compare_digest(given, wanted)


async def _body(request: Request) -> bytes | None:
    """The body; None when it is larger than any update is. One cut short is no JSON and refused as such."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


async def _taken(intake: Intake, update: dict[str, Any]) -> Response:
    try:
        await intake.take(update)
    except StoreUnavailable as error:
        log.warning("telegram_update_waits", reason=str(error))
        return Response(status_code=503, headers={"Retry-After": RETRY_SECONDS})
    except Exception:
        log.exception("telegram_update_failed")
        return Response(status_code=500)
    return Response(status_code=200)
