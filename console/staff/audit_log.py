"""Who changed what: the audit log, searched by words, in pages."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from console.staff.access import Staff
from console.staff.office import office_of
from console.staff.rendering import render_page
from locales import Text, _, render
from store import audit
from store.audit import Entry

PAGE = "/staff/audit"
LABEL = _("Changes")
ROWS = 50
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
    "older": _("Older"),
    "newest": _("Newest"),
    "nothing": _("Nothing was found."),
    "command_line": _("Command line"),
}
ACTIONS: dict[str, Text] = {
    "staff.added": _("Account made"),
    "staff.invited": _("Invited"),
    "staff.changed": _("Account changed"),
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
    "promise.made": _("Promise made"),
    "promise.settled": _("Promise settled"),
    "claim.approved": _("Claim approved"),
    "claim.refused": _("Claim refused"),
    "apikey.added": _("API key made"),
    "apikey.revoked": _("API key revoked"),
    "channel.tested": _("Channel tested"),
    "reply.saved": _("Canned reply changed"),
    "wording.published": _("Wording published"),
    "wording.undone": _("Wording undone"),
    "customer.made": _("Customer added"),
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
    "points.corrected": _("Points corrected"),
    "points.correction_asked": _("Correction of points asked for"),
    "points.correction_agreed": _("Correction of points agreed to"),
    "points.correction_refused": _("Correction of points refused"),
    "voucher.cancelled": _("Voucher cancelled"),
}


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/audit?q=…&before=ID`."""
    words, asked = request.query_params.get("q", "")[:100], request.query_params.get("before", "")
    before = int(asked[:15]) if asked.isascii() and asked.isdecimal() else None
    find = partial(audit.search, words=words, before=before, limit=ROWS + 1)
    found = await office_of(request).database.read(find)
    shown = found[:ROWS]
    older = urlencode({"q": words, "before": shown[-1].id}) if len(found) > ROWS else ""
    return render_page(
        request,
        staff,
        "staff/audit.html",
        WORDS,
        entries=[(entry, _action(entry, staff), differences(entry.before, entry.after)) for entry in shown],
        asked_for=words,
        older=older,
        paged=before is not None,
        COMMAND_LINE=audit.COMMAND_LINE,
    )


def _action(entry: Entry, staff: Staff) -> str:
    known = ACTIONS.get(entry.action)
    return render(known, staff.language) if known else entry.action


def differences(was: Any, now: Any) -> list[tuple[str, Any, Any]]:
    """The fields that changed, with what each was and is; what is the same before and after is left out."""
    before, after = (each if isinstance(each, dict) else {} for each in (was, now))
    fields = [*before, *(field for field in after if field not in before)]
    return [
        (field, _short(before.get(field)), _short(after.get(field)))
        for field in fields
        if before.get(field) != after.get(field)
    ]


def _short(value: Any) -> str:
    return "–" if value in (None, "") else str(value)[:200]
