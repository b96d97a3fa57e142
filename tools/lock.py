"""Compile every requirements file from its `.in`, with hashes and without any address.

uv keeps a version that is in the old file unless its input forbids it; `--upgrade` takes newer
ones.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# In this order: requirements.txt takes the versions that requirements-dev.txt has.
FILES = (
    ("requirements-dev", None),
    ("requirements", "requirements-dev.txt"),
    ("requirements-uv", None),
    ("embedded_aws/requirements", None),
    ("lambdas/cluster_api/requirements", None),
    ("lambdas/cluster_provider/requirements", None),
    ("lambdas/cluster_provider/requirements-dev", None),
)
OPTIONS = (
    *("--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> None:
    """Compile them all; arguments (`--upgrade`) go to uv."""
    uv = str(Path(sys.executable).parent / "uv")
    for name, constraint in FILES:
        constrained = ("--constraint", constraint) if constraint else ()
        print(f"{name}.txt")
        subprocess.run(
            [
                *(uv, "pip", "compile", *OPTIONS, *constrained, *sys.argv[1:]),
                *(f"{name}.in", "--output-file", f"{name}.txt"),
            ],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
