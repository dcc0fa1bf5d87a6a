"""The staff's pages: every address, who may go there, and what answers. The one table of its kind."""

from __future__ import annotations

from console.staff import login
from console.staff.access import EVERYBODY, door, page
from console.staff.rendering import StaffRoute

ROUTES: tuple[StaffRoute, ...] = (
    door("/staff/login", login.show_login, ["GET"]),
    door("/staff/login", login.log_in, ["POST"]),
    door("/staff/welcome/{link}", login.show_welcome, ["GET"]),
    door("/staff/welcome/{link}", login.welcome, ["POST"]),
    page("/staff/logout", login.log_out, roles=EVERYBODY, methods=["POST"]),
)
