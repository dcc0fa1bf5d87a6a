"""Pictures, behind the access gate: the business's for everybody, a customer's own for that customer alone.

Cards and vouchers are drawn for whoever they belong to, at the moment they are looked at.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import headers, refusals
from console.chat import Chat
from console.refusals import Refusal
from loyalty import pictures
from store import media, visitors

DAY = 24 * 3600


class Files:
    """`GET /media/{public_id}`: a stranger to a picture gets the answer that an unknown one gets."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def file(self, request: Request) -> Response:
        """The bytes, never to be run or guessed at by a browser."""
        name = request.path_params["public_id"]
        visitor = self._chat.visits.of(request)
        if media.is_drawn(name):
            return await self._drawn(name, visitor)
        kept = await self._chat.database.read(partial(visitors.kept, public_id=name, visitor=visitor))
        if kept is None:
            raise Refusal(404, refusals.NOT_FOUND)
        # A public id never changes its bytes.
        tag = f'"{name}"'
        caching = {
            "ETag": tag,
            "Cache-Control": f"{'public' if kept.public else 'private'}, max-age={DAY}, immutable",
            "Vary": "Cookie, Authorization",
            "Content-Security-Policy": headers.FILE,
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=caching)
        disposition = "inline" if kept.type.startswith("image/") else "attachment"
        return Response(kept.content, media_type=kept.type, headers={**caching, "Content-Disposition": disposition})

    async def _drawn(self, ref: str, visitor: str | None) -> Response:
        """A card or voucher of the visitor's own; no browser keeps it, for it may be worth money."""
        secret = self._chat.secret.encode()

        def draw(connection: Connection) -> bytes | None:
            reader = None if visitor is None else visitors.find(connection, visitor)
            return None if reader is None else pictures.drawn_for(connection, secret, ref, reader.contact_id)

        content = await self._chat.database.read(draw)
        if content is None:
            raise Refusal(404, refusals.NOT_FOUND)
        kept_nowhere = {"Cache-Control": "private, no-store", "Content-Security-Policy": headers.FILE}
        return Response(content, media_type="image/png", headers=kept_nowhere)
