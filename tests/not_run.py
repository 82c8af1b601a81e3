"""Says at the end of `make test`, by name, what this machine couldn't run."""

from pathlib import Path

found = Path(__file__).parent.parent / ".pytest_cache" / "not-run.txt"
lines = sorted(set(found.read_text("utf-8").splitlines())) if found.exists() else []
if lines:
    print(f"\n{'=' * 70}\nNOT RUN on this machine ({len(lines)}):")
    for line in lines:
        print(f"  {line}")
    print("=" * 70)
else:
    print("\nEverything was run.")
