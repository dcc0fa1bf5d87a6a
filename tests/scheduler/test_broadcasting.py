"""The broadcaster: from a planned campaign to what its recipients got, and why the others did not."""

from __future__ import annotations

from tests.scheduler.agency import Agency, tell, text


def test_everybody_in_the_segment_gets_the_campaign_once_in_their_language(database_url: str) -> None:
    async def story(agency: Agency) -> None:
        await agency.meet("1", "2")
        await agency.meet("3", language="ms")
        await agency.plan("half", text(en="Half price", ms="Separuh harga"))
        async with agency.at_work():
            await agency.ended("half")
        assert sorted(agency.provider.texts) == ["Half price", "Half price", "Separuh harga"]
        rows = await agency.recipients("half")
        assert [(row.state, row.variant, row.language) for row in rows] == [
            ("sent", "A", "en"),
            ("sent", "A", "en"),
            ("sent", "A", "ms"),
        ]
        assert (await agency.campaign("half")).state == "done"

    tell(database_url, story)
