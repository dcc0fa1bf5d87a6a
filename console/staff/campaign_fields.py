"""A campaign as it stands in its form: what was typed, read back with what is wrong about it."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from console.numbers import whole_number
from console.staff.access import Form
from locales import _
from outreach.campaigns.checks import Draft, Problem
from outreach.campaigns.settings import VARIANTS, Settings, Variant, Winner
from written.forms import types_of, unwrapped

NUMBER = _("Please give a whole number from {least} to {most}.")
NO_MOMENT = _("Please give the moment at which it starts.")
NO_DAY = _("Please give the day on which it starts.")
DAY_HOURS = 24
USUAL = Settings()


def read(form: Form, zone: ZoneInfo) -> tuple[Draft, list[Problem]]:
    """The campaign that a form means, and what cannot be read of it; its moments are those of `zone`."""
    reader = _Reader(form, zone)
    draft = Draft(
        name=" ".join(form.get("name", "").split()),
        kind="news" if form.get("kind") == "news" else "offer",
        segment=form.get("segment", ""),
        settings=reader.settings(),
    )
    return draft, reader.wrong


def typed(draft: Draft, zone: ZoneInfo) -> dict[str, str]:
    """The fields of the form that says this campaign."""
    settings = draft.settings
    days, hours = divmod(settings.ends_hours, DAY_HOURS)
    in_days = bool(days) and not hours
    winner = settings.winner or Winner()
    fields = {
        "name": draft.name,
        "kind": draft.kind,
        "segment": draft.segment,
        "audience": settings.audience,
        "start": "at" if settings.at else "day" if settings.day else "now",
        "at": settings.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if settings.at else "",
        "day": settings.day.isoformat() if settings.day else "",
        "hour": str(settings.hour),
        "ends": str(days if in_days else settings.ends_hours),
        "unit": "days" if in_days else "hours",
        "a_minute": str(settings.a_minute or ""),
        "hold_out": str(settings.hold_out),
        "priority": str(settings.priority),
        "days": str(settings.days),
        "percent": str(winner.percent),
        "hours": str(winner.hours),
        "by": winner.by,
    }
    for letter, variant in zip(VARIANTS, settings.variants, strict=False):
        fields |= {f"template-{letter}": variant.template, f"weight-{letter}": str(variant.weight)}
    return fields | {
        name: "yes" for name, on in (("fall_back", settings.fall_back), ("winner", settings.winner)) if on
    }


def field_of(problem: Problem) -> str:
    """The name of the form's field to which a problem belongs."""
    part, _dot, rest = problem.field.partition(".")
    if part == "variants":
        place, _dot, name = rest.partition(".")
        return f"{name or 'template'}-{VARIANTS[int(place)]}"
    return {"ends_hours": "ends"}.get(part, part)


class _Reader:
    def __init__(self, form: Form, zone: ZoneInfo) -> None:
        self._form, self._zone = form, zone
        self.wrong: list[Problem] = []

    def settings(self) -> Settings:
        form, start = self._form, self._form.get("start", "now")
        audience: Literal["frozen", "followed"] = "followed" if form.get("audience") == "followed" else "frozen"
        return Settings(
            variants=self._variants(),
            at=self._at() if start == "at" else None,
            day=self._day() if start == "day" else None,
            hour=self._number("hour", "hour"),
            ends_hours=self._ends(),
            a_minute=self._number("a_minute", "a_minute") if form.get("a_minute", "").strip() else None,
            audience=audience,
            hold_out=self._number("hold_out", "hold_out"),
            priority=self._number("priority", "priority"),
            fall_back="fall_back" in form,
            winner=self._winner() if "winner" in form else None,
            days=self._number("days", "days"),
        )

    def _variants(self) -> tuple[Variant, ...]:
        """Those that name a template, in the order of their letters."""
        found = []
        for letter in VARIANTS:
            if template := self._form.get(f"template-{letter}", ""):
                weight = self._number(f"weight-{letter}", "weight", Variant, usual=1)
                found.append(Variant(template=template[:24], weight=weight))
        return tuple(found)

    def _winner(self) -> Winner:
        return Winner(
            percent=self._number("percent", "percent", Winner),
            hours=self._number("hours", "hours", Winner),
            by="bought" if self._form.get("by") == "bought" else "clicked",
        )

    def _number(
        self, name: str, field: str, part: type[msgspec.Struct] = Settings, usual: int | None = None
    ) -> int:
        """The number that stands in the form within the bounds of its field; what is usual where there is none."""
        if usual is None:
            usual = getattr(USUAL if part is Settings else part(), field)
        assert usual is not None or field == "a_minute"
        if name not in self._form:
            return usual or 0
        meta = unwrapped(types_of(part)[field])[1]
        assert meta is not None
        return self._within(name, int(meta.ge or 0), int(meta.le or 0), 1, usual or 0)

    def _ends(self) -> int:
        if "ends" not in self._form:
            return USUAL.ends_hours
        times = DAY_HOURS if self._form.get("unit") == "days" else 1
        most = unwrapped(types_of(Settings)["ends_hours"])[1]
        assert most is not None
        return self._within("ends", 1, int(most.le or 0) // times, times, USUAL.ends_hours)

    def _within(self, name: str, least: int, most: int, times: int, usual: int) -> int:
        found = whole_number(self._form[name])
        if found is None or not least <= found <= most:
            self.wrong.append(Problem(name, NUMBER, {"least": least, "most": most}))
            return usual
        return found * times

    def _at(self) -> dt.datetime | None:
        try:
            found = dt.datetime.fromisoformat(self._form.get("at", "").strip())
            return found.replace(tzinfo=found.tzinfo or self._zone).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.wrong.append(Problem("at", NO_MOMENT))
            return None

    def _day(self) -> dt.date | None:
        try:
            return dt.date.fromisoformat(self._form.get("day", "").strip())
        except ValueError:
            self.wrong.append(Problem("day", NO_DAY))
            return None
