"""A virus scanner: ClamAV's daemon, by its socket (INSTREAM). No file it hasn't passed is kept."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import structlog

from petitions.errors import BadAnswer

log = structlog.get_logger()

PATIENCE = 30.0
"""Seconds a file's check may take in all."""
SOON = 2.0
"""Seconds in which the scanner must say that it is there."""
PIECE = 64 * 1024
LONGEST = 4096
"""Bytes of an answer, more than clamd ever says."""
PLACE = re.compile(r"/.+|\[?([^\[\]/]+?)\]?:([0-9]{1,5})")
"""Where a scanner is: a socket's path, or host:port."""
FOUND = re.compile(r"stream: ([^\0]+) FOUND")


class Scanner:
    """Plain functions, for threads."""

    def __init__(self, place: str) -> None:
        """`place`: a socket's path or host:port; empty: no scanner, everything passes."""
        self.place = place

    def check(self, content: bytes) -> None:
        """Raises BadAnswer where something harmful was found, or nobody could look."""
        if not self.place:
            return
        said = self._ask(b"zINSTREAM\0", _chunks(content), PATIENCE)
        if said == "stream: OK":
            return
        if found := FOUND.fullmatch(said):
            log.warning("scanner.found", what=found[1][:100])
            raise BadAnswer("bad.file_infected")
        log.error("scanner.away", why="its answer" if said else "no answer")
        raise BadAnswer("bad.scanner_away")

    def answers(self) -> bool:
        """Whether it is there; true without one."""
        return not self.place or self._ask(b"zPING\0", iter(()), SOON) == "PONG"

    def _ask(self, command: bytes, more: Iterator[bytes], patience: float) -> str:
        """The scanner's answer; empty where it says nothing in time."""
        until = monotonic() + patience
        try:
            with self._line(until) as line:
                for part in (command, *more):
                    _wait(line, until)
                    line.sendall(part)
                return _answer(line, until)
        except OSError as error:
            log.error("scanner.away", why=error.strerror or type(error).__name__)
            return ""

    @contextmanager
    def _line(self, until: float) -> Iterator[socket.socket]:
        if self.place.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                _wait(line, until)
                line.connect(self.place)
                yield line
            finally:
                line.close()
            return
        found = PLACE.fullmatch(self.place)
        assert found, "the settings have looked"
        with socket.create_connection((found[1], int(found[2])), until - monotonic()) as line:
            yield line


def _chunks(content: bytes) -> Iterator[bytes]:
    with memoryview(content) as held:
        for start in range(0, len(held), PIECE):
            piece = held[start : start + PIECE]
            yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)


def _answer(line: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST:
        _wait(line, until)
        if not (part := line.recv(LONGEST)):
            break
        said += part
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _wait(line: socket.socket, until: float) -> None:
    """The line may take what is left of the time. Raises TimeoutError."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("slow")
    line.settimeout(left)
