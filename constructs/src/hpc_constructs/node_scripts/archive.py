"""The node scripts as one file that a node can run: a Python zip application."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SCRIPTS = Path(__file__).parent / "configure_node"
JOB_RECORDS = Path(__file__).parent / "job_records"
SLURM_REST = Path(__file__).parent / "slurm_rest"

# Of the packages in the archive, so that one may import from another as it does here.
_PARENT = "node_scripts"
# Isolated: what is in a user's home or in the environment has no say in what root runs.
_SHEBANG = b"#!/usr/bin/python3 -I\n"
_MAIN = b"""\
import sys

from node_scripts.configure_node.run import configure

sys.exit(configure(sys.argv[1:]))
"""


def write_archive(target: Path, packages: Sequence[Path] = ()) -> None:
    """Write it to `target`: the same bytes for the same scripts and packages, wherever it is made.

    Args:
        target: the file.
        packages: RPM packages that a node installs if its image has no mount-s3.
    """
    with target.open("wb") as file:
        file.write(_SHEBANG)
        with ZipFile(file, "w", ZIP_STORED) as archive:
            for name, content in _contents(packages):
                # A ZipInfo without a date has the first day of 1980, and no compression.
                archive.writestr(ZipInfo(name), content)


def _contents(packages: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    yield "__main__.py", _MAIN
    yield f"{_PARENT}/__init__.py", b""
    for folder in (SCRIPTS, JOB_RECORDS, SLURM_REST):
        for source in sorted(folder.rglob("*")):
            if source.is_file() and "__pycache__" not in source.parts:
                yield f"{_PARENT}/{source.relative_to(folder.parent)}", source.read_bytes()
    for package in sorted(packages):
        yield f"{_PARENT}/{SCRIPTS.name}/packages/{package.name}", package.read_bytes()
