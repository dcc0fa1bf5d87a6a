"""The addresses of what campaigns brought: a report of each, all of them beside each other, and tables to keep."""

from __future__ import annotations

from console.staff import campaign_compare, campaign_export, campaign_report
from console.staff.access import page
from console.staff.campaign_frame import CAMPAIGN
from console.staff.gate import MARKETERS
from console.staff.rendering import StaffRoute

ROUTES: tuple[StaffRoute, ...] = (
    page(campaign_compare.PAGE, campaign_compare.show, roles=MARKETERS),
    page(f"{campaign_compare.PAGE}.csv", campaign_compare.export, roles=MARKETERS),
    page(campaign_report.PAGE, campaign_report.show, roles=MARKETERS),
    page(f"{CAMPAIGN}/report.csv", campaign_export.figures, roles=MARKETERS),
    page(f"{CAMPAIGN}/recipients.csv", campaign_export.recipients, roles=MARKETERS),
)
