"""Attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from petitions.message import FileRef
from petitions.values.person import Audience
from petitions.values.petition import Attachment


class Files(Protocol):
    """Attachments."""

    def attach(
        self, case: int, seq: int, files: Sequence[int], audience: Audience
    ) -> Sequence[FileRef]: ...
    def attachments(self, case: int, seq: int = 0) -> Sequence[Attachment]: ...
    def file_ref(self, id: int) -> FileRef: ...
