"""What htmx puts into the staff's pages, what it should, and nothing that runs."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from console.headers import staff_policy
from console.static_files import VersionedFiles, version

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILES = f"/static/{version()}"
PAGE = f"""<!doctype html><html lang="en"><head><title>Here</title>
<meta name="htmx-config" content='{{"includeIndicatorCSS": false}}'>
<script src="{FILES}/vendor/htmx.min.js"></script>
<script type="module" src="{FILES}/staff/trusted.js"></script>
</head>
<body><button hx-get="/part" hx-target="#here">Fetch</button><div id="here"></div>
<ul id="list"></ul></body></html>"""
HOSTILE = (
    '<script>window.hacked = "script"</script><img src="/none" onerror="window.hacked = \'img\'">'
    '<svg onload="window.hacked = \'svg\'"><animate onbegin="window.hacked = 1" /></svg>'
    '<a id="{name}-link" href="java&#10;script:window.hacked=\'link\'">link</a>'
    '<template><script>window.hacked = "template"</script></template>'
    '<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe><base href="https://evil.example/">'
    '<form action="javascript:window.hacked=2"></form><b hx-on:click="window.hacked = 3" hx-vals="js:{{a: 1}}"></b>'
    '<math><annotation-xml encoding="text/html"><img src=x onerror="window.hacked = 4"></annotation-xml></math>'
)
OURS = '<p id="{name}" data-online="1">ours <a href="/staff">here</a> &lt;i&gt; ü 你好 \u200fعربي</p>'
MORE = (
    '<hx-partial hx-target="#list" hx-swap="beforeend"><li>one</li><script>window.hacked = 5</script></hx-partial>'
)


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": staff_policy()})


async def part(_request: Request) -> Response:
    return HTMLResponse((OURS + HOSTILE).format(name="part") + MORE)


async def test_htmx_swaps_under_the_policy_and_brings_nothing_that_runs(browser: Browser) -> None:
    files = Mount("/static", VersionedFiles(version()))
    app = Starlette(routes=[Route("/", page), Route("/part", part), files])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([listener]))
    context = await browser.new_context()
    opened, complaints = await context.new_page(), list[str]()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Trusted" in said.text else None)
    await opened.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    await opened.get_by_role("button", name="Fetch").click()
    await expect(opened.locator("#part")).to_have_text("ours here <i> ü 你好 \u200fعربي")
    await expect(opened.locator("#part")).to_have_attribute("data-online", "1")
    await opened.locator("#part-link").click()
    assert await opened.locator("#part-link").get_attribute("href") is None
    await expect(opened.locator("#list li")).to_have_text("one")
    assert await opened.evaluate("document.querySelectorAll('body script, body iframe, body base').length") == 0
    assert await opened.evaluate("window.hacked ?? null") is None
    assert complaints == []
    blocked = "try { document.body.innerHTML = '<b>x</b>'; 'taken' } catch (error) { error.name }"
    assert await opened.evaluate(blocked) == "TypeError"
    with pytest.raises(Exception, match="disallowed"):
        await opened.evaluate("trustedTypes.createPolicy('another', {createHTML: (html) => html})")
    await context.close()
    server.should_exit = True
    await serving
