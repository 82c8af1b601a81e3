"""Where the office's keys lie: a file outside the data folder, or with a vault or an HSM that a
command asks.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import shlex
import subprocess
import tomllib
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import monotonic

import structlog

from petitions.errors import BadSetting, NotYet
from storage.own import make_folder
from storage.seal import LEVEL, KeyRing, KeysHeld, fresh

log = structlog.get_logger()

PATIENCE = 30.0
"""Seconds in which the command must have answered."""
SELDOM = 30.0
"""Seconds that lie between two runs of it, at least, where a value names a key that isn't known:
anybody could write such a value."""
LAST = 255
"""The highest number of a key: one byte in front of every value."""
SAID = 300
"""Characters of what the command says on its standard error that are passed on."""
ABOVE = (
    "# Without this file nothing that people wrote can be read again: keep a copy of it,\n"
    "# apart from the database and its backups.\n"
)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        """Whether it is there."""
        return self.path.exists()

    def read(self) -> KeysHeld:
        """The keys that the file holds. Raises BadSetting."""
        try:
            text = self.path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise NotYet("bad.keys_file", path=self.path, why=why) from error
        return _held(text, str(self.path))

    def changed(self, at_once: bool) -> tuple[int, ...]:
        """The file is opened for that: a folder on the network may answer from what it remembers
        otherwise."""
        with self.path.open("rb") as file:
            found = os.fstat(file.fileno())
        return found.st_mtime_ns, found.st_size, found.st_ino

    def write(self, held: KeysHeld) -> None:
        """The file is wholly the old one or wholly the new one, and its owner's alone."""
        temporary = self.path.with_name(f".{self.path.name}.new")
        _put(temporary, written(held).encode())
        temporary.replace(self.path)


@dataclass(slots=True)
class KeyCommand:
    """A command whose standard output is what a key file holds. It is run at the start and when
    somebody has begun to seal with a key that isn't known; what it says is kept nowhere."""

    line: str
    _asked: int = field(default=0, compare=False)
    _failed: bool = field(default=False, compare=False)
    _ran: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        return "PETITION_KEYS_COMMAND"

    def exists(self) -> bool:
        """It is for the command to say."""
        return True

    def read(self) -> KeysHeld:
        """The keys that the command gives. Raises BadSetting."""
        self._ran, self._failed = monotonic(), True
        held = self._answer()
        self._failed = False
        return held

    def _answer(self) -> KeysHeld:
        try:
            done = subprocess.run(
                shlex.split(self.line), stdin=subprocess.DEVNULL, capture_output=True,
                timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise NotYet("bad.keys_command_slow", seconds=int(PATIENCE)) from None
        except (OSError, ValueError, IndexError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise BadSetting("bad.keys_command_start", why=why) from None
        if done.returncode:
            said = " ".join(done.stderr.decode("utf-8", "replace").split())[:SAID]
            raise NotYet("bad.keys_command", code=done.returncode, why=said or "—")
        return _held(done.stdout.decode("utf-8-sig", "replace"), str(self))

    def changed(self, at_once: bool) -> tuple[int, ...]:
        """It is asked again where somebody says so, and seldom. Raises OSError where it failed
        and isn't."""
        if at_once and monotonic() - self._ran > SELDOM:
            self._asked += 1
        elif self._failed:
            raise OSError("asked just now")
        return (self._asked,) if self._asked else ()

    def write(self, held: KeysHeld) -> None:
        """Nobody but the vault's own people can. Raises BadSetting."""
        raise BadSetting("bad.keys_command_write")


KeyPlace = Path | KeyFile | KeyCommand


def at(place: KeyPlace) -> KeyFile | KeyCommand:
    """Where keys lie; a path is a file."""
    return KeyFile(place) if isinstance(place, Path) else place


def load_keys(place: KeyPlace) -> tuple[KeyRing, bool]:
    """The ring of a place; makes a file that there is none of yet (then the second value is
    True). Raises BadSetting when it can't be read or made."""
    source = at(place)
    made = isinstance(source, KeyFile) and _made(source.path)
    return KeyRing(source.read(), source), made


def _made(path: Path) -> bool:
    """Whether a file had to be made. Raises NotYet."""
    if path.exists():
        return False
    try:
        _make(path)
    except OSError as error:
        raise NotYet("bad.keys_make", path=path, why=error.strerror or error) from error
    return True


def _make(path: Path) -> None:
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):  # another process was first: its keys count
        _put_new(path, written(fresh()).encode())


def _put_new(path: Path, content: bytes) -> None:
    """A file where none is, wholly there or not at all. Raises FileExistsError, OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _put(temporary, content)
        os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, and have it on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def move(old: Path, new: Path) -> None:
    """Carry a key file over, where no other is. The old one goes once the new one is on the disk
    and reads as the old one did. Raises BadSetting."""
    held = KeyFile(old).read()
    try:
        make_folder(new.parent)
        _put_new(new, old.read_bytes())
        if KeyFile(new).read() != held:
            raise BadSetting("bad.keys_make", path=new, why="?")
        old.unlink()
    except FileExistsError:
        raise BadSetting("bad.keys_there", path=new) from None
    except OSError as error:
        raise BadSetting("bad.keys_make", path=new, why=error.strerror or error) from None


def renewed(held: KeysHeld, today: date, taken: Container[int] = ()) -> KeysHeld:
    """The same with one key more, which seals from now on, of a number that isn't `taken` by values
    of a key that was lost; and with another pepper. Raises BadSetting."""
    id = next((n for n in range(max(held.keys) + 1, LAST + 1) if n not in taken), 0)
    if not id:
        raise BadSetting("bad.keys_full")
    return replace(
        held, keys=held.keys | {id: secrets.token_bytes(32)}, pepper=secrets.token_bytes(32),
        older=(*held.older, held.pepper), renewed=(*held.renewed, today),
    )  # fmt: skip


def add_key(place: KeyPlace, taken: Container[int] = (), today: date = date.min) -> int:
    """A new key, and a new pepper, in the file; gives the key's number. Raises BadSetting."""
    held = renewed(at(place).read(), today, taken)
    at(place).write(held)
    return max(held.keys)


def be_strict(place: KeyPlace) -> None:
    """Note that every row is bound and stamped. Raises BadSetting, OSError."""
    held = at(place).read()
    if held.rows < LEVEL:
        at(place).write(replace(held, rows=LEVEL))


def may_drop(place: KeyPlace, id: int) -> None:
    """Raises BadSetting for a key there is none of, or the newest."""
    keys = at(place).read().keys
    if id not in keys or id == max(keys):
        raise BadSetting("bad.key_drop", id=id, known=", ".join(map(str, sorted(keys)[:-1])) or "—")


def drop_key(place: KeyPlace, id: int) -> bytes:
    """Take a key out of the file; gives it, for `put_back`. Raises BadSetting."""
    may_drop(place, id)
    held = at(place).read()
    at(place).write(replace(held, keys={n: key for n, key in held.keys.items() if n != id}))
    return held.keys[id]


def put_back(place: KeyPlace, id: int, key: bytes) -> None:
    """A key that was taken out is in the file again. Raises BadSetting."""
    held = at(place).read()
    at(place).write(replace(held, keys=held.keys | {id: key}))


def written(held: KeysHeld) -> str:
    """The text of a key file."""
    lines = [f'pepper = "{_text(held.pepper)}"']
    if held.older:
        older = ", ".join(f'"{_text(one)}"' for one in held.older)
        lines += [f"older = [{older}]", f"renewed = [{', '.join(map(str, held.renewed))}]"]
    lines += [f"rows = {held.rows}"] if held.rows else []
    lines += ["[key]", *(f'{n} = "{_text(key)}"' for n, key in sorted(held.keys.items()))]
    return ABOVE + "\n".join(lines) + "\n"


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _held(text: str, place: str) -> KeysHeld:
    """Keys by their numbers, and the peppers. Raises BadSetting."""
    try:
        raw = tomllib.loads(text)
        keys = {int(id): _key(said) for id, said in raw["key"].items()}
        if not keys or not all(0 < id <= LAST for id in keys):
            raise ValueError("key ids 1-255")
        older = tuple(_key(said) for said in raw.get("older", ()))
        days = tuple(raw.get("renewed", ()))
        if len(days) != len(older) or not all(type(day) is date for day in days):
            raise ValueError("older, renewed: a day for each")
        return KeysHeld(keys, _key(raw["pepper"]), _level(raw.get("rows")), older, days)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # A library's message about a text may quote it.
        why = error if type(error) is ValueError else type(error).__name__
        raise BadSetting("bad.keys_file", path=place, why=why) from None


def _key(said: str) -> bytes:
    key = base64.b64decode(said, validate=True)
    if len(key) != 32:
        raise ValueError("32 bytes each")
    return key


def _level(said: object) -> int:
    """`true` is what an older program wrote for 1."""
    return int(said) if isinstance(said, int) else 0
