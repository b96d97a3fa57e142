"""Programs of ours that stay on the node: a package as one file, and the units that run it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from .whole_files import write_whole

PYTHON = "/usr/bin/python3"
_UNITS = Path("/etc/systemd/system")
_MAIN = """\
import sys

from {package}.program import run

sys.exit(run(sys.argv[1:]))
"""


def program_of(package: str) -> bytes:
    """The package that has a module `program`, as one file: a Python zip application."""
    content = BytesIO()
    name = package.rpartition(".")[2]
    with ZipFile(content, "w") as archive:
        archive.writestr(ZipInfo("__main__.py"), _MAIN.format(package=name))
        for file in sorted(resources.files(package).iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".py"):
                archive.writestr(ZipInfo(f"{name}/{file.name}"), file.read_bytes())
    return content.getvalue()


def write_unit(package: str, name: str, values: Mapping[str, str]) -> bool:
    """Write a unit of the package's with these values in place of `@NAME@`; whether it changed."""
    text = resources.files(package).joinpath("units").joinpath(name).read_text()
    for what, value in values.items():
        text = text.replace(f"@{what}@", value)
    return write_whole(_UNITS / name, text.encode(), 0o644)
