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
    ("requirements-checkov", None),
    ("embedded_aws/requirements", None),
    ("lambdas/accounting_database/requirements", None),
    ("lambdas/cluster_api/requirements", None),
    ("lambdas/cluster_provider/requirements", None),
    ("lambdas/cluster_provider/requirements-dev", None),
    ("lambdas/project_directories/requirements", None),
    ("lambdas/realm_keys/requirements", "requirements-dev.txt"),
)
# The X-Ray SDK asks for botocore. AWS's runtime brings it with boto3; another one beside it in a
# function's zip would be mixed with that.
BROUGHT_BY_THE_RUNTIME = ("botocore", "python-dateutil", "six", "urllib3")
ZIPPED = (
    "lambdas/accounting_database/requirements",
    "lambdas/cluster_api/requirements",
    "lambdas/project_directories/requirements",
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
        left_out = BROUGHT_BY_THE_RUNTIME if name in ZIPPED else ()
        without = [word for package in left_out for word in ("--no-emit-package", package)]
        print(f"{name}.txt")
        subprocess.run(
            [
                *(uv, "pip", "compile", *OPTIONS, *constrained, *without, *sys.argv[1:]),
                *(f"{name}.in", "--output-file", f"{name}.txt"),
            ],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
