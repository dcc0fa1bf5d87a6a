"""Fetching updates by long polling, acknowledged only when they are committed or parked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import Any, ParamSpec

import structlog

from channels.telegram.back_off import BackOff
from channels.telegram.inbound import Source
from channels.telegram.intake import IN_FLIGHT, Intake, Keep, Team
from channels.telegram.patience import persist
from store.database import StoreUnavailable
from talk.channel import Receive

log = structlog.get_logger()

P = ParamSpec("P")

POLL_SECONDS = 50
FULL_BATCH = 100
# Telegram repeats whatever is not confirmed at once, so with an update that takes long, polls keep this distance.
STALL_SECONDS = 0.5


class Poller:
    """Polls one bot's updates and takes each to `receive`.

    An update that `receive` or `keep` refuses is offered again, with growing pauses, until it is taken; those after
    it from other contacts go on meanwhile. Telegram hears that an update was received only when it and all before
    it are.
    """

    def __init__(
        self,
        source: Source,
        receive: Receive,
        keep: Keep,
        *,
        team: Team | None = None,
        in_flight: int = IN_FLIGHT,
        seconds: int = POLL_SECONDS,
        back_off: BackOff | None = None,
    ) -> None:
        self._source = source
        self._seconds = seconds
        self._back_off = back_off or BackOff()
        patient = team and Team(team.chat, self._patiently(team.receive))
        self._intake = Intake(
            source.account, self._patiently(receive), self._patiently(keep), team=patient, in_flight=in_flight
        )
        self._window: dict[int, asyncio.Task[bool]] = {}
        self._offset: int | None = None
        self._stopping = asyncio.Event()
        self._polling: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Poll until `stop`. Raises TokenRefused when Telegram does not know the token."""
        if self._stopping.is_set():
            return
        polling = self._polling = asyncio.create_task(self._poll())
        try:
            await asyncio.wait({polling})
        finally:
            polling.cancel()
            await self._source.close()
        if not polling.cancelled():
            polling.result()

    async def stop(self, seconds: float) -> None:
        """End the long poll at once and wait at most `seconds` for the turns that run.

        What is not settled by then is not acknowledged, and Telegram repeats it after the next start.
        """
        self._stopping.set()
        if self._polling is not None:
            self._polling.cancel()
        running = self._running()
        if not running:
            return
        _settled, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            log.warning("telegram_updates_left", count=len(late))
            await asyncio.wait(late)

    async def _poll(self) -> None:
        name = await persist("getMe", self._source.me, self._back_off)
        await persist("deleteWebhook", self._source.drop_webhook, self._back_off)
        log.info("telegram_polling", bot=name)
        while True:
            batch = await persist("getUpdates", self._fetch, self._back_off)
            for update in batch:
                self._begin(update)
            await self._settle(full=len(batch) >= FULL_BATCH)

    async def _fetch(self) -> list[dict[str, Any]]:
        self._offset = self._confirmed() or self._offset
        batch = await self._source.updates(self._offset, self._seconds)
        # What the offset confirmed is gone for good. Repeating it would hide updates after a quiet week, when
        # their ids begin anew somewhere, perhaps below it.
        self._offset = None
        return batch

    def _begin(self, update: dict[str, Any]) -> None:
        update_id = update.get("update_id")
        if not isinstance(update_id, int):
            log.error("telegram_update_without_id", fields=sorted(update))
        elif update_id not in self._window:
            self._window[update_id] = asyncio.create_task(self._settled(update))

    async def _settle(self, *, full: bool) -> None:
        """Wait for the updates that were taken, but not long; of a full batch for the older half, so that fetching
        and working overlap."""
        running = self._running()
        if full:
            running = running[: len(running) // 2]
        if running:
            await asyncio.wait(running, timeout=STALL_SECONDS)

    def _running(self) -> list[asyncio.Task[bool]]:
        return [task for task in self._window.values() if not task.done()]

    def _confirmed(self) -> int | None:
        """The offset that confirms the updates settled so far, up to the first that is not."""
        offset = None
        for update_id, task in list(self._window.items()):
            if not task.done() or not task.result():
                break
            offset = update_id + 1
            del self._window[update_id]
        return offset

    async def _settled(self, update: dict[str, Any]) -> bool:
        try:
            await self._intake.take(update)
        except Exception:
            if not self._stopping.is_set():  # what `receive` raises comes this far only when the poller stops
                log.exception("telegram_update_stuck", update=update.get("update_id"))
            return False
        return True

    def _patiently(self, work: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
        """`work`, repeated until it succeeds or the poller stops."""

        async def until_done(*args: P.args, **kwargs: P.kwargs) -> None:
            for failures in count():
                pause = self._back_off.after(failures)
                try:
                    await work(*args, **kwargs)
                    return
                except StoreUnavailable as error:
                    log.warning("telegram_update_waits", reason=str(error), again_in=pause)
                    if self._stopping.is_set():
                        raise
                except Exception:
                    log.exception("telegram_update_failed", again_in=pause)
                    if self._stopping.is_set():
                        raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)

        return until_done
