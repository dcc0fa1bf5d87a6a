"""A shop of the tests, written into a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import programme
from store import tables
from tests.conftest import NOON
from tests.outreach.segments.shop import (
    BRANCHES,
    CAMPAIGNS,
    LISTS,
    RULES,
    SKUS,
    SURVEYS,
    Answered,
    Bought,
    Customer,
    Received,
    Shop,
)

ASKED = (
    *(tables.contacts, tables.customer_scores, tables.accounts, tables.contact_tags, tables.identities),
    *(tables.purchases, tables.behaviours, tables.survey_responses, tables.survey_answers),
    *(tables.campaign_recipients, tables.segment_members, tables.cases, tables.anniversaries),
)
EMPTY: dict[str, Any] = {"deceased": False, "erased_at": None}
PRODUCT = {"name": "x", "price": 100, "currency": "MYR"}


def write(connection: Connection, shop: Shop) -> None:
    """Put the shop into an empty database; its customers get their ids."""
    if programme.read(connection) != RULES:
        programme.keep(connection, RULES, text="", by="test", at=NOON)
    Writing(connection, shop).write()


class Writing:
    """The rows of a shop."""

    def __init__(self, connection: Connection, shop: Shop) -> None:
        self.connection = connection
        self.shop = shop
        self.count = 0
        self.rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)

    def write(self) -> None:
        """Write them, the things that others name first; what is of one table at once."""
        ids = self._named
        self.products = ids(tables.products, "sku", SKUS, lambda sku: {"category": SKUS[sku], **PRODUCT})
        self.branches = ids(tables.branches, "code", BRANCHES, lambda code: {"name": code})
        dated = {"created_at": NOON, "changed_at": NOON}
        self.surveys = ids(tables.surveys, "code", SURVEYS, lambda code: {"public_id": code, "names": {}, **dated})
        version = {"number": 1, "definition": {}, "by": "", "at": NOON}
        self.versions = ids(tables.survey_versions, "survey_id", self.surveys.values(), lambda _id: version)
        called = {"name": "x", "by": "test", **dated}
        self.lists = ids(tables.segments, "public_id", LISTS, lambda _name: called)
        campaign = {"kind": "offer", "state": "done", "settings": {}, "segment_id": self.lists["list-a"], **called}
        self.campaigns = ids(tables.campaigns, "public_id", CAMPAIGNS, lambda _name: campaign)
        made = self._made(tables.contacts, [EMPTY | customer.row for customer in self.shop.customers])
        for customer, contact_id in zip(self.shop.customers, made, strict=True):
            customer.id = contact_id
            self._customer(customer)
        for table, rows in self.rows.items():
            self.connection.execute(table.insert(), rows)
        self._answers()
        if self.connection.dialect.name == "postgresql":  # otherwise it plans for empty tables
            self.connection.exec_driver_sql(f"ANALYZE {', '.join(each.name for each in ASKED)}")

    def _made(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
        """Write rows; their ids, in the same order."""
        made = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        return self.connection.scalars(made, rows).all() if rows else ()

    def _named(self, table: sa.Table, column: str, names: Collection[Any], values: Any) -> dict[Any, int]:
        rows = [{column: name, **values(name)} for name in names]
        return dict(zip(names, self._made(table, rows), strict=True))

    def _rows(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.rows[table].extend(rows)

    def _key(self) -> str:
        self.count += 1
        return f"key-{self.count}"

    def _customer(self, customer: Customer) -> None:
        mine = {"contact_id": customer.id}
        if customer.scores:
            self._rows(tables.customer_scores, [customer.scores | mine])
        if customer.account:
            self._rows(tables.accounts, [{**customer.account, **mine, "kind": "member", "opened_at": NOON}])
        self._rows(tables.contact_tags, [{"tag": tag, "at": NOON, **mine} for tag in customer.tags])
        self._rows(tables.identities, [self._identity(name, on) | mine for name, on in customer.channels])
        self._rows(
            tables.segment_members,
            [{"segment_id": self.lists[name], "at": NOON, **mine} for name in customer.lists],
        )
        self._rows(
            tables.anniversaries,
            [{"occasion": name, "month_day": day, "given_at": NOON, **mine} for name, day in customer.days.items()],
        )
        self._rows(tables.cases, [self._case(state) | mine for state in customer.cases])
        self._rows(tables.purchases, [self._purchase(each) | mine for each in customer.bought])
        self._rows(
            tables.behaviours,
            [{"name": name, "at": at, "key": self._key(), **mine} for name, at in customer.events],
        )
        self._rows(tables.campaign_recipients, [self._recipient(each) | mine for each in customer.received])

    def _identity(self, channel: str, reachable: bool) -> dict[str, Any]:
        where = {"channel": channel, "account": "shop", "sender": self._key()}
        return where | {"reachable": reachable, "created_at": NOON}

    def _case(self, state: str) -> dict[str, Any]:
        named = {"public_id": self._key(), "number": self._key(), "key": self._key()}
        return named | {"kind": "complaint", "state": state, "language": "en", "opened_at": NOON, "moved_at": NOON}

    def _purchase(self, each: Bought) -> dict[str, Any]:
        return {
            "key": self._key(),
            "at": each.at,
            "quantity": 1,
            "amount": each.amount,
            "refunded": each.refunded,
            "currency": each.currency,
            "product_id": self.products[each.sku] if each.sku else None,
            "branch_id": self.branches[each.branch] if each.branch else None,
        }

    def _recipient(self, each: Received) -> dict[str, Any]:
        return {
            "campaign_id": self.campaigns[each.campaign],
            "state": "sent" if each.sent_at else "skipped",
            "due_at": NOON,
            "sent_at": each.sent_at,
            "clicked_at": NOON if each.clicked else None,
            "replied_at": NOON if each.replied else None,
            "bought_at": NOON if each.bought else None,
        }

    def _answers(self) -> None:
        given = [(each, customer.id) for customer in self.shop.customers for each in customer.answers]
        made = self._made(tables.survey_responses, [self._response(*each) for each in given])
        rows = [self._answer(each, response) for (each, _contact), response in zip(given, made, strict=True)]
        if rows:
            self.connection.execute(tables.survey_answers.insert(), rows)

    def _response(self, each: Answered, contact_id: int) -> dict[str, Any]:
        survey = self.surveys[each.survey]
        named = {"public_id": self._key(), "key": self._key(), "contact_id": contact_id}
        of = {"survey_id": survey, "version_id": self.versions[survey], "mode": "chat", "language": "en"}
        state = {"state": "done" if each.done_at else "begun", "done_at": each.done_at}
        return named | of | state | {"begun_at": NOON, "moved_at": NOON}

    def _answer(self, each: Answered, response: int) -> dict[str, Any]:
        question, _dot, part = each.question.partition(".")
        given = {"number": each.number, "skipped": each.number is None, "at": NOON}
        return {"response_id": response, "question": question, "part": part, **given}
