"""The addresses of surveys: the list, the builder with its preview, invitations, results and interviews.

Who markets writes surveys and reads what came of them; customer service and observers look on.
"""

from __future__ import annotations

from console.staff.rendering import StaffRoute

POST = ["POST"]

ROUTES: tuple[StaffRoute, ...] = ()
