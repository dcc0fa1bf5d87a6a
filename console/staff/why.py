"""Why customers got what nobody asked for, and why not: verdicts and campaigns, searched and saved as a table."""

from __future__ import annotations

import csv
import datetime as dt
import io
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import reason_texts, service_texts
from console.staff.access import Staff, absent
from console.staff.audit_log import BOM, midnight
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Language, Text, _, render
from outreach.kinds import KINDS
from store import campaigns, customer_pages, customers, why_not
from store.campaigns import Campaign
from store.customers import Handle
from store.why_not import STATES, Found, Wanted
from talk.reading.contact_points import read_phone
from talk.reading.spreadsheet import harmless

PAGE = "/staff/why"
LABEL = _("Why, and why not")
ROWS, PEOPLE, LISTED = 50, 20, 200
EXPORTED, EXPORTED_AT_ONCE = 10_000, 1_000
FILTERS = ("q", "campaign", "kind", "answer", "reason", "since", "until")
COLUMNS = (
    *("at", "customer", "number", "name", "kind", "subject", "campaign"),
    *("answer", "state", "reason", "why", "until"),
)
CAMPAIGNS = (*campaigns.AT_WORK, campaigns.DONE, campaigns.CANCELLED)
ANSWERS: dict[str, Text] = {"now": _("Could go"), "later": _("Put off"), "never": _("Not to be sent")}
FATES: dict[str, Text] = {  # of a campaign's recipients
    "waiting": _("Waiting"),
    "queued": _("About to be sent"),
    "claimed": _("About to be sent"),
    "sending": _("On its way"),
    "sent": _("Sent"),
    "skipped": _("Passed over"),
    "failed": _("Failed"),
    "unknown": _("Maybe arrived"),
    "held": _("Held out"),
}
WORDS: dict[str, Text] = {
    **{f"answer_{name}": text for name, text in ANSWERS.items()},
    **{f"fate_{name}": text for name, text in FATES.items()},
    **service_texts.PEOPLE,
    "why": LABEL,
    "about": _("Every message that nobody asked for is judged before it goes: find out what was decided, and why."),
    "customer": _("Customer"),
    "customer_help": _("A name, a number, a phone number or an id."),
    "campaign": _("Campaign"),
    "any_campaign": _("All"),
    "kind": _("Kind of message"),
    "any_kind": _("Every kind"),
    "answer": _("Decision"),
    "any_answer": _("Every decision"),
    "reason": _("Reason"),
    "any_reason": _("Every reason"),
    "since": _("From"),
    "until": _("To"),
    "filter": _("Show"),
    "all": _("Show everything"),
    "export": _("Save as a table"),
    "when": _("When"),
    "what": _("What"),
    "waits_until": _("Until {moment}"),
    "next": _("More"),
    "nothing": _("Nothing was found."),
    "nothing_yet": _("Nothing has been judged yet: no message that nobody asked for was due."),
    "nobody": _("There is no such customer."),
}


class _Asked(NamedTuple):
    """What was asked for, as it stands in the form, and as the store takes it; None: there is no such customer."""

    form: dict[str, str]
    wanted: Wanted | None


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/why?q=…&campaign=ID&kind=…&answer=…&reason=…&since=DATE&until=DATE&after=PLACE`."""
    office, after = office_of(request), request.query_params.get("after", "")[:400]

    def look(connection: Connection) -> tuple[_Asked, list[Found], str, list[Campaign]]:
        asked = _asked(connection, request)
        found = campaigns.listed(connection, CAMPAIGNS, LISTED)
        if asked.wanted is None:
            return asked, [], "", found
        page = why_not.page(connection, asked.wanted, after, ROWS)
        if page is None:
            raise absent()
        return asked, page.rows, page.after, found

    asked, rows, place, listed = await office.database.read(look)
    kept = {name: value for name, value in asked.form.items() if value}
    return render_page(
        request,
        staff,
        "staff/why.html",
        WORDS,
        rows=rows,
        asked=asked.form,
        nobody=asked.wanted is None,
        campaigns=listed,
        kinds=_sorted({name: reason_texts.WHATS[name] for name in KINDS}, staff.language),
        answers=ANSWERS,
        reasons=_sorted(reason_texts.REASONS, staff.language),
        why=lambda code: reason_texts.why(code, staff.language),
        what=lambda code: reason_texts.what(code, staff.language),
        paged=bool(kept) or bool(after),
        export=urlencode(kept),
        older=urlencode(kept | {"after": place}) if place else "",
    )


async def export(request: Request, staff: Staff) -> Response:
    """`GET /staff/why.csv`, with the filters of the page: the first 10,000 rows; the log says who saved them."""
    office, lines = office_of(request), io.StringIO()
    asked = await office.database.read(partial(_asked, request=request))
    writer, after, count = csv.writer(lines), "", 0
    writer.writerow(COLUMNS)
    while asked.wanted is not None and count < EXPORTED:
        look = partial(why_not.page, wanted=asked.wanted, after=after, size=EXPORTED_AT_ONCE)
        page = await office.database.read(look)
        if page is None:
            break
        writer.writerows([harmless(cell) for cell in _row(found)] for found in page.rows)
        count, after = count + len(page.rows), page.after
        if not after:
            break
    told: dict[str, Any] = {"rows": count, **{name: value for name, value in asked.form.items() if value}}

    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, "verdicts.exported", "verdicts:table", None, told)

    await office.database.transact(note_it)
    name = {"Content-Disposition": 'attachment; filename="why.csv"', **NO_STORE}
    return Response(f"{BOM}{lines.getvalue()}", media_type="text/csv", headers=name)


def _asked(connection: Connection, request: Request) -> _Asked:
    """The filters; what is no kind, answer, reason, campaign or date is not asked for."""
    given = {name: request.query_params.get(name, "").replace("\x00", "")[:100].strip() for name in FILTERS}
    campaign = campaigns.find(connection, given["campaign"]) if given["campaign"] else None
    form = given | {
        "campaign": campaign.public_id if campaign else "",
        "kind": given["kind"] if given["kind"] in KINDS else "",
        "answer": given["answer"] if given["answer"] in STATES else "",
        "reason": given["reason"] if given["reason"] in reason_texts.REASONS else "",
    }
    since, until = midnight(request, form["since"]), midnight(request, form["until"], 1)
    people = _people(connection, form["q"], office_of(request).region) if form["q"] else None
    if people is not None and not people:
        return _Asked(form, None)
    campaign_id = campaign.id if campaign else None
    return _Asked(form, Wanted(people, campaign_id, form["kind"], form["answer"], form["reason"], since, until))


def _people(connection: Connection, typed: str, region: str) -> list[int]:
    """The customers that the typed words may mean, and all who were taken over by them."""
    found = {each.id for each in customer_pages.search_people(connection, typed, PEOPLE)}
    handles: list[tuple[Handle, str | None]] = [("public_id", typed), ("phone", read_phone(typed, region))]
    found |= {each.id for handle, value in handles if value for each in customers.find(connection, handle, value)}
    return why_not.everybody(connection, found)


def _sorted(words: dict[str, Text], language: Language) -> list[tuple[str, str]]:
    return sorted(((name, render(text, language)) for name, text in words.items()), key=itemgetter(1))


def _row(found: Found) -> tuple[str, ...]:
    why = str(reason_texts.why(found.reason, "en").unescape()) if found.reason else ""
    who = (found.contact, found.number or "", found.name or found.call_me)
    what = (found.kind, found.subject, found.campaign, found.answer, found.state, found.reason, why)
    return (_moment(found.at), *who, *what, _moment(found.until))


def _moment(at: dt.datetime | None) -> str:
    return "" if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds")
