"""Every environment, synthesised once a session."""

import pytest

from networks import Networks
from synthesised import ENVIRONMENTS, Synthesis, Synthesised


@pytest.fixture(scope="session")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return Synthesis(tmp_path_factory.mktemp("synthesis"))


@pytest.fixture(scope="session")
def local(synthesis: Synthesis) -> Synthesised:
    return synthesis.of("local")


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest, synthesis: Synthesis) -> Synthesised:
    """Each environment in turn."""
    return synthesis.of(str(request.param))


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory, local: Synthesised) -> Networks:
    """The network in several sizes."""
    return Networks(tmp_path_factory.mktemp("networks"), local)
