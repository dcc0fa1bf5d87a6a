"""A voucher's code is known to its owner alone, and is worth something once."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger, voucher_codes, vouchers
from loyalty.programme import Reward
from loyalty.vouchers import Cancelled, NoSuchReward, NotCancellable, NotRedeemable, Redeemed
from store.database import Database
from store.tables import metadata
from talk.reading.codes import ALPHABET, grouped
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory
from tests.loyalty.shop import balance, bought, code_of, members, open_shop
from tests.loyalty.threads import THREADS, at_once, transactions

DAY = dt.timedelta(days=1)


def redeem(
    connection: Connection, code: str, key: str = "till:1", *, now: dt.datetime = NOON, of: int | None = None
) -> Redeemed | NotRedeemable:
    return vouchers.redeem(connection, SECRET, code, key=key, branch_id=None, by="cashier", now=now, of=of)


def test_codes_are_random_in_every_letter() -> None:
    codes = [voucher_codes.fresh() for _each in range(4_000)]
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {voucher_codes.LENGTH}
    assert 5 * voucher_codes.LENGTH >= 65  # bits
    for place in range(voucher_codes.LENGTH):
        seen = Counter(code[place] for code in codes)
        assert set(seen) == set(ALPHABET)
        # 31 degrees of freedom: 80 is passed by one in three hundred thousand.
        assert sum((seen[letter] - 125) ** 2 / 125 for letter in ALPHABET) < 80


def test_a_code_stands_in_no_table() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        code = code_of(connection, bought(connection, contact))
        redeem(connection, code)
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                assert code not in f"{tuple(row)}".upper()
                assert code[:8].encode() not in b"".join(each for each in row if isinstance(each, bytes))


def test_another_secret_neither_shows_nor_takes_a_code() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        voucher = bought(connection, contact)
        code = code_of(connection, voucher)
        other = b"another secret, as long as the first"
        assert vouchers.code_of(connection, other, voucher.public_id) is None
        assert vouchers.check(connection, other, code, NOON).state == "unknown"


def test_a_ciphertext_belongs_to_its_voucher() -> None:
    sealed = voucher_codes.seal(SECRET, "CODE", "one")
    assert voucher_codes.unseal(SECRET, sealed, "one") == "CODE"
    assert voucher_codes.unseal(SECRET, sealed, "another") is None
    assert voucher_codes.unseal(SECRET, sealed[:-1] + bytes([sealed[-1] ^ 1]), "one") is None


def test_a_code_is_found_however_it_is_typed() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        code = code_of(connection, bought(connection, contact))
        confused = grouped(code).lower().replace("0", "o").replace("1", "l")
        for typed in (code, grouped(code), confused, f" V:{code} ", f"v:{code}", f"Ｖ：{code}", "-".join(code)):
            assert vouchers.check(connection, SECRET, typed, NOON).state == "valid"
        for typed in ("", "V:", code[:-1], code + "7", "no code at all", "\x00" * 14, "é" * 14):
            assert vouchers.check(connection, SECRET, typed, NOON).state == "unknown"


def test_the_till_sees_whose_voucher_it_is_and_what_for() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        voucher = bought(connection, contact)
        seen = vouchers.check(connection, SECRET, code_of(connection, voucher), NOON, "ms")
        assert (seen.state, seen.name, seen.contact_id, seen.public_id) == (
            "valid",
            "Secawan kopi",
            contact,
            voucher.public_id,
        )


def test_a_voucher_is_used_once_and_the_same_press_hears_the_same() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 200)
        code = code_of(connection, bought(connection, contact))
        first = redeem(connection, code)
        assert isinstance(first, Redeemed)
        assert redeem(connection, code) == first
        assert redeem(connection, code, "till:2") == NotRedeemable("used")
        other = code_of(connection, bought(connection, contact, key="r2"))
        with pytest.raises(ledger.KeyReused):
            redeem(connection, other)
        assert vouchers.mine(connection, contact, NOON, "en")[0].points == 100


def test_a_use_is_undone_once_and_the_voucher_is_whole_again() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        code = code_of(connection, bought(connection, contact))
        redeem(connection, code)
        assert [vouchers.undo_redeem(connection, "till:1", NOON) for _twice in range(2)] == [True, True]
        assert redeem(connection, code) == NotRedeemable("undone")
        assert isinstance(redeem(connection, code, "till:2"), Redeemed)
        assert redeem(connection, code, "till:3") == NotRedeemable("used")
        assert not vouchers.undo_redeem(connection, "never", NOON)


def test_what_cannot_be_redeemed_says_why() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        first, second = members(connection, 300, 0)
        voucher = bought(connection, first)
        code = code_of(connection, voucher)
        assert redeem(connection, "nothing") == NotRedeemable("unknown")
        assert redeem(connection, code, of=second) == NotRedeemable("foreign")
        assert redeem(connection, code, now=NOON + 31 * DAY) == NotRedeemable("expired")
        vouchers.cancel(connection, first, voucher.public_id, key="c", now=NOON)
        assert redeem(connection, code) == NotRedeemable("cancelled")


def test_a_voucher_holds_to_the_end_of_its_last_day_on_the_customers_clock() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        now = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))
        voucher = bought(connection, contact, now=now)
        assert voucher.expires_at == dt.datetime(2026, 12, 21, 23, 59, 59, tzinfo=now.tzinfo)
        assert [len(vouchers.mine(connection, contact, now + days * DAY, "en")) for days in (30, 31)] == [1, 0]


def test_a_card_is_used_any_number_of_times_until_it_ends() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 600)
        card = bought(connection, contact, "gold")
        code = code_of(connection, card)
        assert all(isinstance(redeem(connection, code, f"till:{visit}"), Redeemed) for visit in range(3))
        vouchers.undo_redeem(connection, "till:0", NOON)
        assert vouchers.check(connection, SECRET, code, NOON).state == "valid"
        assert redeem(connection, code, "late", now=NOON + 366 * DAY) == NotRedeemable("expired")
        assert vouchers.cancel(connection, contact, card.public_id, key="c", now=NOON) == NotCancellable("used")


def test_what_was_given_out_stays_what_it_was_when_its_reward_becomes_another_kind() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 600)
        given = [bought(connection, contact, reward, key=reward) for reward in ("coffee", "gold")]
        coffee = Reward("coffee", "Coffee", 100, kind="donation")
        open_shop(connection, [coffee, Reward("gold", "Gold", 10)])
        for voucher in given:
            seen = vouchers.check(connection, SECRET, code_of(connection, voucher), NOON)
            assert (seen.state, seen.kind) == ("valid", voucher.kind)
            assert isinstance(redeem(connection, code_of(connection, voucher), voucher.reward), Redeemed)
        assert [each.kind for each in vouchers.mine(connection, contact, NOON, "en")] == ["card"]


def test_a_cancelled_voucher_gives_points_and_piece_back_once() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection, [Reward("mug", "A mug", 60, stock=1)])
        [contact] = members(connection, 100)
        voucher = bought(connection, contact, "mug")
        assert (balance(connection, contact), voucher.cancellable) == (40, True)
        for _twice in range(2):
            assert vouchers.cancel(connection, contact, voucher.public_id, key="c", now=NOON) == Cancelled(60)
        assert balance(connection, contact) == 100
        assert bought(connection, contact, "mug", key="r2").points == 60
        assert ledger.audit(connection) == []


def test_what_cannot_be_cancelled_says_why() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        owner, stranger = members(connection, 300, 0)
        voucher = bought(connection, owner)
        gift = vouchers.issue(connection, SECRET, owner, "birthday", key="birthday:2026", now=NOON)
        assert not gift.cancellable

        def cancel(contact: int, public_id: str, now: dt.datetime = NOON) -> object:
            return vouchers.cancel(connection, contact, public_id, key="c", now=now)

        assert cancel(stranger, voucher.public_id) == NotCancellable("unknown")
        assert cancel(owner, "nothing") == NotCancellable("unknown")
        assert cancel(owner, gift.public_id) == NotCancellable("gift")
        assert cancel(owner, voucher.public_id, NOON + 31 * DAY) == NotCancellable("expired")
        redeem(connection, code_of(connection, voucher))
        assert cancel(owner, voucher.public_id) == NotCancellable("used")
        assert balance(connection, owner) == 200


def test_a_gift_is_given_once_and_for_a_reward_that_exists() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 0)
        for _twice in range(2):
            vouchers.issue(connection, SECRET, contact, "birthday", key="birthday:2026", now=NOON)
        assert [each.reward for each in vouchers.mine(connection, contact, NOON, "en")] == ["birthday"]
        for code in ("nothing", "trees"):
            with pytest.raises(NoSuchReward, match=code):
                vouchers.issue(connection, SECRET, contact, code, key=code, now=NOON)


def test_what_a_dialogue_is_told_survives_its_journal() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 100)
        told = bought(connection, contact)
        plain = msgspec.json.encode(told)
        assert msgspec.json.decode(plain, type=vouchers.Voucher | Redeemed | NotRedeemable) == told


async def test_of_64_threads_at_one_voucher_one_redeems_it(database: Database) -> None:
    def begin(connection: Connection) -> str:
        open_shop(connection)
        return code_of(connection, bought(connection, members(connection, 100)[0]))

    code = await database.transact(begin)

    def compete() -> list[Redeemed | NotRedeemable]:
        with transactions(database) as transact:
            # Each key comes twice, as from a cashier whose first press seemed to be lost.
            return at_once(
                lambda number: transact(lambda connection: redeem(connection, code, f"till:{number // 2}"))
            )

    answers = await asyncio.to_thread(compete)
    winners = [each for each in answers if isinstance(each, Redeemed)]
    assert len(winners) == 2
    assert winners[0] == winners[1]
    assert Counter(answers)[NotRedeemable("used")] == THREADS - 2


async def test_a_voucher_that_is_cancelled_and_redeemed_at_once_is_one_of_them(database: Database) -> None:
    def begin(connection: Connection) -> tuple[int, str, str]:
        open_shop(connection)
        [contact] = members(connection, 100)
        voucher = bought(connection, contact)
        return contact, voucher.public_id, code_of(connection, voucher)

    contact, public_id, code = await database.transact(begin)

    def either(number: int, connection: Connection) -> Redeemed | NotRedeemable | Cancelled | NotCancellable:
        if number % 2:
            return redeem(connection, code, f"till:{number}")
        return vouchers.cancel(connection, contact, public_id, key=f"c{number}", now=NOON)

    def compete() -> list[object]:
        with transactions(database) as transact:
            return at_once(lambda number: transact(lambda connection: either(number, connection)))

    answers = Counter(await asyncio.to_thread(compete))
    half, left = THREADS // 2, await database.read(lambda connection: balance(connection, contact))
    used = {NotCancellable("used"): half, NotRedeemable("used"): half - 1}
    cancelled = {Cancelled(100): half, NotRedeemable("cancelled"): half}
    if left:
        assert answers == cancelled
    else:
        assert {each: answers[each] for each in used} == used
        assert sum(isinstance(each, Redeemed) for each in answers) == 1


async def test_a_card_is_used_once_a_key_however_many_press_at_once(database: Database) -> None:
    def begin(connection: Connection) -> str:
        open_shop(connection)
        return code_of(connection, bought(connection, members(connection, 600)[0], "gold"))

    code = await database.transact(begin)

    async def one(number: int) -> object:
        return await database.transact(lambda connection: redeem(connection, code, f"till:{number % 2}"))

    answers = await asyncio.gather(*(one(number) for number in range(16)))
    assert all(isinstance(each, Redeemed) for each in answers)
    uses = metadata.tables["voucher_uses"]
    counted = sa.select(sa.func.count()).select_from(uses)
    assert await database.read(lambda connection: connection.scalar(counted)) == 2
