"""The way from a message to a web page, a product's in the shop or a campaign's: counted, then led on."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.chat import Chat
from console.refusals import NOT_FOUND, Refusal
from outreach.campaigns.buttons import button
from store import campaign_links, campaign_presses, campaigns, shown_products
from store.campaign_links import Link

# Apps and platforms fetch addresses to draw a preview; nobody has looked at the page then.
MACHINES = re.compile(r"bot\b|crawler|spider|preview|facebookexternalhit|whatsapp|telegram|zalo", re.IGNORECASE)
WEB = ("https://", "http://")
ONWARD = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Going:
    """`GET /go/{token}`: links of product cards (`store.shown_products`) and campaigns (`store.campaign_links`)."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def on(self, request: Request) -> Response:
        """Count that somebody goes to look, and lead on; a link that is not ours leads nowhere."""
        self._chat.limits.reading(request)
        secret, token = self._chat.secret.encode(), request.path_params["token"]
        counts = request.method != "HEAD" and not MACHINES.search(request.headers.get("user-agent", ""))
        address = None
        if (public_id := shown_products.read_link(secret, token)) is not None:
            address = await self._product(public_id, counts)
        elif (link := campaign_links.read_link(secret, token)) is not None:
            address = await self._campaign(link, counts)
        if address is None:
            raise Refusal(404, NOT_FOUND)
        return RedirectResponse(address, 302, ONWARD)

    async def _product(self, public_id: str, counts: bool) -> str | None:
        database = self._chat.database
        if not counts:
            return await database.read(partial(shown_products.address, public_id=public_id))
        return await database.transact(partial(shown_products.clicked, public_id=public_id, now=self._chat.now()))

    async def _campaign(self, link: Link, counts: bool) -> str | None:
        database = self._chat.database
        if not counts:
            return await database.read(partial(led_to, link=link, at=None))
        return await database.transact(partial(led_to, link=link, at=self._chat.now()))


def led_to(connection: Connection, link: Link, at: dt.datetime | None) -> str | None:
    """Where a campaign's link leads, which only what was sent says; counted for its recipient, if `at` is given."""
    campaign = campaigns.find(connection, link.campaign)
    contact_id = campaign_presses.contact(connection, link.contact)
    if campaign is None:
        return None
    by = campaign_presses.recipient(connection, campaign.id, contact_id) if contact_id is not None else None
    found = button(connection, campaign, by.variant if by is not None else "", link.place)
    if found is None or found.does != "link" or not found.target.startswith(WEB):
        return None
    if by is not None and at is not None:
        campaign_presses.press(connection, campaign.id, by, link.place, at)
    return found.target
