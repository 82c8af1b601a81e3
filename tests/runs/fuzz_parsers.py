"""The table of parsers once more, led by what their code has run through (atheris): long.

    PYTHONPATH=tests python -m runs.fuzz_parsers 600        # seconds

Each text is read by one parser of `samples.parsers.TABLE`; the first that gives neither a value
of its kind nor a refusal ends the run, and is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["petitions", "handlers", "telegramchat", "webchat", "bot", "storage"]
):
    from samples.parsers import HEARD, TABLE, tried

SEEDS = 8
"""Texts of each parser to begin with."""


def seeds() -> dict[str, list[bytes]]:
    """Parsers that read texts, each with some to begin with."""
    found: dict[str, list[bytes]] = {}
    for name, parser in TABLE.items():
        texts = [parser.given.example() for _ in range(SEEDS)]
        if name not in HEARD and all(isinstance(text, str) for text in texts):
            found[name] = [text.encode("utf-8", "replace") for text in texts]
    return found


def main(seconds: int) -> None:
    """Until the time is over, or something is found."""
    warnings.simplefilter("ignore")
    begun = seeds()
    names = [*begun]
    counted, end = 0, time.monotonic() + seconds

    def read(content: bytes) -> None:
        nonlocal counted
        counted += 1
        if time.monotonic() > end:
            print(f"{counted} texts for {len(names)} parsers in {seconds} s: nothing found")
            sys.stdout.flush()
            os._exit(0)  # libFuzzer itself knows no end
        if content:
            tried(TABLE[names[content[0] % len(names)]], content[1:].decode("utf-8", "replace"))

    with tempfile.TemporaryDirectory() as folder:
        for place, name in enumerate(names):
            for number, seed in enumerate(begun[name]):
                (Path(folder) / f"{place}-{number}").write_bytes(bytes([place]) + seed)
        atheris.Setup([sys.argv[0], "-max_len=8000", "-timeout=60", "-verbosity=0",
                       f"-artifact_prefix={tempfile.gettempdir()}/", folder], read)  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
