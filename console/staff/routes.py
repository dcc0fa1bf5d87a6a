"""The staff's pages: every address, who may go there, and what answers. The one table of its kind."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import (
    account,
    account_routes,
    audit_log,
    campaign_report_routes,
    campaign_routes,
    case_routes,
    claims,
    customers_routes,
    glance,
    glance_texts,
    inbox_routes,
    interview_routes,
    keys,
    offers,
    segments_routes,
    settings_routes,
    survey_routes,
    talk_routes,
    template_routes,
    today_routes,
    why,
)
from console.staff.access import EVERYBODY, Staff, page
from console.staff.gate import LOOKERS, MANAGERS, MARKETERS, SERVICE
from console.staff.rendering import NO_STORE, StaffRoute, first_page


async def start(request: Request, staff: Staff) -> Response:
    """`GET /staff`: to the first page of the person's role."""
    return RedirectResponse(first_page(request, staff) or account.PAGE, 303, NO_STORE)


POST = ["POST"]
CLAIM = f"{claims.PAGE}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    *account_routes.DOORS,
    page("/staff", start, roles=EVERYBODY),
    *today_routes.ROUTES,
    *inbox_routes.ROUTES,
    *talk_routes.ROUTES,
    *customers_routes.ROUTES,
    page(claims.PAGE, claims.waiting, roles=SERVICE, label=claims.LABEL, icon="claims"),
    page(CLAIM, claims.one, roles=SERVICE),
    page(f"{CLAIM}/approve", claims.approve, roles=SERVICE, methods=POST),
    page(f"{CLAIM}/refuse", claims.refuse, roles=SERVICE, methods=POST),
    *case_routes.ROUTES,
    *survey_routes.ROUTES,
    *interview_routes.ROUTES,
    page(offers.PAGE, offers.show, roles=MARKETERS, label=offers.LABEL, icon="offers", group="listening"),
    page(offers.PAGE, offers.make, roles=MARKETERS, methods=POST),
    page(f"{offers.PAGE}/rules", offers.rule, roles=MARKETERS, methods=POST),
    page(f"{offers.PAGE}/{{public_id}}", offers.withdraw, roles=MARKETERS, methods=POST),
    *case_routes.HEARD,
    page(glance.PAGE, glance.show, roles=LOOKERS, label=glance_texts.LABEL, icon="matrix", group="outreach"),
    page(f"{glance.PAGE}.csv", glance.export, roles=LOOKERS),
    *segments_routes.ROUTES,
    *campaign_report_routes.ROUTES,
    *campaign_routes.ROUTES,
    *template_routes.ROUTES,
    page(why.PAGE, why.show, roles=LOOKERS, label=why.LABEL, icon="search", group="outreach"),
    page(f"{why.PAGE}.csv", why.export, roles=LOOKERS),
    *settings_routes.ROUTES,
    *account_routes.TEAM,
    page(keys.PAGE, keys.show, roles=MANAGERS, label=keys.LABEL, icon="keys", group="settings"),
    page(keys.PAGE, keys.make, roles=MANAGERS, methods=POST),
    page(f"{keys.PAGE}/{{public_id}}/revoke", keys.revoke, roles=MANAGERS, methods=POST),
    page(audit_log.PAGE, audit_log.show, roles=MANAGERS, label=audit_log.LABEL, icon="audit", group="settings"),
    page(f"{audit_log.PAGE}.csv", audit_log.export, roles=MANAGERS),
    *account_routes.OWN,
)
