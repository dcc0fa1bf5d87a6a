"""The addresses of campaigns: who looks at them, and who decides what customers are sent."""

from __future__ import annotations

from console.staff import (
    campaign_calendar,
    campaign_deeds,
    campaign_form,
    campaign_list,
    campaign_page,
    campaign_recipients,
)
from console.staff.access import page
from console.staff.campaign_frame import CAMPAIGN, PAGE
from console.staff.gate import LOOKERS, MARKETERS
from console.staff.rendering import StaffRoute

POST = ["POST"]

ROUTES: tuple[StaffRoute, ...] = (
    page(PAGE, campaign_list.show, roles=LOOKERS, label=campaign_list.LABEL, icon="send", group="outreach"),
    page(f"{PAGE}/calendar", campaign_calendar.show, roles=LOOKERS),
    page(f"{PAGE}/count", campaign_form.count, roles=MARKETERS),
    page(f"{PAGE}/new", campaign_form.new, roles=MARKETERS),
    page(f"{PAGE}/new", campaign_form.make, roles=MARKETERS, methods=POST),
    page(CAMPAIGN, campaign_page.show, roles=LOOKERS),
    page(f"{CAMPAIGN}/edit", campaign_form.edit, roles=MARKETERS),
    page(f"{CAMPAIGN}/edit", campaign_form.save, roles=MARKETERS, methods=POST),
    page(f"{CAMPAIGN}/people", campaign_page.people, roles=LOOKERS),
    page(f"{CAMPAIGN}/live", campaign_page.live, roles=LOOKERS),
    page(f"{CAMPAIGN}/deed", campaign_deeds.do, roles=MARKETERS, methods=POST),
    page(f"{CAMPAIGN}/trial", campaign_page.tried, roles=LOOKERS),
    page(f"{CAMPAIGN}/trial", campaign_deeds.attempt, roles=MARKETERS, methods=POST),
    page(f"{CAMPAIGN}/test", campaign_deeds.test, roles=MARKETERS, methods=POST),
    page(f"{CAMPAIGN}/recipients", campaign_recipients.show, roles=LOOKERS),
)
