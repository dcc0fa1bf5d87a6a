"""What a visitor sends: messages, presses, places and pictures become `Inbound` and are taken once.

A message is acknowledged when its turn has committed. Its id is made by the page and makes a repetition known, so
a page may send the same message again until it is answered.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Annotated, Any

import msgspec
from sqlalchemy.engine import Connection
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console import language, limits, refusals
from console.chat import Chat
from console.refusals import Refusal
from store import transcript, visitors
from store.database import StoreUnavailable
from talk.errors import SapaError
from talk.messages import Inbound

MESSAGE_BYTES = 16 * 1024
PICTURE_BYTES = 10 * 1024 * 1024
FORM_BYTES = 64 * 1024  # what a form adds to its picture
TEXT_LENGTH = 4096
UPLOAD_SECONDS = 60
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # PostgreSQL refuses NUL; nobody means the others

ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Place(msgspec.Struct, frozen=True):
    """Where a visitor is, in degrees."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Posted(msgspec.Struct, frozen=True):
    """The body of `POST /chat/messages`: an id, and one of text, button (with the message it is on) or place.

    `source` is the poster by whose link the page was opened.
    """

    id: Annotated[str, msgspec.Meta(pattern=f"^{ID.pattern}$")]
    text: str = ""
    button: Annotated[str, msgspec.Meta(max_length=64)] = ""
    message: Annotated[str, msgspec.Meta(max_length=64)] = ""
    place: Place | None = None
    source: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Posting:
    """The writing half of the chat's protocol (docs/webchat.md)."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def message(self, request: Request) -> Response:
        """`POST /chat/messages` {id, text | button, message | place}: 202 once its turn has committed."""
        visitor = self._admit(request)
        self._chat.limits.message(request, visitor)
        body = await limits.body(request, MESSAGE_BYTES)
        posted = _posted(request, body)
        return await self._hand_over(await self._inbound(request, visitor, posted, body), posted.id)

    async def typing(self, request: Request) -> Response:
        """`POST /chat/typing`: the visitor is typing; said to whoever of the team has the conversation open."""
        visitor = self._admit(request)
        self._chat.limits.reading(request)
        self._chat.hub.visitor_types(visitor)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def picture(self, request: Request) -> Response:
        """`POST /chat/pictures`, a form of `id`, `picture` and perhaps `text`: 202 once its turn has committed."""
        visitor = self._admit(request)
        self._chat.limits.picture(request, visitor)
        name, text, source, content = await _form(request)
        try:
            media = await self._chat.keep_picture(visitor, content)
        except StoreUnavailable:
            raise
        except SapaError as error:
            raise Refusal(422, refusals.NO_PICTURE) from error
        inbound = self._event(request, visitor, name, kind="photo", text=text, media=(media,), source=source)
        return await self._hand_over(inbound, name)

    def _admit(self, request: Request) -> str:
        self._chat.visits.same_site(request)
        return self._chat.visits.require(request)

    async def _inbound(self, request: Request, visitor: str, posted: Posted, body: bytes) -> Inbound:
        make = partial(
            self._event, request, visitor, posted.id, raw=body.decode(errors="replace"), source=posted.source
        )
        if posted.button:
            label = await self._chat.database.read(partial(self._label, visitor, posted)) if posted.message else ""
            return make(kind="button", button=posted.button, message=posted.message, text=label)
        if posted.place is not None:
            return make(kind="location", latitude=posted.place.latitude, longitude=posted.place.longitude)
        text = _clean(posted.text)
        if not text:
            raise Refusal(422, refusals.EMPTY)
        return make(kind="text", text=text)

    def _event(self, request: Request, visitor: str, name: str, **fields: Any) -> Inbound:
        return Inbound(
            channel=visitors.CHANNEL,
            account=visitors.ACCOUNT,
            external_id=f"{visitor}:{name}",
            sender=visitor,
            at=self._chat.now(),
            language_hint=language.of(request),
            **fields,
        )

    def _label(self, visitor: str, posted: Posted, connection: Connection) -> str:
        # What was on the button is looked up, not believed: staff read it as the customer's answer.
        reader = visitors.find(connection, visitor)
        if reader is None:
            return ""
        return transcript.label(connection, reader.contact_id, posted.message, posted.button)

    async def _hand_over(self, inbound: Inbound, name: str) -> Response:
        with self._chat.hub.typing(inbound.sender):
            await self._chat.receive(inbound)
        self._chat.hub.wake(inbound.sender)
        return JSONResponse({"id": name}, 202, {"Cache-Control": "no-store"})


def _posted(request: Request, body: bytes) -> Posted:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        # Also a lock: another site's form cannot send JSON.
        raise Refusal(415, refusals.UNREADABLE)
    try:
        return msgspec.json.decode(body, type=Posted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(422, refusals.UNREADABLE) from error


def _clean(text: str) -> str:
    cleaned = CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if len(cleaned) > TEXT_LENGTH:
        raise Refusal(422, refusals.TOO_LONG)
    return cleaned


async def _form(request: Request) -> tuple[str, str, str, bytes]:
    """The id, the words, the source and the bytes of a posted picture."""
    stream = limits.chunks(request, PICTURE_BYTES + FORM_BYTES, refusals.PICTURE_TOO_BIG)
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            form = await MultiPartParser(request.headers, stream, max_files=1, max_fields=4).parse()
    except (MultiPartException, KeyError) as error:
        raise Refusal(422, refusals.UNREADABLE) from error
    except TimeoutError as error:
        raise Refusal(408, refusals.UNREADABLE) from error
    picture, name = form.get("picture"), form.get("id")
    text, source = form.get("text", ""), form.get("source", "")
    content = await picture.read(PICTURE_BYTES + 1) if isinstance(picture, UploadFile) else b""
    await form.close()
    if not content or not isinstance(name, str) or not ID.fullmatch(name):
        raise Refusal(422, refusals.UNREADABLE)
    if not isinstance(text, str) or not isinstance(source, str):
        raise Refusal(422, refusals.UNREADABLE)
    if len(content) > PICTURE_BYTES:
        raise Refusal(413, refusals.PICTURE_TOO_BIG)
    return name, _clean(text), source[:64], content
