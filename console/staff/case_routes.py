"""The addresses of what customers told: requests, praise, themes, and what is made better."""

from __future__ import annotations

from console.staff import case_deeds, case_list, case_page, case_texts
from console.staff.access import EVERYBODY, page
from console.staff.gate import SERVICE
from console.staff.rendering import StaffRoute

POST = ["POST"]
ONE = f"{case_list.PAGE}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(
        case_list.PAGE,
        case_list.show,
        roles=SERVICE,
        label=case_texts.LABEL,
        icon="requests",
        group="listening",
        figure="requests",
    ),
    page(ONE, case_page.show, roles=SERVICE),
    page(f"{ONE}/take", case_deeds.take, roles=SERVICE, methods=POST),
    page(f"{ONE}/assign", case_deeds.assign, roles=SERVICE, methods=POST),
    page(f"{ONE}/answer", case_deeds.answer, roles=SERVICE, methods=POST),
    page(f"{ONE}/note", case_deeds.note, roles=SERVICE, methods=POST),
    page(f"{ONE}/close", case_deeds.close, roles=SERVICE, methods=POST),
    page(f"{ONE}/reopen", case_deeds.reopen, roles=SERVICE, methods=POST),
    page(f"{ONE}/change", case_deeds.change, roles=SERVICE, methods=POST),
)
PRAISE: tuple[StaffRoute, ...] = (
    page(
        case_list.PRAISE,
        case_list.praise,
        roles=EVERYBODY,
        label=case_texts.PRAISE_LABEL,
        icon="praise",
        group="listening",
    ),
)
