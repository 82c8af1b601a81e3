"""Tables as people send them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.office_files import load_office
from petitions.law.clocks import local_day

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


OFFICE = load_office(None)


TODAY = local_day(NOW, OFFICE.zone)


HEAD = "来源,收到日期,姓名,住址,电话,反映内容,请求,发生地点\n"


def table(folder: Path, text: str, encoding: str = "utf-8", name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
