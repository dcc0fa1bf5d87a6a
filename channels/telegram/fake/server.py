"""The HTTP server: Telegram's two paths, the control desk and a page to play the customer."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from channels.telegram.fake import checks
from channels.telegram.fake.api import Api
from channels.telegram.fake.bell import PATIENCE
from channels.telegram.fake.control import Desk
from channels.telegram.fake.customers import Crowd, Customer, Group
from channels.telegram.fake.faults import Faults
from channels.telegram.fake.limits import Clock
from channels.telegram.fake.updates import Updates
from channels.telegram.fake.wire import Wire
from channels.telegram.fake.world import World

TOKEN = "100000001:fake-token-of-the-fake-telegram-server"  # noqa: S105 - opens nothing
PAGE = Path(__file__).with_name("page.html")
FIRST_PAUSE = 1.0


class FakeTelegram:
    """A Bot API server for one bot, on 127.0.0.1 unless told otherwise.

        async with FakeTelegram() as fake:
            bot = ExtBot(fake.token, base_url=fake.url + "/bot", base_file_url=fake.url + "/file/bot")

    `limits` enforces Telegram's limits, `paid` lets allow_paid_broadcast have its 1,000 a second, `strangers`
    takes every positive chat id for somebody who has started the bot. `clock` gives seconds that only grow; it
    measures limits and the age of updates. `log_path` receives the wire's log as JSON lines. `webhook_pause` is
    the wait in seconds after a webhook's first failure.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: bool = True,
        paid: bool = False,
        strangers: bool = False,
        clock: Clock = time.monotonic,
        log_path: Path | None = None,
        webhook_pause: float = FIRST_PAUSE,
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.world = World(
            token,
            limits=limits,
            paid=paid,
            strangers=strangers,
            clock=clock,
            log_path=log_path,
            webhook_pause=webhook_pause,
        )
        self._crowd = Crowd(self.world)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def faults(self) -> Faults:
        """The script of what goes wrong."""
        return self.world.faults

    @property
    def wire(self) -> Wire:
        """The log of every message request."""
        return self.world.wire

    @property
    def updates(self) -> Updates:
        """What the bot has not confirmed yet."""
        return self.world.updates

    def customer(
        self, chat_id: int, name: str = "", language_code: str = "", username: str = "", phone: str = ""
    ) -> Customer:
        """Return the customer with this id, made at the first call."""
        return self._crowd.customer(chat_id, name, language_code, username, phone)

    def group(self, chat_id: int, title: str = "Staff", *, forum: bool = False) -> Group:
        """Return the group with this negative id, made at the first call."""
        return self._crowd.group(chat_id, title, forum=forum)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something holds here: `until(lambda: not fake.updates.pending())`; TimeoutError otherwise."""
        await self.world.bell.until(condition, seconds)

    async def start(self) -> None:
        """Listen; `port` 0 becomes the port the system gave."""
        app = web.Application(client_max_size=checks.UPLOAD_BYTES + 1024 * 1024)
        api = Api(self.world)
        app.router.add_route("*", "/bot{token}/{method}", api.call)
        app.router.add_get("/file/bot{token}/{path:.+}", api.download)
        app.router.add_get("/", self._page)
        app.add_routes(Desk(self.world, self._crowd).routes())
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; waiting polls end empty, swallowed requests are hung up."""
        await self.world.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text=PAGE.read_text("utf-8"), content_type="text/html")
