"""What happened with a customer, in words: each kind of event with the sentence that tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from console import export_page
from console.staff import audit_log, case_texts, reason_texts, service_texts, talk_texts
from console.staff import customers_happened as words
from console.staff import customers_texts as texts
from console.staff.audit_words import Reader
from locales import Language, Text, formats, render
from locales.formats import Money
from loyalty.programme import named
from service.closing import REASONS as CLOSED
from store.ledger_kinds import KINDS as LEDGER
from store.timeline import KINDS, Event
from talk.split import plain

GROUPS = {kind: group for group, kinds in KINDS.items() for kind in kinds}
GAP = dt.timedelta(hours=6)  # messages further apart are two conversations


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event in words: a title, what stands below it, a figure at its side, and the page that tells more."""

    group: str
    at: dt.datetime
    title: Markup
    body: tuple[Markup, ...] = ()
    figure: str = ""
    good: bool = True
    page: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a conversation; `by` is empty for the customer, `bot` for the bot."""

    at: dt.datetime
    by: str
    text: str
    kind: str
    state: str


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that follow one another, the newest last."""

    at: dt.datetime
    lines: tuple[Said, ...]
    channel: str
    group: str = "messages"


class Teller:
    """Tells events in one language, on the business's clock."""

    def __init__(
        self, language: Language, zone: dt.tzinfo, tiers: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        self._language, self._zone, self._tiers, self._names = language, zone, tiers, names
        self._reader = Reader(language, zone, names)

    def tell(self, events: Iterable[Event]) -> list[Told | Talk]:
        """The events in words, messages that follow one another as one conversation."""
        told: list[Told | Talk] = []
        for event in events:
            if event.kind not in ("wrote", "said"):
                told.append(_TELL[event.kind](self, event))
                continue
            line, before = self._line(event), told[-1] if told else None
            if isinstance(before, Talk) and before.lines[0].at - event.at < GAP:
                told[-1] = msgspec.structs.replace(before, lines=(line, *before.lines))
            else:
                told.append(Talk(at=event.at, lines=(line,), channel=event.what["channel"]))
        return told

    def _line(self, event: Event) -> Said:
        what = event.what
        if event.kind == "wrote":
            return Said(at=event.at, by="", text=what["text"], kind=what["kind"], state="")
        by = what["author"]
        text = plain(what["payload"].get("text", "")) if what["payload"] else ""
        return Said(at=event.at, by=self._names.get(by, by), text=text, kind="", state=what["state"])

    def _say(self, text: Text, /, **values: object) -> Markup:
        return Markup(render(text, self._language, values))  # noqa: S704 - render escapes what it inserts

    def _local(self, at: dt.datetime) -> dt.datetime:
        return at.astimezone(self._zone)

    def _told(
        self,
        event: Event,
        title: Text | str,
        /,
        *body: Markup | str | None,
        figure: int | None = None,
        good: bool = True,
        page: str = "",
        **values: object,
    ) -> Told:
        return Told(
            group=GROUPS[event.kind],
            at=event.at,
            title=self._say(title, **values) if isinstance(title, Text) else Markup.escape(title),
            body=tuple(Markup.escape(each) for each in body if each),
            figure="" if figure is None else _signed(figure, self._language),
            good=good,
            page=page,
        )

    def _named(self, what: Mapping[str, Any], name: str) -> str:
        return named(what[name] or "", what["names"], self._language)

    def _word(self, code: str) -> str:
        return reason_texts.what(code, self._language).unescape()  # put into a sentence, which escapes it

    def _plain(self, text: Text) -> str:
        return Markup(render(text, self._language)).unescape()  # noqa: S704 - put into a sentence, which escapes it

    def _reason(self, reason: str) -> Markup | None:
        return reason_texts.why(reason, self._language) if reason else None

    def bought(self, event: Event) -> Told:
        what, product = event.what, self._named(event.what, "product")
        return self._told(
            event,
            words.BOUGHT if product else words.PURCHASE,
            formats.money(Money(what["amount"], what["currency"]), self._language),
            self._say(words.PIECES, count=what["quantity"]) if what["quantity"] > 1 else None,
            what["branch"],
            self._say(words.RECEIPT, number=what["receipt"]) if what["receipt"] else None,
            product=product,
        )

    def refunded(self, event: Event) -> Told:
        amount = Money(event.what["amount"], event.what["currency"])
        return self._told(event, words.REFUNDED, amount=amount, good=False)

    def points(self, event: Event) -> Told:
        what = event.what
        return self._told(event, export_page.WORDS[LEDGER[what["kind"]].told], what["note"], figure=what["points"])

    def tier(self, event: Event) -> Told:
        tier = self._tiers.get(event.what["tier"], event.what["tier"])
        return self._told(event, words.TIERS[event.what["reason"]], tier=tier)

    def correction(self, event: Event) -> Told:
        what = event.what
        title = {"waiting": words.ASKED_FOR, "refused": words.TURNED_DOWN}.get(
            what["state"], words.AGREED_TO if what["second"] else words.CORRECTED
        )
        values = {"name": what["by"] or "?", "second": what["second"] or "?"}
        return self._told(
            event, title, what["reason"], figure=what["points"], good=what["state"] != "refused", **values
        )

    def issued(self, event: Event) -> Told:
        return self._told(event, words.ISSUED, reward=self._named(event.what, "reward"))

    def used(self, event: Event) -> Told:
        undone = event.what["undone_at"] is not None
        return self._told(
            event, words.USE_UNDONE if undone else words.USED, reward=self._named(event.what, "reward")
        )

    def claimed(self, event: Event) -> Told:
        return self._told(
            event, words.CLAIMED, self._say(service_texts.CLAIM["claim"], number=event.what["public_id"])
        )

    def decided(self, event: Event) -> Told:
        approved = event.what["state"] == "approved"
        title = audit_log.ACTIONS["claim.approved" if approved else "claim.refused"]
        return self._told(event, title, event.what["reason"], good=approved)

    def told(self, event: Event) -> Told:
        what = event.what
        stars = self._say(case_texts.COMMON["stars"], count=what["stars"]) if what["stars"] else None
        kind = self._plain(case_texts.KINDS[what["kind"]])
        return self._told(event, words.TOLD, stars, kind=kind, number=what["number"], page=_page(what))

    def case_closed(self, event: Event) -> Told:
        what, solved = event.what, {True: case_texts.COMMON["solved"], False: case_texts.COMMON["unsolved"]}
        says = self._say(solved[what["solved"]]) if what["solved"] is not None else None
        return self._told(event, words.CASE_CLOSED, says, number=what["number"], page=_page(what))

    def promised(self, event: Event) -> Told:
        what = event.what
        due = self._say(words.DUE, moment=self._local(what["due_at"]))
        return self._told(event, words.PROMISED, due, self._by(what["by"]), text=what["text"])

    def settled(self, event: Event) -> Told:
        what, kept = event.what, event.what["state"] == "kept"
        return self._told(
            event, words.KEPT if kept else words.LET_GO, self._by(what["by"]), text=what["text"], good=kept
        )

    def consent(self, event: Event) -> Told:
        what = event.what
        purpose = export_page.WORDS.get(what["purpose"])
        said = self._plain(purpose) if purpose else what["purpose"]
        channel = texts.CONSENTS.get(f"channel_{what['channel']}") or service_texts.CHANNELS.get(what["channel"])
        where = self._say(channel) if channel else what["channel"]
        return self._told(
            event,
            words.AGREED if what["granted"] else words.WITHDREW,
            where,
            what["evidence"],
            purpose=said,
            good=what["granted"],
        )

    def occasion(self, event: Event) -> Told:
        what = event.what
        title = words.OCCASIONS[what["state"]]
        return self._told(
            event,
            title,
            self._reason(what["reason"]) if what["reason"] else None,
            what=self._word(what["occasion"]),
            good=what["state"] in ("planned", "done"),
        )

    def verdict(self, event: Event) -> Told:
        what, never = event.what, event.what["verdict"] == "never"
        until = self._say(words.UNTIL, moment=self._local(what["until"])) if what["until"] else None
        reason = self._reason(what["reason"])
        kind = self._word(what["kind"])
        return self._told(event, words.NOT_SENT if never else words.PUT_OFF, reason, until, what=kind, good=False)

    def unsent(self, event: Event) -> Told:
        what = event.what
        title = words.MAYBE if what["state"] == "unknown" else words.NOT_SENT
        return self._told(event, title, self._reason(what["reason"]), what=self._word(what["kind"]), good=False)

    def campaign(self, event: Event) -> Told:
        what, waits = event.what, event.what["state"] == "waiting"
        reason = self._reason("held out" if what["state"] == "held" else what["reason"])
        return self._told(
            event,
            words.CAMPAIGNS[what["state"]],
            self._say(reason_texts.WHATS[what["kind"]]),
            reason,
            self._say(words.UNTIL, moment=self._local(event.at)) if waits and reason else None,
            what=what["name"],
            good=what["state"] in ("waiting", "put", "sent"),
        )

    def opened(self, event: Event) -> Told:
        why = talk_texts.WHYS.get(event.what["why"])
        return self._told(event, words.OPENED, self._say(why) if why else None)

    def closed(self, event: Event) -> Told:
        why = CLOSED.get(event.what["close_reason"])
        return self._told(event, words.CLOSED_IT, self._say(why) if why else None, self._by(event.what["by"]))

    def rated(self, event: Event) -> Told:
        stars = event.what["rating"] or 0
        body = (event.what["rating_text"], self._by(event.what["by"]))
        return self._told(event, talk_texts.PAGE["rated"], *body, stars=stars, good=stars > 2)

    def owner(self, event: Event) -> Told:
        what = event.what
        name, after, page = what["by"] or "", what["after"], talk_texts.PAGE
        if after in ("bot", "queue", "blocked"):
            title = page[f"owner_{after}_by" if name else f"owner_{after}"]
        elif after == "snoozed":
            title = page["owner_snoozed_by"]
        elif not name:
            title = page["owner_given"]
        else:
            title = page["owner_taken" if name == what["after_name"] else "owner_given_by"]
        given = what["after_name"] or "?"
        names: dict[str, Any] = {"owner": given, "name": given if title is page["owner_given"] else name or "?"}
        return self._told(event, title, **names)

    def note(self, event: Event) -> Told:
        return self._told(event, talk_texts.PAGE["note_by"], event.what["text"], name=event.what["by"] or "?")

    def change(self, event: Event) -> Told:
        what = event.what
        title = audit_log.ACTIONS.get(what["action"], what["action"])
        differences = [
            Markup("{}: {}").format(field, f"{was} {self._reader.arrow} {now}" if was else now)
            for field, was, now in self._reader.differences(what["before"], what["after"])
        ]
        return self._told(event, title, *differences, self._by(what["by"]))

    def _by(self, name: str | None) -> Markup | None:
        return self._say(words.BY, name=name) if name else None


def _signed(points: int, language: Language) -> str:
    return f"{'+' if points > 0 else '−'}{formats.number(abs(points), language)}"


def _page(what: Mapping[str, Any]) -> str:
    return f"/staff/requests/{what['public_id']}"


_TELL: dict[str, Callable[[Teller, Event], Told]] = {
    kind: getattr(Teller, kind) for kind in GROUPS if kind not in ("wrote", "said")
}
