"""One contract over both places where attachments may lie: a folder, and a bucket of a real
S3 server; and what happens while the place is away."""

from __future__ import annotations

import asyncio
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from offices.carried import carried
from offices.lived_in import PHOTO, bot, lived_in
from offices.older import as_before
from offices.stored import NOW, Still
from offices.template import empty
from people import FILING, Refused, Town, begin, file_petition, finish, town
from standins.s3 import BOTH, IN_S3, environ, store_of
from standins.s3 import place as place  # a fixture
from standins.s3 import s3_server as s3_server  # a fixture
from structlog.testing import capture_logs

from bot.settings import load_settings
from petitions.case.notices import Outcome
from petitions.errors import BadAnswer, BadSetting, FileGone, StoreAway
from petitions.message import Message
from storage import rotate, s3
from storage.database import Database, make_engine
from storage.records import Records
from storage.seal import KeyRing, KeysHeld
from storage.store import FolderStore, Store, fresh
from storage.stores import open_store
from storage.tables import METADATA
from storage.vault import SealedVault


def all_of(store: Store, age: timedelta = timedelta(days=-1)) -> list[str]:
    return [path for n in range(256) for path in store.old(f"{n:02x}", age)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(make_engine(empty(tmp_path / "db")), KeyRing.fresh())
    yield made
    made.close()


@BOTH
class TestStore:
    """What every place does."""

    def test_bytes_come_back_as_they_were_put(self, place: dict[str, str]) -> None:
        store = store_of(place)
        path = fresh()
        assert store.empty()
        store.put(path, b"\x07" + bytes(range(256)) * 1000)
        assert not store.empty()
        assert store.get(path) == b"\x07" + bytes(range(256)) * 1000
        assert store.first(path) == b"\x07"
        assert place["attachments"] in str(store)
        store.put(path, b"")
        assert store.first(path) == b""

    def test_what_isnt_there_is_said(self, place: dict[str, str]) -> None:
        store = store_of(place)
        for look in (store.get, store.first):
            with pytest.raises(FileGone):
                look(fresh())

    def test_letting_go_twice_is_letting_go(self, place: dict[str, str]) -> None:
        store, path = store_of(place), fresh()
        store.put(path, b"x")
        store.delete([path, fresh()])
        store.delete([path])
        assert store.empty()

    def test_what_has_lain_long_is_found_by_its_folder(self, place: dict[str, str]) -> None:
        store = store_of(place)
        paths = sorted(f"ab/{uuid.uuid4().hex}" for _ in range(3))
        for path in [*paths, f"cd/{uuid.uuid4().hex}"]:
            store.put(path, b"x")
        assert sorted(store.old("ab", timedelta(hours=-1))) == paths
        assert store.old("ab", timedelta(hours=1)) == []
        assert store.old("ef", timedelta(hours=-1)) == []

    def test_a_file_is_sealed_where_it_lies(
        self, place: dict[str, str], database: Database
    ) -> None:
        store = store_of(place)
        vault = SealedVault(database, store, Still(NOW))
        ref = asyncio.run(vault.keep("举报材料".encode(), "../../名字.txt", "text/plain"))
        assert (ref.name, ref.size) == ("名字.txt", 12)
        assert asyncio.run(vault.read(ref.id)).decode() == "举报材料"
        [path] = all_of(store)
        assert "举报材料".encode() not in store.get(path)
        store.delete([path])
        with capture_logs() as logs, pytest.raises(FileGone):
            asyncio.run(vault.read(ref.id))
        assert [(x["event"], x["file"]) for x in logs] == [("vault.missing", ref.id)]

    @pytest.mark.parametrize("what", ["changed", "cut", "empty", "another"])
    def test_a_changed_file_is_refused_in_words_and_the_others_are_read(
        self, place: dict[str, str], database: Database, what: str
    ) -> None:
        store = store_of(place)
        vault = SealedVault(database, store, Still(NOW))
        bad = asyncio.run(vault.keep("第一份".encode(), "a.txt", "text/plain"))
        [path] = all_of(store)
        good = asyncio.run(vault.keep("第二份".encode(), "b.txt", "text/plain"))
        sealed = store.get(path)
        other = KeyRing.fresh().seal_bytes(b"x", "vault")
        store.put(path, {"changed": sealed[:-1] + bytes([sealed[-1] ^ 1]), "cut": sealed[:-5],
                         "empty": b"", "another": other}[what])  # fmt: skip
        with capture_logs() as logs, pytest.raises(FileGone) as refused:
            asyncio.run(vault.read(bad.id))
        assert "读不出来" in refused.value.sentence("zh")
        assert [(x["event"], x["file"]) for x in logs] == [("vault.corrupt", bad.id)]
        assert asyncio.run(vault.read(good.id)).decode() == "第二份"

    async def test_attachments_that_were_exchanged_are_refused(
        self, place: dict[str, str], database: Database
    ) -> None:
        store = store_of(place)
        vault = SealedVault(database, store, Still(NOW))
        kept = [await vault.keep(b, f"{b}.txt", "text/plain") for b in (b"first", b"second")]
        first, second = all_of(store)
        held = store.get(first)
        store.put(first, store.get(second))
        store.put(second, held)
        for ref in kept:
            with pytest.raises(FileGone):
                await vault.read(ref.id)

    async def test_what_was_bound_to_no_path_is_read_and_bound_by_the_next_key(
        self, place: dict[str, str], database: Database
    ) -> None:
        store, ring = store_of(place), database.ring
        vault = SealedVault(database, store, Still(NOW))
        kept = await vault.keep(b"kept", "a.txt", "text/plain")
        [path] = all_of(store)
        database.write_now(as_before, SimpleNamespace(database=database, store=store))
        store.put(path, ring.seal_bytes(b"kept", "vault"))
        assert await vault.read(kept.id) == b"kept"
        ring._hold(KeysHeld(ring._keys | {2: KeyRing.fresh()._keys[1]}, ring.pepper))
        assert rotate.again(database, store) == (2, []), "its name and its bytes"
        [new] = set(all_of(store)) - {path}
        key = database.read_now(lambda c: Records(c, ring).file_key(kept.id))
        assert ring.open_bytes(store.get(new), f"vault:{new}", key) == b"kept"
        assert await vault.read(kept.id) == b"kept"

    async def test_what_nobody_needs_is_swept(
        self, place: dict[str, str], database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = store_of(place)
        kept = await SealedVault(database, store, Still(NOW)).keep(b"x", "a.txt", "text/plain")
        store.put(f"00/{uuid.uuid4().hex}", b"of a process that was killed before the row")
        monkeypatch.setattr("storage.vault.AT_REST", timedelta(seconds=-5))
        midnight = NOW.replace(hour=0) + timedelta(days=2)
        assert await SealedVault(database, store, Still(midnight)).sweep() == 2
        assert store.empty()
        with pytest.raises(FileGone):
            await SealedVault(database, store, Still(NOW)).read(kept.id)

    async def test_keys_change_and_a_broken_file_holds_up_no_other(
        self, place: dict[str, str], database: Database
    ) -> None:
        store = store_of(place)
        vault = SealedVault(database, store, Still(NOW))
        broken = await vault.keep(b"broken", "a.txt", "text/plain")
        [path] = all_of(store)
        kept = await vault.keep(b"kept", "b.txt", "text/plain")
        database.write_now(as_before, SimpleNamespace(database=database, store=store))
        store.put(path, store.get(path)[:-1])
        ring = database.ring
        ring._hold(KeysHeld(ring._keys | {2: KeyRing.fresh()._keys[1]}, ring.pepper))
        with capture_logs() as logs:
            _, damaged = rotate.again(database, store)
        assert [(d.table, d.row) for d in damaged] == [("file", str(broken.id))]
        assert [x["file"] for x in logs] == [broken.id]
        assert await vault.read(kept.id) == b"kept"
        assert database.read_now(rotate.sealed_with, store)[1] == 1, "the broken one"
        assert ring.newest == b"\x02"

    @pytest.mark.sqlite
    async def test_an_office_is_backed_up_proved_and_brought_back(
        self, place: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, backup, new = tmp_path / "office", tmp_path / "backup", tmp_path / "new"
        async with town(folder, **place) as here:
            await lived_in(here)
            [row] = here.now(lambda b: b._db.execute(METADATA.tables["file"].select()).all())
            assert await here.app.vault.read(row.id) == PHOTO
        environ(monkeypatch, place)
        assert bot(folder, "keys", "rotate").exit_code == 0
        made = bot(folder, "backup", str(backup))
        assert made.exit_code == 0, made.output
        assert "1个附件" in made.stdout
        drilled = bot(folder, "restore", str(backup), "--drill")
        assert drilled.exit_code == 0, drilled.output
        new.mkdir()
        shutil.copyfile(folder / "keys.toml", new / "keys.toml")
        refused = bot(new, "restore", str(backup))
        assert refused.exit_code == 2
        assert place["attachments"] in refused.stderr.replace("\n", ""), "not over what is there"
        other = {**place, "attachments": place["attachments"] + "-new"}
        environ(monkeypatch, other)
        back = bot(new, "restore", str(backup))
        assert back.exit_code == 0, back.output
        async with town(new, **other) as here:
            assert await here.app.vault.read(row.id) == PHOTO

    @pytest.mark.sqlite
    async def test_a_backup_that_doesnt_fit_leaves_nothing_behind(
        self, place: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, backup = tmp_path / "office", tmp_path / "backup"
        async with town(folder) as here:
            await lived_in(here)
        assert bot(folder, "backup", str(backup)).exit_code == 0
        environ(monkeypatch, place)
        refused = bot(folder, "restore", str(backup))
        assert refused.exit_code == 2, "the database isn't empty"
        assert store_of(place).empty()


@IN_S3
async def test_a_petition_with_a_photo_goes_through_a_bucket(
    place: dict[str, str], tmp_path: Path, channel: str
) -> None:
    async with town(tmp_path / "office", **place) as here:
        citizen = await here.citizen(channel)
        await begin(citizen)
        assert "now.jpg" in await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
        number = await finish(citizen)
        [file] = here.now(lambda b: b.attachments(b.by_number(number).id))
        assert await here.app.vault.read(file.file) == PHOTO
        assert not (tmp_path / "office" / "attachments").exists()


# While the place is away


def nobody() -> str:
    """An address at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def rows(here: Town) -> int:
    return len(here.now(lambda b: b._db.execute(METADATA.tables["file"].select()).all()))


@IN_S3
async def test_a_store_that_is_away_is_said_and_nothing_is_half_done(
    place: dict[str, str], tmp_path: Path, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path / "office", **place) as here:
        citizen = await here.citizen(channel)
        await begin(citizen)
        await citizen.say(FILING["facts"])
        monkeypatch.setattr(here.app.vault, "_store", store_of({**place, "s3_endpoint": nobody()}))
        if channel == "web":
            with pytest.raises(Refused, match="这会儿存取不了") as refused:
                await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
            assert refused.value.status == 503, "the page tries again by itself"
        else:
            said = await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
            assert "这会儿存取不了" in said
            assert "希望" in said or "要求" in said, "the question that stands is asked again"
        assert rows(here) == 0
        assert not await here.app.vault.reachable()
        assert await here.app.vault.sweep() == 0
        monkeypatch.setattr(here.app.vault, "_store", store_of(place))
        assert await here.app.vault.reachable()
        assert "共1个" in await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
        await finish(citizen, "request")


@IN_S3
async def test_an_officer_hears_of_a_file_that_cant_be_read_and_gets_the_others(
    place: dict[str, str], tmp_path: Path, channel: str
) -> None:
    async with town(tmp_path / "office", **place) as here:
        citizen = await here.citizen(channel)
        await begin(citizen)
        for name in ("first.jpg", "second.jpg"):
            await citizen.send_file(PHOTO, name, "image/jpeg")
        number = await finish(citizen)
        first, second = here.now(lambda b: b.attachments(b.by_number(number).id))
        path = here.now(lambda b: b.file_path(first.file))
        store = store_of(place)
        store.put(path, store.get(path)[:-1] + b"?")
        clerk = await here.officer("city", "clerk", channel)
        await clerk.say(f"/desk {number}")
        said = await clerk.press("附件")
        assert "照片1.jpg" in said
        assert "读不出来" in said
        if channel == "telegram":
            sent = [m.get("document") or m["photo"][-1] for m in clerk.phone.received
                    if m.keys() & {"document", "photo"}]  # fmt: skip
            assert PHOTO in [here.api.content(file["file_id"]) for file in sent]  # type: ignore[union-attr]
        else:
            shown = [f["name"] for x in clerk.lines.values() if x["who"] == "office"
                     for f in x["files"]]  # fmt: skip
            assert "照片2.jpg" in shown
        assert await here.app.vault.read(second.file) == PHOTO


@pytest.mark.parametrize("wrong", ["nobody", "silent", "bucket"])
@IN_S3
def test_a_store_that_fails_is_given_up_in_seconds(
    place: dict[str, str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "ANSWER", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        changed = {
            "nobody": {"s3_endpoint": nobody()},
            "silent": {"s3_endpoint": f"http://127.0.0.1:{silent.getsockname()[1]}"},
            "bucket": {"attachments": "s3://no-such-bucket"},
        }[wrong]
        store = store_of(place | changed)
        for work in (
            store.empty, lambda: store.put(fresh(), b"x"), lambda: store.get(fresh()),
            lambda: store.delete([fresh()]), lambda: store.old("ab", timedelta()),
        ):  # fmt: skip
            with capture_logs() as logs, pytest.raises(StoreAway):
                work()
            assert logs[0]["event"] == "vault.away"
    config = s3._config()
    assert (s3.CONNECT + 8) * config.retries["total_max_attempts"] <= 20


def test_a_folder_where_a_file_stands_is_away(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StoreAway):
        FolderStore(tmp_path / "files").put(fresh(), b"x")


@pytest.mark.parametrize("wrong", ["s3://", "s3://A b/x", "http://bucket", "gs://bucket/x"])
def test_a_wrong_place_is_named(wrong: str) -> None:
    with pytest.raises(BadSetting) as said:
        load_settings(attachments=wrong)
    assert "PETITION_ATTACHMENTS" in said.value.sentence("zh")


def test_without_its_library_a_bucket_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "storage.s3")
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(BadSetting) as said:
        open_store("s3://bucket/prefix")
    assert "petition-bot[s3]" in said.value.sentence("zh")


@pytest.mark.sqlite
class Away(FolderStore):
    """A store that is away at first."""

    left = 3

    def put(self, path: str, content: bytes) -> None:
        self.left -= 1
        if self.left >= 0:
            raise StoreAway("bad.store_away")
        super().put(path, content)


@pytest.mark.sqlite
async def test_a_file_that_wasnt_kept_isnt_counted(tmp_path: Path) -> None:
    """What is tried again while the store is away must not use up the sender's day."""
    async with town(tmp_path, telegram=False) as here:
        vault = SealedVault(here.app.database, Away(tmp_path / "away"), here.app.clock, a_day=20)
        photo = PHOTO + bytes(12 * 2**20)
        for _ in range(3):
            with pytest.raises(StoreAway):
                await vault.keep(photo, "a.png", "image/png", "telegram:1")
        assert await vault.keep(photo, "a.png", "image/png", "telegram:1")
        with pytest.raises(BadAnswer):
            await vault.keep(photo, "a.png", "image/png", "telegram:1")


def test_an_office_with_a_folder_loads_nothing_of_s3() -> None:
    import subprocess
    import sys

    code = "import sys, bot.app; sys.exit('boto3' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_disk_that_is_full_is_said(
    here: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    monkeypatch.setattr(here.app.vault, "_store", FolderStore(Path("/dev/null/files")))
    if channel == "web":
        with pytest.raises(Refused, match="这会儿存取不了"):
            await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
    else:
        assert "这会儿存取不了" in await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")
    assert rows(here) == 0
    await finish(citizen)


async def test_a_notice_with_a_file_waits_for_the_store(
    here: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = await carried(here, channel)
    file = await here.app.vault.keep("意见".encode(), "意见书.txt", "text/plain")
    with monkeypatch.context() as away:
        away.setattr(here.app.vault, "_store", FolderStore(Path("/dev/null/files")))
        tried = await on.carry(Message("文书到了", files=(file,), qr="c_x"))
        assert (tried.outcome, tried.reason) == (Outcome.RETRY, "store")
    assert (await on.carry(Message("文书到了", files=(file,), qr="c_x"))).outcome is Outcome.SENT
    if channel == "telegram":
        said = [m.get("caption") or m.get("text") for m in on.person.phone.received]
        assert said.count("文书到了") == 1, "nothing of it had been sent before"


async def test_a_notice_whose_file_is_lost_is_carried_and_says_so(here: Town) -> None:
    on = await carried(here, "telegram")
    file = await here.app.vault.keep("意见".encode(), "意见书.txt", "text/plain")
    here.app.vault._store.delete([here.now(lambda b: b.file_path(file.id))])
    assert (await on.carry(Message("文书到了", files=(file,)))).outcome is Outcome.SENT
    assert "读不出来" in await on.person.expect("意见书.txt")


@pytest.fixture
async def publishing(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, makes=True) as made:
        yield made


async def test_a_bulletin_waits_for_the_store_and_other_notices_dont_wait_for_it(
    publishing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = publishing
    leader = await here.officer("city", "leader")
    citizen = await here.citizen()
    await file_petition(citizen)
    await here.app.reminders.follow()  # a month in which nothing was counted has no bulletin
    await here.app.ledger.tidy(here.app.clock.now())
    with monkeypatch.context() as away:
        away.setattr(here.app.vault, "_store", FolderStore(Path("/dev/null/files")))
        await here.pass_time(days=26)
        assert not here.now(lambda b: b.bulletins(("month",), 1))
        await here.app.reminders.tick()
    await here.pass_time(minutes=2)
    await here.app.reminders.tick()
    assert "月报" in await leader.expect("月报")
