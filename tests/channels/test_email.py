"""Mail leaves over SMTP, and every answer of the server has its receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.email.channel import EmailChannel, NoFiles
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown
from tests.channels.smtp_server import HANG_UP, SILENT, MailServer, Verb, mail_server
from tests.ports import held_port

PATIENCE = 60.0  # seconds for a server that answers
CODE = Outgoing(text="Your one-time code is <code>123456</code>.\n\nTea &amp; more.")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as opened:
        yield opened


def channel(url: str, seconds: float = PATIENCE) -> EmailChannel:
    return EmailChannel(url, "shop@example.com", "Kopi", seconds=seconds)


async def test_a_mail_arrives_as_plain_words_under_the_business_name(server: MailServer) -> None:
    receipt = await channel(server.url).send("ona@example.com", CODE)
    assert isinstance(receipt, Sent)
    to, mail = server.mails[0]
    assert (to, mail["From"], mail["Subject"], mail["Message-ID"]) == (
        "ona@example.com",
        "shop@example.com",
        "Kopi",
        receipt.message,
    )
    words = mail.get_payload(decode=True)
    assert isinstance(words, bytes)
    assert words.decode().splitlines() == ["Your one-time code is 123456.", "", "Tea & more."]


@pytest.mark.parametrize(
    ("step", "fault", "expected"),
    [
        ("CONNECT", "421 busy", Later("The mail server answered 421.", 5.0, account=True)),
        ("CONNECT", HANG_UP, Later("SMTPServerDisconnected", 5.0, account=True)),
        ("MAIL", "451 later", Later("The mail server answered 451.", 5.0)),
        ("MAIL", "550 no", Refused("The mail server answered 550.")),
        ("RCPT", "550 nobody", Refused("The mail server answered 550.")),
        ("RCPT", "452 full", Later("The mail server answered 452.", 5.0)),
        ("RCPT", HANG_UP, Later("SMTPServerDisconnected", 5.0, account=True)),
        ("DATA", "554 no", Refused("The mail server answered 554.")),
        ("END", "452 full", Later("The mail server answered 452.", 5.0)),
        ("END", "554 spam", Refused("The mail server answered 554.")),
        ("END", HANG_UP, Unknown("SMTPServerDisconnected")),
    ],
)
async def test_each_answer_has_its_receipt(server: MailServer, step: Verb, fault: str, expected: Receipt) -> None:
    server.faults[step] = fault
    assert await channel(server.url).send("ona@example.com", CODE) == expected


# Until the mail is handed over it is no matter which step took too long; then those before must have been in time.
@pytest.mark.parametrize(("step", "seconds", "expected"), [("RCPT", 0.2, Later), ("END", 3.0, Unknown)])
async def test_a_server_that_says_nothing_is_not_waited_for(
    server: MailServer, step: Verb, seconds: float, expected: type[Receipt]
) -> None:
    server.faults[step] = SILENT
    assert isinstance(await channel(server.url, seconds).send("ona@example.com", CODE), expected)


async def test_where_nobody_listens_the_mail_waits() -> None:
    with held_port() as port:
        receipt = await channel(f"smtp://127.0.0.1:{port}").send("ona@example.com", CODE)
    assert isinstance(receipt, Later)
    assert receipt.account


async def test_a_password_is_not_told_without_tls_nor_logged(
    server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = channel(f"smtp://shop:hunter2@127.0.0.1:{server.port}")
    receipt = await mail.send("ona@example.com", CODE)
    assert isinstance(receipt, Later)
    assert receipt.account
    assert await mail.probe()
    assert "hunter2" not in repr(receipt) + "".join(capsys.readouterr())


@pytest.mark.parametrize("address", ["ona@example.com\nBcc: all@example.com", "ona@exämple.com"])
async def test_an_address_of_two_lines_or_of_other_letters_is_refused_and_a_healthy_server_found_well(
    server: MailServer, address: str
) -> None:
    receipt = await channel(server.url).send(address, CODE)
    assert isinstance(receipt, Refused)
    assert server.mails == []
    assert await channel(server.url).probe() == ""
    with pytest.raises(NoFiles):
        await channel(server.url).fetch("ref", 1)
