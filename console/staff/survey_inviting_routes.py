"""The addresses of a survey's invitations: who decides whom a survey asks."""

from __future__ import annotations

from console.staff import survey_inviting, survey_rule_pages
from console.staff.access import page
from console.staff.rendering import StaffRoute
from console.staff.survey_frame import SURVEY, WRITERS

POST = ["POST"]
INVITATIONS = f"{SURVEY}/invitations"
RULE = f"{INVITATIONS}/rules/{{rule}}"
FORM_FIELDS = 500  # a tick for every branch, category and touchpoint

ROUTES: tuple[StaffRoute, ...] = (
    page(INVITATIONS, survey_inviting.show, roles=WRITERS),
    page(f"{INVITATIONS}/new", survey_rule_pages.show, roles=WRITERS),
    page(f"{INVITATIONS}/new", survey_rule_pages.save, roles=WRITERS, methods=POST, fields=FORM_FIELDS),
    page(f"{INVITATIONS}/count", survey_rule_pages.count, roles=WRITERS),
    page(RULE, survey_rule_pages.show, roles=WRITERS),
    page(RULE, survey_rule_pages.save, roles=WRITERS, methods=POST, fields=FORM_FIELDS),
    page(f"{RULE}/state", survey_inviting.put, roles=WRITERS, methods=POST),
    page(f"{INVITATIONS}/waves", survey_inviting.begin_wave, roles=WRITERS, methods=POST),
    page(f"{INVITATIONS}/waves/{{wave}}", survey_inviting.rename_wave, roles=WRITERS, methods=POST),
)
