"""Answering a request: the method, the fault it meets, the log, the JSON that goes back."""

import asyncio

import msgspec
from aiohttp import web

from channels.telegram.fake import params
from channels.telegram.fake.errors import ApiError, migrated
from channels.telegram.fake.faults import Fault
from channels.telegram.fake.methods import MESSAGES, METHODS
from channels.telegram.fake.wire import Outcome
from channels.telegram.fake.world import Call, World

_encode = msgspec.json.Encoder().encode
_ERROR_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>"
_REASONS = {500: "500 Internal Server Error", 502: "502 Bad Gateway", 504: "504 Gateway Time-out"}


class Broken(Exception):
    """Something below the API: the answer is a proxy's error page, or none (status 0)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Api:
    """The handlers of Telegram's two paths, /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for a method."""
        try:
            return _json(await self._perform(request), 200)
        except ApiError as error:
            return _json(_encode(error.body()), error.code)
        except web.HTTPRequestEntityTooLarge:
            return _json(_encode(ApiError(413, "Request Entity Too Large").body()), 413)
        except Broken as broken:
            if broken.status:
                title = _REASONS.get(broken.status, str(broken.status))
                return web.Response(text=_ERROR_PAGE.format(title), status=broken.status, content_type="text/html")
            if request.transport is not None:
                request.transport.close()
            return web.Response()

    async def _perform(self, request: web.Request) -> bytes:
        """Return the JSON of an answer; raises what else may come of a request."""
        if request.match_info["token"] != self._world.token:
            raise ApiError(401, "Unauthorized")
        name = request.match_info["method"]
        method = name.lower()
        if method not in METHODS and method != "getupdates":
            raise ApiError(404, "Not Found")
        call = Call(name, await params.read(request))
        if self._world.faults.armed:
            chat_id = call.params.integer("chat_id") or None
            call.fault = self._world.faults.take(method, chat_id, message=method in MESSAGES)
        if method in MESSAGES:
            body = self._message(method, call)
        else:
            if call.fault is not None and not call.fault.after:
                self._strike(call, call.fault)
            result = await self._updates(call) if method == "getupdates" else METHODS[method](self._world, call)
            body = _encode({"ok": True, "result": result})
        if call.fault is not None and call.fault.after:
            await self._spoil(call.fault)
        return body

    def _message(self, method: str, call: Call) -> bytes:
        """Perform a method that sends or edits; whatever comes of it stands in the log."""
        chat_id, logged = call.params.integer("chat_id"), call.params.logged
        try:
            if call.fault is not None and not call.fault.after:
                self._strike(call, call.fault)
            return _encode({"ok": True, "result": MESSAGES[method](self._world, call)})
        except ApiError as error:
            if call.fault is not None and call.fault.after:
                self._world.faults.restore(chat_id, call.fault)
            self._world.wire.refuse(call.method, chat_id, logged(), "refused", error.code, error.description)
            raise
        except Broken as broken:
            outcome: Outcome = "server_error" if broken.status else "hang_up_before"
            self._world.wire.refuse(call.method, chat_id, logged(), outcome, broken.status, "")
            raise

    def _strike(self, call: Call, fault: Fault) -> None:
        """Play a fault that comes before acceptance."""
        if fault.kind == "migrate":
            self._world.migrate(self._world.chat(call.params.integer("chat_id")), fault.new_id)
            raise migrated(fault.new_id)
        raise fault.refusal() or Broken(fault.status if fault.kind == "server_error" else 0)

    async def _spoil(self, fault: Fault) -> None:
        """Play a fault that comes after acceptance."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return
        if fault.kind == "timeout":
            await self._world.closing.wait()
        raise Broken(0)

    async def _updates(self, call: Call) -> list[msgspec.Raw]:
        given = call.params
        allowed = given.structure("allowed_updates", "allowed updates", list)
        return await self._world.updates.poll(
            given.integer("offset"), given.integer("limit", 100), given.integer("timeout"), allowed
        )

    async def download(self, request: web.Request) -> web.Response:
        """Serve a file at the path getFile told."""
        file = self._world.files.at(request.match_info["path"])
        if request.match_info["token"] != self._world.token or file is None:
            return _json(_encode(ApiError(404, "Not Found").body()), 404)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _json(body: bytes, status: int) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")
