"""python-telegram-bot's requests over one aiohttp session: its own transport takes ten times the CPU.

And a way past its reading of parameters, which for a text takes half as long as the whole request.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any, Final, Generic, NoReturn, TypeVar

import aiohttp
import certifi
import msgspec
from aiohttp.payload import BytesPayload
from telegram.error import BadRequest, TelegramError
from telegram.request import BaseRequest, RequestData

from channels.telegram.outbound.waits import Patience

T = TypeVar("T")

CONNECT_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 120.0  # an upload of 50 MB on a slow line
FLOOD_SECONDS: Final = 5.0
CONNECTIONS: Final = 256
CHUNK: Final = 64 * 1024
STRANGE: Final = "The answer was not the Bot API's."

# What python-telegram-bot tells apart by itself; any other 4xx is a definite no as well.
_KNOWN_REFUSALS: Final = frozenset({400, 401, 403, 404, 409})


class NotSent(TelegramError):
    """The request never reached Telegram."""


class NoAnswer(TelegramError):
    """The request was written, and no answer of Telegram's came: it may have been carried out."""


class Flooded(TelegramError):
    """429: not now, but after `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class TooLarge(TelegramError):
    """A download is larger than asked for."""


class AiohttpRequest(BaseRequest):
    """Raises NotSent, NoAnswer and Flooded beside python-telegram-bot's own errors; none names an address, for
    addresses carry the token. `patience` is how many seconds of silence end a request."""

    def __init__(self, patience: float = SILENCE_SECONDS) -> None:
        self._seconds = patience
        self._patience = Patience(patience)
        self._small = aiohttp.ClientTimeout(connect=CONNECT_SECONDS)
        self._large = aiohttp.ClientTimeout(total=WHOLE_SECONDS, connect=CONNECT_SECONDS, sock_read=patience)
        self._trust = _trust()  # not when the first message goes: it would wait for files to be read
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def read_timeout(self) -> float:
        """In seconds; the timeouts of single requests are not used."""
        return self._seconds

    async def initialize(self) -> None:
        """Nothing: the session opens on the loop of the first request."""

    async def shutdown(self) -> None:
        """Close the session, for good."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of a Bot API answer; whatever else comes of the request is raised."""
        return await self._exchange(method, url, _encoded(request_data), self._large)

    async def call(self, url: str, params: dict[str, Any], kind: Any) -> Any:
        """The result of a call without files: what `Bot.do_api_request` comes to, errors included.

        Only what the type `kind` asks for is read of it: a message has much that nobody needs.
        """
        body = _json({name: value for name, value in params.items() if value is not None})
        try:
            status, answer = await self._patience.wait(self._exchange("POST", url, body, self._small))
        except TimeoutError as error:
            _raise_named(error)
        if status >= 300:
            await _Answered(status, answer).post(url)  # raises the error that it names
        try:
            return _decoder(kind).decode(answer).result
        except msgspec.DecodeError:
            raise NoAnswer(STRANGE) from None

    async def download(self, url: str, limit: int) -> bytes:
        """A file of at most `limit` bytes. Raises TooLarge, NotSent, NoAnswer."""
        content = bytearray()
        try:
            async with self._open().get(url, allow_redirects=False) as response:
                if response.status != 200:
                    raise NoAnswer(f"Status {response.status}.")
                async for chunk in response.content.iter_chunked(CHUNK):
                    content += chunk
                    if len(content) > limit:
                        raise TooLarge(f"More than {limit} bytes.")
        except (aiohttp.ClientError, OSError) as error:
            _raise_named(error)
        return bytes(content)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The Bot API's answer. Raises NoAnswer for JSON that is somebody else's."""
        try:
            answer = msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError:
            answer = {}
        if "result" not in answer and "description" not in answer:
            raise NoAnswer(STRANGE)
        return answer

    async def _exchange(
        self, method: str, url: str, body: BytesPayload | aiohttp.FormData | None, times: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        request = self._open().request(method, url, data=body, allow_redirects=False, timeout=times)
        try:
            async with request as response:
                return _answer(response, await response.read())
        except (aiohttp.ClientError, OSError) as error:
            _raise_named(error)

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise NotSent("The channel is closed.")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300, ssl=self._trust),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._large,
            )
        return self._session


class _Success(msgspec.Struct, Generic[T]):
    result: T


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[_Success[Any]]:
    return msgspec.json.Decoder(_Success[kind])


class _Answered(AiohttpRequest):
    """An answer that has come already, so that python-telegram-bot names its error."""

    def __init__(self, status: int, answer: bytes) -> None:
        self._answer = status, answer

    async def do_request(self, *_args: Any, **_kwargs: Any) -> tuple[int, bytes]:
        """The answer."""
        return self._answer


@cache
def _trust() -> ssl.SSLContext:
    # The system's authorities and Mozilla's: small containers carry none of their own.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _json(params: dict[str, Any]) -> BytesPayload:
    return BytesPayload(msgspec.json.encode(params), content_type="application/json")


def _encoded(data: RequestData | None) -> BytesPayload | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        return _json(data.parameters)
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _answer(response: aiohttp.ClientResponse, body: bytes) -> tuple[int, bytes]:
    status = response.status
    if status == 413:
        raise BadRequest("The file is too large.")  # said in HTML, by the web server before the Bot API
    if response.content_type != "application/json":
        # A proxy speaks, not Telegram. With 4xx it kept the request to itself; otherwise nobody knows.
        raise (NotSent if 400 <= status < 500 else NoAnswer)(f"Status {status}, not the Bot API's.")
    if 200 <= status < 300 or status in _KNOWN_REFUSALS:
        return status, body
    description, seconds = _refusal(body)
    if status == 429:
        raise Flooded(description, seconds)
    raise (BadRequest if 400 <= status < 500 else NoAnswer)(f"Status {status}: {description}")


def _refusal(body: bytes) -> tuple[str, float]:
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
        seconds = float((answer.get("parameters") or {}).get("retry_after", FLOOD_SECONDS))
    except (msgspec.DecodeError, TypeError, ValueError, AttributeError):
        return "", FLOOD_SECONDS
    return str(answer.get("description", "")), seconds


def _raise_named(error: Exception) -> NoReturn:
    # "from None": the originals name addresses.
    if isinstance(error, aiohttp.ClientConnectorError):
        raise NotSent(f"{type(error).__name__}: {error.strerror}") from None
    if isinstance(error, aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        raise NotSent(type(error).__name__) from None
    raise NoAnswer(type(error).__name__) from None
