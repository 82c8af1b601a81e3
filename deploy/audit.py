"""Says which locked packages have known holes, as pip-audit knows them; given its findings as JSON.

Ends with 0: none has; 1: some have; 3: the service couldn't be asked about some, or about any.
pip-audit itself ends with 0 then, as if all were well.
"""

from __future__ import annotations

import json
import sys
from typing import Any

NOBODY = (
    "The service that knows of holes can't be reached from here, or doesn't know the other "
    "packages: nothing is said of them. Try again where PyPI can be reached."
)


def told(found: dict[str, Any]) -> tuple[list[str], int]:
    """The lines to say, and the exit status."""
    held = found.get("dependencies", [])
    holes = [f"{one['name']} {one['version']}: {hole['id']}, mended in "
             f"{', '.join(hole['fix_versions']) or 'no version yet'}"
             for one in held for hole in one.get("vulns", ())]  # fmt: skip
    asked = [one for one in held if "skip_reason" not in one]
    said = [*holes, f"{len(asked)} of {len(held)} packages were checked, {len(holes)} holes."]
    if len(asked) < len(held) or not held:
        said.append(NOBODY)
    return said, 1 if holes else 3 if len(asked) < len(held) or not held else 0


if __name__ == "__main__":
    try:
        given = json.load(sys.stdin)
    except ValueError:  # it has ended without a finding: no network, most of the time
        given = {}
    lines, code = told(given)
    print("\n".join(lines))
    sys.exit(code)
