"""The addresses of customers, and who may do what there.

Who markets sees who the customers are and sorts them by tags, but not how to reach them nor what they wrote; the
team that serves them changes what is kept, corrects points and takes vouchers back; what cannot be undone, and what
leaves the house, is for managers.
"""

from __future__ import annotations

from console.staff import (
    customers,
    customers_data,
    customers_edit,
    customers_freezing,
    customers_one,
    customers_points,
    customers_vouchers,
    joining,
)
from console.staff.access import page
from console.staff.gate import LOOKERS, MANAGERS, SERVICE
from console.staff.rendering import StaffRoute

POST = ["POST"]
CUSTOMER = f"{customers.PAGE}/{{public_id}}"
OTHER = f"{CUSTOMER}/same/{{other}}"
CORRECTION = f"{customers_points.CORRECTIONS}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(customers.PAGE, customers.listed, roles=LOOKERS, label=customers.LABEL, icon="customers"),
    page(f"{customers.PAGE}-tags", customers.known_tags, roles=LOOKERS),
    page(CUSTOMER, customers_one.one, roles=LOOKERS),
    page(f"{CUSTOMER}/events", customers_one.events, roles=LOOKERS),
    page(f"{CUSTOMER}/tags", customers_one.tag, roles=LOOKERS, methods=POST),
    page(f"{CUSTOMER}/points", customers_points.show, roles=LOOKERS),
    page(f"{CUSTOMER}/vouchers", customers_vouchers.show, roles=LOOKERS),
    page(f"{CUSTOMER}/consents", customers_vouchers.consented, roles=LOOKERS),
    page(f"{CUSTOMER}/edit", customers_edit.show, roles=SERVICE),
    page(f"{CUSTOMER}/edit", customers_edit.change, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/start", customers_one.start, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/points", customers_points.adjust, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/points/stop", customers_freezing.stop, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/points/allow", customers_freezing.allow, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/vouchers/{{voucher}}/cancel", customers_vouchers.cancel, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/consents", customers_vouchers.record, roles=SERVICE, methods=POST),
    page(f"{customers.PAGE}-alike", joining.every, roles=SERVICE),
    page(f"{CUSTOMER}/same", joining.show, roles=SERVICE),
    page(OTHER, joining.look, roles=SERVICE),
    page(OTHER, joining.join, roles=SERVICE, methods=POST),
    page(f"{OTHER}/part", joining.part, roles=SERVICE, methods=POST),
    page(f"{OTHER}/distinct", joining.distinct, roles=SERVICE, methods=POST),
    page(f"{CUSTOMER}/data", customers_data.show, roles=MANAGERS),
    page(f"{CUSTOMER}/export", customers_data.export, roles=MANAGERS, methods=POST),
    page(f"{CUSTOMER}/erase", customers_data.erase, roles=MANAGERS, methods=POST),
    page(f"{CUSTOMER}/keep", customers_data.keep, roles=MANAGERS, methods=POST),
    page(f"{CUSTOMER}/deceased", customers_data.deceased, roles=MANAGERS, methods=POST),
    page(customers_points.CORRECTIONS, customers_points.corrections, roles=MANAGERS),
    page(f"{CORRECTION}/agree", customers_points.agree, roles=MANAGERS, methods=POST),
    page(f"{CORRECTION}/refuse", customers_points.refuse, roles=MANAGERS, methods=POST),
)
