"""The readable page of an export: what is kept of a customer, in their language and on their clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from flows.my_data import CHANNELS
from locales import Text, _, direction, render, verbatim
from locales.formats import DayOfYear, Money, shown
from talk.split import plain

Row: TypeAlias = dict[str, Any]
YES, NO = _("Yes"), _("No")


class Part(NamedTuple):
    """A part of the page: its heading, and its columns with what stands in each."""

    title: Text
    columns: dict[Text, Callable[[Row], object]]


def _of(name: str) -> Callable[[Row], object]:
    return lambda row: row[name]


def _word(name: str) -> Callable[[Row], object]:
    """What stands there as a code, in words; a code without a word is shown as it is."""
    return lambda row: WORDS.get(row[name], row[name])


def _money(row: Row) -> object:
    return Money(row["amount"], row["currency"])


def _day(row: Row) -> object:
    return DayOfYear(*divmod(row["month_day"], 100))


WORDS: dict[str, Text] = {
    **CHANNELS,
    "email": _("E-mail"),
    "sms": verbatim("SMS"),
    "birthday": _("Birthday"),
    "membership": _("Day as a member"),
    "marketing": _("News and offers"),
    "profiling": _("Personalised messages"),
    "earn": _("Earned"),
    "pend": _("On its way"),
    "mature": _("Ready to spend"),
    "gift": _("Gift"),
    "hold": _("Set aside"),
    "void": _("No longer set aside"),
    "spend": _("Redeemed"),
    "donate": _("Donated"),
    "restore": _("Given back"),
    "expire": _("Expired"),
    "unpend": _("Taken back"),
    "reverse": _("Taken back"),
    "owe": _("Owed"),
    "repay": _("Paid back"),
    "adjust": _("Added by our team"),
    "deduct": _("Taken off by our team"),
    "join": _("From another card"),
    "joinpend": _("From another card"),
    "part": _("To another card"),
    "partpend": _("To another card"),
    "partdebt": _("Paid back"),
    "joindebt": _("Owed"),
    "valid": _("Valid"),
    "used": _("Used"),
    "cancelled": _("Cancelled"),
    "open": _("Being looked at"),
    "approved": _("Points added"),
    "refused": _("No points added"),
    "kept": _("Kept"),
}
DATE, TEXT, WHAT, STATE, NAME = _("Date"), _("Text"), _("What"), _("State"), _("Name")
SECTIONS: dict[str, Part] = {
    "profile": Part(
        _("Who you are to us"),
        {
            NAME: _of("name"),
            _("Called"): _of("call_me"),
            _("Customer number"): _of("number"),
            _("Phone"): _of("phone"),
            _("E-mail"): _of("email"),
            _("City"): _of("city"),
            _("Known since"): _of("created_at"),
        },
    ),
    "chats": Part(
        _("Chats"), {_("Channel"): _word("channel"), _("Address"): _of("sender"), DATE: _of("created_at")}
    ),
    "days": Part(_("Days we remember"), {WHAT: _word("occasion"), _("Day"): _day, _("Year"): _of("year")}),
    "consents": Part(
        _("What you agreed to"), {DATE: _of("at"), WHAT: _word("purpose"), _("Agreed"): _of("granted")}
    ),
    "received": Part(
        _("What you wrote to us"), {DATE: _of("at"), _("Channel"): _word("channel"), TEXT: _of("text")}
    ),
    "said": Part(
        _("What we wrote to you"),
        {
            DATE: _of("created_at"),
            _("Channel"): _word("channel"),
            TEXT: lambda row: plain(row["payload"].get("text", "")),
        },
    ),
    "purchases": Part(
        _("Purchases"),
        {
            DATE: _of("at"),
            _("Product"): _of("product"),
            _("Branch"): _of("branch"),
            _("Amount"): _money,
            _("Receipt"): _of("receipt"),
        },
    ),
    "points": Part(
        _("Points entries"),
        {DATE: _of("at"), WHAT: _word("kind"), _("Points"): _of("points"), _("Note"): _of("note")},
    ),
    "vouchers": Part(
        _("Vouchers"),
        {
            NAME: _of("reward"),
            STATE: _word("state"),
            _("Issued"): _of("issued_at"),
            _("Valid until"): _of("expires_at"),
        },
    ),
    "claims": Part(
        _("Requests for missing points"),
        {DATE: _of("created_at"), _("Receipt"): _of("written"), STATE: _word("state"), _("Reason"): _of("reason")},
    ),
    "promises": Part(_("What we promised you"), {DATE: _of("due_at"), WHAT: _of("text"), STATE: _word("state")}),
    "notes": Part(_("What our team noted"), {DATE: _of("at"), TEXT: _of("text")}),
    "behaviours": Part(_("What you did on our pages"), {DATE: _of("at"), WHAT: _of("name")}),
    "files": Part(_("Files you sent"), {DATE: _of("created_at"), NAME: _of("name"), _("Type"): _of("type")}),
}
INTRODUCTION = _(
    "This is what {business} keeps about you, as of {moment}. The file {file} beside it holds every detail."
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:start;"
    "vertical-align:top}td{white-space:pre-wrap;overflow-wrap:anywhere}"
)


class Writer:
    """Writes the page piece by piece; everything that is not ours is escaped."""

    def __init__(self, language: str, zone: ZoneInfo, business: str) -> None:
        self._language = language
        self._zone = zone
        self._business = business

    def head(self, now: dt.datetime) -> str:
        """The page's beginning."""
        words = {"business": self._business, "moment": now.astimezone(self._zone), "file": "data.json"}
        return (
            f'<!doctype html>\n<html lang="{self._language}" dir="{direction(self._language)}">\n'
            f'<meta charset="utf-8"><title>{escape(self._business)}</title><style>{STYLE}</style>\n'
            f"<h1>{escape(self._business)}</h1>\n<p>{render(INTRODUCTION, self._language, words)}</p>\n"
        )

    def begin(self, part: Part) -> str:
        """A part's heading and that of its columns."""
        columns = "".join(f"<th>{self._said(title)}</th>" for title in part.columns)
        return f"<h2>{self._said(part.title)}</h2>\n<table><tr>{columns}</tr>\n"

    def row(self, part: Part, row: Row) -> str:
        """A row of a part."""
        return f"<tr>{''.join(f'<td>{self._value(value(row))}</td>' for value in part.columns.values())}</tr>\n"

    def end(self) -> str:
        """A part's end."""
        return "</table>\n"

    def foot(self) -> str:
        """The page's end."""
        return "</html>\n"

    def _said(self, text: Text) -> str:
        return render(text, self._language)

    def _value(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, Text):
            return self._said(value)
        if isinstance(value, bool):
            return self._said(YES if value else NO)
        if isinstance(value, dt.datetime):
            value = value.astimezone(self._zone)
        return self._said(verbatim(shown(value, self._language)))
