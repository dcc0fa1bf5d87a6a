"""The faults that are planted: each takes a promise out, and names the tests that must notice."""

from __future__ import annotations

from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]


class Mutant(msgspec.Struct, frozen=True):
    """A fault: `changes` are (old, new) texts, each old one found exactly once in `file`."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def planted(self, root: Path = ROOT) -> str:
        """The file's text with the fault in it. Raises LookupError when a place is not there, or not only once."""
        text = (root / self.file).read_text()
        for old, new in self.changes:
            if (times := text.count(old)) != 1:
                raise LookupError(f"{self.name}: {self.file} has {times} times {old!r}")
            text = text.replace(old, new)
        return text


PLANNED = "tests/outreach/test_planned.py"
SENDER_FAULTS = "tests/scheduler/test_sender_faults.py"
SENDER = ("tests/scheduler/test_sender.py", "tests/scheduler/test_sender_waiting.py", SENDER_FAULTS)
DUPLICATES = "tests/faults/test_duplicates.py"
LATECOMERS = "tests/faults/test_latecomers.py"
FRAME = "tests/faults/test_turn_frame.py"
TURN = "tests/handlers/test_turn.py"
OWNERS = "tests/handlers/test_owners.py"
DEEDS = "tests/handlers/test_team_deeds.py"
COMING_BACK = "tests/handlers/test_coming_back.py"
SENDING = "tests/store/test_outbox_sending.py"
BROADCASTING = "tests/scheduler/test_broadcasting.py"

MUTANTS = (
    Mutant(
        "the sender is woken before the turn's commit",
        "handlers/turn.py",
        (
            (
                'committed = self._close(scene)\n        self._failpoint("turn.written")',
                "if (committed := self._close(scene)) is not None:\n            self._committed(committed)",
            ),
        ),
        (FRAME,),
    ),
    Mutant(
        "messages go to the wire before the commit that claims them",
        "scheduler/sending/desk.py",
        (
            (
                "await self._database.transact(pulse.run)",
                "apply = asyncio.get_running_loop().call_soon_threadsafe\n"
                "            await self._database.transact(\n"
                "                lambda connection: (pulse.run(connection), apply(self._apply, pulse, began))\n"
                "            )",
            ),
            ("            self._apply(pulse, began)\n            return\n", "            return\n"),
        ),
        (SENDER_FAULTS,),
    ),
    Mutant(
        "marketing is on the wire without being marked as sending",
        "store/outbox_sending.py",
        (('state=literal("sending"),', 'state=literal("claimed"),'),),
        (SENDER_FAULTS,),
    ),
    Mutant(
        "marketing that was being sent when its sender died is sent again",
        "store/outbox.py",
        (
            (
                '(outbox.c.state == literal("sending"), literal("unknown"))',
                '(outbox.c.state == literal("sending"), literal("queued"))',
            ),
        ),
        (SENDER_FAULTS,),
    ),
    Mutant(
        "marketing without an answer is tried again",
        "scheduler/sending/receipts.py",
        (
            (
                "case Unknown(reason=reason) if row.lane == MARKETING:",
                "case Unknown(reason=reason) if row.lane < 0:",
            ),
        ),
        ("tests/faults/test_provider_faults.py",),
    ),
    Mutant(
        "nothing is rechecked before the wire",
        "scheduler/sending/pulse.py",
        (("return cadence.judge(row.kind, standing, row.expires_at, self.now)", "return Now()"),),
        SENDER,
    ),
    Mutant(
        "consent is not rechecked before the wire",
        "outreach/cadence.py",
        (
            ('if standing.marketing == "withdrawn":', 'if standing.marketing == "never":'),
            ('if standing.marketing != "granted":', 'if standing.marketing == "unasked":'),
        ),
        SENDER,
    ),
    Mutant(
        "the daily limit is not rechecked before the wire",
        "outreach/cadence.py",
        (('yield self._day(moment), "daily limit"', 'yield moment, "daily limit"'),),
        SENDER,
    ),
    Mutant(
        "the owner of the conversation is not rechecked before the wire",
        "outreach/cadence.py",
        (("if standing.owner != BOT and not kind.owed:", 'if standing.owner == "":'),),
        SENDER,
    ),
    Mutant(
        "the bot answers while a person has the conversation",
        "handlers/gate.py",
        (
            (
                '{"owner": contact.owner}))\n    return True',
                '{"owner": contact.owner}))\n    return False',
            ),
        ),
        (OWNERS,),
    ),
    Mutant(
        "a change of owner leaves no row",
        "service/ownership.py",
        (("    desk.note_owner(connection, contact.id, now, conversation_id=conversation_id, **change)\n", ""),),
        (OWNERS,),
    ),
    Mutant(
        "who is not the owner answers, too",
        "handlers/staff_replied.py",
        (("if scene.contact.owner != staff.public_id:", "if False:"),),
        (DEEDS,),
    ),
    Mutant(
        "whoever takes a conversation takes it from whom they did not see with it",
        "handlers/conversation_taken.py",
        ((" or before != seen:", ":"),),
        (DEEDS,),
    ),
    Mutant(
        "what the customer says after a conversation was closed does not open it again",
        "service/closing.py",
        (("    return found if now - found.closed_at <= within else None\n", "    return None\n"),),
        (COMING_BACK,),
    ),
    Mutant(
        "a closed conversation opens again for good",
        "service/closing.py",
        (("    return found if now - found.closed_at <= within else None\n", "    return found\n"),),
        (COMING_BACK,),
    ),
    Mutant(
        "a dialogue that people interrupted lapses after a day",
        "handlers/scene.py",
        (
            (
                "if found and not quiet and self.now - found[-1][1] > self._patience(conversation):",
                "if found and self.now - found[-1][1] > self._patience(conversation):",
            ),
        ),
        (COMING_BACK,),
    ),
    Mutant(
        "what is settled is told again",
        "outreach/planned.py",
        (("if found is None or found.state != PLANNED:", "if found is None:"),),
        ("tests/handlers/test_flow_due.py",),
    ),
    Mutant(
        "a planned greeting is not asked again whether it is the day",
        "outreach/planned.py",
        (("if moment > now and not (row.args", "if moment > now and occasion in NOTICES and not (row.args"),),
        (PLANNED,),
    ),
    Mutant(
        "a greeting may come however late",
        "outreach/planned.py",
        (("expires_at = moment + dt.timedelta(hours=rules.grace_hours)", "expires_at = None"),),
        (PLANNED,),
    ),
    Mutant(
        "who moves is greeted by the old clock",
        "scheduler/planning.py",
        (("await _written(database, planned.move, coming.moved[:AT_ONCE])", "pass"),),
        (PLANNED,),
    ),
    Mutant(
        "the recheck does not lock the contact",
        "store/outbox_sending.py",
        (("    .with_for_update(of=contacts, key_share=True, skip_locked=True)\n", ""),),
        (SENDING, SENDER_FAULTS),
    ),
    Mutant(
        "an opt-out leaves what is queued",
        "store/consents.py",
        (("outbox.skip_marketing(connection, contact_id, OPTED_OUT)", "pass"),),
        (SENDER_FAULTS, "tests/faults/test_provider_faults.py"),
    ),
    Mutant(
        "who has lost a lease still writes that the message failed",
        "store/outbox_sending.py",
        (
            (
                '_MARKED = (found_by(outbox.c.id, _MARKS, "id"), outbox.c.fence == _MARKS.c.fence)',
                '_MARKED = (found_by(outbox.c.id, _MARKS, "id"),)',
            ),
        ),
        (LATECOMERS,),
    ),
    Mutant(
        "who has lost a lease still writes that the message is sent",
        "store/outbox_sending.py",
        (
            (
                '_GONE = (found_by(outbox.c.id, _SENT, "id"), outbox.c.fence == _SENT.c.fence)',
                '_GONE = (found_by(outbox.c.id, _SENT, "id"),)',
            ),
        ),
        (LATECOMERS,),
    ),
    Mutant(
        "a chat's word of when to write again is forgotten",
        "scheduler/sending/wire.py",
        (("self.pace.pause_chat(row.sender, now + receipt.seconds)", "pass"),),
        ("tests/scheduler/test_sender_waiting.py", "tests/faults/test_provider_faults.py"),
    ),
    Mutant(
        "an event that comes again is handled again",
        "store/inbox.py",
        (("    return bool(finished)\n", "    return True\n"),),
        (DUPLICATES,),
    ),
    Mutant(
        "a turn does not lock its contact",
        "store/contacts.py",
        (("    .with_for_update(of=contacts, key_share=True)\n", ""),),
        (DUPLICATES, FRAME),
    ),
    Mutant(
        "SQLite's writer begins like a reader",
        "store/database.py",
        (('"BEGIN IMMEDIATE" if immediate else "BEGIN"', '"BEGIN"'),),
        (FRAME,),
    ),
    Mutant(
        "polling confirms what is still at work",
        "channels/telegram/polling.py",
        (("if not task.done() or not task.result():", "if task.done() and not task.result():"),),
        ("tests/faults/test_database_locked.py", "tests/channels/test_telegram_polling.py"),
    ),
    Mutant(
        "the webhook answers before the turn has committed",
        "channels/telegram/webhook.py",
        (("await intake.take(update)", '__import__("asyncio").ensure_future(intake.take(update))'),),
        ("tests/faults/test_database_locked.py", "tests/channels/test_telegram_webhook.py"),
    ),
    Mutant(
        "tries of a poison event are not counted",
        "store/inbox.py",
        (('set_={"attempts": inbox.c.attempts + 1}', 'set_={"attempts": inbox.c.attempts}'),),
        (TURN,),
    ),
    Mutant(
        "tries are not counted before they are made",
        "handlers/turn.py",
        (
            (
                "        if not self._database.careful:\n            return await open_turn()",
                "        if True:\n            return await open_turn()",
            ),
        ),
        (TURN,),
    ),
    Mutant(
        "a stale button answers the open question",
        "handlers/button_pressed.py",
        (
            (
                "conversation.asking is not None and conversation.asking.place == place",
                "conversation.asking is not None",
            ),
        ),
        ("tests/faults/test_reorder.py", "tests/handlers/test_conversations.py"),
    ),
    Mutant(
        "a stale deadline ends the open question",
        "handlers/flow_due.py",
        ((" or parked.token != row.token:", ":"),),
        (LATECOMERS,),
    ),
    Mutant(
        "two schedulers run a job each",
        "store/schedules.py",
        (("where(schedules.c.name == name, is_due)", "where(schedules.c.name == name)"),),
        ("tests/scheduler/test_tick.py",),
    ),
    Mutant(
        "a voucher is used whatever its state is",
        "store/vouchers.py",
        (
            (
                """        vouchers.c.id == _ID,
        vouchers.c.state == "valid",
        sa.or_(""",
                """        vouchers.c.id == _ID,
        sa.or_(""",
            ),
            (
                """        uses_left=vouchers.c.uses_left - _ONE,
        state=""",
                """        state=""",
            ),
        ),
        ("tests/loyalty/test_vouchers.py",),
    ),
    Mutant(
        "a hold does not look what there is",
        "loyalty/holds.py",
        (("if available < points:", "if False:"),),
        ("tests/loyalty/test_ledger.py",),
    ),
    Mutant(
        "an earning's key is not looked for",
        "loyalty/earning.py",
        (("known = ledger.find_entries(connection, [each.key for each in earnings])", "known = {}"),),
        ("tests/loyalty/test_ledger.py",),
    ),
    Mutant(
        "who asked for a correction of points may agree to it, too",
        "loyalty/adjusting.py",
        (("SamePerson() if found.staff_id == staff_id else found", "found"),),
        ("tests/loyalty/test_adjusting.py",),
    ),
    Mutant(
        "a conversation is given to whoever is there, however many they have",
        "service/assignment.py",
        (("[each for each in servers if each.held < each.capacity]", "list(servers)"),),
        ("tests/service/test_assignment.py",),
    ),
    Mutant(
        "what a first answer is due is counted by the clock on the wall",
        "service/targets.py",
        (
            (
                'first_due_at=times.after(since, _span(queue, "first"))',
                'first_due_at=since + _span(queue, "first")',
            ),
        ),
        ("tests/service/test_targets.py",),
    ),
    Mutant(
        "nobody tells the customer that a promise slips",
        "service/promises.py",
        (('look_at=None)\n    return "tell"', "look_at=None)\n    return None"),),
        ("tests/service/test_promises.py",),
    ),
    Mutant(
        "who has a campaign's message in the outbox has another prepared",
        "store/recipients.py",
        (("state=literal(PUT), reason", "state=literal(WAITING), reason"),),
        (BROADCASTING,),
    ),
    Mutant(
        "whether a campaign is paused is not asked before the wire",
        "scheduler/sending/pulse.py",
        (
            ("        if campaign == PAUSED:\n", "        if False:\n"),
            ("if campaign != RUNNING:", "if campaign == DONE:"),
        ),
        (BROADCASTING,),
    ),
    Mutant(
        "whether a campaign is cancelled is not asked before the wire",
        "scheduler/sending/pulse.py",
        (("if campaign != RUNNING:", "if campaign == DONE:"),),
        (BROADCASTING,),
    ),
    Mutant(
        "what a paused campaign put into the outbox never comes back",
        "scheduler/sending/pulse.py",
        (("        recipients_folding.take_back(connection, taken_back)\n", ""),),
        (BROADCASTING,),
    ),
    Mutant(
        "what became of a campaign's message is taken over before it is known",
        "store/recipients_folding.py",
        (("outbox.c.state.in_(_FINAL))", 'outbox.c.state.in_([*_FINAL, literal("sending")]))'),),
        (BROADCASTING,),
    ),
    Mutant(
        "a campaign's message that may have arrived is tried again",
        "store/recipients_folding.py",
        (
            ("_rows.c.state == literal(FAILED), _rows.c.due_at", "_rows.c.state != literal(SENT), _rows.c.due_at"),
            ("standing_as(FAILED))", "standing_as(FAILED, UNKNOWN))"),
        ),
        (BROADCASTING,),
    ),
    Mutant(
        "an answer that comes late leaves a campaign's count as it was",
        "store/outbox_sending.py",
        (
            (
                "recipients_folding.sent_late(connection, [(id_, fence) for id_, fence, _external_id in sent])",
                "pass",
            ),
        ),
        (BROADCASTING,),
    ),
    Mutant(
        "who was forgotten a moment ago has a message prepared",
        "outreach/campaigns/preparing.py",
        (
            (
                "ids = outbox_sending.lock_free(connection, [row.contact_id for row in rows])",
                "ids = {row.contact_id for row in rows}",
            ),
        ),
        ("tests/faults/test_campaign_races.py",),
    ),
    Mutant(
        "what a campaign missed of its send rate is made up for",
        "outreach/campaigns/preparing.py",
        (
            (
                "first, each = max(campaign.prepared_at or now, now), MINUTE / a_minute",
                "first, each = campaign.prepared_at or now, MINUTE / a_minute",
            ),
        ),
        (BROADCASTING,),
    ),
)
