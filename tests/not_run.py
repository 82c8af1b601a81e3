"""Says at the end of `make test`, by name, what this machine couldn't run."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
found = [ROOT / folder / "not-run.txt" for folder in (".pytest_cache", ".tsc")]
lines = sorted({line for one in found if one.exists() for line in one.read_text("utf-8").split("\n")
                if line})  # fmt: skip
if lines:
    print(f"\n{'=' * 70}\nNOT RUN on this machine ({len(lines)}):")
    for line in lines:
        print(f"  {line}")
    print("=" * 70)
else:
    print("\nEverything was run.")
