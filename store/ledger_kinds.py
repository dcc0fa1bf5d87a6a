"""Every kind of entry and what it moves: entries are posted, rebuilt and shown by this one table.

A member's account has four pockets: `balance` can be spent, `pending` not yet, `held` is set aside by a redemption,
and `debt` is owed. Debt counts against the others: an entry out of it makes it grow, one into it pays it back.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Pocket: TypeAlias = Literal["balance", "pending", "held", "debt"]
POCKETS: tuple[Pocket, ...] = ("balance", "pending", "held", "debt")

# The business's own accounts, with ids below zero: never locked, their balance column stays 0, and their balances
# are sums of entries.
# What goes through `joined`, from one member's account to another's, leaves it at 0 again.
System: TypeAlias = Literal["issued", "redeemed", "expired", "donated", "joined"]
SYSTEM: dict[str, int] = {"issued": -1, "redeemed": -2, "expired": -3, "donated": -4, "joined": -5}

EntryKind: TypeAlias = Literal[
    "earn", "pend", "mature", "gift", "hold", "void", "spend", "donate", "restore", "expire", "unpend", "reverse",
    "owe", "repay", "adjust", "deduct", "part", "join", "partpend", "joinpend", "partdebt", "joindebt",
]  # fmt: skip


class Movement(NamedTuple):
    """Where points come from and where they go; pockets are the member's.

    `lots`: the entry opens a lot of its own, takes from open lots, does both, or gives back to lots it was taken
    from. `told` is the kind under which its member sees it.
    """

    source: Pocket | System
    target: Pocket | System
    lots: Literal["open", "take", "take and open", "give back", ""]
    told: EntryKind


KINDS: dict[EntryKind, Movement] = {
    "earn": Movement("issued", "balance", "open", "earn"),
    "pend": Movement("issued", "pending", "open", "pend"),
    "mature": Movement("pending", "balance", "take and open", "mature"),
    "gift": Movement("issued", "balance", "open", "gift"),
    "hold": Movement("balance", "held", "take", "hold"),
    "void": Movement("held", "balance", "give back", "void"),
    "spend": Movement("held", "redeemed", "", "spend"),
    "donate": Movement("held", "donated", "", "donate"),
    "restore": Movement("redeemed", "balance", "give back", "restore"),
    "expire": Movement("balance", "expired", "take", "expire"),
    "unpend": Movement("pending", "issued", "take", "reverse"),
    "reverse": Movement("balance", "issued", "take", "reverse"),
    "owe": Movement("debt", "issued", "", "owe"),
    "repay": Movement("balance", "debt", "take", "repay"),
    "adjust": Movement("issued", "balance", "open", "adjust"),
    "deduct": Movement("balance", "issued", "take", "deduct"),
    "part": Movement("balance", "joined", "take", "part"),
    "join": Movement("joined", "balance", "open", "join"),
    "partpend": Movement("pending", "joined", "take", "part"),
    "joinpend": Movement("joined", "pending", "open", "join"),
    "partdebt": Movement("joined", "debt", "", "part"),
    "joindebt": Movement("debt", "joined", "", "owe"),
}

OPENING = tuple(kind for kind, movement in KINDS.items() if "open" in movement.lots)
TAKING = tuple(kind for kind, movement in KINDS.items() if "take" in movement.lots)
GIVING_BACK = tuple(kind for kind, movement in KINDS.items() if movement.lots == "give back")
# What a member owns grows and shrinks by these alone; the others move it between pockets.
COMING_IN = tuple(kind for kind, movement in KINDS.items() if movement.source in SYSTEM)
GOING_OUT = tuple(kind for kind, movement in KINDS.items() if movement.target in SYSTEM)


def _signs(source: str, target: str) -> tuple[int, ...]:
    moved = [(pocket == target) - (pocket == source) for pocket in POCKETS]
    return tuple(-sign if pocket == "debt" else sign for pocket, sign in zip(POCKETS, moved, strict=True))


# The business's side of each kind, debited and credited; None is the member's.
SIDES = {kind: (SYSTEM.get(each.source), SYSTEM.get(each.target)) for kind, each in KINDS.items()}
# What an entry of one point does to each of POCKETS.
SIGNS = {kind: _signs(each.source, each.target) for kind, each in KINDS.items()}
