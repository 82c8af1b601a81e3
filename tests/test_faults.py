"""What is still served, said and kept when something breaks: the table of faults in
`docs/operations.md`, row by row.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from offices.older import chats
from offices.records import LOST
from offices.template import fresh_postgres
from people import FILING, Office, Town, accepted, code_in, file_petition, opinion, town
from samples.pictures import PNG
from sqlalchemy import Engine, event, func, select, text, update
from standins.botapi import LONG, Phone
from standins.proxy import Proxy
from structlog.testing import capture_logs

from petitions.values.codes import read_number
from storage.database import make_engine
from storage.journal import UNCOUNTED
from storage.migrate import check_schema, current, head
from storage.tables import DRAFT, FILE, PETITION, WORDS

AWAY = "暂时记不下来"


Logs = list[MutableMapping[str, Any]]


@pytest.fixture
def logs() -> Iterator[Logs]:
    """What this process logs meanwhile."""
    with capture_logs() as found:
        yield found


async def until(phone: Phone, said: str, since: int = 0) -> dict[str, Any]:
    """The first message after so many that holds this."""
    for _ in range(1200):
        for message in phone.received[since:]:
            if said in str(message.get("text") or message.get("caption")):
                return message
        await asyncio.sleep(0.05)
    raise AssertionError(f"{said!r} not said; the chat:\n{phone.chat.tail()}")


def filed(here: Town) -> int:
    return int(here.app.database.read_now(
        lambda c: c.execute(select(func.count()).select_from(PETITION)).scalar_one()))  # fmt: skip


async def finish(phone: Phone, since: int) -> str:
    """Go on filing from the name on; gives the number."""
    person = [("name", "住址"), ("address", "您的电话是"), ("contact", "没有")]
    for part, _ in person:
        await phone.say(FILING[part])
        await asyncio.sleep(0.2)
    for label in ("没有", "提交"):
        for _ in range(2400):
            if any(b == label for b in phone.buttons()):
                break
            await asyncio.sleep(0.05)
        await phone.press(label)
    number = read_number((await until(phone, "查询码：", since))["text"])
    assert number
    return number


# The disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("no right to mount a disk here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Write until nothing goes any more."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return path


@pytest.mark.sqlite
async def test_a_full_disk_loses_nothing_and_is_told(small_disk: Path, logs: Logs) -> None:
    async with town(small_disk / "data") as here:
        before = await file_petition(await here.citizen())
        person = await here.citizen()
        await person.say("/new")
        await person.press("同意，开始")
        for part in ("facts", "request", "place"):
            await person.say(FILING[part])
        filler, heard = fill(small_disk), len(person.phone.received)
        for _ in range(200):  # what the journal still has room for is taken
            await person.phone.say("/help")
            await asyncio.sleep(0.02)
            if any(AWAY in str(m.get("text")) for m in person.phone.received[heard:]):
                break
        await until(person.phone, AWAY, heard)
        assert "records.out_of_reach" in {line["event"] for line in logs}
        told = len(person.phone.received)
        await person.phone.say("/my")
        filler.unlink()
        await until(person.phone, "您的事项", told)
        said = [str(m.get("text")) for m in person.phone.received[heard:]]
        assert sum(AWAY in text for text in said) == 1, "told once, nothing sent again"
        await person.say("/new")
        await person.press("接着填")
        number = await finish(person.phone, told)
        case = here.now(lambda b: b.by_number(number))
        texts = here.now(lambda b: {t.part: t.body for t in b.texts(case.id)})
        assert texts["facts"] == FILING["facts"], "what was drafted is there"
        assert here.now(lambda b: b.by_number(before)) is not None


@pytest.mark.sqlite
async def test_the_page_is_told_of_a_full_disk_and_sends_again(small_disk: Path) -> None:
    async with town(small_disk / "data", telegram=False) as here:
        person = await here.citizen("web")
        await person.say("/new")
        filler = fill(small_disk)
        status, key = 0, ""
        for n in range(300):
            key = f"key-{n:04}-0000-0000"
            async with person.http.post(
                f"{person.base}/say", json={"key": key, "text": "/help"}
            ) as answer:
                status, body = answer.status, await answer.json()
            if status != 200:
                break
        assert status == 503
        assert "内容没有丢失" in body["error"]["zh"]
        filler.unlink()
        async with person.http.post(f"{person.base}/say", json={"key": key, "text": "/help"}) as it:
            assert it.status == 200
        await person.refresh()
        mine = [x for x in person.lines.values() if x["who"] == "me" and x.get("key") == key]
        assert len(mine) == 1


@pytest.mark.sqlite
def test_a_read_only_folder_is_named_at_the_start(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for folder in (small_disk, small_disk / "new"):
        refused = run({"PETITION_DATA_DIR": str(folder), "LANG": "en"})
        assert refused.returncode in (2, 3)
        assert "read-only" in refused.stderr.casefold()
        assert "Traceback" not in refused.stderr


@pytest.mark.sqlite
def test_a_database_that_became_read_only_is_named_at_the_start(small_disk: Path) -> None:
    async def begin() -> None:
        async with town(small_disk) as here:
            await file_petition(await here.citizen())

    asyncio.run(begin())
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    refused = run({"PETITION_DATA_DIR": str(small_disk)})
    assert refused.returncode in (2, 3)
    assert "read-only" in refused.stderr.casefold()
    assert "Traceback" not in refused.stderr


def run(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The office as it is started; here it refuses, and says why."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "run"], env=os.environ | env, text=True,
        capture_output=True, timeout=600, check=False,
    )  # fmt: skip


# The keys


@pytest.mark.sqlite
async def test_a_wrong_key_is_named_at_the_start(tmp_path: Path) -> None:
    for name in ("one", "two"):
        async with town(tmp_path / name) as here:
            await file_petition(await here.citizen())
    shutil.copyfile(tmp_path / "two" / "keys.toml", tmp_path / "one" / "keys.toml")
    refused = run({"PETITION_DATA_DIR": str(tmp_path / "one")})
    assert refused.returncode == 2
    assert "密钥" in refused.stderr


@pytest.mark.sqlite
async def test_a_key_that_is_gone_isnt_made_anew(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        number = await file_petition(await here.citizen())
    kept = (tmp_path / "keys.toml").rename(tmp_path / "keys.kept")
    refused = run({"PETITION_DATA_DIR": str(tmp_path), "LANG": "en"})
    assert refused.returncode == 3, "it may be on a share that isn't mounted yet"
    assert "No new keys were made" in " ".join(refused.stderr.split())
    assert not (tmp_path / "keys.toml").exists()
    kept.rename(tmp_path / "keys.toml")
    async with town(tmp_path) as here:
        case = here.now(lambda b: b.by_number(number))
        assert FILING["facts"] in here.now(lambda b: [t.body for t in b.texts(case.id)])


# The database


@pytest.fixture
async def wired(postgres: str, tmp_path: Path) -> AsyncIterator[tuple[Town, Proxy]]:
    """An office whose way to PostgreSQL can be cut."""
    with Proxy(fresh_postgres(postgres)) as proxy:
        async with town(tmp_path, database_url=proxy.url, metrics_port=0) as here:
            yield here, proxy
            proxy.pause = 0


async def ready(here: Town, what: str = "ready") -> int:
    url = f"http://127.0.0.1:{here.app.monitor_port}/{what}"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status


@pytest.mark.postgres
async def test_a_database_that_is_away_for_a_while(wired: tuple[Town, Proxy]) -> None:
    here, proxy = wired
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    assert await ready(here) == 200
    proxy.cut()
    heard = len(person.phone.received)
    await person.phone.say(FILING["facts"])
    await person.phone.say(FILING["request"])
    await until(person.phone, AWAY, heard)
    assert await ready(here) == 503
    assert await ready(here, "live") == 200
    await asyncio.sleep(2)
    proxy.mend()
    await until(person.phone, "发生在哪里", heard)
    said = [str(m.get("text")) for m in person.phone.received[heard:]]
    assert sum(AWAY in text for text in said) <= 2, "once for each of the two"
    await person.phone.say(FILING["place"])
    await asyncio.sleep(0.5)
    number = await finish(person.phone, heard)
    case = here.now(lambda b: b.by_number(number))
    texts = here.now(lambda b: {t.part: t.body for t in b.texts(case.id)})
    assert [texts[p] for p in ("facts", "request")] == [FILING["facts"], FILING["request"]]
    assert await ready(here) == 200
    here.app.reminders.wake()
    await until(person.phone, f"{number}：用手机扫", heard)


@pytest.mark.postgres
async def test_a_database_that_takes_questions_and_gives_no_answer(
    wired: tuple[Town, Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.HANGS", 1.5)
    monkeypatch.setattr("bot.health.SOON", 0.5)
    here, proxy = wired
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    proxy.pause = 3600
    heard = len(person.phone.received)
    await person.phone.say(FILING["facts"])
    await until(person.phone, AWAY, heard)
    assert await ready(here) == 503
    proxy.pause = 0
    proxy.cut()
    proxy.mend()
    await until(person.phone, "希望得到什么结果", heard)


@pytest.mark.postgres
async def test_what_came_while_nothing_could_be_reached_is_answered(
    wired: tuple[Town, Proxy],
) -> None:
    """Nor could it be said that nothing can be reached."""
    here, proxy = wired
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    proxy.cut()
    heard = len(person.phone.received)
    assert here.api
    here.api.fault("sendMessage", person.phone.id, kind="odd", times=1)
    await person.phone.say(FILING["facts"])
    await until(person.phone, AWAY, heard)
    await asyncio.sleep(0.5)
    proxy.mend()
    await until(person.phone, "希望得到什么结果", heard)


@pytest.mark.postgres
async def test_the_page_says_so_while_the_database_is_away(wired: tuple[Town, Proxy]) -> None:
    here, proxy = wired
    person = await here.citizen("web")
    proxy.cut()
    for path, body in (("say", {"key": "k" * 20, "text": "您好"}), ("log", None)):
        send = person.http.post if body else person.http.get
        async with send(f"{person.base}/{path}", **({"json": body} if body else {})) as answer:
            assert answer.status == 503
            assert "自动重试" in (await answer.json())["error"]["zh"]
    proxy.mend()
    assert "信访服务" in await person.say("/start")


@pytest.mark.postgres
async def test_a_slow_database_is_waited_for(wired: tuple[Town, Proxy], channel: str) -> None:
    here, proxy = wired
    proxy.pause = 0.02
    assert await file_petition(await here.citizen(channel))


@pytest.mark.sqlite
def test_a_database_that_never_comes_is_named_at_the_start(tmp_path: Path) -> None:
    refused = run({
        "PETITION_DATA_DIR": str(tmp_path),
        "PETITION_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    })  # fmt: skip
    assert refused.returncode == 3
    assert "连不上数据库" in refused.stderr


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return make_engine(f"sqlite:///{tmp_path / 'half.sqlite3'}")
    return make_engine(fresh_postgres(request.getfixturevalue("postgres")))


def cut_off(engine: Engine, after: int, counted: tuple[str, ...] = ("",)) -> None:
    """Migrate, and be cut off after so many statements that begin like these."""
    left = after

    def cut(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal left
        left -= statement.startswith(counted)
        if left <= 0:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        check_schema(engine)
    event.remove(engine, "before_cursor_execute", cut)
    engine.dispose()


@pytest.mark.parametrize("after", [3, 40, 90, 150])
def test_a_schema_half_migrated_is_as_it_was_before(empty: Engine, after: int) -> None:
    """Cut off after so many statements."""
    cut_off(empty, after)
    assert current(empty) is None
    check_schema(empty)
    assert current(empty) == head()


@pytest.mark.parametrize("after", [1, 3, 5])
def test_an_older_schema_half_migrated_is_as_it_was_before(empty: Engine, after: int) -> None:
    """With what people have left in it."""
    chats(empty)

    def held() -> list[tuple[str, bytes]]:
        with empty.connect() as db:
            rows = db.execute(text("SELECT channel, address FROM chat ORDER BY id")).all()
        return [(r.channel, r.address.encode() if isinstance(r.address, str) else r.address)
                for r in rows]  # fmt: skip

    before = held()
    cut_off(empty, after, ("ALTER", "CREATE", "UPDATE", "DROP", "INSERT"))
    assert current(empty) == "0022"
    assert held() == before
    check_schema(empty)
    assert current(empty) == head()


# Time


async def test_a_clock_that_jumps(here: Town) -> None:
    """A day forward and back again: nothing is lost, nothing is said twice."""
    person = await here.citizen()
    number = await file_petition(person)
    now = here.app.clock.now()
    await here.set_clock(now + timedelta(days=1))
    await here.app.reminders.tick()
    await here.set_clock(now - timedelta(days=1))
    await here.app.reminders.tick()
    second = await file_petition(person)
    assert second != number
    await here.set_clock(now)
    await here.app.reminders.tick()
    said = [str(m.get("caption")) for m in person.phone.received]
    receipts = [text for text in said if f"{number}：用手机扫" in text]
    assert len(receipts) == 1
    check = await here.app.reminders.look()
    assert (check.silent, check.untouched, check.stuck) == (0, 0, 0)
    history = here.now(lambda b: b.history(b.by_number(number).id))
    assert [e.seq for e in history] == sorted(e.seq for e in history)


async def test_a_clock_that_jumps_a_year_lets_nothing_go_and_locks_nobody_out(
    here: Town, channel: str
) -> None:
    here.app.retention.moved = False
    object.__setattr__(here.app.office, "keep_cases", 1)
    person, other, third = [await here.citizen(channel) for _ in range(3)]
    number = await file_petition(person)
    code = code_in(await person.expect("查询码："))
    await third.say("/new")
    await third.press("同意，开始")
    await third.say(FILING["facts"])
    now = here.app.clock.now()
    await here.app.reminders.tidy()
    await here.set_clock(now + timedelta(days=400))
    for _ in range(8):
        await other.say("/cancel")
        await other.say(f"/track {number}")
        await other.say("AAAAA-AAAAA")
    with capture_logs() as logs:
        await here.app.reminders.tidy()
    assert "letting_go.clock_jumped" in {entry["event"] for entry in logs}
    await here.set_clock(now + timedelta(minutes=1))
    await here.app.reminders.tidy()
    await other.say("/cancel")
    await other.say(f"/track {number}")
    assert "次数太多" not in await other.say(code)
    assert FILING["facts"][:20] in await third.say("/new"), "what was begun is there"
    assert number in await person.say("/my")


# The table


@pytest.mark.sqlite
def test_every_fault_of_the_table_has_its_test() -> None:
    root = Path(__file__).parent
    told = (root.parent / "docs" / "operations.md").read_text()
    table = told[told.index("| what | what is still served |") :]
    rows = table[: table.index("\n\n")].splitlines()[2:]
    assert len(rows) >= 20
    found = [re.findall(r"`(test_\w+)\.py::(test_\w+)`", row) for row in rows]
    assert all(found), [row for row, named in zip(rows, found, strict=True) if not named]
    for file, name in (one for named in found for one in named):
        assert f"def {name}(" in (root / f"{file}.py").read_text("utf-8"), f"{file}.py::{name}"


# Telegram


async def test_telegram_out_of_reach_is_waited_for(here: Town) -> None:
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    api = here.api
    assert api
    waiter = await here.citizen()
    number = await file_petition(waiter)
    heard = len(person.phone.received)
    with capture_logs() as logs:
        await api.stop()
        here.app.reminders.wake()  # the receipt's picture is due
        await asyncio.sleep(1)
        page = await here.citizen("web")
        assert "信访服务" in await page.say("/start"), "the page goes on meanwhile"
    assert "telegram.unreachable" in {line["event"] for line in logs}
    await api.start()
    await person.phone.say(FILING["facts"])
    await until(person.phone, "希望得到什么结果", heard)
    await here.pass_time(minutes=30)
    await until(waiter.phone, f"{number}：用手机扫")


@pytest.mark.parametrize("kind", ["500", "502_html", "429", "drop"])
async def test_an_answer_that_telegram_did_not_take_is_sent_again(here: Town, kind: str) -> None:
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    assert here.api
    more = {"retry_after": 1} if kind == "429" else {}
    here.api.fault("sendMessage", person.phone.id, kind=kind, times=2, **more)
    assert "希望得到什么结果" in await person.say(FILING["facts"])


async def test_what_telegram_took_and_answered_oddly_isnt_sent_again(here: Town) -> None:
    person = await here.citizen()
    assert here.api
    here.api.fault("sendMessage", person.phone.id, kind="odd", times=1)
    await person.say("/help")
    assert "信访服务" in await person.say("/start")
    helps = [m for m in person.phone.received if "人工服务" in str(m.get("text"))]
    assert len(helps) == 1


async def test_an_answer_that_never_gets_through_holds_up_nobody(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telegramchat.session.PATIENCE", 2)
    poller, person, other = here.app.poller, await here.citizen(), await here.citizen()
    assert here.api
    assert poller
    here.api.fault("sendMessage", person.phone.id, kind="500", times=1000)
    update = await person.phone.say("/help")
    await other.phone.say("/help")
    await other.expect("人工服务")
    assert poller._tasks, "the first is still tried"
    async with asyncio.timeout(LONG):
        await poller.handled(update["update_id"])
    assert not person.phone.received


async def test_words_that_cant_be_opened_keep_nobody_elses_from_being_found_and_counted(
    here: Town,
) -> None:
    office = Office(here, "web")
    await file_petition(await here.citizen("web"))
    here.now(lambda b: b._db.execute(update(WORDS).values(body=LOST)))
    await accepted(office, await file_petition(await here.citizen("web")))
    with capture_logs() as logs:
        for _ in range(20):
            await here.app.reminders.follow()
    assert {e["words"] for e in logs if e["event"] == "words.unreadable"}
    indexed = here.now(lambda b: b.setting("indexed"))
    assert int(indexed) == here.now(lambda b: b._db.scalar(select(func.max(WORDS.c.id))))
    assert here.now(lambda b: b._db.scalar(select(func.count()).select_from(UNCOUNTED))) == 0


async def test_an_earlier_reply_that_cant_be_opened_keeps_no_unit_from_replying(
    here: Town, channel: str
) -> None:
    office = Office(here, channel)
    for said in ("已责令停工。", "已经整改，明天起不再施工。"):
        person = await here.citizen(channel)
        number = await file_petition(person)
        unit = await accepted(office, number)
        await unit.say(f"/desk {number}")
        await opinion(unit, said)
        await here.app.reminders.tick()
        await person.expect(said)
        here.now(lambda b: b._db.execute(
            update(WORDS).where(WORDS.c.part == "reply").values(body=LOST)
        ))  # fmt: skip


async def test_a_form_that_cant_be_opened_keeps_its_files_and_the_self_check(
    here: Town, channel: str
) -> None:
    person = await here.citizen(channel)
    await person.say("/new")
    await person.press("同意，开始")
    await person.send_file(PNG, "photo.png", "image/png")
    here.now(lambda b: b._db.execute(update(DRAFT).values(data=LOST)))
    here.now(lambda b: b._db.execute(update(FILE).values(line=0)))
    await here.set_clock(here.app.clock.now() + timedelta(days=2))
    here.app.reminders.last_check = None
    with capture_logs() as logs:
        await here.app.reminders.tidy()
    assert "draft.unreadable" in {e["event"] for e in logs}
    assert here.now(lambda b: b._db.scalar(select(func.count()).select_from(FILE))) == 1
    assert here.app.reminders.last_check


async def test_what_fails_while_tidying_keeps_the_self_check_from_nothing(here: Town) -> None:
    here.app.reminders.last_check = None
    here.now(lambda b: b._db.exec_driver_sql("ALTER TABLE file RENAME TO elsewhere"))
    with capture_logs() as logs:
        await here.app.reminders.tidy()
    assert [e["step"] for e in logs if e["event"] == "reminders.tidy_failed"] == ["files"]
    assert here.app.reminders.last_check
