"""The API's frame: who calls, and the transactions in which their requests are done."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Header, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from pydantic import BaseModel, StringConstraints
from sqlalchemy.engine import Connection
from starlette.responses import Response

from console.api.fields import KEY
from console.api.house import House
from console.api.problems import Problem
from loyalty.ledger import KeyReused
from store import api_answers, audit
from store.api_answers import Answer
from store.api_keys import ApiKey, Scope

T = TypeVar("T")

IdempotencyKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128, pattern=KEY),
    Header(
        alias="Idempotency-Key",
        description="A text of your own, new for every change, such as a random UUID. Sent again with the same "
        "body it does nothing twice and is answered the same, for 30 days; with another body it is refused.",
    ),
]


@dataclass(frozen=True, slots=True)
class Change:
    """A change under way: the transaction, its moment, and who makes it.

    `once` is an idempotency key of its own for what it does elsewhere; empty for one that may be repeated.
    """

    connection: Connection
    now: dt.datetime
    house: House
    key: ApiKey
    address: str
    once: str = ""

    @property
    def actor(self) -> str:
        """Who makes it, as the audit log names them."""
        return f"api:{self.key.public_id}"

    def note(self, action: str, subject: str, after: Any) -> None:
        """Add it to the audit log. Personal details stay out: erasing a customer must not touch the log."""
        audit.note(self.connection, self.actor, action, subject, None, after, self.address, self.now)


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed its key, and from where it calls."""

    house: House
    key: ApiKey
    address: str

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection."""
        return await self.house.database.read(work)

    async def change(self, work: Callable[[Change], T]) -> T:
        """Run `work` in a transaction of its own."""
        return await self.house.database.transact(lambda connection: work(self._change(connection)))

    async def change_once(
        self, idempotency_key: str, given: BaseModel, operation: str, work: Callable[[Change], BaseModel]
    ) -> Response:
        """Run `work` once for this key, its answer kept in the same transaction; the answer as a 201 response.

        Raises Problem when the key belongs to a request with another body. What `work` refuses is not kept: the
        same request may do better later.
        """
        said = f"{operation}\n{given.model_dump_json(exclude_unset=True)}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        run = partial(self._once, idempotency_key, digest, work)
        status, content, again = await self.house.database.transact(run)
        headers = {"Idempotent-Replayed": "true"} if again else {}
        return Response(msgspec.json.encode(content), status, headers, media_type="application/json")

    def _once(
        self, key: str, digest: str, work: Callable[[Change], BaseModel], connection: Connection
    ) -> tuple[int, Any, bool]:
        change = self._change(connection, key)
        known = api_answers.claim(connection, self.key.id, key, digest, change.now)
        if isinstance(known, Answer):
            if known.digest != digest:
                raise _reused()
            return known.status, known.answer, True
        try:
            content = work(change).model_dump(mode="json")
        except KeyReused as error:
            # Its answer is forgotten by now, what it did is not.
            raise _reused() from error
        api_answers.keep(connection, self.key.id, key, 201, content)
        return 201, content, False

    def _change(self, connection: Connection, key: str = "") -> Change:
        digest = blake2b(f"{self.key.public_id}:{key}".encode(), digest_size=16).hexdigest()
        once = f"api:{digest}" if key else ""
        return Change(connection, self.house.now(), self.house, self.key, self.address, once)


def _reused() -> Problem:
    return Problem("idempotency-key-reused", "Send another request with an Idempotency-Key of its own.")


class _Key(SecurityBase):
    """The dependency that names the caller, whose key must have the scopes an operation needs."""

    def __init__(self) -> None:
        self.model = HTTPBearer(description="A key that `sapa apikey add NAME --scope SCOPE` made.")
        self.scheme_name = "apiKey"

    async def __call__(self, request: Request, needed: SecurityScopes) -> Caller:
        """The caller, whom the gate let in. Raises Problem 403 when the key lacks a scope."""
        caller: Caller = request.scope["sapa.caller"]
        for scope in needed.scopes:
            if scope not in caller.key.scopes:
                raise Problem(
                    "scope-missing",
                    f"Use a key that was made with --scope {scope}.",
                    headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
                )
        return caller


_KEY = _Key()


def needs(scope: Scope) -> Any:
    """What names the caller of an operation that needs this scope."""
    return Security(_KEY, scopes=[scope])
