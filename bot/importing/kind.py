"""What every kind of import has in common."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from sqlalchemy.engine import Connection

from bot.importing.columns import Column, Row
from bot.importing.refusals import Refusal
from bot.importing.source import Record
from bot.importing.tally import Tally
from loyalty import programme
from loyalty.programme import Programme
from store import catalog, suppressions
from store.imports import Counts
from store.suppressions import Address

T = TypeVar("T")
FORGOTTEN = "this customer asked to be forgotten; leave them out of the file"


class Context(NamedTuple):
    """What reading a line needs to know: the shop's rules, products and branches, and where the shop is."""

    rules: Programme
    products: Mapping[str, int]
    branches: Mapping[str, int]
    zone: dt.tzinfo
    language: str
    region: str
    now: dt.datetime
    secret: bytes = b""  # by which the addresses of customers who were forgotten are known again


class Outcome(NamedTuple):
    """What came, or would come, of some lines."""

    counts: Counts
    refused: Sequence[Refusal] = ()


class Kind(ABC, Generic[T]):
    """A kind of import: its columns, how a line is read, and how read lines are kept."""

    columns: ClassVar[tuple[Column, ...]]

    def __init__(self, context: Context, tally: Tally) -> None:
        self.context = context
        self.tally = tally

    @abstractmethod
    def read(self, row: Row, line: int) -> T | None:
        """What a line says; None when an earlier line said it. Raises LineRefused."""

    @abstractmethod
    def addresses(self, given: T) -> tuple[Address, ...]:
        """By what a line names a customer, who may have asked to be forgotten."""

    def leave_out_forgotten(
        self, connection: Connection, read: Sequence[tuple[Record, T]]
    ) -> tuple[list[tuple[Record, T]], list[Refusal]]:
        """The lines that may come in, and refusals of those whose customer asked to be forgotten."""
        named = {address for _, given in read for address in self.addresses(given)}
        gone = suppressions.suppressed(connection, self.context.secret, named)
        if not gone:
            return list(read), []
        out = [record for record, given in read if not gone.isdisjoint(self.addresses(given))]
        lines = {record.line for record in out}
        left = [(record, given) for record, given in read if record.line not in lines]
        return left, [Refusal(record.line, FORGOTTEN, tuple(record.fields)) for record in out]

    @abstractmethod
    def preview(self, connection: Connection, read: Sequence[tuple[Record, T]]) -> Outcome:
        """What `keep` would do; changes nothing."""

    @abstractmethod
    def keep(self, connection: Connection, read: Sequence[tuple[Record, T]]) -> Outcome:
        """Keep what the lines say, in the caller's transaction."""


def context_of(
    connection: Connection, *, zone: dt.tzinfo, language: str, region: str, now: dt.datetime, secret: bytes
) -> Context:
    """The context of an import that begins now."""
    return Context(
        rules=programme.read(connection),
        products=catalog.product_ids(connection),
        branches=catalog.branch_ids(connection),
        zone=zone,
        language=language,
        region=region,
        now=now,
        secret=secret,
    )
