"""What stands above every page of one survey: its name, its state, and the ways to its other pages."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from console.staff.rendering import StaffRoute
from console.staff.survey_texts import TABS
from store.staff import Role
from store.staff_sessions import Staff
from surveys.library import Kept
from surveys.texts import said

PAGE = "/staff/surveys"
SURVEY = f"{PAGE}/{{public_id}}"
READERS: tuple[Role, ...] = ("owner", "admin", "marketer", "support", "viewer")


def around(request: Request, staff: Staff, survey: Kept, tab: str) -> dict[str, Any]:
    """What staff/survey_tabs.html needs beside the words of `survey_texts.FRAME`.

    `tab` is one of builder, invitations, results and interviews; shown are those that this role may open.
    """
    home = f"{PAGE}/{survey.public_id}"
    tails = {name.removeprefix("tab_"): f"/{name.removeprefix('tab_')}" for name in TABS} | {"builder": ""}
    mine = {
        route.path for route in request.app.routes if isinstance(route, StaffRoute) and staff.role in route.roles
    }
    return {
        "survey": survey,
        "survey_name": said(survey.names, staff.language, "en"),
        "home": home,
        "tab": tab,
        "tabs": [(key, f"{home}{tail}") for key, tail in tails.items() if f"{SURVEY}{tail}" in mine],
    }
