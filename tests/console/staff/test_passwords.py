"""Which passwords are too easy to guess."""

from __future__ import annotations

import pytest

from console.staff.passwords import NOT_REPEATED, TOO_COMMON, TOO_LONG, TOO_PERSONAL, TOO_SHORT, Passwords, weakness
from locales import Text

PERSON = ("Nguyễn Thị Hoa", "hoa.nguyen@daunpagi.example")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevensigns", TOO_SHORT),
        ("x" * 257, TOO_LONG),
        ("password1234", TOO_COMMON),
        ("P@ssw0rd2026", TOO_COMMON),
        ("passwordpassword", TOO_COMMON),
        ("qwertyuiop123", TOO_COMMON),
        ("123456789012", TOO_COMMON),
        ("210987654321", TOO_COMMON),
        ("abcdefghijkl", TOO_COMMON),
        ("aaaaaaaaaaaaaaaa", TOO_COMMON),
        ("ababababababab", TOO_COMMON),
        ("iloveyou 2026!", TOO_COMMON),
        ("anhyeuem123456", TOO_COMMON),
        ("woaini5201314", TOO_COMMON),
        ("Malaysia Merdeka", TOO_COMMON),
        ("hoa.nguyen.daunpagi", TOO_PERSONAL),
        ("NGUYỄN thị hoa 1", TOO_PERSONAL),
        ("correct horse battery", None),
        ("kabo-tidu-mesa-lofi", None),
        ("tôi thích cà phê sữa", None),
        ("我们每天早上喝咖啡配咖椰吐司", None),
        ("نشرب القهوة كل صباح", None),
        ("7fK!x02_pQz9", None),
    ],
)
def test_a_password_is_none_that_others_would_try(password: str, why: Text | None) -> None:
    assert weakness(password, password, *PERSON) == why


def test_a_password_is_typed_twice() -> None:
    assert weakness("correct horse battery", "correct horse bottery", *PERSON) == NOT_REPEATED


async def test_the_same_letters_of_another_keyboard_are_the_same_password() -> None:
    passwords = Passwords()
    kept = await passwords.hash("cà phê sữa đá nhé")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,")
    assert await passwords.verify(kept, "ca\u0300 phe\u0302 su\u031b\u0303a \u0111a\u0301 nhe\u0301")
    assert not await passwords.verify(kept, "ca phe sua da nhe")
    assert not await passwords.verify("", "nobody has this password")
    assert not await passwords.verify("no hash", "x")
