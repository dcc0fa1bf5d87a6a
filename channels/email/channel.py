"""E-mail over SMTP: one-time codes for members who have no chat. The standard library's client, in a thread."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from store.ways import EMAIL, HOUSE
from talk.channel import Rates
from talk.errors import SapaError
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown
from talk.split import plain

log = structlog.get_logger()

SECONDS = 4.0  # for each step of the talk with the server
A_SECOND = 5.0
UNREACHED_SECONDS = 5.0
MISTAKEN_SECONDS = 60.0
PORTS = {"smtp": 587, "smtps": 465}
TEMPORARY = range(400, 500)


class NoFiles(SapaError):
    """Nobody sends files by e-mail here; customers send them in a chat."""


class EmailChannel:
    """The business's mail account.

    `url` is smtp://user:password@host:port, which turns to TLS as soon as the server offers it and must before the
    password is told, or smtps:// for TLS from the start. `sender` is the address mail comes from, `business` is
    written as the subject.
    """

    name = EMAIL
    account = HOUSE
    rates = Rates(account=A_SECOND)

    def __init__(self, url: str, sender: str, business: str, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._business = business
        self._seconds = seconds

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Send one mail; says what the server made of it."""
        return await asyncio.to_thread(self._deliver, to, self._business, plain(outgoing.text))

    async def post(self, to: str, subject: str, text: str) -> Receipt:
        """Send one mail of plain text to somebody who works here; says what the server made of it."""
        return await asyncio.to_thread(self._deliver, to, subject, text)

    async def fetch(self, ref: str, limit: int) -> bytes:
        """Raises NoFiles: nothing is received by mail."""
        raise NoFiles(f"There is no file {ref!r} of a mail.")

    async def probe(self) -> str:
        """What is wrong with the server or the account; empty when a mail could be sent."""
        return await asyncio.to_thread(self._look)

    def _look(self) -> str:
        try:
            with self._opened():
                return ""
        except (smtplib.SMTPException, OSError) as error:
            return type(error).__name__ if isinstance(error, OSError) else _words(error)

    def _deliver(self, to: str, subject: str, text: str) -> Receipt:
        try:
            to.encode("ascii")
            mail = self._mail(to, subject, text)
        except ValueError:  # few servers take other letters; a line break would begin another header
            return Refused("This is no address for a mail.")
        handed_over = False
        try:
            with self._opened() as server:
                _accepted(server.mail(self._sender), smtplib.SMTPSenderRefused, self._sender)
                _accepted(server.rcpt(to), smtplib.SMTPDataError)
                handed_over = True
                _accepted(server.data(mail.as_bytes(policy=SMTP)), smtplib.SMTPDataError)
        except smtplib.SMTPException as error:
            return _receipt(error, handed_over)
        except OSError as error:
            if handed_over:
                return Unknown(type(error).__name__)
            return Later(type(error).__name__, UNREACHED_SECONDS, account=True)
        return Sent(str(mail["Message-ID"]))

    def _mail(self, to: str, subject: str, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text, cte="quoted-printable")  # ASCII, which every server takes
        return mail

    @contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        """A connection that is logged in; it is closed however it ends, and how it ends is no matter."""
        server = self._connect()
        try:
            server.ehlo_or_helo_if_needed()
            if not self._tls and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            elif not self._tls and self._user:
                raise smtplib.SMTPNotSupportedError("The server offers no TLS; the password is not told.")
            if self._user:
                server.login(self._user, self._password)
            yield server
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        where: dict[str, Any] = {"host": self._host, "port": self._port, "timeout": self._seconds}
        if self._tls:
            return smtplib.SMTP_SSL(**where, context=ssl.create_default_context())
        return smtplib.SMTP(**where)


def _accepted(answer: tuple[int, bytes], refusal: type[Any], *more: Any) -> None:
    code, words = answer
    if code not in (250, 251):
        raise refusal(code, words, *more)


def _receipt(error: smtplib.SMTPException, handed_over: bool) -> Receipt:
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)):
        log.critical("mail_server_refuses_us", advice="Check SAPA_SMTP_URL.", error=_words(error))
        return Later(_words(error), MISTAKEN_SECONDS, account=True)
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code not in TEMPORARY:
            return Refused(_words(error))
        return Later(_words(error), UNREACHED_SECONDS, account=isinstance(error, smtplib.SMTPConnectError))
    if handed_over:
        return Unknown(_words(error))
    return Later(_words(error), UNREACHED_SECONDS, account=True)


def _words(error: smtplib.SMTPException) -> str:
    """What the server answered, without what we told it: an address does not belong into a log."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server answered {error.smtp_code}."
    return type(error).__name__
