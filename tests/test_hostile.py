"""What is never taken, on either channel, however it is wrapped; and what people really send is."""

from __future__ import annotations

import io
import zipfile

import pytest
from people import FILING, Refused, Town, begin
from samples.pictures import picture

from files.uploads import kind_of

pytestmark = pytest.mark.once

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOCX = {"[Content_Types].xml": b"<?xml version='1.0'?><Types/>", "word/document.xml": b"<w/>"}


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return held.getvalue()


EXE = b"MZ\x90\0\x03" + bytes(200)
HIDDEN = {
    "zip with a program": zipped({"a.txt": b"x", "b.exe": b"x"}),
    "zip with a renamed program": zipped({"photo.jpg": EXE}),
    "zip in a zip": zipped({"in.zip": zipped({"run.vbs": b"x"})}),
    "four zips deep": zipped({"1.zip": zipped({"2.zip": zipped({"3.zip": zipped({"a": b"x"})})})}),
    "page in a zip": zipped({"read.txt": b" " * 5000 + b"<HTML>"}),
    "document with macros": zipped(DOCX | {"word/vbaProject.bin": b"x"}),
    "old document with macros": OLE + "_VBA_PROJECT".encode("utf-16-le"),
    "installer": OLE + bytes.fromhex("84100c0000000000c000000000000046"),
    "paper that runs": b"%PDF-1.7\n<< /S /Launch /F (a.exe) >>\n%%EOF",
    "page behind blanks": b"\xef\xbb\xbf" + b" " * 5000 + b"<svg onload=x>",
    "batch": b"@ECHO off\r\ndel *", "shortcut": b"[InternetShortcut]\nURL=http://x",
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40), "broken zip": zipped(DOCX)[:-30],
    "much unpacked": zipped({"a.bin": bytes(60 * 2**20)}),
}  # fmt: skip


@pytest.mark.parametrize("what", HIDDEN)
def test_what_hides_inside_something_else_is_found(what: str) -> None:
    assert kind_of(HIDDEN[what], "材料.pdf") == ""


@pytest.mark.parametrize(
    "name",
    ["a.exe", "照片.jpg.scr", "a.JS", "a.lnk . ", "a.ｅｘｅ", "a.e\u202exe", "a.svg", "a.docm"],
)
def test_an_ending_that_a_machine_would_run_is_refused(name: str) -> None:
    assert kind_of(picture(4, 3), name) == ""


def test_what_people_really_send_is_taken() -> None:
    for content, name in (
        (picture(4, 3, "JPEG"), "a.jpg"), (b"%PDF-1.4\n%%EOF", "a.pdf"), (zipped(DOCX), "a.docx"),
        (zipped(DOCX | {"word/media/image1.svg": b"<svg/>"}), "b.docx"), (OLE, "a.doc"),
        ("工地夜里施工。".encode(), "a.txt"), ("工地夜里施工。".encode("gb18030"), "a.txt"),
        (zipped({"一.jpg": picture(4, 3, "JPEG"), "二.txt": b"x"}), "a.zip"),
    ):  # fmt: skip
        assert kind_of(content, name), name


async def test_what_a_machine_would_run_is_refused_on_both_channels(
    here: Town, channel: str
) -> None:
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    for content, name in ((picture(4, 3), "a.exe"), (HIDDEN["zip in a zip"], "a.zip")):
        if channel == "web":
            with pytest.raises(Refused, match="不能收"):
                await person.send_file(content, name, "image/png")
        else:
            assert "不能收" in await person.send_file(content, name, "image/png")
    assert "共1个" in await person.send_file(picture(4, 3), "a.png", "image/png")
