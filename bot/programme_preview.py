"""What applying a programme would change, told before it is applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.engine import Connection

from loyalty import applying, ledger, programme
from loyalty.changes import Change, changes
from loyalty.programme import Programme
from loyalty.programme_file import Written
from loyalty.tiers import Other
from store import programmes, rewards
from store.database import Database
from store.tables import accounts, contacts

FIRST = 10  # customers that are named
CHUNK = 1_000


class Preview(NamedTuple):
    """What would change: the differences of the files, and who would be in another tier.

    `same`: this very text holds already. `pictures` are the codes of rewards whose file holds another picture.
    `first` names the first of those whose tier changes by their numbers.
    """

    same: bool
    differences: list[Change]
    stocks: list[str]
    pictures: list[str]
    tiers: Mapping[tuple[str, str], int]
    first: list[str]
    before: Programme


def preview_of_first(rules: Programme) -> Preview:
    """What the first programme changes where there is no database yet."""
    return Preview(False, changes(programme.DEFAULT, rules), [], [], {}, [], programme.DEFAULT)


async def preview(database: Database, written: Written, now: dt.datetime) -> Preview:
    """Look what would change, with a progress bar on standard error where there are many customers."""
    rules = written.rules
    before, newest, left, drawn, members = await database.read(_standing)
    found: list[Other] = []
    if before.tiers != rules.tiers:
        found = await _tiers(database, rules, now, members)
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        counts[each.before, each.after] = counts.get((each.before, each.after), 0) + 1
    named = await database.read(lambda connection: _named(connection, found[:FIRST]))
    stocks = list(_stocks(rules, before, left))
    pictures = list(_pictures(written, before, drawn))
    return Preview(newest == written.text, changes(before, rules), stocks, pictures, counts, named, before)


def tell(found: Preview, rules: Programme) -> None:
    """Print it: first what is different, then what that means for points and tiers."""
    console = Console()
    pictures = [f"rewards › {code}: another picture" for code in found.pictures]
    if not found.differences and not pictures:
        console.print("It says what holds already." if found.same else "Only remarks or the order are different.")
        return
    console.print("What would be different:")
    for each in [*map(str, found.differences), *found.stocks, *pictures]:
        console.print(f"  {each}", markup=False, highlight=False, soft_wrap=True)
    for line in _consequences(found, rules):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _consequences(found: Preview, rules: Programme) -> Iterator[str]:
    before = found.before
    yield "Balances: none changes. Points that customers have keep their number and the day they expire."
    if before.earn != rules.earn or before.currency != rules.currency:
        yield "Earning: the new rules are for purchases from now on."
    if before.currency != rules.currency:
        yield f"Careful: purchases in {before.currency} earn nothing any more; points are not converted."
    if {each.code for each in before.rewards} - {each.code for each in rules.rewards}:
        yield "Rewards that the file does not name any more are withdrawn; vouchers of them stay valid."
    if {each.code for each in before.branches} - {each.code for each in rules.branches}:
        yield "Branches that the file does not name any more are closed; their purchases are kept."
    yield from _of_tiers(found, rules)
    if before.outreach.hold_out < (share := rules.outreach.hold_out):
        yield f"Hold-out: {share} % of all customers get no offers and no news; who is held out already stays so."
    elif before.outreach.hold_out > share:
        whom = f"{share} % of all customers; the others get" if share else "nobody any more; all customers get"
        yield f"Hold-out: {whom} offers and news again."
    if before.lifecycle != rules.lifecycle:
        yield "Life cycle: where customers stand is worked out by the new rules in the coming night."


def _of_tiers(found: Preview, rules: Programme) -> Iterator[str]:
    if found.before.tiers == rules.tiers:
        return
    yield "Tiers that become harder to reach are kept by their members until their time is over."
    if not found.tiers:
        yield "Tiers: nobody's changes now."
        return
    names = {each.code: each.name for each in (*found.before.tiers.levels, *rules.tiers.levels)}
    yield f"Tiers: customers whose tier changes, within an hour: {sum(found.tiers.values()):,}"
    for (old, new), count in sorted(found.tiers.items(), key=lambda each: -each[1]):
        yield f"  {names.get(old, 'none')} → {names.get(new, 'none')}: {count:,}"
    yield f"  The first of them: {', '.join(found.first)}"


def _standing(
    connection: Connection,
) -> tuple[Programme, str | None, dict[str, int | None], dict[str, str], int]:
    counted = sa.select(sa.func.count()).where(accounts.c.kind == "member")
    newest = programmes.history(connection, 1)
    text = newest[0].text if newest else None
    members = connection.scalar(counted) or 0
    return programme.read(connection), text, rewards.stocks(connection), rewards.pictures(connection), members


async def _tiers(database: Database, rules: Programme, now: dt.datetime, members: int) -> list[Other]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    found: list[Other] = []
    after: int | None = 0
    with Progress(*columns, console=Console(stderr=True), disable=members <= CHUNK, transient=True) as bar:
        task = bar.add_task("Looking at tiers", total=members)
        while after is not None:
            last = after
            changed, after = await database.read(
                lambda connection: ledger.tiers_under(connection, rules, now, after=last, limit=CHUNK)  # noqa: B023
            )
            found += changed
            bar.advance(task, CHUNK)
    return found


def _named(connection: Connection, found: Sequence[Other]) -> list[str]:
    who = (
        sa.select(accounts.c.id, sa.func.coalesce(contacts.c.number, contacts.c.public_id))
        .join(contacts, contacts.c.id == accounts.c.contact_id)
        .where(accounts.c.id.in_([each.account_id for each in found]))
    )
    names = {row[0]: str(row[1]) for row in connection.execute(who)}
    return [names[each.account_id] for each in found if each.account_id in names]


def _pictures(written: Written, before: Programme, drawn: Mapping[str, str]) -> Iterator[str]:
    """Where a file that the programme names already holds another picture."""
    names = {each.code: each.picture for each in before.rewards}
    for reward in written.rules.rewards:
        found = written.pictures.get(reward.code)
        if found is None or names.get(reward.code) != reward.picture:
            continue
        if (kept := drawn.get(reward.code)) != found.to_keep(kept).digest:
            yield reward.code


def _stocks(rules: Programme, before: Programme, left: Mapping[str, int | None]) -> Iterator[str]:
    """Where a stock is set anew although something is left of it."""
    for reward in rules.rewards:
        if (now := left.get(reward.code)) is not None:
            new = applying.stock_to_set(reward, before, left)
            if new != now:
                after = "any number" if new is None else f"{new:,}"
                yield f"rewards › {reward.code}: {now:,} are left now, {after} then"
