"""Every kind of fault once, in each kind of office; `make faults` does it a thousand times."""

from __future__ import annotations

import pytest
from runs.fault_rounds import KINDS, stretch


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.postgres) if k.postgres else n
             for n, k in KINDS.items()],
)  # fmt: skip
async def test_what_was_receipted_is_there_and_nobody_sees_anothers(name: str) -> None:
    count = await stretch(name, seed=0)
    assert count.receipts
    assert not count.bad, count
