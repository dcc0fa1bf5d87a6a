"""Mails to staff over a real mail server: sent, tried again when it is busy, given up when it refuses."""

from __future__ import annotations

import pytest

from bot.staff_mail import TRIES, staff_mail
from channels.email.channel import EmailChannel
from tests.channels.smtp_server import mail_server

TEXT = "Hello Mei,\n\nSomebody logged in – Phượng đã đăng nhập, سعاد, 您好.\n"


async def test_a_mail_goes_with_its_subject_and_its_words_in_any_language() -> None:
    async with mail_server() as server:
        send = staff_mail(EmailChannel(server.url, "bot@shop.example", "Kopi & Co"))
        assert send is not None
        await send("mei@shop.example", "您的账号 – Kopi & Co", TEXT)
        to, mail = server.mails[0]
    assert to == "mei@shop.example"
    assert mail["Subject"] == "您的账号 – Kopi & Co"
    assert mail["From"] == "bot@shop.example"
    assert mail.get_content().split() == TEXT.split()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("answer", "tries"), [("451 busy", TRIES), ("550 no such mailbox", 1)])
async def test_a_busy_server_is_asked_again_a_few_times_and_one_that_refuses_is_not(
    answer: str, tries: int
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with mail_server() as server:
        server.faults["RCPT"] = answer
        send = staff_mail(EmailChannel(server.url, "bot@shop.example", "Kopi"), pause)
        assert send is not None
        await send("mei@shop.example", "Subject", TEXT)
        assert server.mails == []
    assert len(pauses) == tries - 1


async def test_a_line_break_in_a_name_begins_no_header() -> None:
    async with mail_server() as server:
        send = staff_mail(EmailChannel(server.url, "bot@shop.example", "Kopi"))
        assert send is not None
        await send("mei@shop.example", "Your account at Kopi\r\nBcc: all@evil.example", TEXT)
        assert server.mails == []


def test_without_a_mail_server_there_is_nothing_to_send_by() -> None:
    assert staff_mail(None) is None
