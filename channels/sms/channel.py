"""Text messages by a webhook: a signed request to a gateway of the business's choice."""

from __future__ import annotations

import hashlib
import hmac
import time
from http import HTTPStatus

import aiohttp
import msgspec
import structlog

from store.ways import HOUSE, SMS
from talk.channel import Rates
from talk.errors import SapaError
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown
from talk.split import plain

log = structlog.get_logger()

SECONDS = 15.0
A_SECOND = 5.0
UNREACHED_SECONDS = 5.0
MISTAKEN_SECONDS = 60.0
ID_LENGTH = 128
ANSWER_BYTES = 64 * 1024
SIGNATURE, TIMESTAMP = "X-Sapa-Signature", "X-Sapa-Timestamp"
# Definite answers that say nothing against this message.
BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.SERVICE_UNAVAILABLE)
MISTAKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


class NoFiles(SapaError):
    """Nobody sends files by text message here; customers send them in a chat."""


class SmsChannel:
    """A gateway that takes `{"to": "+60...", "text": "..."}` by POST.

    X-Sapa-Signature is `sha256=` and the HMAC-SHA256, with `secret`, of the X-Sapa-Timestamp header (seconds since
    1970), a full stop and the body: the gateway refuses what is forged or old. It may answer `{"id": "..."}`.
    """

    name = SMS
    account = HOUSE
    rates = Rates(account=A_SECOND)

    def __init__(self, url: str, secret: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._secret = secret.encode()
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds / 2)

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Hand one message to the gateway; says what became of it."""
        body = msgspec.json.encode({"to": to, "text": plain(outgoing.text)})
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(self._url, data=body, headers=self._headers(body), allow_redirects=False) as answer,
            ):
                return _receipt(answer.status, answer.headers.get("Retry-After", ""), await _read(answer))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Later(type(error).__name__, UNREACHED_SECONDS, account=True)
        except (TimeoutError, aiohttp.ClientError) as error:
            return Unknown(type(error).__name__)

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Raises NoFiles: nothing is received by text message."""
        raise NoFiles(f"There is no file {ref!r} of a text message.")

    def _headers(self, body: bytes) -> dict[str, str]:
        moment = str(int(time.time()))
        signature = hmac.new(self._secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", TIMESTAMP: moment, SIGNATURE: f"sha256={signature}"}


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    return await answer.content.read(ANSWER_BYTES)


def _receipt(status: int, retry_after: str, body: bytes) -> Receipt:
    said = f"The gateway answered {status}."
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Sent(_id(body))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Later(said, float(retry_after) if retry_after.isdecimal() else UNREACHED_SECONDS, account=True)
    if status in BUSY:
        return Later(said, UNREACHED_SECONDS)
    if status in MISTAKEN or status < HTTPStatus.BAD_REQUEST:
        log.critical("sms_gateway_refuses_us", status=status, advice="Check SAPA_SMS_WEBHOOK_URL and its secret.")
        return Later(said, MISTAKEN_SECONDS, account=True)
    return Refused(said) if status < HTTPStatus.INTERNAL_SERVER_ERROR else Unknown(said)


def _id(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(answer.get("id", ""))[:ID_LENGTH] if isinstance(answer, dict) else ""
