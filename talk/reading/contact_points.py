"""Phone numbers and e-mail addresses in what a customer typed."""

import re
from typing import Final

from talk.reading.normal import unify

_LONGEST = 500
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"(?<![\w.@\u00c0-\u024f\u1e00-\u1eff])(?:mailto:)?({_LOCAL})@((?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}})(?![A-Za-z0-9@-]|\.[A-Za-z0-9])",
    re.ASCII,
)


def read_phone(text: str, region: str) -> str | None:
    """The one phone number in the text, as E.164 ("+60123456789"); None for none, several, or an invalid one.

    `region` (ISO 3166, such as "MY") is where a number without a country code belongs. Digits may be of any script.
    """
    import phonenumbers

    text = unify(text)
    if not any(map(str.isdigit, text)) or len(text) > _LONGEST:
        return None
    found = phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.VALID, max_tries=20)
    numbers = {phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) for match in found}
    return numbers.pop() if len(numbers) == 1 else None


def read_email(text: str) -> str | None:
    """The one e-mail address in the text, its domain in lower case; None for none or several.

    ASCII addresses as in RFC 5321 without quoted names, at most 254 characters with 64 before the @.
    """
    text = unify(text)
    if "@" not in text or len(text) > _LONGEST:
        return None
    addresses = {f"{found[1]}@{found[2].lower()}" for found in _ADDRESS.finditer(text)}
    if len(addresses) != 1:
        return None
    address = addresses.pop()
    return address if len(address) <= 254 and address.index("@") <= 64 else None
