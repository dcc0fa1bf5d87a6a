"""The ledger once more, in plain lists: what the real one is compared with. Moments are whole days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from loyalty.ledger import Held, NotHeld, Refused, Returned, Spent
from loyalty.purchases import Refunded, TooMuch
from tests.loyalty.members import moment


@dataclass(eq=False)
class Bought:
    who: int
    amount: int
    earned: int
    at: int
    refunded: int = 0
    parts: int = 0
    taken: int = 0
    expired: int = 0


@dataclass(eq=False)
class Lot:
    at: int
    expires: int | None
    left: int
    waits_until: int | None = None
    bought: Bought | None = None

    def usable(self, day: int) -> bool:
        return self.left > 0 and self.waits_until is None and not self.over(day)

    def over(self, day: int) -> bool:
        return self.expires is not None and self.expires <= day


@dataclass(eq=False)
class Hold:
    key: str
    who: int
    points: int
    until: int
    taken: list[tuple[Lot, int]]
    state: Literal["held", "voided", "spent", "donated", "restored"] = "held"


@dataclass
class Member:
    lots: list[Lot] = field(default_factory=list)
    held: int = 0
    debt: int = 0

    def usable(self, day: int) -> list[Lot]:
        return sorted((lot for lot in self.lots if lot.usable(day)), key=lambda lot: lot.at)

    def balance(self, day: int) -> int:
        return sum(lot.left for lot in self.usable(day))

    def next_expiry(self, day: int) -> tuple[int | None, int]:
        """The next day on which points expire, and how many."""
        dated = [(lot.expires, lot.left) for lot in self.usable(day) if lot.expires is not None]
        first = min((expires for expires, _ in dated), default=None)
        return first, sum(left for expires, left in dated if expires == first)

    @property
    def pockets(self) -> tuple[int, int, int, int]:
        """What is stored: expired points are in the balance until they are taken out."""
        pending = sum(lot.left for lot in self.lots if lot.waits_until is not None)
        return sum(lot.left for lot in self.lots) - pending, pending, self.held, self.debt


def take(lots: list[Lot], points: int) -> list[tuple[Lot, int]]:
    taken = []
    for lot in lots:
        part = min(lot.left, points)
        lot.left -= part
        points -= part
        if part:
            taken.append((lot, part))
    assert not points
    return taken


class Model:
    """Several members' points."""

    def __init__(self, members: int) -> None:
        self.members = [Member() for _ in range(members)]

    def earn(self, who: int, lot: Lot) -> None:
        self.members[who].lots.append(lot)
        if lot.waits_until is None:
            self.repay(self.members[who], lot.at)

    def repay(self, member: Member, day: int) -> None:
        points = min(member.debt, member.balance(day))
        take(member.usable(day), points)
        member.debt -= points

    def hold(self, key: str, who: int, points: int, day: int, until: int) -> Hold | Refused:
        member = self.members[who]
        if (available := member.balance(day)) < points:
            return Refused(available, points - available)
        member.held += points
        return Hold(key, who, points, until, take(member.usable(day), points))

    def post(self, hold: Hold, as_: Literal["spent", "donated"], day: int) -> Spent | NotHeld:
        if hold.state == "voided":
            return NotHeld("voided")
        if hold.state == "held" and hold.until <= day:
            return NotHeld("lapsed")
        if hold.state == "held":
            hold.state = as_
            self.members[hold.who].held -= hold.points
        return Spent(hold.points, self.members[hold.who].balance(day))

    def void(self, hold: Hold, day: int) -> Returned | NotHeld:
        if hold.state == "held":
            self.members[hold.who].held -= hold.points
            self.give_back(hold, "voided", day)
        return Returned(hold.points) if hold.state == "voided" else NotHeld("posted")

    def release(self, holds: list[Hold], day: int) -> None:
        """What lapsed is given back together; debts are repaid from all of it then, the oldest first."""
        for hold in holds:
            if hold.state == "held" and hold.until <= day:
                self.members[hold.who].held -= hold.points
                self.put_back(hold, "voided")
        for member in self.members:
            self.repay(member, day)

    def restore(self, hold: Hold, day: int) -> Returned | NotHeld:
        if hold.state == "held" or hold.state == "voided":
            return NotHeld(hold.state)
        if hold.state == "donated":
            return NotHeld("donated")
        self.give_back(hold, "restored", day)
        return Returned(hold.points)

    def give_back(self, hold: Hold, state: Literal["voided", "restored"], day: int) -> None:
        self.put_back(hold, state)
        self.repay(self.members[hold.who], day)

    def put_back(self, hold: Hold, state: Literal["voided", "restored"]) -> None:
        hold.state = state
        for lot, part in hold.taken:
            lot.left += part

    def mature(self, day: int) -> None:
        for member in self.members:
            ripe = [
                lot for lot in member.lots if lot.left and lot.waits_until is not None and lot.waits_until <= day
            ]
            for lot in ripe:
                member.lots.append(Lot(lot.at, lot.expires, lot.left, None, lot.bought))
                lot.left = 0
            self.repay(member, day)

    def expire(self, day: int) -> None:
        for member in self.members:
            for lot in member.lots:
                if lot.waits_until is None and lot.over(day):
                    if lot.bought:
                        lot.bought.expired += lot.left
                    lot.left = 0

    def refund(self, bought: Bought, amount: int | None, day: int) -> Refunded | TooMuch:
        left = bought.amount - bought.refunded
        part = left if amount is None else amount
        if part > left or (not part and bought.parts):
            return TooMuch(left)
        bought.refunded += part
        bought.parts += 1
        due = max(0, self.due(bought, day) - bought.taken)
        bought.taken += due
        member = self.members[bought.who]
        own = [lot for lot in member.lots if lot.bought is bought and lot.waits_until is not None]
        usable = sorted(member.usable(day), key=lambda lot: lot.bought is not bought)
        within = min(due, sum(lot.left for lot in own + usable))
        take(own + usable, within)
        member.debt += due - within
        return Refunded(due, due - within, part)

    def due(self, bought: Bought, day: int) -> int:
        whole = bought.refunded == bought.amount
        share = bought.earned if whole else bought.earned * bought.refunded // bought.amount
        over = [
            lot.left
            for lot in self.members[bought.who].lots
            if lot.bought is bought and lot.waits_until is None and lot.over(day)
        ]
        return share - bought.expired - sum(over)


def answer(hold: Hold) -> Held:
    return Held(hold.key, hold.points, moment(hold.until))
