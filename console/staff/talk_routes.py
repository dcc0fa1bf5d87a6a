"""The addresses of one customer's conversation."""

from __future__ import annotations

from console.staff import talk, talk_answers, talk_deeds
from console.staff.access import page
from console.staff.gate import SERVICE
from console.staff.rendering import StaffRoute
from handlers import team_file

POST = ["POST"]
TALK = f"{talk.PAGE}/{{public_id}}"

ROUTES: tuple[StaffRoute, ...] = (
    page(TALK, talk.one, roles=SERVICE),
    page(f"{TALK}/lines", talk.lines, roles=SERVICE),
    page(f"{TALK}/canned", talk.ready_replies, roles=SERVICE),
    page(f"{TALK}/look", talk.presence, roles=SERVICE),
    page(f"{TALK}/look", talk.look, roles=SERVICE, methods=POST),
    page(f"{TALK}/draft", talk.draft, roles=SERVICE, methods=POST),
    page(f"{TALK}/reply", talk_answers.reply, roles=SERVICE, methods=POST, upload=team_file.FILE_BYTES),
    page(f"{TALK}/note", talk_answers.note, roles=SERVICE, methods=POST),
    page(f"{TALK}/take", talk_deeds.take, roles=SERVICE, methods=POST),
    page(f"{TALK}/back", talk_deeds.give_back, roles=SERVICE, methods=POST),
    page(f"{TALK}/transfer", talk_deeds.transfer, roles=SERVICE, methods=POST),
    page(f"{TALK}/snooze", talk_deeds.snooze, roles=SERVICE, methods=POST),
    page(f"{TALK}/close", talk_deeds.close, roles=SERVICE, methods=POST),
    page(f"{TALK}/promise", talk_deeds.promise, roles=SERVICE, methods=POST),
    page(f"{TALK}/promises/{{promise}}", talk_deeds.settle, roles=SERVICE, methods=POST),
    page(f"{TALK}/labels", talk_deeds.label, roles=SERVICE, methods=POST),
    page(f"{TALK}/merge", talk_deeds.merge, roles=SERVICE, methods=POST),
    page(f"{TALK}/spam", talk_deeds.spam, roles=SERVICE, methods=POST),
    page("/staff/media/{public_id}", talk.picture, roles=SERVICE),
)
