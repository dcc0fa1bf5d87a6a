"""Who changed what: the audit log, searched by words and filters, in pages, and as a table to keep."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from functools import partial
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.numbers import whole_number
from console.staff.access import Staff
from console.staff.audit_words import Reader
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, _, render
from store import audit
from store import staff as accounts
from store.audit import Entry, Wanted
from talk.reading.spreadsheet import harmless

PAGE = "/staff/audit"
LABEL = _("Changes")
ROWS = 50
EXPORTED, EXPORTED_AT_ONCE = 10_000, 1_000
BOM = "\ufeff"  # by which spreadsheets know UTF-8
FILTERS = ("q", "who", "what", "object", "since", "until")
COLUMNS = ("at", "actor", "name", "action", "object", "before", "after", "address")
WORDS: dict[str, Text] = {
    "changes": LABEL,
    "search": _("Search"),
    "search_help": _("A name, an action, a number or an address; all words must be there."),
    "when": _("When"),
    "who": _("Who"),
    "what": _("What"),
    "object": _("Of what"),
    "details": _("Before and after"),
    "address": _("Address"),
    "anybody": _("Anybody"),
    "anything": _("Anything"),
    "subject_help": _("Its beginning is enough."),
    "since": _("From"),
    "until": _("To"),
    "filter": _("Show"),
    "all": _("Show everything"),
    "export": _("Save as a table"),
    "older": _("Older"),
    "nothing": _("Nothing was found."),
    "command_line": _("Command line"),
}
ACTIONS: dict[str, Text] = {
    "interview.begun": _("Interview begun"),
    "interview.finished": _("Interview finished"),
    "kiosk.added": _("Kiosk added"),
    "kiosk.readdressed": _("Kiosk given another address"),
    "kiosk.switched": _("Kiosk switched on or off"),
    "offer.made": _("Offer made"),
    "offer.withdrawn": _("Offer withdrawn or brought back"),
    "offers.changed": _("Rules of offers changed"),
    "survey.made": _("Survey begun"),
    "survey.published": _("Survey published"),
    "survey.discarded": _("Changes of a survey dropped"),
    "survey.taken_up": _("Version or file made a survey's draft"),
    "survey.changed": _("Survey archived or brought back"),
    "survey.exported": _("Answers to a survey saved as a table"),
    "survey.rule_added": _("Rule of invitations added"),
    "survey.rule_changed": _("Rule of invitations changed"),
    "survey.rule_paused": _("Rule of invitations paused"),
    "survey.rule_resumed": _("Rule of invitations resumed"),
    "survey.rule_removed": _("Rule of invitations removed"),
    "survey.rule_restored": _("Rule of invitations brought back"),
    "survey.wave_begun": _("Wave of a survey begun"),
    "survey.wave_renamed": _("Wave of a survey renamed"),
    "template.added": _("Template made"),
    "template.copied": _("Template copied"),
    "template.changed": _("Template changed"),
    "template.removed": _("Template removed"),
    "template.restored": _("Template brought back"),
    "segment.added": _("Segment made"),
    "segment.changed": _("Segment changed"),
    "segment.removed": _("Segment removed"),
    "segment.restored": _("Segment brought back"),
    "segment.imported": _("File read onto a list"),
    "segment.members": _("Customers put on a list or taken off"),
    "segment.exported": _("Customers of a segment saved as a table"),
    "staff.added": _("Account made"),
    "staff.invited": _("Invited"),
    "staff.changed": _("Account changed"),
    "staff.serving": _("How somebody serves changed"),
    "staff.closed": _("Account closed"),
    "staff.opened": _("Account opened"),
    "staff.link_made": _("Link made"),
    "staff.password_chosen": _("Password chosen"),
    "staff.password_changed": _("Password changed"),
    "staff.language_changed": _("Language changed"),
    "staff.sessions_ended": _("Logged out everywhere else"),
    "staff.logged_in": _("Logged in"),
    "staff.logged_out": _("Logged out"),
    "staff.locked_out": _("Locked out"),
    "staff.link_asked": _("Link asked for by mail"),
    "staff.session_ended": _("Browser logged out"),
    "staff.second_begun": _("Code from an app begun"),
    "staff.second_added": _("Code from an app set up"),
    "staff.second_removed": _("Code from an app taken away"),
    "staff.recovery_made": _("Recovery codes made"),
    "staff.recovery_used": _("Recovery code used"),
    "staff.company_linked": _("Linked with the company log-in"),
    "staff.rules_changed": _("Rules for accounts changed"),
    "audit.exported": _("Changes saved as a table"),
    "conversation.taken": _("Conversation taken"),
    "conversation.answered": _("Customer answered"),
    "conversation.given_back": _("Given back to the bot"),
    "conversation.edited": _("Answer edited"),
    "conversation.closed": _("Conversation closed"),
    "conversation.transferred": _("Passed on"),
    "conversation.snoozed": _("Snoozed"),
    "conversation.noted": _("Note written"),
    "conversation.spam": _("Marked as spam"),
    "conversation.not_spam": _("No longer spam"),
    "conversation.merged": _("Conversations joined"),
    "conversation.labelled": _("Label put on"),
    "conversation.unlabelled": _("Label taken off"),
    "case.answered": _("Request answered"),
    "case.assigned": _("Request given to somebody"),
    "case.changed": _("Request put right"),
    "case.closed": _("Request closed"),
    "case.reopened": _("Request opened again"),
    "theme.saved": _("Theme changed"),
    "theme.marked": _("Theme set by hand"),
    "theme.unmarked": _("Theme taken off by hand"),
    "improvement.saved": _("Improvement changed"),
    "touchpoints.changed": _("Departments and touchpoints changed"),
    "promise.made": _("Promise made"),
    "promise.settled": _("Promise settled"),
    "claim.approved": _("Claim approved"),
    "claim.refused": _("Claim refused"),
    "apikey.added": _("API key made"),
    "apikey.revoked": _("API key revoked"),
    "hours.changed": _("Team hours changed"),
    "queue.changed": _("Queue changed"),
    "desk.changed": _("Desk rules changed"),
    "label.changed": _("Label changed"),
    "channel.tested": _("Channel tested"),
    "reply.saved": _("Canned reply changed"),
    "wording.published": _("Wording published"),
    "wording.undone": _("Wording undone"),
    "customer.made": _("Customer added"),
    "customer.joined": _("Customers joined"),
    "customer.parted": _("Joined customers parted"),
    "customer.distinct": _("Duplicates looked at"),
    "customer.changed": _("Customer changed"),
    "products.changed": _("Products changed"),
    "purchase.kept": _("Purchase added"),
    "purchase.refunded": _("Purchase refunded"),
    "voucher.redeemed": _("Voucher redeemed"),
    "till.earn": _("Purchase added at the till"),
    "till.redeem": _("Voucher redeemed at the till"),
    "till.join": _("Member joined at the till"),
    "till.link": _("Card linked at the till"),
    "till.undo.earn": _("Purchase at the till undone"),
    "till.undo.redeem": _("Redemption at the till undone"),
    "programme.applied": _("Programme applied"),
    "customer.deceased": _("Death noted or taken back"),
    "customer.tagged": _("Tag added"),
    "customer.untagged": _("Tag removed"),
    "customer.consent": _("Consent recorded"),
    "customer.exported": _("Data given out"),
    "customer.erasure_asked": _("Erasure asked for"),
    "customer.erasure_taken_back": _("Erasure taken back"),
    "points.reminded": _("Reminded of points that expire"),
    "figures.exported": _("Figures saved as a table"),
    "verdicts.exported": _("Verdicts saved as a table"),
    "campaign.made": _("Campaign made"),
    "campaign.changed": _("Campaign changed"),
    "campaign.copied": _("Campaign copied"),
    "campaign.removed": _("Draft of a campaign deleted"),
    "campaign.submitted": _("Campaign submitted"),
    "campaign.approved": _("Campaign approved"),
    "campaign.taken_back": _("Campaign taken back"),
    "campaign.paused": _("Campaign paused"),
    "campaign.resumed": _("Campaign resumed"),
    "campaign.cancelled": _("Campaign cancelled"),
    "campaign.retried": _("Failed messages of a campaign tried again"),
    "campaign.tested": _("Campaign sent to colleagues as a test"),
    "campaign.report_exported": _("Report of a campaign saved as a table"),
    "campaign.recipients_exported": _("Recipients of a campaign saved as a table"),
    "points.corrected": _("Points corrected"),
    "redemption.stopped": _("Redeeming stopped"),
    "redemption.allowed": _("Redeeming allowed again"),
    "points.correction_asked": _("Correction of points asked for"),
    "points.correction_agreed": _("Correction of points agreed to"),
    "points.correction_refused": _("Correction of points refused"),
    "voucher.cancelled": _("Voucher cancelled"),
}


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/audit?q=…&who=…&what=…&object=…&since=DATE&until=DATE&before=ID`."""
    office, asked = office_of(request), _asked(request)
    before = whole_number(request.query_params.get("before", ""), 15)

    def look(connection: Connection) -> tuple[list[Entry], dict[str, str]]:
        found = audit.search(connection, _wanted(request, asked), before, ROWS + 1)
        return found, {one.public_id: one.name for one in accounts.every(connection)}

    found, names = await office.database.read(look)
    reader = Reader(staff.language, office.zone, names)
    shown, kept = found[:ROWS], {name: value for name, value in asked.items() if value}
    actions = ((name, render(text, staff.language)) for name, text in ACTIONS.items())
    return render_page(
        request,
        staff,
        "staff/audit.html",
        WORDS,
        entries=[(entry, _action(entry, staff), reader.differences(entry.before, entry.after)) for entry in shown],
        arrow=reader.arrow,
        asked=asked,
        people=[(f"staff:{public_id}", name) for public_id, name in names.items()],
        actions=sorted(actions, key=itemgetter(1)),
        older=urlencode(kept | {"before": shown[-1].id}) if len(found) > ROWS else "",
        export=urlencode(kept),
        paged=before is not None or bool(kept),
        COMMAND_LINE=audit.COMMAND_LINE,
    )


async def export(request: Request, staff: Staff) -> Response:
    """`GET /staff/audit.csv`, with the filters of the page: the newest 10,000 rows; a row tells who read it."""
    office, asked, lines = office_of(request), _asked(request), io.StringIO()
    wanted, writer, before, count = _wanted(request, asked), csv.writer(lines), None, 0
    writer.writerow(COLUMNS)
    while count < EXPORTED:
        find = partial(audit.search, wanted=wanted, before=before, limit=EXPORTED_AT_ONCE)
        found = await office.database.read(find)
        writer.writerows([harmless(field) for field in _row(entry)] for entry in found)
        count += len(found)
        if len(found) < EXPORTED_AT_ONCE:
            break
        before = found[-1].id
    after: dict[str, Any] = {"rows": count, **{name: value for name, value in asked.items() if value}}

    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, "audit.exported", "audit:changes", None, after)

    await office.database.transact(note_it)
    name = {"Content-Disposition": 'attachment; filename="changes.csv"', **NO_STORE}
    return Response(f"{BOM}{lines.getvalue()}", media_type="text/csv", headers=name)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").replace("\x00", "")[:100].strip() for name in FILTERS}


def _wanted(request: Request, asked: dict[str, str]) -> Wanted:
    """The filters as the store takes them; what is no date is not asked for."""
    since, until = midnight(request, asked["since"]), midnight(request, asked["until"], 1)
    return Wanted(asked["q"], asked["who"], asked["what"], asked["object"], since, until)


def midnight(request: Request, day: str, later: int = 0) -> dt.datetime | None:
    """When a day of the business begins, so many days later; None for what is no day."""
    try:
        date = dt.date.fromisoformat(day) + dt.timedelta(days=later)
        return dt.datetime.combine(date, dt.time(), office_of(request).zone).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _row(entry: Entry) -> tuple[str, ...]:
    documents = ("" if one is None else json.dumps(one, ensure_ascii=False) for one in (entry.before, entry.after))
    at = entry.at.astimezone(dt.UTC).isoformat(timespec="seconds")
    return (at, entry.actor, entry.name, entry.action, entry.subject, *documents, entry.address)


def _action(entry: Entry, staff: Staff) -> str:
    known = ACTIONS.get(entry.action)
    return render(known, staff.language) if known else entry.action
