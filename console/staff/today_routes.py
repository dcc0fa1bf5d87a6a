"""The addresses of Today, of what is ready to be done there, and of the figures of service."""

from __future__ import annotations

from console.staff import figures, today, today_points, today_risk, today_texts
from console.staff.access import page
from console.staff.gate import LOOKERS, MARKETERS, SERVICE
from console.staff.rendering import TODAY, StaffRoute

POST = ["POST"]

ROUTES: tuple[StaffRoute, ...] = (
    page(TODAY, today.show, roles=LOOKERS, label=today_texts.LABEL, icon="today"),
    page(today_risk.PAGE, today_risk.show, roles=LOOKERS),
    page(f"{today_risk.PAGE}/tag", today_risk.tag, roles=LOOKERS, methods=POST),
    page(today_points.PAGE, today_points.show, roles=LOOKERS),
    page(f"{today_points.PAGE}/remind", today_points.remind, roles=MARKETERS, methods=POST),
    page(figures.PAGE, figures.show, roles=SERVICE),
    page(f"{figures.PAGE}.csv", figures.export, roles=SERVICE),
)
