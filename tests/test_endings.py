"""A file is called by what it is."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from people import FILING, Town, begin, finish, looked, names_on
from samples.pictures import picture

from files.endings import named

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "mime", "called"),
    [
        ("photo.jpg", "image/png", "photo.png"),
        ("照片.JPG", "image/jpeg", "照片.JPG"),
        ("照片.jpeg", "image/jpeg", "照片.jpeg"),
        ("合同.pdf.jpg", "image/jpeg", "合同.jpg"),
        ("合同.jpg.pdf", "application/pdf", "合同.pdf"),
        ("a.jpg.jpg", "image/jpeg", "a.jpg"),
        ("2024.05.06", "image/jpeg", "2024.05.06.jpg"),
        ("document", "application/pdf", "document.pdf"),
        ("jpg", "image/png", "jpg.png"),
        (".jpg", "image/png", "file.png"),
        ("台账.xlsx", "application/zip", "台账.xlsx"),
        ("旧表.xls", "application/msword", "旧表.xls"),
        ("a.csv", "text/plain", "a.csv"),
        ("a.docx", "text/plain", "a.txt"),
        ("什么.xyz", "image/x-unheard", "什么.xyz"),
    ],
)
def test_a_name_carries_one_ending_and_the_right_one(name: str, mime: str, called: str) -> None:
    assert named(name, mime) == called
    assert named(called, mime) == called, "and keeps it"


async def test_an_officer_gets_a_file_under_the_ending_of_what_it_is(
    here: Town, channel: str
) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    await citizen.say(FILING["facts"])
    await citizen.send_file(b"%PDF-1.4\n%%EOF\n", "现场.pdf.jpg", "image/jpeg")
    await citizen.send_file(picture(40, 9000), "长截图.jpg", "image/jpeg")
    number = await finish(citizen, "request")
    kept = here.now(lambda b: b.attachments(b.by_number(number).id))
    assert [unquote(f.name) for f in kept] == ["现场.pdf", "长截图.png"]
    clerk, _ = await looked(here, channel, number)
    assert [name.rpartition(".")[2] for name in names_on(clerk)[:2]] == ["pdf", "png"]
