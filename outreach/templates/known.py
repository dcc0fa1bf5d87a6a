"""What can be known of a customer, and what stands for a value that is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from jinja2 import Undefined

from locales.formats import Money
from talk.errors import SapaError


class Lacking(SapaError):
    """A text names a value that is not known of this customer, and says nothing in its place."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is not known of this customer; write what stands in for it.")
        self.name = name


class Nothing(Undefined):
    """A value that is not known."""

    __slots__ = ()
    __hash__ = Undefined.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:  # type: ignore[override]
        return False

    __le__ = __gt__ = __ge__ = __lt__  # type: ignore[assignment]

    @property
    def value_name(self) -> str:
        """The name of the value; empty for what an `if` without `else` leaves out."""
        return self._undefined_name or ""


class Named:
    """A name that is kept in English and in other languages; it equals its code and each of its names."""

    __slots__ = ("_known", "code", "name", "names")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str, names: Mapping[str, str] | None = None, code: str = "") -> None:
        self.name, self.names, self.code = name, names, code
        self._known: frozenset[str] | None = None

    def said(self, language: str) -> str:
        """The name in a language, or the English one."""
        return (self.names or {}).get(language) or self.name

    def __eq__(self, other: object) -> bool:
        if self._known is None:
            every = (self.name, self.code, *(self.names or {}).values())
            self._known = frozenset(each.casefold() for each in every if each)
        return isinstance(other, str) and other.casefold() in self._known

    def __repr__(self) -> str:
        return f"Named({self.name!r})"


class Bought(NamedTuple):
    """A product that was bought, and when."""

    name: Named | Nothing
    day: dt.date


class Voucher(NamedTuple):
    """A voucher, and the last day it can be used."""

    name: Named
    until: dt.date | Nothing


class Offer(NamedTuple):
    """An offer that runs."""

    name: Named
    price: Money
    usual_price: Money
    until: dt.date
