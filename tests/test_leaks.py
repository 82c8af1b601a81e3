"""What people wrote reaches no log line and no metric; what they wrote stays words on paper, in a
spreadsheet; what was cut off or blown up is found out."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import structlog
from offices.filled import CANARIES, SAID
from openpyxl import load_workbook
from people import Office, TelegramPerson, Town, does, file_petition
from prometheus_client import generate_latest
from sqlalchemy import select, text

from bot.logs import set_up_logs
from handlers.routes import COMMANDS
from handlers.talk import Talk
from papers.pdf import pdf
from papers.xlsx import xlsx
from petitions.hearing import Answer
from petitions.message import Page, Sheet, Table
from storage import journal, verify
from storage.tables import METADATA

ROOT = Path(__file__).parent.parent
ACCOUNT = 7_700_990_011


@pytest.fixture(params=[True, False], ids=["json", "text"])
def lines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """All that is logged as the office logs it."""
    held = io.StringIO()
    monkeypatch.setattr(sys, "stderr", held)
    set_up_logs(request.param)
    yield held
    structlog.reset_defaults()


def stumble(talk: Talk, rest: str = "") -> Answer:
    """A fault of ours, whose error and whose frame hold what somebody wrote."""
    words = rest
    raise ValueError(f"cannot read {words}")


async def test_no_word_of_a_petition_reaches_the_log(
    lines: io.StringIO,
    here: Town,
    channel: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(COMMANDS, "privacy", stumble)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen, **CANARIES)
    clerk = await here.officer("city", "clerk", channel)
    assert CANARIES["name"] in await does(clerk, number, "查看姓名", "核对身份", "核实暗号", "查看")
    assert "出了错" in await citizen.say(f"/privacy {CANARIES['facts']}")
    await citizen.say(f"/track {number} {CANARIES['name']}")
    logged = lines.getvalue() + caplog.text
    assert "converse.failed" in logged, "the fault itself is there"
    assert "stumble" in logged, "and where it happened"
    for word in (SAID, CANARIES["contact"], "139 1111", "1391111"):
        assert word not in logged
        assert json.dumps(word)[1:-1] not in logged


STUMBLES = f"""
import asyncio, gc, logging
from bot.logs import set_up_logs

async def fail(words):
    raise ValueError("cannot read " + words)

async def main():
    asyncio.create_task(fail({SAID!r}))
    await asyncio.sleep(0.1)
    gc.collect()
    asyncio.get_running_loop().call_soon(int, {SAID!r})
    await asyncio.sleep(0.1)
    logging.getLogger("library").error("font lacks %s", {SAID!r}, stack_info=True)
    logging.getLogger("library").warning("lacks: " + {SAID!r})

set_up_logs(True)
asyncio.run(main())
"""


def test_what_libraries_log_is_json_without_anybodys_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUMBLES], capture_output=True, text=True, timeout=60, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "Task exception was never retrieved", "Exception in callback int", "font lacks", "lacks",
    ]  # fmt: skip
    assert {line["logger"] for line in lines} == {"asyncio", "library"}
    assert lines[0]["error"] == "ValueError"
    assert lines[0]["at"].endswith("fail")
    assert SAID not in str(lines)


@pytest.mark.sqlite
def test_every_line_of_an_office_is_json(tmp_path: Path) -> None:
    env = {"PETITION_DATA_DIR": str(tmp_path), "PETITION_WEB_PORT": "0",
           "PETITION_LOG_JSON": "true"}  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"], env=os.environ | env, cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as office:  # fmt: skip
        assert office.stdout
        try:
            lines = [json.loads(office.stdout.readline())]
            while "url" not in lines[-1]:
                lines.append(json.loads(office.stdout.readline()))
            headers = {"X-Forwarded-For": "198.51.100.1", "Content-Type": "application/json"}
            said = json.dumps({"key": "key-0001-0000-0000"}).encode()
            asked = Request(f"{lines[-1]['url']}api/me/enter", said, headers)
            with urlopen(asked, timeout=120) as answer:
                assert answer.status == 200
        finally:
            office.terminate()
        lines += [json.loads(line) for line in office.stdout]
    assert {"keys.made", "office.open", "proxy.unnamed"} <= {line["event"] for line in lines}
    assert "198.51" not in str(lines)


async def test_no_table_tells_whose_account_petitions(here: Town) -> None:
    assert here.api
    citizen = TelegramPerson(here.api.phone(ACCOUNT, "Citizen"), here.app)
    await file_petition(citizen)
    assert await citizen.say("/my")
    with here.app.database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                held = " ".join(v.hex() if isinstance(v, bytes) else str(v) for v in row)
                assert str(ACCOUNT) not in held, table.name
                assert str(ACCOUNT).encode().hex() not in held, table.name


async def test_no_metric_tells_of_a_person_or_a_case(here: Town) -> None:
    number = await file_petition(await here.citizen("web"), **CANARIES)
    told = generate_latest().decode()
    for word in (SAID, CANARIES["contact"], number, number[5:]):
        assert word not in told


def test_a_formula_in_somebodys_words_stays_a_text() -> None:
    bad = ('=HYPERLINK("http://evil.example")', "+1+1", "@SUM(A1)", "-2", "\t=1")
    page = Page("一", ("=1+1", "b"), tuple((word, 1) for word in bad))
    book = load_workbook(io.BytesIO(xlsx(Table("a.xlsx", (page,), "—"))))
    cells = [row[0] for row in book.worksheets[0].iter_rows()]
    assert [cell.value for cell in cells] == ["=1+1", *bad]
    xml = [cell.data_type for cell in cells]
    assert "f" not in [kind for cell, kind in zip(cells, xml, strict=True) if cell.quotePrefix]
    assert b"<f>" not in _sheet_xml(page)


def _sheet_xml(page: Page) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx(Table("a.xlsx", (page,), "—")))) as book:
        return book.read("xl/worksheets/sheet1.xml")


async def test_markup_in_somebodys_words_stays_words_on_paper() -> None:
    bad = "<script>alert(1)</script> **x** [a](http://evil.example) javascript:alert(1)"
    made = pdf(Sheet("a.pdf", bad, "1", (bad, "")), "")
    streams = [made, *_inflated(made)]
    for sign in (b"/JavaScript", b"/JS", b"/Launch", b"/URI"):
        assert not any(sign in one for one in streams), sign


def _inflated(made: bytes) -> list[bytes]:
    found = []
    for part in made.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return found


@pytest.mark.parametrize("path", ["say", "press", "enter", "file"])
async def test_what_is_blown_up_by_unpacking_is_refused_at_the_limit(here: Town, path: str) -> None:
    person = await here.citizen("web")
    bomb = gzip.compress(b'{"key":"' + b"a" * 60_000_000 + b'"}')
    kind = "multipart/form-data; boundary=x" if path == "file" else "application/json"
    headers = {"Content-Encoding": "gzip", "Content-Type": kind}
    async with person.http.post(f"{person.base}/{path}", data=bomb, headers=headers) as response:
        assert response.status in (400, 413)
        assert "error" in await response.json()
    assert "人工服务" in await person.say("/help"), "and the office goes on"


async def test_the_end_of_a_history_that_was_cut_off_is_missed(here: Town) -> None:
    office = Office(here, "telegram")
    number = await file_petition(await here.citizen())
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    database, zone = here.app.database, here.app.office.zone
    while database.write_now(journal.count_some, zone, 100):
        pass
    with database.engine.begin() as connection:
        last = "(SELECT max(seq) FROM history WHERE action = 'register')"
        connection.execute(text(f"DELETE FROM history WHERE seq >= {last}"))
    assert database.read_now(verify.broken, database.ring) == [verify.Broken("status", 1, 1)]
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE petition SET status = 'submitted'"))
    [said] = database.read_now(verify.broken, database.ring)
    assert (said.what, said.column) == ("row", "stamp"), "the status isn't the office's"
    assert database.read_now(journal.check, zone, lambda: None) == [1], "what was counted can"
