"""The addresses of templates. Who markets writes them; whoever may look at customers may look at them."""

from __future__ import annotations

from console.staff import template_editor, template_list
from console.staff.access import page
from console.staff.gate import LOOKERS, MARKETERS
from console.staff.rendering import StaffRoute
from console.staff.template_frame import PAGE, TEMPLATE
from console.staff.template_texts import LABEL
from store.media import IMAGE_BYTES

POST = ["POST"]
FORM_BYTES = IMAGE_BYTES + 256 * 1024  # a picture, and five texts beside it

ROUTES: tuple[StaffRoute, ...] = (
    page(PAGE, template_list.show, roles=LOOKERS, label=LABEL, icon="templates", group="outreach"),
    page(template_list.NEW, template_list.start, roles=MARKETERS),
    page(template_list.NEW, template_list.make, roles=MARKETERS, methods=POST),
    page(TEMPLATE, template_editor.show, roles=LOOKERS),
    page(TEMPLATE, template_editor.change, roles=MARKETERS, methods=POST, upload=FORM_BYTES),
    page(f"{TEMPLATE}/preview", template_editor.preview, roles=MARKETERS, methods=POST, upload=FORM_BYTES),
    page(f"{TEMPLATE}/copy", template_list.copy, roles=MARKETERS, methods=POST),
    page(f"{TEMPLATE}/remove", template_list.remove, roles=MARKETERS, methods=POST),
    page(f"{TEMPLATE}/restore", template_list.restore, roles=MARKETERS, methods=POST),
)
