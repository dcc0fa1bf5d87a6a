"""What the pages of templates have in common: the one that is meant, what it is checked by, and who did what."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import Connection
from starlette.requests import Request

from console.staff.access import absent
from console.staff.office import Office
from console.staff.template_texts import FLOWS
from outreach.templates.keeping import House
from store import staff as accounts
from store import templates
from store.templates import Template

PAGE = "/staff/templates"
TEMPLATE = f"{PAGE}/{{public_id}}"


def template(connection: Connection, request: Request, *, lock: bool = False) -> Template:
    """The template that the address names, removed or not, locked until the transaction ends if asked."""
    found = templates.find(connection, request.path_params["public_id"], lock=lock)
    if found is None:
        raise absent()
    return found


def page_of(template: Template) -> str:
    """The address of a template's page."""
    return f"{PAGE}/{template.public_id}"


def subject(template: Template) -> str:
    """The template as the audit log names it."""
    return f"template:{template.public_id}"


def house(office: Office) -> House:
    """What a template is checked by."""
    return House(FLOWS, office.zone.key)


def names(connection: Connection, public_ids: Collection[str]) -> dict[str, str]:
    """Who is meant by the public ids of colleagues; others are told as they are."""
    known = accounts.names(connection, {each for each in public_ids if each})
    return {each: known.get(each, each) for each in public_ids}
