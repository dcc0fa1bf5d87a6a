"""How to reach the customer: a phone number, an email address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from locales import _
from talk.messages import Inbound
from talk.prompts.base import Accepted, Heard, Reading, Rejected
from talk.prompts.typed import Typed, words
from talk.reading.contact_points import read_email, read_phone

GIVE_A_PHONE = _("Please share your phone number, or type it with its country code, for example {example}.")
GIVE_AN_EMAIL = _("Please type your email address, for example {example}.")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in E.164 form (+60123456789), and whether the platform vouches that it is the sender's own."""

    number: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Phone(Typed):
    """A phone number: shared by the platform's own button, or typed and then not proven."""

    @property
    def request(self) -> Literal["", "phone", "location"]:
        """The platform's button for the phone number."""
        return "phone"

    def read(self, heard: Heard) -> Reading[PhoneNumber]:
        """The number."""
        inbound = heard.inbound
        shared = inbound.kind == "contact"
        number = _shared(inbound, heard.region) if shared else read_phone(words(heard), heard.region)
        if number is None:
            return Rejected(GIVE_A_PHONE, {"example": _example(heard.region)})
        return Accepted(PhoneNumber(number, proven=shared and inbound.phone_proven))

    def dump(self, value: Any) -> Any:
        """The number and whether it is proven."""
        return {"number": value.number, "proven": value.proven}

    def load(self, plain: Any) -> PhoneNumber:
        """The number. Raises ValueError for what `dump` does not make."""
        match plain:
            case {"number": str(number), "proven": bool(proven)} if _E164.fullmatch(number):
                return PhoneNumber(number, proven)
        raise ValueError(f"{plain!r} is not a phone number.")


@dataclass(frozen=True, slots=True)
class Email(Typed):
    """An email address, typed."""

    def read(self, heard: Heard) -> Reading[str]:
        """The address."""
        address = read_email(words(heard))
        return Rejected(GIVE_AN_EMAIL, {"example": "name@example.com"}) if address is None else Accepted(address)

    def dump(self, value: Any) -> Any:
        """The address."""
        return value

    def load(self, plain: Any) -> str:
        """The address. Raises ValueError when it is none."""
        if not isinstance(plain, str) or read_email(plain) != plain:
            raise ValueError(f"{plain!r} is not an email address.")
        return plain


def _shared(inbound: Inbound, region: str) -> str | None:
    # Platforms share the international number, often without its plus.
    return read_phone(f"+{inbound.phone.lstrip('+')}", region) or read_phone(inbound.phone, region)


def _example(region: str) -> str:
    import phonenumbers

    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        return "+60 12-345 6789"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
