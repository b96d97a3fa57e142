"""The tests run on what the image installs: here in the provider's environment, there in itself."""

from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROVIDER = Path(__file__).parents[1]


def required(file: str) -> dict[str, str]:
    """Version by name, of what the file asks for on this Python."""
    lines = (PROVIDER / file).read_text().splitlines()
    requirements = [
        Requirement(line.rstrip("\\ ")) for line in lines if line and line[0] not in " #-"
    ]
    return {
        canonicalize_name(it.name): str(it.specifier).removeprefix("==")
        for it in requirements
        if it.marker is None or it.marker.evaluate()
    }


def installed() -> dict[str, str]:
    return {canonicalize_name(it.name): it.version for it in distributions()}


def test_what_the_image_installs_is_what_is_tested() -> None:
    image = required("requirements.txt")
    here = installed()

    assert {name: here.get(name) for name in image} == image


def test_the_tests_own_packages_move_none_of_the_image_s() -> None:
    image, tests = required("requirements.txt"), required("requirements-dev.txt")

    moved = {
        name: version for name, version in tests.items() if image.get(name, version) != version
    }

    assert moved == {}
