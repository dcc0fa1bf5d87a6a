"""python-telegram-bot's ConversationHandler, its persistence flushed after each update."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import msgspec
from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest

from bench.turn.survey import ACCOUNT, QUESTIONS, THANKS, TOKEN, Question, Value, labels, read

ME = msgspec.json.encode(
    {"ok": True, "result": {"id": int(ACCOUNT), "is_bot": True, "first_name": "Bot", "username": "survey_bot"}}
)
SENT = msgspec.json.encode(
    {"ok": True, "result": {"message_id": 1, "date": 1_795_233_600, "chat": {"id": 1, "type": "private"}}}
)


class Silent(BaseRequest):
    """Every call is answered at once."""

    @property
    def read_timeout(self) -> float | None:
        """It waits for nothing."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing is open."""

    async def do_request(self, url: str, method: str, *_args: Any, **_kwargs: Any) -> tuple[int, bytes]:
        """The answer of getMe or of sendMessage."""
        return 200, ME if url.endswith("/getMe") else SENT


def _keyboard(question: Question) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    shown = labels(question)
    return ReplyKeyboardMarkup.from_column(list(shown)) if shown else ReplyKeyboardRemove()


KEYBOARDS = [_keyboard(question) for question in QUESTIONS]


async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask the first question."""
    assert context.user_data is not None
    context.user_data["answers"] = {}
    return await _ask(update, 0)


async def answered(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the answer and ask the next question, or the same again."""
    assert context.user_data is not None
    assert update.message is not None
    given: dict[str, Value] = context.user_data["answers"]
    question = QUESTIONS[len(given)]
    value = read(question, update.message.text or "")
    if value is not None:
        given[question.key] = value
    return await _ask(update, len(given))


async def _ask(update: Update, place: int) -> int:
    assert update.message is not None
    if place == len(QUESTIONS):
        await update.message.reply_text(THANKS, reply_markup=ReplyKeyboardRemove())
        return ConversationHandler.END
    await update.message.reply_text(QUESTIONS[place].text, reply_markup=KEYBOARDS[place])
    return place


class Ptb:
    """An Application with one conversation, kept in one file."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "kept.pickle"
        # The whole file is written by each flush, and by nothing else: the least that a flush per update costs.
        self._persistence = PicklePersistence(
            self._path, PersistenceInput(bot_data=False, chat_data=False, callback_data=False), on_flush=True
        )
        silent = Silent()
        self._application = (
            Application.builder()
            .token(TOKEN)
            .request(silent)
            .get_updates_request(silent)
            .updater(None)
            .job_queue(None)
            .persistence(self._persistence)
            .build()
        )
        answer: MessageHandler[Any, Any] = MessageHandler(filters.TEXT & ~filters.COMMAND, answered)
        self._application.add_handler(
            ConversationHandler(
                entry_points=[CommandHandler("start", begin)],
                states={place: [answer] for place in range(len(QUESTIONS))},
                fallbacks=[],
                name="survey",
                persistent=True,
            )
        )

    async def start(self) -> None:
        """Load what is kept."""
        await self._application.initialize()

    async def feed(self, update: bytes) -> None:
        """Parse, process, flush."""
        parsed = Update.de_json(msgspec.json.decode(update, type=dict[str, Any]), self._application.bot)
        await self._application.process_update(parsed)
        await self._application.update_persistence()
        await self._persistence.flush()

    async def stop(self) -> None:
        """Everything is flushed."""
        await self._application.shutdown()

    def answers(self) -> dict[str, dict[str, Value]]:
        """What the file holds."""
        kept = pickle.loads(self._path.read_bytes())
        return {str(user): data["answers"] for user, data in kept["user_data"].items()}

    def rows(self) -> dict[str, str]:
        """It has no tables."""
        return {}


async def start(directory: Path) -> Ptb:
    """The contestant."""
    ptb = Ptb(directory)
    await ptb.start()
    return ptb
