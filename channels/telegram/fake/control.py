"""The control desk over HTTP: scripts, the log and the customers, for another process and for the page.

Only for the machine it runs on: there is no password.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from channels.telegram.fake.customers import SMALLEST_PNG, Crowd, Customer
from channels.telegram.fake.faults import Fault
from channels.telegram.fake.state import Chat, Json
from channels.telegram.fake.world import World

SHOWN_MESSAGES = 200
SHOWN_CHATS = 500

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /control/faults."""

    faults: list[Fault]
    chat_id: int | None = None
    method: str = ""
    times: int = 1


class Chance(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /control/faults/random."""

    faults: list[Fault]
    rate: float
    seed: int = 0


class People(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /control/customers: `count` customers with ids from `first` on."""

    first: int
    count: int = 1
    name: str = ""
    language_code: str = ""


class NewGroup(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /control/groups."""

    id: int
    title: str = "Staff"
    forum: bool = False


class Act(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /control/chats/<id>/act: what the customer does."""

    act: str
    text: str = ""
    button: str = ""
    message_id: int | None = None
    phone: str = ""
    own: bool = True
    photos: int = 1
    content: bytes = b""


ACTS: dict[str, Callable[[Customer, Act], object]] = {
    "types": lambda customer, act: customer.types(act.text),
    "starts": lambda customer, act: customer.starts(act.text),
    "presses": lambda customer, act: customer.presses(act.button, act.message_id),
    "edits": lambda customer, act: customer.edits(act.message_id or 0, act.text),
    "sends_photo": lambda customer, act: customer.sends_photo(act.content or SMALLEST_PNG, act.text),
    "sends_album": lambda customer, act: customer.sends_album(act.photos, act.text),
    "sends_contact": lambda customer, act: customer.sends_contact(act.phone, own=act.own),
    "sends_location": lambda customer, act: customer.sends_location(),
    "sends_voice": lambda customer, act: customer.sends_voice(),
    "sends_video": lambda customer, act: customer.sends_video(),
    "sends_document": lambda customer, act: customer.sends_document(),
    "sends_sticker": lambda customer, act: customer.sends_sticker(),
    "blocks": lambda customer, act: customer.blocks(),
    "unblocks": lambda customer, act: customer.unblocks(),
}


class Desk:
    """The handlers of /control/."""

    def __init__(self, world: World, crowd: Crowd) -> None:
        self._world = world
        self._crowd = crowd

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the desk."""
        return [
            web.get("/control/stats", _told(self._stats)),
            web.get("/control/log", _told(self._log)),
            web.post("/control/reset", _told(self._reset)),
            web.post("/control/faults", _told(self._script)),
            web.post("/control/faults/random", _told(self._chance)),
            web.delete("/control/faults", _told(self._clear)),
            web.post("/control/customers", _told(self._people)),
            web.post("/control/groups", _told(self._group)),
            web.get("/control/chats", _told(self._chats)),
            web.get("/control/chats/{id}", _told(self._chat)),
            web.post("/control/chats/{id}/act", _told(self._act)),
            web.get("/control/files/{id}", self._file),
        ]

    async def _stats(self, request: web.Request) -> Json:
        return self._world.wire.stats() | {"pending_updates": len(self._world.updates.pending())}

    async def _log(self, request: web.Request) -> list[Any]:
        after, most = int(request.query.get("after", 0)), request.query.get("most")
        return list(self._world.wire.entries[after : after + int(most) if most else None])

    async def _reset(self, request: web.Request) -> Json:
        self._world.wire.reset()
        return {}

    async def _script(self, request: web.Request) -> Json:
        body = msgspec.json.decode(await request.read(), type=Script)
        self._world.faults.script(body.chat_id, *body.faults, method=body.method, times=body.times)
        return {}

    async def _chance(self, request: web.Request) -> Json:
        body = msgspec.json.decode(await request.read(), type=Chance)
        self._world.faults.at_random(body.rate, body.seed, body.faults)
        return {}

    async def _clear(self, request: web.Request) -> Json:
        self._world.faults.clear()
        return {}

    async def _people(self, request: web.Request) -> Json:
        body = msgspec.json.decode(await request.read(), type=People)
        for chat_id in range(body.first, body.first + body.count):
            self._crowd.customer(chat_id, body.name, body.language_code)
        return {"count": body.count}

    async def _group(self, request: web.Request) -> Json:
        body = msgspec.json.decode(await request.read(), type=NewGroup)
        return self._crowd.group(body.id, body.title, forum=body.forum).chat.as_json()

    async def _chats(self, request: web.Request) -> list[Json]:
        return [_line(chat) for chat in list(self._world.chats.values())[:SHOWN_CHATS]]

    async def _chat(self, request: web.Request) -> Json:
        chat = self._world.chats[int(request.match_info["id"])]
        return _line(chat) | {
            "bot_id": self._world.bot["id"],
            "list": list(chat.messages.values())[-SHOWN_MESSAGES:],
            "keyboard": chat.keyboard,
            "answers": chat.answers,
            "actions": chat.actions[-1:],
            "topics": [topic.as_json() | {"closed": topic.closed} for topic in chat.topics.values()],
        }

    async def _act(self, request: web.Request) -> Json:
        customer = self._crowd.customer(int(request.match_info["id"]))
        act = msgspec.json.decode(await request.read(), type=Act)
        return {"result": ACTS[act.act](customer, act)}

    async def _file(self, request: web.Request) -> web.Response:
        file = self._world.files.find(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        if file.mime_type == "text/uri-list":
            raise web.HTTPFound(file.content.decode())
        return web.Response(body=file.content, content_type=file.mime_type)


def _line(chat: Chat) -> Json:
    return chat.as_json() | {
        "name": chat.name,
        "language_code": chat.language_code,
        "phone": chat.phone,
        "blocked": chat.blocked,
        "messages": len(chat.messages),
    }


def _told(handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    """Answer with what the handler returns as JSON, and with its reason where the request makes no sense."""

    async def answer(request: web.Request) -> web.Response:
        try:
            status, body = 200, await handler(request)
        except (LookupError, ValueError, msgspec.DecodeError) as reason:
            status, body = 400, {"error": str(reason)}
        return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json")

    return answer
