"""The program's words to its log: ids and codes, never what somebody wrote."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import structlog

VALUES = re.compile(r"""[\n(<{\[%"'`]|: """)
"""Where the first value of a library's log line begins."""


def set_up_logs(as_json: bool) -> None:
    """Log lines carry ids and codes, never what somebody wrote; those of libraries, too."""
    about = (
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
        _short_error,
    )  # fmt: skip
    render: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(
        processors=[formatter.remove_processors_meta, render],
        foreign_pre_chain=(_first_words, *about), use_get_message=False,
    ))  # fmt: skip
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    warnings.simplefilter("ignore")  # libraries quote in them what they were sent
    for name in ("aiogram", "apscheduler", "httpx"):
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*about, render], logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )


def _first_words(_logger: Any, _name: str, event: Any) -> Any:
    """A library's words, up to the first value it puts in: that may be what somebody wrote."""
    event["logger"] = event["_record"].name
    event["event"] = VALUES.split(event["event"], maxsplit=1)[0].strip()
    return event


def _short_error(_logger: Any, _name: str, event: Any) -> Any:
    """Where an error happened, without its text and the values of its frames: they may hold what
    somebody wrote."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(error, tuple):  # as libraries hand it on
        error = error[1]
        event["error"] = type(error).__name__
    if isinstance(error, BaseException):
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        if place:
            code = place.tb_frame.f_code
            event["at"] = f"{Path(code.co_filename).name}:{place.tb_lineno} {code.co_name}"
    return event
