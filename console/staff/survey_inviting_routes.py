"""The addresses of a survey's invitations: who decides whom a survey asks."""

from __future__ import annotations

from console.staff import survey_inviting, survey_rule_pages
from console.staff.access import page
from console.staff.gate import MARKETERS
from console.staff.rendering import StaffRoute
from console.staff.survey_frame import SURVEY

POST = ["POST"]
INVITATIONS = f"{SURVEY}/invitations"
RULE = f"{INVITATIONS}/rules/{{rule}}"
FORM_FIELDS = 500  # a tick for every branch, category and touchpoint

ROUTES: tuple[StaffRoute, ...] = (
    page(INVITATIONS, survey_inviting.show, roles=MARKETERS),
    page(f"{INVITATIONS}/new", survey_rule_pages.show, roles=MARKETERS),
    page(f"{INVITATIONS}/new", survey_rule_pages.save, roles=MARKETERS, methods=POST, fields=FORM_FIELDS),
    page(f"{INVITATIONS}/count", survey_rule_pages.count, roles=MARKETERS),
    page(RULE, survey_rule_pages.show, roles=MARKETERS),
    page(RULE, survey_rule_pages.save, roles=MARKETERS, methods=POST, fields=FORM_FIELDS),
    page(f"{RULE}/state", survey_inviting.put, roles=MARKETERS, methods=POST),
    page(f"{INVITATIONS}/waves", survey_inviting.begin_wave, roles=MARKETERS, methods=POST),
    page(f"{INVITATIONS}/waves/{{wave}}", survey_inviting.rename_wave, roles=MARKETERS, methods=POST),
)
