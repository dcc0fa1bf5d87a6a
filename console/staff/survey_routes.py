"""The addresses of surveys: the list, the builder with its preview, invitations, results and interviews.

Who markets writes surveys and reads what came of them; customer service and observers look on.
"""

from __future__ import annotations

from console.staff import survey_builder, survey_list, survey_texts
from console.staff.access import page
from console.staff.rendering import StaffRoute
from console.staff.survey_frame import PAGE, READERS, SURVEY, WRITERS

POST = ["POST"]
FORM_BYTES = 192 * 1024  # beside what every form may have: a question with thirty answers in five languages
FORM_FIELDS = 500

ROUTES: tuple[StaffRoute, ...] = (
    page(PAGE, survey_list.show, roles=READERS, label=survey_texts.SURVEYS, icon="surveys", group="listening"),
    page(SURVEY, survey_builder.show, roles=READERS),
    page(SURVEY, survey_builder.change, roles=WRITERS, methods=POST, upload=FORM_BYTES, fields=FORM_FIELDS),
    page(f"{SURVEY}/file.yaml", survey_list.download, roles=READERS),
    page(f"{SURVEY}/copy", survey_list.copy, roles=WRITERS, methods=POST),
    page(f"{SURVEY}/archive", survey_list.archive, roles=WRITERS, methods=POST),
    page(f"{SURVEY}/restore", survey_list.restore, roles=WRITERS, methods=POST),
)
