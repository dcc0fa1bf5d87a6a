"""The till's answers in the cashier's words: the page shows them as they are."""

from __future__ import annotations

import datetime as dt
from functools import singledispatchmethod
from typing import Any
from zoneinfo import ZoneInfo

import segno
from starlette.responses import JSONResponse

from console.staff.rendering import NO_STORE
from console.till import texts
from locales import Language, Text, formats, render
from locales.formats import Money
from loyalty.till.earning import BadLines, Brings, ReceiptKnown
from loyalty.till.guesses import TooManyGuesses
from loyalty.till.members import BadPhone, Member, NoMember, PhoneKnown
from loyalty.till.presses import Done, KeyTaken
from loyalty.till.redeeming import Shown
from loyalty.till.undoing import NotUndone, Recent, Undone
from store.members import Gone, HasCard, UnknownCode
from talk.reading.codes import grouped
from talk.split import plain

Answer = dict[str, Any]


class Speaker:
    """Says what happened in a language, on the business's clock."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self._language = language
        self._zone = zone

    def say(self, text: Text, **values: object) -> str:
        """A text without markup."""
        local = {name: self._local(value) for name, value in values.items()}
        return plain(render(text, self._language, local))

    def member(self, member: Member) -> Answer:
        """A member as the page shows them."""
        lines = [self.say(texts.POINTS, points=member.balance)]
        if member.pending:
            lines.append(self.say(texts.PENDING, points=member.pending))
        if member.debt:
            lines.append(self.say(texts.DEBT, points=member.debt))
        vouchers = texts.VOUCHERS if member.vouchers else texts.NO_VOUCHERS
        lines.append(self.say(vouchers, vouchers=member.vouchers))
        lines.append(self.say(texts.IN_CHAT if member.in_chat else texts.NO_CHAT))
        return {
            "id": member.id,
            "name": self._name(member.name),
            "number": self.say(texts.NUMBER, number=member.number) if member.number else "",
            "tier": member.tier,
            "lines": lines,
        }

    def recent(self, action: Recent) -> Answer:
        """Something that was done lately, with the seconds since 1970 until which it can be undone."""
        said = {
            "earn": texts.DID_EARN if action.points else texts.DID_EARN_NONE,
            "redeem": texts.DID_REDEEM,
            "join": texts.DID_JOIN,
            "link": texts.DID_LINK,
        }
        name = self._name(action.name)
        return {
            "action": action.action,
            "says": self.say(said[action.kind], points=action.points, reward=action.reward, name=name),
            "at": formats.time(action.at.astimezone(self._zone).time(), self._language),
            "by": self.say(texts.BY, name=action.by) if action.by else "",
            "until": action.until.timestamp() if action.until else None,
            "undone": action.undone,
        }

    def voucher(self, shown: Shown) -> Answer:
        """A voucher as the page shows it."""
        lines = [self._state(shown)]
        if shown.name or shown.member:
            lines.append(self.say(texts.OF, name=self._name(shown.name)))
        if shown.card:
            lines.append(self.say(texts.TIMES, times=shown.times))
        return {
            "voucher": shown.state,
            "reward": shown.reward or self.say(texts.UNKNOWN),
            "kind": self.say(texts.DISCOUNT) if shown.card else "",
            "about": shown.about,
            "member": shown.member,
            "lines": lines if shown.state != "unknown" else [],
            "valid": shown.state == "valid",
        }

    @singledispatchmethod
    def answer(self, result: object, **_values: Any) -> JSONResponse:
        """What the page is answered. Raises TypeError for a result that has no words."""
        raise TypeError(f"{result!r} has no words.")

    @answer.register
    def _(self, result: Done, **more: Any) -> JSONResponse:
        says = [self._did(result)]
        if result.pending and result.points:
            says.append(self.say(texts.BRINGS_LATER))
        if result.kind in ("earn", "link"):
            says.append(self.say(texts.BALANCE, points=result.balance))
        card = grouped(result.card) if result.card else ""
        return _json(200, {"done": result.kind, "says": says, "member": result.member, "card": card, **more})

    @answer.register
    def _(self, result: Brings, *, amount: Money, **_values: Any) -> JSONResponse:
        says = [self.say(texts.BRINGS if result.points else texts.BRINGS_NONE, amount=amount, points=result.points)]
        if result.pending and result.points:
            says.append(self.say(texts.BRINGS_LATER))
        return _json(200, {"says": says})

    @answer.register
    def _(self, result: Shown, **_values: Any) -> JSONResponse:
        return _json(200, self.voucher(result))

    @answer.register
    def _(self, result: PhoneKnown, **_values: Any) -> JSONResponse:
        known = [self.member(member) for member in result.members]
        return _json(409, {"error": self.say(texts.PHONE_KNOWN), "members": known})

    @answer.register
    def _(self, result: ReceiptKnown, **_values: Any) -> JSONResponse:
        return self.refuse(texts.RECEIPT_THEIRS if result.theirs else texts.RECEIPT_OTHERS, at=result.at)

    @answer.register
    def _(self, result: TooManyGuesses, **_values: Any) -> JSONResponse:
        return self.refuse(texts.TOO_MANY, at=result.until.astimezone(self._zone).time())

    @answer.register
    def _(self, _result: Undone, **_values: Any) -> JSONResponse:
        return _json(200, {"says": [self.say(texts.UNDONE)]})

    @answer.register
    def _(self, result: NotUndone, **_values: Any) -> JSONResponse:
        return self.refuse(texts.TOO_LATE) if result.reason == "late" else self.refuse(texts.NOT_THERE, 404)

    @answer.register
    def _(self, _result: NoMember, **_values: Any) -> JSONResponse:
        return self.refuse(texts.NO_MEMBER, 404)

    @answer.register(BadLines | KeyTaken | BadPhone | UnknownCode | HasCard | Gone)
    def _(self, result: object, **_values: Any) -> JSONResponse:
        return self.refuse(PLAIN[type(result)])

    def refuse(self, text: Text, status: int = 409, **values: object) -> JSONResponse:
        """Nothing was done, and why."""
        return _json(status, {"error": self.say(text, **values)})

    def _did(self, done: Done) -> str:
        name = self._name(done.name)
        if done.kind == "earn" and not done.points:
            return self.say(texts.EARNED_NONE)
        said = {"earn": texts.EARNED, "redeem": texts.REDEEMED, "join": texts.JOINED, "link": texts.LINKED}
        return self.say(said[done.kind], name=name, points=done.points, reward=done.reward)

    def _state(self, shown: Shown) -> str:
        if shown.state == "valid":
            if shown.expires_at is None:
                return self.say(texts.VALID)
            return self.say(texts.VALID_UNTIL, day=shown.expires_at.date())
        if shown.state == "expired" and shown.expires_at is not None:
            return self.say(texts.EXPIRED, day=shown.expires_at.date())
        if shown.state in ("cancelled", "frozen"):
            return self.say(texts.CANCELLED if shown.state == "cancelled" else texts.FROZEN)
        if shown.used_at is None:
            return self.say(texts.USED_BEFORE)
        return self.say(
            texts.USED_AT if shown.used_where else texts.USED, at=shown.used_at, branch=shown.used_where
        )

    def _name(self, name: str) -> str:
        return name or self.say(texts.NAMELESS)

    def _local(self, value: object) -> object:
        return value.astimezone(self._zone) if isinstance(value, dt.datetime) else value


PLAIN: dict[type, Text] = {
    BadLines: texts.BAD_LINES,
    KeyTaken: texts.KEY_TAKEN,
    BadPhone: texts.BAD_PHONE,
    UnknownCode: texts.UNKNOWN_CODE,
    HasCard: texts.HAS_CARD,
    Gone: texts.GONE,
}


def code_to_scan(text: str) -> Answer:
    """A QR code as the outline of its dark modules, for an SVG of `size` by `size` with its quiet zone."""
    rows = segno.make_qr(text, error="l").matrix
    modules = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"size": len(rows) + 8, "path": "".join(modules)}


def _json(status: int, answer: Answer) -> JSONResponse:
    return JSONResponse(answer, status, NO_STORE)
