"""Files that are never taken, whatever they call themselves: programs, scripts, macros, shortcuts,
pages, and archives that hold these or can't be looked into. Nothing is unpacked beyond a limit.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib

ENDINGS = frozenset(
    [
        "exe",
        "dll",
        "scr",
        "com",
        "pif",
        "cpl",
        "msi",
        "msp",
        "bat",
        "cmd",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "wsf",
        "wsh",
        "hta",
        "jar",
        "apk",
        "app",
        "deb",
        "rpm",
        "dmg",
        "iso",
        "img",
        "vhd",
        "sh",
        "bash",
        "py",
        "pyc",
        "pl",
        "rb",
        "php",
        "lnk",
        "url",
        "desktop",
        "webloc",
        "scf",
        "reg",
        "inf",
        "chm",
        "html",
        "htm",
        "xhtml",
        "shtml",
        "mht",
        "mhtml",
        "svg",
        "svgz",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppsm",
        "ppam",
    ]
)
"""Endings by which a machine runs or opens what it should only show."""
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"L\0\0\0\1\x14\2\0",
)
MARKUP = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php", b"<iframe")
BEGINS = (b"@echo", b"[internetshortcut]", b"[desktop entry]", b"windows registry", b"regedit4")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = ("vbaproject", "macrosheets/", "script-lb.xml", "ole10native", "androidmanifest.xml")
MSI = bytes.fromhex("84100c0000000000c000000000000046")
OFFICE = "[content_types].xml"
"""The entry that every document of an office program has: its drawings stay inside it."""
MOST, DEPTH, UNPACKED = 2000, 3, 40 * 1024 * 1024
"""Entries of an archive, archives in archives, bytes unpacked: what has more isn't looked into."""


def hostile(content: bytes, mime: str, name: str = "") -> bool:
    """Whether a file is refused, by its ending or by what is in it."""
    if _ending(name) in ENDINGS:
        return True
    if content.startswith(b"PK"):
        return _in_zip(content, DEPTH, [UNPACKED])
    if content.startswith(OLE):
        wide = [mark.encode("utf-16-le") for mark in ("_VBA_PROJECT", "Ole10Native")]
        return MSI in content or any(mark in content for mark in wide)
    if mime == "application/pdf":
        return b"/Launch" in content or b"/JavaScript" in content
    if mime in ("application/rtf", "text/rtf"):
        return b"\\objdata" in content.lower()
    if mime == "text/plain":
        return _in_text(content)
    return mime in ("application/x-7z-compressed", "application/vnd.rar",
                    "application/x-rar-compressed")  # fmt: skip


def _ending(name: str) -> str:
    """As a machine reads it: without what can't be seen, without dots and spaces at the end."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if c.isprintable())
    return seen.rstrip(". ").rpartition(".")[2].casefold().strip()


def _in_text(content: bytes) -> bool:
    low = content.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return low.startswith((*BEGINS, b"#!")) or any(mark in low for mark in MARKUP)


def _in_zip(content: bytes, depth: int, left: list[int]) -> bool:
    """`left`: bytes that may still be unpacked. An archive that can't be read is refused, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            entries = [one for one in held.infolist() if not one.is_dir()]
            names = [one.filename.replace("\\", "/").casefold() for one in entries]
            if not depth or len(entries) > MOST or any(m in n for n in names for m in MACROS):
                return True
            office = OFFICE in names
            return any(_entry(held, one, office, depth, left) for one in entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError,
            NotImplementedError):  # fmt: skip
        return True


def _entry(
    held: zipfile.ZipFile, one: zipfile.ZipInfo, office: bool, depth: int, left: list[int]
) -> bool:
    ending = _ending(one.filename)
    if ending in ENDINGS and not (office and ending in ("svg", "htm", "html")):
        return True
    with held.open(one) as inner:
        head = inner.read(8)
        if head.startswith(PROGRAMS):
            return True
        if not head.startswith((b"PK\3\4", OLE, b"7z\xbc\xaf", b"Rar!")) and office:
            return False
        left[0] -= one.file_size
        if left[0] < 0:
            return not head.startswith((b"\xff\xd8", b"\x89PNG", b"%PDF"))
        body = head + inner.read(one.file_size)
    if body.startswith(b"PK\3\4"):
        return _in_zip(body, depth - 1, left)
    if body.startswith((b"7z\xbc\xaf", b"Rar!")):
        return True
    mime = "application/pdf" if body.startswith(b"%PDF") else ""
    text = b"\0" not in body[:4096]
    return hostile(body, mime or ("text/plain" if text else ""))
