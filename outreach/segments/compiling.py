"""A condition as one SQL statement, the same for SQLite and PostgreSQL.

Facts of other tables are joined, never looked up row by row: a table with one row for a contact as it is, whatever
has more as a derived table that gives each contact of whom the test is true once. Negations are carried down to the
tests, so that each is asked for being true, or for being false; what is unknown is told there, and SQL's third
truth value never meets a NOT. That a join whose test must hold is an inner one, both databases see by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from outreach.segments import columns
from outreach.segments.columns import COLUMNS
from outreach.segments.context import Context, Scope
from outreach.segments.definition import All, Condition, Not, Test, parts_of
from outreach.segments.facts import FACTS
from outreach.segments.rows import ROWS
from store.tables import contacts, segment_members

THERE = (contacts.c.merged_into.is_(None), contacts.c.erased_at.is_(None), contacts.c.deceased.is_(sa.false()))


def selected(
    condition: Condition, context: Context, scope: Scope, what: Sequence[sa.ColumnElement[Any]]
) -> sa.Select[Any]:
    """These columns of the contacts who are there, in scope, and meet the condition."""
    sources = _Sources(context, scope)
    met = sources.met(condition, True)
    return sa.select(*what).select_from(sources.joined).where(*THERE, *scope.on(contacts.c.id), met)


def listed(segment_id: int, scope: Scope, what: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    """These columns of the contacts who are there, in scope, and on a list."""
    joined = contacts.join(segment_members, segment_members.c.contact_id == contacts.c.id)
    mine = segment_members.c.segment_id == segment_id, *scope.on(segment_members.c.contact_id)
    return sa.select(*what).select_from(joined).where(*THERE, *mine)


class _Sources:
    """What the statement is made of so far: `joined` are the contacts with every table that is asked."""

    def __init__(self, context: Context, scope: Scope) -> None:
        self.joined: sa.FromClause = contacts
        self._context, self._scope = context, scope
        self._tables: set[sa.Table] = {contacts}
        self._derived: dict[Test, sa.Subquery] = {}

    def met(self, condition: Condition, wanted: bool) -> sa.ColumnElement[bool]:
        """That the condition holds, or, if that is not `wanted`, that it does not."""
        if isinstance(condition, Test):
            return self._test(condition, wanted)
        if isinstance(condition, Not):
            return self.met(condition.negated, not wanted)
        parts = [self.met(part, wanted) for part in parts_of(condition)]
        every = isinstance(condition, All) == wanted
        return sa.and_(sa.true(), *parts) if every else sa.or_(sa.false(), *parts)

    def _test(self, test: Test, wanted: bool) -> sa.ColumnElement[bool]:
        operator = FACTS[test.fact].form.operator(test.op)
        if operator is not None and operator.negates:
            return self._test(replace(test, op=operator.negates), not wanted)
        if test.fact in ROWS:
            return self._row(test, wanted)
        self._join(COLUMNS[test.fact].at.table)
        return (columns.holds if wanted else columns.fails)(test, self._context)

    def _join(self, table: Any) -> None:
        if table not in self._tables:
            self._tables.add(table)
            key = table.c.contact_id
            self.joined = self.joined.outerjoin(table, sa.and_(key == contacts.c.id, *self._scope.on(key)))

    def _row(self, test: Test, wanted: bool) -> sa.ColumnElement[bool]:
        if test.value is False:  # of what is either there or not
            return self._row(replace(test, value=True), not wanted)
        derived = self._derived.get(test)
        if derived is None:
            derived = ROWS[test.fact](test, self._context, self._scope).subquery()
            self._derived[test] = derived
            self.joined = self.joined.outerjoin(derived, derived.c.contact_id == contacts.c.id)
        there = derived.c.contact_id
        return there.is_not(None) if wanted else there.is_(None)
