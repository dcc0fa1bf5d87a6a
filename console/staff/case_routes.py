"""The addresses of what customers told: requests, praise, themes, and what is made better."""

from __future__ import annotations

from console.staff import (
    case_deeds,
    case_list,
    case_page,
    case_texts,
    improvement_pages,
    improvement_texts,
    theme_deeds,
    theme_pages,
    theme_texts,
)
from console.staff.access import EVERYBODY, page
from console.staff.gate import LOOKERS, MARKETERS, SERVICE
from console.staff.rendering import StaffRoute

POST = ["POST"]
ONE = f"{case_list.PAGE}/{{public_id}}"
THEME = f"{theme_pages.PAGE}/{{public_id}}"
IMPROVEMENT = f"{improvement_pages.PAGE}/{{public_id}}"
READERS = (*LOOKERS, "viewer")  # of what is said without who said it

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
HEARD: tuple[StaffRoute, ...] = (
    page(
        theme_pages.PAGE,
        theme_pages.show,
        roles=READERS,
        label=theme_texts.LABEL,
        icon="themes",
        group="listening",
    ),
    page(theme_pages.UNTAGGED_PAGE, theme_pages.untagged, roles=READERS),
    page(theme_pages.UNTAGGED_PAGE, theme_deeds.mark, roles=LOOKERS, methods=POST),
    page(THEME, theme_pages.one, roles=READERS),
    page(THEME, theme_deeds.save, roles=MARKETERS, methods=POST),
    page(f"{THEME}/try", theme_deeds.attempt, roles=MARKETERS, methods=POST),
    page(f"{THEME}/marks", theme_deeds.mark, roles=LOOKERS, methods=POST),
    page(
        improvement_pages.PAGE,
        improvement_pages.show,
        roles=READERS,
        label=improvement_texts.LABEL,
        icon="improvements",
        group="listening",
    ),
    page(IMPROVEMENT, improvement_pages.one, roles=READERS),
    page(IMPROVEMENT, improvement_pages.save, roles=LOOKERS, methods=POST),
    page(
        case_list.PRAISE,
        case_list.praise,
        roles=EVERYBODY,
        label=case_texts.PRAISE_LABEL,
        icon="praise",
        group="listening",
    ),
)
