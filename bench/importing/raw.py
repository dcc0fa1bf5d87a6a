"""The same import by hand in sqlite3, for this file and an empty store alone.

Its author knows that no line is refused or known, that each customer's lines are in order, how every key is made
and which ids come next. Nothing is read from the store, and each chunk is one transaction as Sapa's are.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bench.importing.cdnow import NOW
from store.database import PRAGMAS, WRITE_AHEAD_LOG

_NOW = f"{NOW:%Y-%m-%d %H:%M:%S.%f}"
_ISSUED = -1
_SYSTEM = ((-5, "joined"), (-4, "donated"), (-3, "expired"), (-2, "redeemed"), (_ISSUED, "issued"))

_CONTACT = "INSERT INTO contacts (id, public_id, number, language, created_at) VALUES (?, ?, ?, 'en', ?)"
_PURCHASE = (
    "INSERT INTO purchases (id, key, contact_id, at, quantity, amount, currency) VALUES (?, ?, ?, ?, ?, ?, 'MYR')"
)
_ACCOUNT = "INSERT INTO accounts (id, kind, contact_id, balance, opened_at) VALUES (?, ?, ?, ?, ?)"
_JOINED = (
    "INSERT INTO anniversaries (contact_id, occasion, month_day, year, given_at) VALUES (?, 'membership', ?, ?, ?)"
)
_RHYTHM = "INSERT INTO customer_rhythms (contact_id) VALUES (?)"  # made anew by a job, later
_BALANCE = "UPDATE accounts SET balance = balance + ? WHERE id = ?"
_ENTRY = (
    "INSERT INTO entries (id, key, kind, debit_id, credit_id, points, purchase_id, note, at)"
    " VALUES (?, ?, 'earn', ?, ?, ?, ?, '', ?)"
)
_LOT = 'INSERT INTO lots (account_id, entry_id, earned_at, "left") VALUES (?, ?, ?, ?)'
_BEGIN = "INSERT INTO imports (kind, digest, started_at) VALUES ('purchases', ?, ?)"
_ADVANCE = (
    "UPDATE imports SET lines_done = ?, added = added + ?, contacts = contacts + ?, points = points + ?"
    " WHERE kind = 'purchases'"
)
_FINISH = "UPDATE imports SET finished_at = ? WHERE kind = 'purchases'"


def run(store: Path, file: Path, chunks: Sequence[int]) -> int:
    """Import the file in transactions that end after these lines; how many purchases."""
    connection = sqlite3.connect(store, isolation_level=None)
    for pragma in (WRITE_AHEAD_LOG, *PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")
    importing = _Import(connection)
    connection.execute(_BEGIN, (hashlib.sha256(file.read_bytes()).hexdigest(), _NOW))
    with file.open(encoding="utf-8") as lines:
        next(lines)
        done = 1
        for last in chunks:
            importing.chunk(list(islice(lines, last - done)), last)
            done = last
    connection.execute(_FINISH, (_NOW,))
    connection.close()
    return importing.purchases


class _Import:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.purchases = 0
        self._connection = connection
        self._entries = 0
        self._contacts: dict[str, int] = {}
        self._accounts: dict[int, int] = {}
        self._times: Counter[str] = Counter()

    def chunk(self, lines: Sequence[str], last: int) -> None:
        """Keep some lines in one transaction, the last of them by its number."""
        read = [self._read(line) for line in lines]
        self._connection.execute("BEGIN IMMEDIATE")
        made = self._meet(sorted({number for number, *_ in read} - self._contacts.keys()))
        points = self._keep(read)
        self._connection.execute(_ADVANCE, (last, len(read), made, points))
        self._connection.execute("COMMIT")

    def _read(self, line: str) -> tuple[str, str, str, int, int]:
        """The customer's number, the purchase's key, its moment, quantity and amount."""
        number, day, quantity, value = line.split()
        day, amount = f"{day[:4]}-{day[4:6]}-{day[6:]}", int(value.replace(".", ""))
        said = f"{number}\x1f{day}\x1f{quantity}\x1f{amount}\x1f\x1f\x1f"
        key = f"line:{number}:{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"
        self._times[key] += 1
        return number, f"{key}:{self._times[key]}", f"{day} 12:00:00.000000", int(quantity), amount

    def _meet(self, numbers: Sequence[str]) -> int:
        ids = {number: id_ for id_, number in enumerate(numbers, len(self._contacts) + 1)}
        rows = [(id_, secrets.token_urlsafe(12), number, _NOW) for number, id_ in ids.items()]
        self._connection.executemany(_CONTACT, rows)
        self._connection.executemany(_RHYTHM, [(id_,) for id_ in ids.values()])
        self._contacts |= ids
        return len(rows)

    def _keep(self, read: Sequence[tuple[str, str, str, int, int]]) -> int:
        """Purchases with their entries and lots, and what they make of the accounts; how many points."""
        bought: list[tuple[Any, ...]] = []
        earned: list[tuple[int, str, int, int, str]] = []
        for id_, (number, key, at, quantity, amount) in enumerate(read, self.purchases + 1):
            contact = self._contacts[number]
            bought.append((id_, key, contact, at, quantity, amount))
            earned.append((contact, key, amount // 100, id_, at))
        self.purchases += len(bought)
        self._connection.executemany(_PURCHASE, bought)
        self._balance(earned)
        self._earn([each for each in earned if each[2]])
        return sum(points for _, _, points, _, _ in earned)

    def _balance(self, earned: Sequence[tuple[int, str, int, int, str]]) -> None:
        if not self._accounts:
            at = next(at for _, _, points, _, at in earned if points)
            self._connection.executemany(_ACCOUNT, [(id_, kind, None, 0, at) for id_, kind in _SYSTEM])
        changes: Counter[int] = Counter()
        opened: dict[int, str] = {}
        for contact, _, points, _, at in earned:
            changes[contact] += points
            opened.setdefault(contact, at)
        known = [(points, self._accounts[each]) for each, points in changes.items() if each in self._accounts]
        self._connection.executemany(_BALANCE, known)
        new = sorted(changes.keys() - self._accounts.keys())
        ids = {contact: id_ for id_, contact in enumerate(new, len(self._accounts) + 1)}
        rows = [(id_, "member", each, changes[each], opened[each]) for each, id_ in ids.items()]
        self._connection.executemany(_ACCOUNT, rows)
        joined = [(each, opened[each]) for each in new]
        days = [(each, int(at[5:7] + at[8:10]), int(at[:4]), at) for each, at in joined]
        self._connection.executemany(_JOINED, days)
        self._accounts |= ids

    def _earn(self, earned: Sequence[tuple[int, str, int, int, str]]) -> None:
        entries, lots = [], []
        for id_, (contact, key, points, purchase, at) in enumerate(earned, self._entries + 1):
            account = self._accounts[contact]
            entries.append((id_, f"purchase:{key}", _ISSUED, account, points, purchase, at))
            lots.append((account, id_, at, points))
        self._entries += len(entries)
        self._connection.executemany(_ENTRY, entries)
        self._connection.executemany(_LOT, lots)
