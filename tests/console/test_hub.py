"""Streams and their wakings."""

from __future__ import annotations

from console.hub import Hub


def test_a_stream_has_news_once_for_each_waking() -> None:
    hub = Hub()
    with hub.open("visitor") as stream:
        assert stream.take_news()
        assert not stream.take_news()
        hub.wake("visitor")
        assert stream.take_news()


def test_a_contact_wakes_all_its_browsers_and_no_others() -> None:
    hub = Hub()
    with hub.open("telephone") as telephone, hub.open("laptop") as laptop, hub.open("stranger") as stranger:
        streams = (telephone, laptop, stranger)
        for stream, contact in zip(streams, (1, 1, 2), strict=True):
            hub.follow(stream, contact)
            stream.take_news()
        hub.wake(1)
        assert [stream.take_news() for stream in streams] == [True, True, False]


def test_nobody_is_woken_after_leaving() -> None:
    hub = Hub()
    with hub.open("visitor") as stream:
        hub.follow(stream, 1)
        stream.take_news()
    hub.wake(1)
    hub.wake("visitor")
    assert not stream.take_news()
    assert len(hub) == 0


def test_an_older_stream_that_ends_leaves_the_newer_in_place() -> None:
    hub = Hub()
    older = hub.open("visitor")
    first = older.__enter__()
    with hub.open("visitor") as second:
        assert first.ending == "replaced"
        older.__exit__(None, None, None)
        second.take_news()
        hub.wake("visitor")
        assert second.take_news()


def test_typing_lasts_until_the_last_one_stops() -> None:
    hub = Hub()
    with hub.open("visitor") as stream:
        hub.follow(stream, 1)
        with hub.typing(1):
            with hub.typing(1):
                assert stream.typing
            assert stream.typing
        assert not stream.typing


def test_a_page_that_opens_while_somebody_types_sees_it() -> None:
    hub = Hub()
    with hub.typing("visitor"), hub.open("visitor") as stream:
        assert stream.typing


async def test_closing_ends_every_stream_and_every_later_one() -> None:
    hub = Hub()
    with hub.open("visitor") as stream:
        hub.close()
        assert await stream.changed(1)
        assert stream.ending == "closing"
    with hub.open("visitor") as late:
        assert late.ending == "closing"


async def test_a_quiet_stream_says_so() -> None:
    with Hub().open("visitor") as stream:
        assert not await stream.changed(0)


async def test_a_visitor_who_types_is_seen_by_the_contact_whose_conversation_their_page_follows() -> None:
    hub = Hub()
    assert hub.visitor_types("nobody") is None
    with hub.open("visitor") as stream:
        hub.follow(stream, 7)
        assert not hub.types(7)
        assert hub.visitor_types("visitor") == 7
        assert hub.types(7)
        assert not hub.types(8)
    assert not hub.types(7)


async def test_a_person_who_types_on_is_shown_once_to_the_pages_of_the_contact() -> None:
    hub = Hub()
    with hub.open("visitor") as stream:
        hub.follow(stream, 7)
        hub.person_types(7)
        hub.person_types(7)
        assert stream.typing
        hub._person_stops(7)
        assert not stream.typing
