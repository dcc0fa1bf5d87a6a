"""A little mail server for tests, over real sockets: it takes mail, and does what it is told to go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Literal, TypeAlias

Verb: TypeAlias = Literal["CONNECT", "MAIL", "RCPT", "DATA", "END"]
HANG_UP, SILENT = "hang up", "silent"


class MailServer:
    """`faults` names, for a step, the answer to give instead ("550 no"), or HANG_UP, or SILENT for no answer."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Message]] = []
        self.faults: dict[Verb, str] = {}
        self.taken = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        if not await self._answers(writer, "CONNECT", "220 mail.test"):
            return
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                writer.write(b"250-mail.test\r\n250 8BITMIME\r\n")
            elif verb == "DATA":
                if await self._answers(writer, "DATA", "354 go on") and not self.faults.get("DATA"):
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append((to, message_from_bytes(content[:-5], policy=default)))
                    if not await self._answers(writer, "END", "250 taken"):
                        return
                    self.taken.set()
            elif verb in ("MAIL", "RCPT"):
                to = line.partition("<")[2].rstrip(">") if verb == "RCPT" else to
                if not await self._answers(writer, "MAIL" if verb == "MAIL" else "RCPT", "250 ok"):
                    return
            else:
                writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            await writer.drain()

    async def _answers(self, writer: asyncio.StreamWriter, step: Verb, usual: str) -> bool:
        """Give the answer of a step; False when the talk is over."""
        fault = self.faults.get(step, "")
        if fault == SILENT:
            await asyncio.sleep(30)
        if fault in (HANG_UP, SILENT):
            return False
        writer.write(f"{fault or usual}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """A mail server on a free port."""
    mail = MailServer()
    server = await asyncio.start_server(mail.talk, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
