"""Every environment, synthesised once a session."""

from pathlib import Path

import pytest
from synthesised import ENVIRONMENTS, Synthesised


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return Synthesised.of("local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return Synthesised.of("sandbox", tmp_path_factory.mktemp("sandbox"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return Synthesised.of("production", tmp_path_factory.mktemp("production"))


@pytest.fixture(scope="session")
def environments(
    local: Synthesised, sandbox: Synthesised, production: Synthesised
) -> dict[str, Synthesised]:
    return {"local": local, "sandbox": sandbox, "production": production}


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def environment(
    request: pytest.FixtureRequest, environments: dict[str, Synthesised]
) -> Synthesised:
    """Each environment in turn."""
    return environments[str(request.param)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of `config/`, to be spoiled."""
    directory = tmp_path / "config"
    directory.mkdir()
    for file in (Path(__file__).parents[2] / "config").glob("*.yaml"):
        (directory / file.name).write_text(file.read_text())
    return directory
