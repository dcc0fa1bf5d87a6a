"""Campaigns: written, tried, submitted, paused and read. People approve them; a key never does."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy.engine import Connection

from console.api import money
from console.api.campaign_fields import CampaignGiven, CampaignShown, TrialShown, Written, draft, shown, trial_shown
from console.api.fields import ID, MARK, Amount, Asked, PublicId, Shown, Whole
from console.api.frame import Caller, Change, IdempotencyKey, needs
from console.api.gate import JsonRoute
from console.api.problems import Problem, Wrong
from loyalty import programme
from outreach.campaigns import checks, lifecycle, planning, progress, trial
from outreach.campaigns.lifecycle import Refused, Retried
from store import campaigns, recipient_pages
from store.campaigns import DRAFT, PLANNED, WAITING, Campaign
from store.recipient_pages import Shown as Row
from store.recipient_pages import Wanted

router = APIRouter(tags=["campaigns"], route_class=JsonRoute)
Reads = Annotated[Caller, needs("campaigns:read")]
Writes = Annotated[Caller, needs("campaigns:write")]
Sends = Annotated[Caller, needs("campaigns:send")]
CampaignId = Annotated[PublicId, Path(alias="id")]
Text = Annotated[str, StringConstraints(pattern=ID), Path(alias="id")]
GoingId = Annotated[Text, Field(examples=["m3TzA8wEo5HsJk1d"])]  # of examples that stand otherwise
PausedId = Annotated[Text, Field(examples=["x2PbN6uGi4RfVy9c"])]
FailedId = Annotated[Text, Field(examples=["e5WkQ1jLa7ZoDt8h"])]
PlannedId = Annotated[Text, Field(examples=["q7LmX2vKc9RtYb4e"])]
FATES = Literal["sent", "waiting", "queued", "sending", "skipped", "failed", "unknown", "held"]
STATES = Literal["draft", "waiting", "planned", "running", "paused", "done", "cancelled"]
REFUSED = {
    "changed": "Somebody has changed it since; get it again, and give the `edit` it has now.",
    "no segment": "Its segment was removed; choose another.",
    "no template": "A template of it was removed; choose another.",
    "too late": "Its end has passed, so nothing of it can be sent any more.",
}


class CampaignsAsked(Asked):
    """Which campaigns."""

    state: STATES | None = Field(None, description="Those that stand so.")
    after: PublicId | None = Field(None, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=100)


class CampaignList(Shown):
    """Some campaigns, the newest first."""

    campaigns: list[CampaignShown]
    next: PublicId | None = Field(description="Give it as `after` for the next page; null: that was all.")


class CampaignChange(CampaignGiven):
    """A draft as it shall be."""

    edit: Whole = Field(ge=0, le=10**9, description="The `edit` of the draft that was read.")


class Unfinished(Shown):
    """One thing that must be put right before it can be sent."""

    field: str = Field(examples=["variants.0.template"])
    problem: str


class Checked(Shown):
    """What keeps a campaign from being sent; empty: nothing."""

    problems: list[Unfinished]


class Standing(Shown):
    """So many recipients stand so, for this reason."""

    state: str = Field(examples=["sent", "waiting", "queued", "sending", "skipped", "failed", "unknown", "held"])
    reason: str = Field(description="In Sapa's own words; of failed ones the provider's. Empty: none is told.")
    number: int


class ProgressShown(Shown):
    """How far a campaign is; the lines add up to everybody it is for."""

    state: STATES
    lines: list[Standing]


class RecipientsAsked(Asked):
    """Which recipients."""

    state: FATES | None = Field(None, description="Those who stand so.")
    after: Annotated[str, StringConstraints(pattern=MARK)] | None = Field(
        None, description="The `next` of the page before."
    )
    limit: int = Field(100, ge=1, le=500)


class RecipientShown(Shown):
    """Somebody the campaign is for, how they stand, and why."""

    customer: PublicId
    number: str | None
    variant: str = Field(description="Empty: held out, or waiting for the better one.")
    state: FATES
    reason: str
    language: str = Field(description="Of the text that was sent; empty: none was yet.")
    sent_at: dt.datetime | None
    clicked_at: dt.datetime | None
    replied_at: dt.datetime | None
    stopped_at: dt.datetime | None
    bought_at: dt.datetime | None
    paid: Amount = Field(description="In the days in which a purchase counts, in the programme's currency.")


class RecipientList(Shown):
    """Some recipients, by state and reason. Who moves on meanwhile may come twice or not at all."""

    recipients: list[RecipientShown]
    next: str | None = Field(description="Give it as `after` for the next page; null: that was all.")


class RetriedShown(Shown):
    """How many that failed wait for another message."""

    count: int


@router.get("/campaigns", operation_id="listCampaigns")
async def listed(caller: Reads, asked: Annotated[CampaignsAsked, Query()]) -> CampaignList:
    """The campaigns, in pages."""
    return await caller.read(partial(_page, asked=asked))


@router.post("/campaigns", operation_id="makeCampaign", status_code=201, response_model=CampaignShown)
async def make(given: CampaignGiven, idempotency_key: IdempotencyKey, caller: Writes) -> Response:
    """Make a draft; it may be unfinished, and nothing is sent."""
    return await caller.change_once(idempotency_key, given, "campaign", partial(_make, given))


@router.get("/campaigns/{id}", operation_id="getCampaign")
async def one(of_id: CampaignId, caller: Reads) -> CampaignShown:
    """One campaign."""
    return await caller.read(lambda connection: shown(connection, of(connection, of_id)))


@router.put("/campaigns/{id}", operation_id="changeCampaign")
async def change(of_id: CampaignId, given: CampaignChange, caller: Writes) -> CampaignShown:
    """Change a draft: it is then as given, with defaults for what is left out."""
    return await caller.change(partial(_save, of_id, given))


@router.get("/campaigns/{id}/problems", operation_id="checkCampaign")
async def check(of_id: CampaignId, caller: Reads) -> Checked:
    """What keeps a draft from being sent."""
    return await caller.read(partial(_check, of_id=of_id, caller=caller))


@router.post("/campaigns/{id}/trial", operation_id="tryCampaign")
async def attempt(of_id: CampaignId, caller: Writes) -> TrialShown:
    """Have it counted who would get it, and why others would not. Ask for the result until `stage` is `done`."""
    return await caller.change(partial(_try, of_id))


@router.get("/campaigns/{id}/trial", operation_id="getTrial")
async def tried(of_id: CampaignId, caller: Reads) -> TrialShown:
    """What the last trial has found so far."""
    return await caller.read(partial(_tried, of_id=of_id))


@router.post("/campaigns/{id}/start", operation_id="startCampaign")
async def start(of_id: CampaignId, caller: Sends) -> CampaignShown:
    """Submit a draft: it is `planned`, or `waiting` until a person approves it in the console."""
    people = await caller.read(partial(_people, of_id=of_id, caller=caller))
    return await caller.change(partial(_start, of_id, people))


@router.post("/campaigns/{id}/pause", operation_id="pauseCampaign")
async def pause(of_id: GoingId, caller: Sends) -> CampaignShown:
    """Send nothing more of it until it is resumed."""
    return await caller.change(partial(_move, of_id, "paused", lifecycle.pause))


@router.post("/campaigns/{id}/retry", operation_id="retryCampaign")
async def retry(of_id: FailedId, caller: Sends) -> RetriedShown:
    """Send again to those whose message failed; never to those of whom nobody knows."""
    asked_at, count, more = caller.house.now(), 0, True
    while more:
        some = await caller.change(partial(_retry, of_id, asked_at, count))
        count, more = count + some.number, some.more
    return RetriedShown(count=count)


@router.post("/campaigns/{id}/resume", operation_id="resumeCampaign")
async def resume(of_id: PausedId, caller: Sends) -> CampaignShown:
    """Go on where it was paused."""
    return await caller.change(partial(_move, of_id, "resumed", lifecycle.resume))


@router.post("/campaigns/{id}/take-back", operation_id="takeBackCampaign")
async def take_back(of_id: CampaignId, caller: Sends) -> CampaignShown:
    """Make a campaign that has not started a draft again."""
    return await caller.change(partial(_move, of_id, "taken_back", lifecycle.take_back))


@router.post("/campaigns/{id}/cancel", operation_id="cancelCampaign")
async def cancel(of_id: PlannedId, caller: Sends) -> CampaignShown:
    """Send nothing more of it, ever."""
    return await caller.change(partial(_move, of_id, "cancelled", lifecycle.cancel))


@router.get("/campaigns/{id}/progress", operation_id="getProgress")
async def standing(of_id: CampaignId, caller: Reads) -> ProgressShown:
    """How its recipients stand now, and why."""
    return await caller.read(partial(_standing, of_id=of_id))


@router.get("/campaigns/{id}/recipients", operation_id="listRecipients")
async def recipients(of_id: CampaignId, caller: Reads, asked: Annotated[RecipientsAsked, Query()]) -> RecipientList:
    """Everybody the campaign is for, in pages."""
    return await caller.read(partial(_recipients, of_id=of_id, asked=asked))


def of(connection: Connection, public_id: str, *, lock: bool = False) -> Campaign:
    """The campaign with this id. Raises Problem 404."""
    found = campaigns.find(connection, public_id, lock=lock)
    if found is None:
        raise Problem("not-found")
    return found


def done(came: Campaign | Refused | planning.Wrong) -> Campaign:
    """What was done. Raises Problem for what was not."""
    if isinstance(came, planning.Wrong):
        errors = [Wrong(each.field, each.message) for each in came.problems]
        raise Problem("campaign-unfinished", "Put right what `errors` names.", errors=errors)
    if isinstance(came, Refused):
        raise refusal(came)
    return came


def refusal(refused: Refused) -> Problem:
    """Why something was not done."""
    if refused.why == "unknown":
        return Problem("not-found")
    if refused.why == "state":
        return Problem("campaign-refused", f"It is {refused.state}, and that cannot be done then.")
    return Problem("campaign-refused", REFUSED.get(refused.why, refused.why))


def _page(connection: Connection, asked: CampaignsAsked) -> CampaignList:
    after = of(connection, asked.after).id if asked.after else None
    found = campaigns.page(connection, asked.state or "", after, asked.limit + 1)
    listed = found[: asked.limit]
    return CampaignList(
        campaigns=[shown(connection, each) for each in listed],
        next=listed[-1].public_id if len(found) > asked.limit else None,
    )


def _make(given: Written, change: Change) -> CampaignShown:
    made = done(planning.make(change.connection, draft(given), change.key.public_id, change.now))
    change.note("campaign.made", f"campaign:{made.public_id}", {"name": made.name})
    return shown(change.connection, made)


def _save(of_id: str, given: CampaignChange, change: Change) -> CampaignShown:
    connection = change.connection
    saved = planning.save(connection, of_id, draft(given), seen=given.edit, by=change.key.public_id, now=change.now)
    kept = done(saved)
    change.note("campaign.changed", f"campaign:{kept.public_id}", {"name": kept.name})
    return shown(connection, kept)


def _check(connection: Connection, of_id: str, caller: Caller) -> Checked:
    written = planning.draft_of(connection, of(connection, of_id))
    found = checks.problems(connection, written, caller.house.now(), caller.house.zone.key)
    return Checked(problems=[Unfinished(field=each.field, problem=each.message) for each in found])


def _try(of_id: str, change: Change) -> TrialShown:
    found = of(change.connection, of_id, lock=True)
    if found.state not in (DRAFT, WAITING, PLANNED):
        raise refusal(Refused("state", found.state))
    asked = trial.ask(change.connection, found, change.now)
    if isinstance(asked, planning.Wrong):
        done(asked)
    return _tried(change.connection, of_id)


def _tried(connection: Connection, of_id: str) -> TrialShown:
    found = of(connection, of_id)
    last = trial.of(found)
    if last is None:
        raise Problem("not-found", "It was not tried yet; `POST` to this address does.")
    return trial_shown(last, changed=last.edit != found.edit)


def _people(connection: Connection, of_id: str, caller: Caller) -> int:
    return planning.people(connection, of(connection, of_id), caller.house.now(), caller.house.zone.key)


def _start(of_id: str, people: int, change: Change) -> CampaignShown:
    zone = change.house.zone.key
    submitted = done(planning.submit(change.connection, of_id, seen=None, people=people, now=change.now, zone=zone))
    change.note("campaign.submitted", f"campaign:{of_id}", {"name": submitted.name, "state": submitted.state})
    return shown(change.connection, submitted)


def _move(of_id: str, action: str, how: Any, change: Change) -> CampaignShown:
    moved = done(how(change.connection, of_id, now=change.now))
    change.note(f"campaign.{action}", f"campaign:{of_id}", {"name": moved.name, "state": moved.state})
    return shown(change.connection, moved)


def _retry(of_id: str, asked_at: Any, before: int, change: Change) -> Retried:
    came = lifecycle.retry_failed(change.connection, of_id, asked_at=asked_at)
    if isinstance(came, Refused):
        if came.why == "nothing failed":
            return Retried(0, False)
        raise refusal(came)
    if not before:
        change.note("campaign.retried", f"campaign:{of_id}", None)
    return came


def _standing(connection: Connection, of_id: str) -> ProgressShown:
    found = of(connection, of_id)
    how = progress.read(connection, found.id)
    return ProgressShown(
        state=msgspec.convert(found.state, STATES), lines=[Standing(**line._asdict()) for line in how.lines]
    )


def _recipients(connection: Connection, of_id: str, asked: RecipientsAsked) -> RecipientList:
    found = of(connection, of_id)
    page = recipient_pages.page(connection, found.id, Wanted(asked.state or ""), asked.after or "", asked.limit)
    if page is None:
        raise Problem("not-found", "There is no such page. Give the `next` of the page before as `after`.")
    currency = programme.read(connection).currency
    return RecipientList(recipients=[_recipient(each, currency) for each in page.rows], next=page.after or None)


def _recipient(one: Row, currency: str) -> RecipientShown:
    facts = {name: getattr(one, name) for name in RecipientShown.model_fields if hasattr(one, name)}
    return RecipientShown(**facts | {"customer": one.contact, "paid": money.written(one.paid, currency)})
