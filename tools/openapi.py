"""The API's document in the repository: `docs/openapi.json`, as the code makes it.

`python -m tools.openapi` writes it; with `--check` it only compares.
"""

import json
import sys
from pathlib import Path

from cluster_api.openapi import document
from cluster_api.routes import documented

FILE = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"
# The served document names the deployed version; this one belongs to no deployment.
_VERSION = "0.0.0"


def text() -> str:
    """What the file has to hold."""
    return json.dumps(document(documented(), version=_VERSION), indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write or compare; 1 if the file is another."""
    if arguments not in ([], ["--check"]):
        print(f"arguments {arguments}: none, or --check", file=sys.stderr)
        return 2
    if not arguments:
        FILE.write_text(text())
        return 0
    if not FILE.is_file() or FILE.read_text() != text():
        print("docs/openapi.json is not what the code makes: run `make openapi`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
