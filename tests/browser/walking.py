"""The pages of the staff's route table that an owner may see, with the objects that links on them name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from console.staff.rendering import StaffRoute

NO_PAGES = {
    "/staff/events": "a stream, which the inbox listens to",
    "/staff/media/{public_id}": "a file, in a sandbox of its own",
    "/staff/account/second/qr.svg": "a picture",
    "/till/members/{member}": "JSON, which the till's script shows as text",
}
NEW = ("new",)  # whose form is that of any other, but empty
FILES = (".csv", ".yaml")  # to be saved
# Where a page leads to, by links and by what htmx fetches.
LINKS = """() => [...document.querySelectorAll("[href], [hx-get]")].flatMap((element) =>
  [element.getAttribute("href"), element.getAttribute("hx-get")]).filter((link) => link?.startsWith("/"))"""


class Pages:
    """What there is to open: `plain` at once, `objects` after what the pages link to was learnt."""

    def __init__(self, routes: Iterable[object]) -> None:
        known = (route for route in routes if isinstance(route, StaffRoute) and route.roles)
        got = [route.path for route in known if "GET" in (route.methods or ()) and "owner" in route.roles]
        pages = [path for path in got if path not in NO_PAGES and not path.endswith(FILES)]
        self.plain = [path for path in pages if "{" not in path]
        self._patterns = {path: re.compile(re.sub(r"\{[^}]*\}", "([^/?]+)", path)) for path in pages if "{" in path}
        self._fixed = set(got)
        self.found: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)

    def learn(self, links: Iterable[str]) -> None:
        """Remember which objects links lead to."""
        for link in links:
            path = link.partition("?")[0].partition("#")[0]
            for pattern, form in self._patterns.items():
                if path not in self._fixed and (named := form.fullmatch(path)):
                    self.found[pattern][named.groups()] = None

    def objects(self, turn: int, many: int, without: Collection[str] = ()) -> list[str]:
        """So many of each kind, others at each turn; of those of `without` there are none."""
        pages = []
        for pattern in (each for each in self._patterns if each not in without):
            known = self._known(pattern)
            for place in range(turn * many, (turn + 1) * many):
                # What names two of a kind takes the next one, too.
                names = iter(known[place % len(known)] + known[(place + 1) % len(known)])
                pages.append(re.sub(r"\{[^}]*\}", lambda _name, names=names: next(names), pattern))  # type: ignore[misc]
        return list(dict.fromkeys(pages))

    def _known(self, pattern: str) -> list[tuple[str, ...]]:
        """The objects of a page; what is linked nowhere takes those of a page above it."""
        above = pattern
        while "{" in above:
            if found := self.found.get(above):
                return [names for names in found if names != NEW] or [NEW]
            above = above.rpartition("/")[0]
        raise AssertionError(f"No page links to {pattern}, so nobody looked; name it in NO_PAGES with the reason.")
