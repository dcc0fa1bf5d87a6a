"""A contact's conversation with the bot: the session that asks, and the ones it interrupted.

Pure: sessions come in, change, and are read off again by the turn, which stores them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import msgspec

from locales import _
from talk.engine import (
    Answer,
    Book,
    Event,
    Host,
    Outcome,
    Passed,
    Said,
    advance,
    is_aside,
    is_fleeting,
    is_patient,
)
from talk.journal import Record, to_plain
from talk.stops import FlowError

State: TypeAlias = Literal["asking", "interrupted", "waiting", "ended"]
DEPTH = 5

GONE = _("Sorry, I can't go on with what we were doing before. Please choose again from the menu.")


class Session(msgspec.Struct):
    """One run of a flow with a contact. `exit` says how it ended, `restarts` counts fresh starts."""

    id: int
    record: Record
    state: State
    exit: str = ""
    restarts: int = 0

    @property
    def place(self) -> str:
        """`session.token` of the question it is parked at; what a valid button carries."""
        parked = self.record.parked
        return f"{self.id}.{parked.token}" if parked else ""


class Conversation(msgspec.Struct):
    """The stack of a contact's sessions, the asking one last, and what is said in this turn.

    `open` makes a session for a flow and its arguments (and gives it its id). `changed` are the sessions to store.
    `handed_over` is the reason when a dialogue asked for a person, `topic` what about, `handed_by` its session:
    where the question could not be read it stays interrupted, for whoever gives the conversation back.
    `quiet`: people have the conversation, so what was interrupted is not asked again. `left` is the patient
    dialogue that lapsed in this turn.
    """

    book: Book
    host: Host
    open: Callable[[str, dict[str, Any]], Session]
    stack: list[Session]
    said: list[Said] = []
    changed: list[Session] = []
    handed_over: str = ""
    topic: str = ""
    handed_by: Session | None = None
    quiet: bool = False
    left: str = ""

    @property
    def asking(self) -> Session | None:
        """The session whose question is open."""
        return self.stack[-1] if self.stack else None

    @property
    def is_patient(self) -> bool:
        """Whether what is asked keeps its answers and may be left for days."""
        return self.asking is not None and is_patient(self.book.get(self.asking.record.flow))

    def start(self, flow: str, **args: Any) -> None:
        """Run a flow now. What was asked before is interrupted; the same flow deeper in the stack is ended."""
        self.drop(flow, "replaced")
        session = self.open(flow, to_plain(args))
        self._interrupt(session)
        self._advance(session, None)

    def tell(self, flow: str, **args: Any) -> None:
        """Run a flow that nobody asked for. It only says something: what is being asked stands as it stood.

        Raises FlowError for a flow that asks, waits or leads elsewhere.
        """
        session = self.open(flow, to_plain(args))
        outcome = advance(session.record, session.id, self.book, self.host, None)
        if outcome.status != "ended":
            raise FlowError(f"{flow} is told unasked, so it may only say something; it was {outcome.status}.")
        session.record, session.exit = outcome.record, outcome.status
        self.said.extend(outcome.said)
        self._mark(session, "ended")

    def hear(self, answer: Answer) -> None:
        """Give the open question its answer."""
        if (session := self.asking) is not None:
            self._advance(session, answer)

    def answer_unseen(self, answer: Answer) -> None:
        """Give the open question an answer that came before it was asked in this turn: it is not shown."""
        place = self.asking.place if self.asking is not None else ""
        self.said = [one for one in self.said if not place or one.place != place]
        self.hear(answer)

    def ask_again(self) -> None:
        """Repeat the open question, nothing else; or go on when its deadline has passed."""
        if (session := self.asking) is not None:
            parked = session.record.parked
            self._advance(session, Passed() if parked and parked.passed else None)

    def pass_deadline(self, session: Session) -> None:
        """The deadline of a session's question passed, or its wait is over.

        An interrupted session hears of it when its turn comes; one that waited interrupts what is being asked, and
        leaves it as it stands when there is nothing to say.
        """
        parked = session.record.parked
        assert parked is not None
        parked.passed = True
        if session.state == "waiting":
            self._interrupt(session)
            self._advance(session, Passed(), unbidden=True)
        elif session is self.asking:
            self.ask_again()
        elif session in self.stack:
            self._mark(session, session.state)

    def back(self, key: str | None = None) -> bool:
        """Go back to the question before the open one (or to the last one with `key`); False when refused."""
        session = self.asking
        if session is None or not session.record.rewind(key):
            return False
        self._advance(session, None)
        return True

    def resume(self, session: Session) -> None:
        """Ask the question of the session on top again, as if for the first time; or go on when it is too late."""
        parked = session.record.parked
        assert parked is not None
        parked.tries = 0
        parked.passed = parked.passed or (parked.until is not None and parked.until <= self.host.now)
        self.ask_again()

    def restart(self, session: Session) -> None:
        """Run the flow of the session on top from its beginning, as if nothing had been answered."""
        if session.record.flow in self.book:
            self.start(session.record.flow, **session.record.args)
        else:
            self.ask_again()

    def drop(self, flow: str, why: str) -> None:
        """End the sessions of a flow that ask or are interrupted."""
        for session in [session for session in self.stack if session.record.flow == flow]:
            self._end(session, why)

    def leave(self, why: str) -> None:
        """End everything that asks or is interrupted."""
        for session in list(self.stack):
            self._end(session, why)

    def lapse(self) -> None:
        """End what was left alone for too long; a question with a deadline has an exit of its own."""
        if self.is_patient and self.asking is not None and self.asking.record.acted:
            self.left = self.asking.record.flow
        for session in list(self.stack):
            parked = session.record.parked
            if parked is None or parked.until is None:
                self._end(session, "idle")
        left = self.asking.record.parked if self.asking else None
        if left is not None and left.passed and not self.quiet:
            self._resume()

    def _interrupt(self, session: Session) -> None:
        """Put a session on top; what was interrupted longest ago gives way when there is too much."""
        if len(self.stack) >= DEPTH:
            self._end(self.stack[0], "crowded_out")
        if (current := self.asking) is not None:
            in_passing = is_aside(self.book.get(session.record.flow))
            if is_fleeting(self.book.get(current.record.flow)) and not in_passing:
                self._end(current, "passed_over")
            else:
                self._mark(current, "interrupted")
        self.stack.append(session)

    def _advance(self, session: Session, event: Event, *, unbidden: bool = False) -> None:
        if session.record.flow not in self.book:
            if session.state != "waiting":
                self.said.append(Said(GONE))
            self._end(session, "flow_gone")
        else:
            outcome = advance(session.record, session.id, self.book, self.host, event)
            self._take(session, outcome)
            if outcome.status == "detour":
                self.start(outcome.flow)
                return
        if session.state != "asking" and not (self.handed_over or self.quiet):
            in_passing = is_aside(self.book.get(session.record.flow))
            self._resume(quietly=in_passing or (unbidden and not self.said))

    def _resume(self, *, quietly: bool = False) -> None:
        """Go on with what was interrupted: its question is asked again."""
        if (session := self.asking) is None:
            return
        self._mark(session, "asking")
        parked = session.record.parked
        if not quietly or (parked and parked.passed):
            self.ask_again()

    def _take(self, session: Session, outcome: Outcome) -> None:
        session.record = outcome.record
        session.restarts += outcome.restarted
        self.said.extend(outcome.said)
        if outcome.status in ("asking", "detour"):
            self._mark(session, "asking")
        elif outcome.status == "waiting":
            self.stack.remove(session)
            self._mark(session, "waiting")
        elif outcome.status == "handed_over":
            self._hand_over(session, outcome)
        else:
            self._end(session, outcome.status)

    def _hand_over(self, session: Session, outcome: Outcome) -> None:
        if outcome.record.parked is None:
            self._end(session, outcome.status)
        else:
            self._mark(session, "interrupted")
        if not self.handed_over:
            self.handed_over, self.topic, self.handed_by = outcome.reason, outcome.topic, session

    def _end(self, session: Session, why: str) -> None:
        place = self.stack.index(session)
        del self.stack[place]
        for above in self.stack[place:]:
            self._mark(above, above.state)  # each moved down by one
        session.exit = why
        self._mark(session, "ended")

    def _mark(self, session: Session, state: State) -> None:
        session.state = state
        if session not in self.changed:
            self.changed.append(session)
