"""The usual template: aiogram with a router and states, an async SQLAlchemy session for each update on SQLite.

A middleware opens the session, finds or makes the user, and commits when the handler is done. The state stands in
the user's row, so that it survives a restart as Sapa's does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from aiogram import BaseMiddleware, Dispatcher, Router
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, TelegramObject, Update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.turn.survey import QUESTIONS, THANKS, Question, Value, labels, read
from bench.turn.telegram import silent_bot
from store.database import PRAGMAS, WRITE_AHEAD_LOG

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Base(DeclarativeBase):
    """The tables."""


class User(Base):
    """Somebody who wrote, and where they are in the survey."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(200))
    username: Mapped[str | None] = mapped_column(sa.String(64))
    language: Mapped[str | None] = mapped_column(sa.String(8))
    state: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now())


class Answer(Base):
    """An answer to a question."""

    __tablename__ = "answers"
    __table_args__ = (sa.UniqueConstraint("user_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    question: Mapped[str] = mapped_column(sa.String(32))
    value: Mapped[Any] = mapped_column(sa.JSON)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now())


class Survey(StatesGroup):
    """One state for each question."""

    recommend = State()
    branch = State()
    visits = State()
    served = State()
    staff = State()
    clean = State()
    drink = State()
    liked = State()
    member = State()
    better = State()


STATES = [cast(str, state.state) for state in Survey.__states__]


def _keyboard(question: Question) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    rows = [[KeyboardButton(text=label)] for label in labels(question)]
    return ReplyKeyboardMarkup(keyboard=rows) if rows else ReplyKeyboardRemove()


KEYBOARDS = [_keyboard(question) for question in QUESTIONS]


class SessionMiddleware(BaseMiddleware):
    """A session for each update, with the user and the state in it."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Open, handle, commit."""
        sender = cast(Update, event).message
        assert sender is not None
        assert sender.from_user is not None
        async with self._sessions() as session:
            user = await session.get(User, sender.from_user.id)
            if user is None:
                user = User(
                    id=sender.from_user.id,
                    name=sender.from_user.full_name,
                    username=sender.from_user.username,
                    language=sender.from_user.language_code,
                )
                session.add(user)
            data.update(session=session, user=user, raw_state=user.state)
            result = await handler(event, data)
            await session.commit()
        return result


async def begin(message: Message, user: User) -> None:
    """Ask the first question."""
    await _ask(message, user, 0)


async def answered(message: Message, session: AsyncSession, user: User, raw_state: str) -> None:
    """Keep the answer and ask the next question, or the same again."""
    place = STATES.index(raw_state)
    question = QUESTIONS[place]
    value = read(question, message.text or "")
    if value is not None:
        session.add(Answer(user_id=user.id, question=question.key, value=value))
        place += 1
    await _ask(message, user, place)


async def _ask(message: Message, user: User, place: int) -> None:
    if place == len(QUESTIONS):
        user.state = None
        await message.answer(THANKS, reply_markup=ReplyKeyboardRemove())
        return
    user.state = STATES[place]
    await message.answer(QUESTIONS[place].text, reply_markup=KEYBOARDS[place])


class Template:
    """The dispatcher and its database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # SQLAlchemy's own pool of 15 writers made each other wait beyond the lock's timeout; five ran fastest.
        self._engine = create_async_engine(
            f"sqlite+aiosqlite:///{path}", pool_size=5, max_overflow=0, connect_args={"timeout": 30}
        )
        sa.event.listen(self._engine.sync_engine, "connect", _configure)
        self._bot = silent_bot()
        router = Router()
        router.message.register(begin, CommandStart())
        router.message.register(answered, StateFilter(Survey))
        self._dispatcher = Dispatcher(disable_fsm=True)  # the state comes with the user's row
        self._dispatcher.update.outer_middleware(
            SessionMiddleware(async_sessionmaker(self._engine, expire_on_commit=False))
        )
        self._dispatcher.include_router(router)

    async def start(self) -> None:
        """Make the tables."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def feed(self, update: bytes) -> None:
        """Parse and dispatch an update."""
        await self._dispatcher.feed_raw_update(self._bot, msgspec.json.decode(update, type=dict[str, Any]))

    async def stop(self) -> None:
        """Close the database."""
        await self._engine.dispose()

    def answers(self) -> dict[str, dict[str, Value]]:
        """What the table holds."""
        engine = sa.create_engine(f"sqlite:///{self._path}")
        kept: dict[str, dict[str, Value]] = {}
        with engine.connect() as connection:
            for user, question, value in connection.execute(
                sa.select(Answer.user_id, Answer.question, Answer.value)
            ):
                kept.setdefault(str(user), {})[question] = value
        engine.dispose()
        return kept

    def rows(self) -> dict[str, str]:
        """Its tables are its own."""
        return {}


def _configure(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (WRITE_AHEAD_LOG, *PRAGMAS):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def start(directory: Path) -> Template:
    """The contestant."""
    template = Template(directory / "template.sqlite3")
    await template.start()
    return template
