"""The demo's one stream: what happens in five chats, the clock, the greetings and the process, for one page.

A browser opens six connections to an address and no more. Were each phone to listen by itself, five would be gone
before anybody wrote a word.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from functools import partial

import msgspec
from sqlalchemy.engine import Connection

from bot.demo import broadcast, cast, greetings
from bot.demo.cast import Actor
from bot.demo.stage import Stage
from bot.demo.texts import (
    BACK,
    COMES,
    COMPLAINT,
    GREETED,
    NOT_SAID,
    PAUSE,
    REASONS,
    RECOMMEND,
    REQUESTS,
    STARTED,
    SURVEY,
)
from console.chat import Chat
from console.conversation import OPENING, follow
from flows.menu import PERSON, REWARDS
from flows.recommend import NOT_FOR_ME
from locales import Language, render
from talk.prompts.skippable import SKIP

ENDS = ("closing", "replaced")
KEEP_ALIVE = 15.0


async def events(stage: Stage, chat: Chat, language: Language) -> AsyncGenerator[bytes, None]:
    """Everything that happens on the stage, until the page leaves or the process ends; words in this language.

    `phone` carries an event of one phone's chat as it is; `clock`, `standing`, `process` and `cast` are the stage's
    own. `over` says why the stream ends.
    """
    with stage.board.follow() as told:
        listeners = [asyncio.create_task(_listen(chat, actor, told)) for actor in stage.actors]
        try:
            yield OPENING
            yield _event("process", process(stage, language))
            shown = None
            told.put_nowait(("clock", None))
            while True:
                name, what = await _next(told)
                if name == "over":
                    yield _event("over", what)
                    return
                if name == "cast":
                    yield _event("cast", phones(stage, chat))
                    continue
                yield _event("phone", what) if name == "phone" else _event("clock", clock(stage))
                found = await chat.database.read(partial(standing, stage=stage, language=language))
                if found != shown:
                    shown = found
                    yield _event("standing", found)
        finally:
            for listener in listeners:
                listener.cancel()
            await asyncio.gather(*listeners, return_exceptions=True)


def phones(stage: Stage, chat: Chat) -> list[dict[str, object]]:
    """Whose phones they are, what they say in the scenes, and the name under which their pages are told things."""
    return [
        {
            "language": actor.language,
            "name": actor.name,
            "city": actor.city,
            "zone": actor.zone.key,
            "visitor": chat.visits.key(actor.visitor),
            "rewards": render(REWARDS.label, actor.language),
            "person": render(PERSON.label, actor.language),
            "vouchers": [reward[actor.language] for reward in stage.rewards],
            "complaint": render(COMPLAINT, actor.language),
            "survey": render(SURVEY, actor.language),
            "skip": render(SKIP.label, actor.language),
            "requests": render(REQUESTS, actor.language),
            "recommend": render(RECOMMEND, actor.language),
            "notForMe": render(NOT_FOR_ME, actor.language),
            "pause": render(PAUSE, actor.language),
        }
        for actor in stage.actors
    ]


def clock(stage: Stage) -> dict[str, object]:
    """The moment, and whether it is being swept."""
    return {"now": int(stage.clock.now().timestamp() * 1000), "sweeping": stage.sweep.running}


def process(stage: Stage, language: Language) -> dict[str, object]:
    """Which process this is, in words."""
    it = stage.process
    if not it.restarts:
        return {"pid": it.pid, "restarts": 0, "words": render(STARTED, language, {"pid": str(it.pid)})}
    values = {"pid": str(it.pid), "seconds": f"{it.back_after:.1f}", "count": it.restarts}
    return {"pid": it.pid, "restarts": it.restarts, "words": render(BACK, language, values)}


def standing(connection: Connection, stage: Stage, language: Language) -> dict[str, dict[str, object]]:
    """For each phone what became of its last greeting and of the team's last message, and who has the chat."""
    now = stage.clock.now()
    return {
        actor.language: {
            "held": cast.held(connection, actor),
            "news": _news(connection, actor, language),
            **_greeted(connection, actor, now, language),
        }
        for actor in stage.actors
    }


def _news(connection: Connection, actor: Actor, language: Language) -> dict[str, object]:
    found = broadcast.news(connection, actor)
    if found is None:
        return {"campaign": "", "told": False, "words": ""}
    words = "" if found.told else render(REASONS.get(found.reason, NOT_SAID), language)
    return {"campaign": found.campaign, "told": found.told, "words": words}


def _greeted(connection: Connection, actor: Actor, now: dt.datetime, language: Language) -> dict[str, object]:
    last, next_one = greetings.latest(connection, actor, now), greetings.coming(connection, actor, now)
    comes = render(COMES, language, {"moment": next_one}) if next_one else ""
    soon = {"next": comes, "soon": next_one is not None and next_one <= now + greetings.SOON}
    if last is None:
        return {"state": "", "words": "", **soon}
    text = GREETED[last.occasion] if last.state == "told" else REASONS.get(last.reason, NOT_SAID)
    words = render(text, language, {"moment": last.at})
    return {"state": last.state, "at": last.at.isoformat(), "words": words, **soon}


async def _next(told: asyncio.Queue[tuple[str, object]]) -> tuple[str, object]:
    """The next thing to tell; of several looks at the clock that wait, the last is enough."""
    try:
        async with asyncio.timeout(KEEP_ALIVE):
            name, what = await told.get()
    except TimeoutError:
        return "clock", None
    while name == "clock" and not told.empty():
        name, what = told.get_nowait()
    return name, what


async def _listen(chat: Chat, actor: Actor, told: asyncio.Queue[tuple[str, object]]) -> None:
    """Put the events of one phone's chat among the others."""
    async for chunk in follow(chat, actor.visitor, None):
        fields = dict(line.split(b": ", 1) for line in chunk.splitlines() if b": " in line)
        name = fields.get(b"event", b"").decode()
        if name in ENDS:
            told.put_nowait(("over", name))
        elif name:
            told.put_nowait(
                ("phone", {"phone": actor.language, "name": name, "data": msgspec.Raw(fields[b"data"])})
            )


def _event(name: str, what: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(what))
