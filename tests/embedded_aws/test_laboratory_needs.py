"""The laboratory is imported by more than one environment, so it needs none of their packages."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_of_the_laboratory_needs_the_standard_library_only() -> None:
    files = sorted((ROOT / "embedded_aws" / "laboratory").glob("[!_]*.py"))
    modules = ", ".join(f"embedded_aws.laboratory.{file.stem}" for file in files)

    # -S: without the packages of any environment.
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import {modules}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert files
    assert (done.returncode, done.stderr) == (0, "")
