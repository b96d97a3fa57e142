"""The traps of this tree's layout."""

import importlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the reader's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    return file.read_text(errors="ignore")


def test_the_folder_constructs_is_no_package() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "constructs/__init__.py shadows the PyPI package that aws-cdk-lib imports:"
        " everything dies of \"No module named 'constructs._jsii'\""
    )


def test_constructs_is_pypi_s_and_ours_has_one_name() -> None:
    theirs = importlib.import_module("constructs")
    ours = importlib.import_module("hpc_constructs")

    assert "site-packages" in str(theirs.__file__)
    assert Path(str(ours.__file__)).parent == ROOT / "constructs" / "src" / "hpc_constructs"


def test_tests_are_no_packages_and_none_are_below_constructs() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
    assert not list((ROOT / "constructs").rglob("test_*.py"))
    assert not (ROOT / "tests" / "constructs").exists()


def test_no_file_names_a_package_registry() -> None:
    hosts = [f"{name}." for name in ("//pypi", "pythonhosted", "registry.npmjs")]

    naming = [file for file in tracked() if any(host in text_of(file) for host in hosts)]

    assert [file for file in naming if file != Path(__file__)] == []


def test_the_repository_stands_alone() -> None:
    outside = f"../{'shared'}"

    assert [file for file in tracked() if outside in text_of(file)] == []


def test_no_module_hides_more_than_one_idea() -> None:
    tests = ROOT / "tests"
    modules = [f for f in tracked() if f.suffix == ".py" and not f.is_relative_to(tests)]

    assert [f for f in modules if len(text_of(f).splitlines()) > 300] == []
