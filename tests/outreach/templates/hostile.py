"""Five hundred templates that want to take time, memory or secrets; all of them judged and said in this process.

Run as a program it binds itself first: two seconds of processor time and 400 MB of address space for all of them.
"""

from __future__ import annotations

import random
import resource
import signal
import sys
from collections.abc import Iterator

MB = 1024 * 1024
SECONDS, BYTES = 2, 400 * MB
MANY = 500

HEADS = ("points", "name", "vouchers", "loop", "self", "business", "''", "()", "5", "today", "nothing")
WALKS = (
    "__class__",
    "__class__.__mro__[1].__subclasses__()",
    "__init__.__globals__",
    "__init__.__globals__.__builtins__.__import__('os').system('id')",
    "_root",
    "format",
    "format_map({})",
    "__format__('1000000000')",
    "said('en')",
    "names",
    "mro()",
    "cycle(1)",
    "environment",
    "_TemplateReference__context",
)
BOMBS = (
    "{{ 'a' * 1000000000 }}",
    "{{ 'a' * 99999 * 99999 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ (10 ** 1000000) | string }}",
    "{{ [0] * 1000000000 }}",
    "{{ range(1000000000) | list }}",
    "{% for a in range(99999999) %}{% for b in range(99999999) %}x{% endfor %}{% endfor %}",
    "{% for a in 'abc' * 9999999 %}x{% endfor %}",
    "{% for a in vouchers recursive %}{{ loop(vouchers) }}{% endfor %}",
    "{% for a in vouchers if a.name * 9999999 %}x{% endfor %}",
    "{{ '%1000000000d' % 5 }}",
    "{{ '%1000000000d' | format(5) }}",
    "{{ '{:1000000000}' | format(5) }}",
    "{{ '{0:1000000000}'.format(5) }}",
    "{{ 'a' ~ 'b' ~ ('c' * 999999999) }}",
    "{{ points << 1000000000 }}",
    "{{ lipsum(n=100000) }}",
    "{{ dict(a=1) }}",
    "{{ cycler('a', 'b').next() }}",
    "{{ joiner() }}",
    "{{ namespace(a=1).a }}",
    "{{ vouchers | join('x' * 999999999) }}",
    "{{ name | center(1000000000) }}",
    "{{ name | indent(1000000000) }}",
    "{{ name | wordwrap(1) }}",
    "{{ name | replace('', 'x' * 99999999) }}",
    "{{ name | batch(1) | list }}",
    "{{ name | urlize }}",
    "{{ name | regex_replace('(a+)+$', 'x') }}",
    "{{ (name | list) * 99999999 }}",
    "{{ name | pprint }}",
    "{{ name | xmlattr }}",
    "{{ name | attr('__class__') }}",
    "{{ name | map('upper') | list }}",
    "{% set a = 'x' * 99999999 %}{{ a }}",
    "{% set a %}{% for b in vouchers %}{{ a }}{% endfor %}{% endset %}",
    "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}",
    "{% macro a(b) %}{{ caller(b) }}{% endmacro %}{% call a(1) %}x{% endcall %}",
    "{% include 'self' %}",
    "{% extends 'self' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{% filter upper %}{{ 'x' * 999999999 }}{% endfilter %}",
    "{% with a = 'x' * 99999999 %}{{ a }}{% endwith %}",
    "{% autoescape false %}{{ name }}{% endautoescape %}",
    "{% do [].append(1) %}",
    "{% raw %}{{ name }}{% endraw %}",
    "{% trans %}x{% endtrans %}",
    "{% debug %}",
    "{{ caller() }}",
    "{{ super() }}",
    "{{ self }}",
    "{{ varargs }}",
    "{{ name[::99999999] }}",
    "{{ name[0] }}",
    "{{ (1, 2) }}",
    "{{ {'a': 1} }}",
    "{{ points is divisibleby 0 }}",
    "{{ points // 0 }}",
    "{{ -(-points) }}",
    "{{ not points }}",
    "{{ points == points }}",
    "{{ 1e999999 }}",
    "{{ 0x" + "f" * 3_900 + " }}",
    "{{ " + "9" * 3_900 + " }}",
    "{{ " + "1_0" * 1_000 + " }}",
    "{{ '\\x00' }}",
    "{{ '\\ud800' }}",
    "{{ '\\u202e' }}",
    "{{ '\\N{RIGHT-TO-LEFT OVERRIDE}' }}",
    "{{ name | default('\\x1b[2J') }}",
    "\x00",
    "a\x00b{{ name }}",
    "\u202e{{ name }}\u202c",
    "\u2066{{ name }}",
    "{{ n\u00e4me }}",
    "{{ \uff4e\uff41\uff4d\uff45 }}",  # full width: Python reads it as `name`
    "{{ name\u200b }}",
    "{{ __builtins__ }}",
    "{{ _ }}",
    "\ud800",
    "\U0010ffff",
    "<" * 4_000,
    "<b>" * 1_300,
    "</b>" * 1_000,
    "<b><i></b></i>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://x/{{ name }}">x</a>',
    "<a href='https://x'>x</a>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{% if points %}<b>{% endif %}x</b>",
    "&" * 4_000,
    "x" * 4_000,
    "x" * 4_001,
    "x" * 1_000_000,
    "\n" * 4_000,
    "{#" * 2_000,
    "{#" + "{%" * 1_000 + "#}",
    "{%" * 2_000,
    "{{" * 2_000,
    "}}" * 2_000,
    "{{ name " * 400,
    "{% if points %}" * 260,
    "{% if points %}" * 120 + "{% endif %}" * 120,
    "{% for a in vouchers %}" * 170,
    "{% for a in vouchers %}{% for b in vouchers %}{% for c in vouchers %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% if points %}x" + "{% elif points %}x" * 200 + "{% endif %}",
    "{{ " + "(" * 1_990 + " }}",
    "{{ " + "[" * 1_990 + " }}",
    "{{ " + "{" * 1_990 + " }}",
    "{{ " + "(" * 900 + "name" + ")" * 900 + " }}",
    "{{ " + "-" * 3_900 + "5 }}",
    "{{ " + "not " * 900 + "name }}",
    "{{ name" + " or name" * 450 + " }}",
    "{{ name" + " and name" * 400 + " }}",
    "{{ name" + " | default('x')" * 250 + " }}",
    "{{ name" + ".name" * 700 + " }}",
    "{{ name" + "[0]" * 1_200 + " }}",
    "{{ name" + "()" * 1_900 + " }}",
    "{{ points" + " < points" * 400 + " }}",
    "{{ 'x' if name else " * 150 + "'y'" + " }}" * 150,
    "{{ " + "'x' if name else " * 220 + "'y' }}",
    "{{ " + "'x' " * 900 + "}}",
    "{{ '" + "x" * 3_900 + "' }}",
    "{{ points | plural(" + "one='x', " * 300 + "other='x') }}",
    "{{ points | plural(one='" + "#" * 3_000 + "', other='x') }}",
    "{{ points | plural(one='{points.__class__}', other='{0}') }}",
    "{{ points | plural(**vouchers) }}",
    "{{ points | plural(*vouchers) }}",
    "{{ city in [" + "'x', " * 700 + "'x'] and name }}",
    "{% for a in vouchers %}{% for b in offers %}" + "{{ a.name }}{{ b.name }}" * 160 + "{% endfor %}{% endfor %}",
    "{% for a in vouchers %}{% for b in offers %}" + "{{ offers }}" * 320 + "{% endfor %}{% endfor %}",
    "{% for a in vouchers %}{% for b in vouchers %}{{ loop.index * 'x' }}{% endfor %}{% endfor %}",
    "{% for a in vouchers %}{{ loop.__class__ }}{{ loop.previtem }}{% endfor %}",
    "{% for a in vouchers %}{{ a.__class__ }}{{ a._asdict() }}{% endfor %}",
    "{% for a, b in vouchers %}{% endfor %}",
    "{% for points in vouchers %}{{ points }}{% endfor %}",
    "{% for loop in vouchers %}{{ loop }}{% endfor %}",
    "{% for __a in vouchers %}{{ __a.name }}{% endfor %}",
    "{{ offers }}" * 320,
    "{{ name }}" * 399,
    "{{ today | day }}" * 200,
    "{{ points | plural(one='#', other='" + "#" * 3_000 + "') }}",
)
PIECES = (
    "{{ ",
    " }}",
    "{% if ",
    " %}",
    "{% endif %}",
    "{% for a in ",
    "{% endfor %}",
    "{% else %}",
    "{% set a = ",
    "{# ",
    " #}",
    "points",
    "vouchers",
    "a.name",
    "name",
    "__class__",
    "'x'",
    '"',
    "9",
    " * ",
    " ** ",
    " ~ ",
    " % ",
    " | ",
    " or ",
    " in ",
    "default",
    "plural",
    "(",
    ")",
    "[",
    "]",
    ".",
    ",",
    "=",
    "<b>",
    "</b>",
    "<a href=",
    "&",
    "\n",
    "\u202e",
    "\x00",
    "😀",
    "\ufffd",
    "名",
)


def templates(seed: int = 6) -> list[str]:
    """All of them, the same for a seed."""
    found: dict[str, None] = {}
    made = _all(random.Random(seed))
    while len(found) < MANY:
        found[next(made)] = None
    return list(found)


def _all(rng: random.Random) -> Iterator[str]:
    yield from BOMBS
    for head in HEADS:
        yield from (f"{{{{ {head}.{walk} }}}}" for walk in WALKS)
    while True:
        size = rng.choice((3, 10, 40, 400))
        text = "".join(rng.choice(PIECES) for _piece in range(size))
        yield text[: rng.choice((4_000, 5_000))]


def judge(text: str) -> str:
    """What becomes of a template: refused, or what it says to a customer who has much of everything."""
    from outreach.templates.content import Content, Text
    from outreach.templates.flaws import TemplateWrong
    from outreach.templates.rendering import NotSaid, render
    from tests.outreach.templates.some_content import STAMP, rich

    content = Content(texts={"en": Text(text, "reviewed")})
    try:
        message = render(content, "en", rich(), STAMP)
    except TemplateWrong:
        return "refused"
    return "not said" if isinstance(message, NotSaid) else "said"


def main() -> None:
    """Judge them all, bound; what became of them is printed."""
    all_of_them = templates()
    judge("{{ name }} {{ today }}")  # what is imported and read once is no template's
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # ends the process; a limit of RLIMIT_CPU has whole seconds only
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    became = [judge(text) for text in all_of_them]
    sys.stdout.write(" ".join(f"{kind}={became.count(kind)}" for kind in ("refused", "not said", "said")))


if __name__ == "__main__":
    main()
