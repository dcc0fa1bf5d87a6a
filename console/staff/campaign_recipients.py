"""Everybody a campaign is for: how each stands and why, by state and reason, and found by number or address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import campaign_frame as frame
from console.staff import campaign_texts as texts
from console.staff.access import Staff, absent
from console.staff.office import Office, office_of
from console.staff.rendering import render_page
from outreach.campaigns import progress
from store import customers, recipient_pages
from store.recipient_pages import Wanted
from talk.reading.contact_points import read_email, read_phone

ROWS = 50
LONGEST = 100


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/campaigns/{public_id}/recipients?state=…&reason=…&q=…&after=…`; for htmx the rows alone."""
    office, asked = office_of(request), request.query_params
    state = asked.get("state", "") if asked.get("state", "") in texts.FATES else ""
    reason, typed = asked.get("reason"), asked.get("q", "").strip()[:LONGEST]

    def read(connection: Connection) -> dict[str, Any]:
        found = frame.campaign(connection, request)
        whom = _whom(connection, typed, office) if typed else None
        wanted = Wanted(state, reason or None, whom)
        page = recipient_pages.page(connection, found.id, wanted, asked.get("after", "")[:400], ROWS)
        if page is None:
            raise absent()
        how = progress.read(connection, found.id) if "after" not in asked else progress.Progress(())
        return {"campaign": found, "rows": page.rows, "after": page.after, "progress": how}

    values = await office.database.read(read)
    part = request.headers.get("hx-request") == "true" and "after" in asked
    here = f"{frame.page_of(values['campaign'])}/recipients"
    query = {name: value for name, value in (("state", state), ("reason", reason or ""), ("q", typed)) if value}
    return render_page(
        request,
        staff,
        f"staff/campaign_recipient{'_rows' if part else 's'}.html",
        texts.RECIPIENTS,
        here=here,
        next=f"{here}?{urlencode({**query, 'after': values['after']})}" if values["after"] else "",
        fates=list(texts.FATES),
        state=state,
        reason=reason or "",
        typed=typed,
        why=lambda code: frame.reason(code, staff.language),
        **values,
    )


def _whom(connection: Connection, typed: str, office: Office) -> list[int]:
    """The customers with this number, phone number or e-mail address."""
    handles: list[tuple[customers.Handle, str | None]] = [
        ("number", typed),
        ("phone", read_phone(typed, office.region)),
        ("email", read_email(typed)),
    ]
    return [each.id for handle, value in handles if value for each in customers.find(connection, handle, value)]
