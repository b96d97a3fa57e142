"""Whether this machine has what `make` needs: Python and Node. Runs on any Python 3."""

import re
import shutil
import subprocess
import sys
from typing import NoReturn

PYTHON, NODE = (3, 11), 20


def complain(problem: str) -> NoReturn:
    """One line: what is missing, and what to do."""
    sys.exit(f"make: {problem}")


def main() -> None:
    """Say nothing, or what to install."""
    if sys.version_info < PYTHON:
        complain(
            f"{sys.executable} is Python {sys.version.split()[0]}, but 3.11 or newer is needed:"
            " install one and name it: make PYTHON=python3.11 ..."
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it
        import venv  # noqa: F401, PLC0415
    except ImportError:
        complain(f"{sys.executable} can't make environments: install its venv package")
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        complain("node and npm are missing, and the CDK needs them: install Node.js 20 or newer")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout  # noqa: PLW1510
    found = re.match(r"v(\d+)", version)
    if not found or int(found.group(1)) < NODE:
        complain(f"{node} is Node.js {version.strip() or '?'}, but {NODE} or newer is needed")


if __name__ == "__main__":
    main()
