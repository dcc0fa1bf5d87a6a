"""The way from a product in the chat to its page in the shop: counted, then led on."""

from __future__ import annotations

import re
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.chat import Chat
from console.refusals import NOT_FOUND, Refusal
from store import shown_products

# Apps and platforms fetch addresses to draw a preview; nobody has looked at the product then.
MACHINES = re.compile(r"bot\b|crawler|spider|preview|facebookexternalhit|whatsapp|telegram|zalo", re.IGNORECASE)
ONWARD = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Going:
    """`GET /go/{token}`: the links of product cards (`store.shown_products.link`)."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def on(self, request: Request) -> Response:
        """Count that somebody goes to look, and lead on; a link that is not ours leads nowhere."""
        self._chat.limits.reading(request)
        secret = self._chat.secret.encode()
        public_id = shown_products.read_link(secret, request.path_params["token"])
        address = None
        if public_id is not None:
            address = await self._address(request, public_id)
        if address is None:
            raise Refusal(404, NOT_FOUND)
        return RedirectResponse(address, 302, ONWARD)

    async def _address(self, request: Request, public_id: str) -> str | None:
        database, agent = self._chat.database, request.headers.get("user-agent", "")
        if request.method == "HEAD" or MACHINES.search(agent):
            return await database.read(partial(shown_products.address, public_id=public_id))
        return await database.transact(partial(shown_products.clicked, public_id=public_id, now=self._chat.now()))
