"""Every value that a template may name, and every helper: gate, editor and `docs/templates.md` know no others.

All but the few that are `shared` tell something of the customer; who wants nothing personal has none of these, and
hears the words that stand in for them. A value that is not known has no text: a template says what stands for it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from locales import Text, _

Kind: TypeAlias = Literal["text", "number", "money", "day", "list", "truth", "mixed"]

MOST_ITEMS = 3  # of a list
MOST_LETTERS = 200  # of a value that is text


class Value(NamedTuple):
    """A value: what it is called, of which kind it is, and what it tells.

    `fields` are those of each item of a list. A `shared` one is the same for everybody; one that is `always` there
    needs no words that stand in.
    """

    name: str
    kind: Kind
    label: Text
    shared: bool = False
    always: bool = False
    fields: tuple[Value, ...] = ()


class Helper(NamedTuple):
    """A helper, written after a value and a bar: what it takes, what it gives, and an example.

    `takes` are the kinds of values it can be written after.
    """

    name: str
    takes: tuple[Kind, ...]
    gives: Kind
    label: Text
    example: str


VALUES: tuple[Value, ...] = (
    Value("call_me", "text", _("What they want to be called, or their name")),
    Value("name", "text", _("Their whole name")),
    Value("city", "text", _("The city they live in")),
    Value("points", "number", _("The points they can use")),
    Value("tier", "text", _("Their tier")),
    Value("next_tier", "text", _("The next tier")),
    Value("points_to_next_tier", "number", _("The points they lack for the next tier")),
    Value("points_expiring", "number", _("The points that expire next")),
    Value("expiry_day", "day", _("The day on which these points expire")),
    Value("member_since", "day", _("The day they became a member")),
    Value("birthday_month", "text", _("The month of their birthday")),
    Value("last_product", "text", _("The product they bought last")),
    Value("last_purchase_day", "day", _("The day they last bought something")),
    Value("branch", "text", _("The branch they last bought at")),
    Value(
        "bought",
        "list",
        _("The last products they bought, three at most"),
        fields=(Value("name", "text", _("The product")), Value("day", "day", _("The day it was bought"))),
    ),
    Value(
        "vouchers",
        "list",
        _("Vouchers they can use, three at most, the first to end first"),
        fields=(
            Value("name", "text", _("What it is for")),
            Value("until", "day", _("The last day it can be used; not known where it has no end")),
        ),
    ),
    Value(
        "offers",
        "list",
        _("Offers that run now for everybody or for their tier, three at most"),
        shared=True,
        fields=(
            Value("name", "text", _("The product"), always=True),
            Value("price", "money", _("What it costs now"), always=True),
            Value("usual_price", "money", _("What it costs otherwise"), always=True),
            Value("until", "day", _("The last day of the offer"), always=True),
        ),
    ),
    Value("business", "text", _("The name of your business"), shared=True, always=True),
    Value("today", "day", _("The day on the customer's clock"), shared=True, always=True),
    Value("gift", "text", _("The reward that comes with the message"), shared=True),
    Value("gift_points", "number", _("The points that come with the message"), shared=True),
)
BY_NAME = {value.name: value for value in VALUES}

LOOP = Value(
    "loop",
    "list",
    _("Where a list is"),
    fields=(
        Value("index", "number", _("The place in the list, from 1"), always=True),
        Value("first", "truth", _("Whether it is the first"), always=True),
        Value("last", "truth", _("Whether it is the last"), always=True),
    ),
)
"""What can be asked of a list within `for`."""

HELPERS: tuple[Helper, ...] = (
    Helper(
        "default",
        ("text", "number", "money", "day", "list", "mixed"),
        "mixed",
        _("Words that stand in where the value is not known"),
        '{{ city | default("your city") }}',
    ),
    Helper(
        "plural",
        ("number",),
        "text",
        _("The form that the number takes in the language; # is the number"),
        '{{ points | plural(one="# point", other="# points") }}',
    ),
    Helper("count", ("list",), "number", _("How many a list has"), "{{ vouchers | count }}"),
    Helper("day", ("day",), "text", _("The day without its year"), "{{ expiry_day | day }}"),
    Helper("month", ("day",), "text", _("The month of a day"), "{{ today | month }}"),
    Helper("weekday", ("day",), "text", _("The day of the week"), "{{ today | weekday }}"),
)
BY_HELPER = {helper.name: helper for helper in HELPERS}

FORMS: dict[str, tuple[str, ...]] = {
    "en": ("one", "other"),
    "ms": ("other",),
    "vi": ("other",),
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "zh": ("other",),
}
"""The plural forms of each language by their CLDR names, in the order of its catalogue's rule."""
