"""Presses overtake messages, and messages one another: a press counts once, and nobody is stuck."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from itertools import count
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from channels.telegram.webhook import SECRET_HEADER, webhook_route
from flows.book import FLOWS
from handlers.button_pressed import STALE
from locales import render, verbatim
from loyalty import ledger
from loyalty.ledger import Earning
from store.tables import entries, inbox, outbox, sessions
from talk.engine import Act, Book, Talk
from talk.prompts import Choice, Option
from tests.faults.shop import PATIENCE, Shop, open_shop

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-webhook"
TEA, COFFEE = Option("tea", verbatim("Tea")), Option("coffee", verbatim("Coffee"))
ORDERED = "Ordered "
CUSTOMERS = range(1, 7)
ROUNDS = 6


def order(act: Act, drink: str) -> str:
    ledger.earn(act.connection, [Earning(act.key, act.contact_id, 1, act.now, note=drink)])
    return drink


async def orders(talk: Talk) -> None:
    """Take one order after the other."""
    wish = await talk.ask("drink", verbatim("What would you like?"), Choice(TEA, COFFEE))
    talk.say(verbatim(ORDERED + talk.do("order", order, "tea" if wish is TEA else "coffee")))
    await talk.go("fallback")


BOOK: Book = {**FLOWS, "welcome": orders, "fallback": orders}


async def deliver(client: httpx.AsyncClient, bodies: list[bytes], dice: random.Random) -> None:
    """Every update once to three times, all at once, in any order."""
    copies = [body for body in bodies for _copy in range(dice.randint(1, 3))]
    dice.shuffle(copies)
    answers = await asyncio.gather(*(client.post("/updates", content=body) for body in copies))
    assert {answer.status_code for answer in answers} == {200}


async def rows(shop: Shop, statement: sa.Select[Any]) -> list[Any]:
    return await shop.database.read(lambda connection: list(connection.execute(statement)))


@pytest.mark.parametrize("seed", range(2))
async def test_in_whatever_order_updates_come_each_press_counts_once_and_nobody_is_stuck(
    database_url: str, seed: int
) -> None:
    dice, numbers = random.Random(seed), count(1)
    async with open_shop(database_url, book=BOOK, polling=False) as shop:
        route = webhook_route("/updates", SECRET, shop.channel.account, shop.turn.receive, shop.keep)
        transport = httpx.ASGITransport(Starlette(routes=[route]))
        headers = {SECRET_HEADER.decode(): SECRET}
        async with httpx.AsyncClient(transport=transport, base_url="http://sapa", headers=headers) as client:
            people = [shop.fake.customer(chat) for chat in CUSTOMERS]
            for person in people:
                person.types("hello")
            for _round in range(ROUNDS):
                waiting = shop.fake.updates.pending()
                await deliver(client, [bytes(update.body) for update in waiting], dice)
                for update in waiting:
                    shop.fake.updates.confirm(update.id)
                await shop.until(shop.settled, PATIENCE)
                for person in people:
                    for _act in range(dice.randint(1, 4)):
                        if dice.random() < 0.7:
                            person.presses(dice.choice(["Tea", "Coffee"]))
                        else:
                            person.types(dice.choice(["tea", "Coffee", f"nonsense {next(numbers)}"]))
        said = await rows(shop, sa.select(outbox).order_by(outbox.c.id))
        taken = await rows(shop, sa.select(inbox))
        earned = await rows(shop, sa.select(entries.c.key).where(entries.c.points == 1))
        asking = await rows(shop, sa.select(sessions.c.contact_id).where(sessions.c.state == "asking"))
    told = [row.payload["text"] for row in said]
    assert Counter(row.external_id for row in taken).most_common(1)[0][1] == 1
    assert {row.state for row in taken} == {"done"}
    assert len(earned) == sum(text.startswith(ORDERED) for text in told) > 0
    assert any(text.startswith(render(STALE, "en", {})) for text in told)
    answers = {(row.contact_id, row.seq): row.payload["text"] for row in said}
    assert all((row.contact_id, row.seq + 1) in answers for row in taken), "somebody got no answer"
    pressed = Counter(
        (row.contact_id, row.details["button"].rpartition(".")[0])
        for row in taken
        if row.kind == "button" and answers[row.contact_id, row.seq + 1].startswith(ORDERED)
    )
    assert set(pressed.values()) == {1}, "a question was answered by two presses"
    assert len(asking) == len({row.contact_id for row in asking}) == len(CUSTOMERS)
