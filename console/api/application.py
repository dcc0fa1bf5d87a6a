"""The API put together: its operations behind the gate, and the specification of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from console.api import (
    campaign_reports,
    campaigns,
    customers,
    events,
    gate,
    points,
    products,
    purchases,
    refunds,
    segments,
    vouchers,
)
from console.api.gate import ApiPaces, Gate
from console.api.house import House
from console.api.specification import specification
from store.database import StoreUnavailable

PARTS = (customers, products, purchases, refunds, points, vouchers, events, segments, campaigns, campaign_reports)


def application(house: House, *, clock: Callable[[], float], paces: ApiPaces | None = None) -> ASGIApp:
    """The API of one business. `clock` gives seconds that only grow."""
    return Gate(framework(), house, paces or ApiPaces(), clock)


def framework() -> FastAPI:
    """The operations, to which the gate names the caller."""
    app = FastAPI(
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # bodies hold personal details
        exception_handlers={
            HTTPException: gate.refused,
            RequestValidationError: gate.invalid,
            StoreUnavailable: gate.unavailable,
            Exception: gate.failed,
        },
    )
    for part in PARTS:
        app.include_router(part.router)
    app.openapi = cache(partial(specification, app.routes))  # type: ignore[method-assign]
    return app
