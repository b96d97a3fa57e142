"""The node scripts as the one file that a node runs."""

import ast
import subprocess
import sys
from pathlib import Path

from hpc_constructs.node_scripts.archive import JOB_RECORDS, SCRIPTS, SLURM_REST, write_archive

# Of Amazon Linux 2023.
PYTHON = (3, 9)
FOLDERS = (SCRIPTS, JOB_RECORDS, SLURM_REST)


def test_it_is_the_same_bytes_whenever_and_wherever_it_is_made(tmp_path: Path) -> None:
    package = tmp_path / "mount-s3.rpm"
    package.write_bytes(b"a package")
    archives = [tmp_path / "one.pyz", tmp_path / "other.pyz"]

    for archive in archives:
        write_archive(archive, [package])

    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_a_package_changes_it(tmp_path: Path) -> None:
    package = tmp_path / "mount-s3.rpm"
    package.write_bytes(b"a package")

    write_archive(tmp_path / "with.pyz", [package])
    write_archive(tmp_path / "without.pyz")

    assert (tmp_path / "with.pyz").read_bytes() != (tmp_path / "without.pyz").read_bytes()


def test_it_runs_by_itself_and_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    archive = tmp_path / "configure_node.pyz"
    write_archive(archive)

    done = subprocess.run(
        [sys.executable, "-I", str(archive), "--node=login"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("configure_node: arguments: argument --node: invalid choice")
    assert done.stderr.count("\n") == 1


def test_the_nodes_python_can_read_every_script() -> None:
    scripts = [script for folder in FOLDERS for script in sorted(folder.glob("*.py"))]

    for script in scripts:
        ast.parse(script.read_text(), feature_version=PYTHON)

    assert len(scripts) > len(FOLDERS)


def test_the_scripts_need_the_standard_library_and_of_others_only_what_is_known() -> None:
    needed = {
        script.name: others
        for folder in FOLDERS
        for script in folder.glob("*.py")
        if (others := _imported_by(script) - sys.stdlib_module_names)
    }

    assert needed == {
        # ParallelCluster's own daemons have it, and these are run by their Python.
        "cloudwatch.py": {"boto3", "botocore"},
        "published_keys.py": {"boto3", "botocore"},
        "told_certificate.py": {"boto3", "botocore"},
        # Slurm's REST API installs what these need, where the image doesn't have it.
        "own_keys.py": {"cryptography"},
        "tokens.py": {"cryptography", "jwt"},
    }


def _imported_by(script: Path) -> set[str]:
    nodes = ast.walk(ast.parse(script.read_text()))
    return {name for node in nodes for name in _imported(node)}


def _imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module), level=0):
            return {module.partition(".")[0]}
        case _:
            return set()
