"""What the pages of surveys say."""

from __future__ import annotations

from locales import Text, _

SURVEYS = _("Surveys")
TABS: dict[str, Text] = {
    "tab_builder": _("Questions"),
    "tab_invitations": _("Invitations"),
    "tab_results": _("Results"),
    "tab_interviews": _("Interviews"),
}
FRAME: dict[str, Text] = {
    **TABS,
    "surveys": SURVEYS,
    "tabs": _("About this survey"),
    "state_draft": _("Draft"),
    "state_published": _("Published"),
    "state_changed": _("Changes not published yet"),
    "state_archived": _("Archived"),
    "version": _("Version {number}"),
}
"""Stands on every page of one survey (staff/survey_tabs.html): their words begin with it."""
