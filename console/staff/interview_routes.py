"""The addresses of interviews and kiosks."""

from __future__ import annotations

from console.staff import interviews, kiosks
from console.staff.access import page
from console.staff.gate import MARKETERS
from console.staff.interviews import INTERVIEWERS, PAGE
from console.staff.rendering import StaffRoute
from console.staff.survey_frame import SURVEY

POST = ["POST"]
INTERVIEW = f"{PAGE}/{{public_id}}"
FIELDS = 120  # a matrix or a choice of many

ROUTES: tuple[StaffRoute, ...] = (
    page(f"{SURVEY}/interviews", interviews.begin_page, roles=INTERVIEWERS),
    page(f"{SURVEY}/interviews", interviews.begin, roles=INTERVIEWERS, methods=POST),
    page(INTERVIEW, interviews.show, roles=INTERVIEWERS),
    page(INTERVIEW, interviews.answer, roles=INTERVIEWERS, methods=POST, fields=FIELDS),
    page(f"{INTERVIEW}/finish", interviews.finish, roles=INTERVIEWERS, methods=POST),
    page(f"{SURVEY}/kiosks", kiosks.add, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/kiosks/{{kiosk}}", kiosks.change, roles=MARKETERS, methods=POST),
)
