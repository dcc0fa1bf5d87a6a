"""Alerts: what an operator must know now goes to the log, to a web address and to the operator's own chat."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

import httpx
import structlog
from prometheus_client import Counter
from sqlalchemy.engine import Connection

from bot.logs import redact_fields
from handlers.scene import Notice
from locales import Text, _, render
from store import contacts, outbox
from store.database import Database, StoreUnavailable
from talk.messages import Outgoing

log = structlog.get_logger()

SECONDS = 5.0
QUIET = dt.timedelta(minutes=5)  # the same alert about the same contact is not repeated sooner
ALERTS = Counter("sapa_alerts_total", "Alerts by kind.", ["kind"])

SENTENCES: dict[str, Text] = {
    "event_parked": _("A customer's message could not be handled and was set aside. {details}"),
    "due_row_parked": _("A scheduled step could not be run and was set aside. {details}"),
    "update_unreadable": _("An update from the messaging platform could not be read and was set aside. {details}"),
    "person_wanted": _("A customer is waiting for a person. {details}"),
    "customer_waits": _("A customer who is with your team has written again. {details}"),
    "low_rating": _("A customer was not happy with how your team served them. {details}"),
    "first_answer_late": _("A customer has waited longer for a first answer than was aimed at. {details}"),
    "resolution_late": _("A conversation has taken longer than was aimed at. {details}"),
    "promise_due_soon": _("A promise to a customer is due soon. {details}"),
    "promise_late": _("A promise to a customer was not kept in time. {details}"),
    "urgent": _("A customer reports something urgent. {details}"),
    "praise": _("A customer praises a colleague. {details}"),
    "case_opened": _("A customer has told you something that needs an answer. {details}"),
    "case_reopened": _("A customer's request isn't solved, and is open again. {details}"),
    "case_due_soon": _("An answer to a customer's request is due soon. {details}"),
    "case_late": _("An answer to a customer's request is late. {details}"),
    "unclean_stop": _("Sapa was not stopped cleanly the last time and has recovered. {details}"),
}


class Alerts:
    """Sends notices on. `chat` is the operator's chat with the bot, if any: (channel, account, sender)."""

    def __init__(
        self,
        database: Database,
        *,
        url: str,
        chat: tuple[str, str, str] | None,
        language: str,
        now: Callable[[], dt.datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._url = url
        self._chat = chat
        self._language = language
        self._now = now
        self._wake = wake
        self._last: dict[tuple[str, str], dt.datetime] = {}

    async def __call__(self, notice: Notice) -> None:
        """Tell whoever is to be told; a failure is logged and no more."""
        ALERTS.labels(notice.kind).inc()
        log.warning("alert", kind=notice.kind, contact=notice.contact, details=notice.details)
        key, now = (notice.kind, notice.contact), self._now()
        if now - self._last.get(key, now - QUIET) < QUIET:
            return
        self._last = {key: at for key, at in self._last.items() if now - at < QUIET} | {key: now}
        await self._post(notice)
        await self._tell(notice, now)

    async def _post(self, notice: Notice) -> None:
        if not self._url:
            return
        about = {"kind": notice.kind, "contact": notice.contact, "details": redact_fields(notice.details)}
        try:
            async with httpx.AsyncClient(timeout=SECONDS) as client:
                (await client.post(self._url, json=about)).raise_for_status()
        except httpx.HTTPError as error:
            log.error("alert_not_posted", kind=notice.kind, reason=type(error).__name__)

    async def _tell(self, notice: Notice, now: dt.datetime) -> None:
        if self._chat is None:
            return
        text = render(SENTENCES[notice.kind], self._language, {"details": _in_words(notice)})
        try:
            await self._database.transact(lambda connection: self._put(connection, text, now))
        except StoreUnavailable as error:
            log.error("alert_not_told", kind=notice.kind, reason=str(error))
            return
        self._wake()

    def _put(self, connection: Connection, text: str, now: dt.datetime) -> None:
        assert self._chat is not None
        channel, account, sender = self._chat
        contact = contacts.lock(connection, channel, account, sender) or contacts.make(
            connection, channel, account, sender, name="", language=self._language, at=now
        )
        contact.seq += 1
        contacts.save(connection, contact)
        message = outbox.NewMessage(
            public_id=secrets.token_urlsafe(12),
            contact_id=contact.id,
            channel=channel,
            account=account,
            sender=sender,
            lane=outbox.SERVICE,
            payload=Outgoing(text=text),
            seq=contact.seq,
            due_at=now,
            created_at=now,
        )
        outbox.put(connection, [message])


def _in_words(notice: Notice) -> str:
    return ", ".join(f"{name}: {value}" for name, value in redact_fields(notice.details).items())
