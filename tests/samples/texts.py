"""Texts, files and calendars that tests hand in."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from offices.stored import (
    database,  # noqa: F401  (the fixture)
)

from petitions.law.calendar import FOLDER
from petitions.law.office_file import read_office
from petitions.law.units import Office as OfficeFile

SAMPLE = Path("bot/sample-office.toml")


def sample() -> OfficeFile:
    return read_office(tomllib.loads(SAMPLE.read_text(encoding="utf-8")))


GOOD = (FOLDER / "cn-2026.toml").read_text("utf-8")


IMAGINED = """
year = 2027
source = "imagined, for a test"
[[holiday]]
name = "元旦"
off = ["2027-01-01", "2027-01-05"]
work = ["2027-01-09"]
[[holiday]]
name = "春节"
off = ["2027-02-05", "2027-02-11"]
[[holiday]]
name = "清明节"
off = ["2027-04-05", "2027-04-05"]
[[holiday]]
name = "劳动节"
off = ["2027-05-01", "2027-05-03"]
[[holiday]]
name = "端午节"
off = ["2027-06-09", "2027-06-09"]
[[holiday]]
name = "中秋节"
off = ["2027-09-15", "2027-09-15"]
[[holiday]]
name = "国庆节"
off = ["2027-10-01", "2027-10-05"]
"""
"""Not the official list of that year."""


LINE = "施工队每天夜里十一点以后还在打桩，楼上楼下都睡不着，问了几次都没有人答复。"


STORY = "\n\n".join(f"第{n}件事。" + LINE * many for n, many in ((1, 30), (2, 32), (3, 60)))
"""4,500 characters; a client cuts at the blank line after 2,300."""


PDF = b"%PDF-1.4\n%%EOF\n"


def multipart(*parts: tuple[str, str, bytes]) -> Iterator[bytes]:
    """The parts of a form before a file: headers and content."""
    for name, more, content in parts:
        head = f'--X\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
        yield head.encode() + content + b"\r\n"


def file_head(more: str = "") -> bytes:
    key = ("key", "", uuid.uuid4().hex.encode())
    head = b"".join(multipart(key))
    return (
        head
        + (
            '--X\r\nContent-Disposition: form-data; name="file"; filename="big.png"\r\n'
            f"Content-Type: image/png{more}\r\n\r\n"
        ).encode()
    )


SAMPLE_OFFICE: dict[str, Any] = tomllib.loads(SAMPLE.read_text("utf-8"))
"""The sample office's file as it is read."""
