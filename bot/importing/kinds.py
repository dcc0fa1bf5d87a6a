"""Every kind of import, by its name, in the order in which a business's files refer to each other."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from bot.importing.customers import Customers
from bot.importing.kind import Kind
from bot.importing.products import Products
from bot.importing.purchases import Purchases

ImportKind: TypeAlias = Literal["customers", "products", "purchases"]

KINDS: dict[ImportKind, type[Kind[Any]]] = {
    "customers": Customers,
    "products": Products,
    "purchases": Purchases,
}
