"""The whole office on PostgreSQL: the same journey as on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest
from offices.template import fresh_postgres
from people import town
from people.journey import journey

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_the_main_journey_on_postgresql(tmp_path: Path, postgres: str, channel: str) -> None:
    async with town(tmp_path, database_url=fresh_postgres(postgres)) as here:
        await journey(here, channel)
