"""The addresses of segments: the list, the builder, lists of customers from files, and tables to keep.

Who markets changes them; whoever may look at customers may look at segments.
"""

from __future__ import annotations

from console.staff import segments, segments_builder, segments_export, segments_members
from console.staff.access import page
from console.staff.gate import LOOKERS, MARKETERS
from console.staff.rendering import StaffRoute
from console.staff.segments_frame import PAGE, SEGMENT
from console.staff.segments_texts import LABEL

POST = ["POST"]
FORM_BYTES = 256 * 1024  # beside what every form may have: fifty tests with a hundred values each
FORM_FIELDS = 6_000

ROUTES: tuple[StaffRoute, ...] = (
    page(PAGE, segments.show, roles=LOOKERS, label=LABEL, icon="segments", group="outreach"),
    page(segments_builder.NEW, segments_builder.start, roles=MARKETERS),
    page(
        segments_builder.NEW,
        segments_builder.make,
        roles=MARKETERS,
        methods=POST,
        upload=FORM_BYTES,
        fields=FORM_FIELDS,
    ),
    page(
        f"{segments_builder.NEW}/count",
        segments_builder.try_out,
        roles=MARKETERS,
        methods=POST,
        upload=FORM_BYTES,
        fields=FORM_FIELDS,
    ),
    page(segments_members.NEW, segments_members.start, roles=MARKETERS),
    page(segments_members.NEW, segments_members.make, roles=MARKETERS, methods=POST),
    page(SEGMENT, segments_builder.show, roles=LOOKERS),
    page(SEGMENT, segments_builder.change, roles=MARKETERS, methods=POST, upload=FORM_BYTES, fields=FORM_FIELDS),
    page(f"{SEGMENT}/count", segments.count, roles=LOOKERS, methods=POST),
    page(f"{SEGMENT}/remove", segments.remove, roles=MARKETERS, methods=POST),
    page(f"{SEGMENT}/restore", segments.restore, roles=MARKETERS, methods=POST),
    page(f"{SEGMENT}/name", segments_members.rename, roles=MARKETERS, methods=POST),
    page(
        f"{SEGMENT}/file",
        segments_members.upload,
        roles=MARKETERS,
        methods=POST,
        upload=segments_members.FILE_BYTES,
    ),
    page(
        f"{SEGMENT}/missed.csv",
        segments_members.save_missed,
        roles=MARKETERS,
        methods=POST,
        upload=segments_members.MISSED_BYTES,
    ),
    page(f"{SEGMENT}/members", segments_members.take_off, roles=MARKETERS, methods=POST, fields=200),
    page(f"{SEGMENT}/customers.csv", segments_export.customers, roles=MARKETERS),
)
