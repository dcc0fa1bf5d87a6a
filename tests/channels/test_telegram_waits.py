"""How long an answer is waited for."""

from __future__ import annotations

import asyncio

import pytest

from channels.telegram.outbound.waits import Patience


async def later(answer: asyncio.Future[str]) -> str:
    return await answer


def nothing() -> asyncio.Future[str]:
    return asyncio.get_running_loop().create_future()


async def test_what_comes_in_time_is_returned() -> None:
    answer = nothing()
    answer.set_result("here")
    assert await Patience(60.0).wait(later(answer)) == "here"


async def test_everything_that_takes_too_long_is_ended_and_what_began_later_too() -> None:
    patience = Patience(0.01)
    waits = [asyncio.create_task(patience.wait(later(nothing()))) for _ in range(2)]
    assert [type(error) for error in await asyncio.gather(*waits, return_exceptions=True)] == [TimeoutError] * 2
    with pytest.raises(TimeoutError):
        await patience.wait(later(nothing()))


async def test_what_has_come_in_time_is_not_ended_later() -> None:
    patience = Patience(0.01)
    answer = nothing()
    answer.set_result("here")

    async def two() -> str:
        first = await patience.wait(later(answer))
        with pytest.raises(TimeoutError):  # the timer has passed the first one by
            await patience.wait(later(nothing()))
        return first

    task = asyncio.create_task(two())
    assert await task == "here"
    assert not task.cancelling()


async def test_who_is_cancelled_meanwhile_is_cancelled() -> None:
    task = asyncio.create_task(Patience(60.0).wait(later(nothing())))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_is_cancelled_as_the_time_runs_out_is_cancelled() -> None:
    async def stubborn() -> None:
        try:
            await nothing()
        except asyncio.CancelledError:
            task.cancel()
            raise

    task = asyncio.create_task(Patience(0.01).wait(stubborn()))
    with pytest.raises(asyncio.CancelledError):
        await task
