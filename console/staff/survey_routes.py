"""The addresses of surveys: the list, the builder with its preview, invitations, results and interviews.

Who markets writes surveys and reads what came of them; customer service and observers look on.
"""

from __future__ import annotations

from console.staff import (
    survey_builder,
    survey_compare,
    survey_export,
    survey_inviting_routes,
    survey_list,
    survey_preview,
    survey_publish,
    survey_results,
    survey_start,
    survey_texts,
    survey_versions,
    survey_words,
)
from console.staff.access import page
from console.staff.gate import LOOKERS, MARKETERS
from console.staff.rendering import StaffRoute
from console.staff.survey_frame import PAGE, READERS, SURVEY

POST = ["POST"]
FORM_BYTES = 192 * 1024  # beside what every form may have: a question with thirty answers in five languages
FORM_FIELDS = 500

ROUTES: tuple[StaffRoute, ...] = (
    page(PAGE, survey_list.show, roles=READERS, label=survey_texts.SURVEYS, icon="surveys", group="listening"),
    page(f"{PAGE}/new", survey_start.show, roles=MARKETERS),
    page(f"{PAGE}/new", survey_start.begin, roles=MARKETERS, methods=POST),
    page(f"{PAGE}/new/file", survey_start.upload, roles=MARKETERS, methods=POST, upload=survey_start.FILE_BYTES),
    page(SURVEY, survey_builder.show, roles=READERS),
    page(SURVEY, survey_builder.change, roles=MARKETERS, methods=POST, upload=FORM_BYTES, fields=FORM_FIELDS),
    page(f"{SURVEY}/preview", survey_preview.show, roles=READERS),
    page(f"{SURVEY}/preview", survey_preview.answer, roles=READERS, methods=POST),
    page(f"{SURVEY}/publish", survey_publish.show, roles=MARKETERS),
    page(f"{SURVEY}/publish", survey_publish.change, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/versions", survey_versions.show, roles=READERS),
    page(f"{SURVEY}/versions/{{number}}", survey_versions.one, roles=READERS),
    page(f"{SURVEY}/versions/{{number}}", survey_versions.take_up, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/file.yaml", survey_list.download, roles=READERS),
    page(f"{SURVEY}/copy", survey_list.copy, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/archive", survey_list.archive, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/restore", survey_list.restore, roles=MARKETERS, methods=POST),
    page(f"{SURVEY}/results", survey_results.show, roles=READERS),
    page(f"{SURVEY}/results/groups", survey_compare.groups, roles=READERS),
    page(f"{SURVEY}/results/waves", survey_compare.waves, roles=READERS),
    page(f"{SURVEY}/results/words", survey_words.show, roles=LOOKERS),
    page(f"{SURVEY}/results/answers.csv", survey_export.answers, roles=MARKETERS),
    page(f"{SURVEY}/results/codebook.csv", survey_export.codebook, roles=MARKETERS),
    *survey_inviting_routes.ROUTES,
)
