"""Every environment, synthesised once a session."""

import pytest

from generated_cluster import GeneratedCluster
from networks import Networks
from node_roles import OurPolicies, node_roles
from synthesised import ENVIRONMENTS, Synthesis, Synthesised, Template
from tenants import Tenants
from tools.synthesise_all import with_public_keycloak, with_session_manager


@pytest.fixture(scope="session")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return Synthesis(tmp_path_factory.mktemp("synthesis"))


@pytest.fixture(scope="session")
def local(synthesis: Synthesis) -> Synthesised:
    return synthesis.of("local")


@pytest.fixture(scope="session")
def sandbox(synthesis: Synthesis) -> Synthesised:
    """The environment that has a bucket of containers."""
    return synthesis.of("sandbox")


@pytest.fixture(scope="session")
def public_keycloak(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """The same, where Keycloak is not in the Main VPC."""
    directory = tmp_path_factory.mktemp("public-keycloak")
    return Synthesised.made_from(with_public_keycloak("sandbox"), directory)


@pytest.fixture(scope="session")
def session_manager(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """`local`, where Session Manager reaches nodes: no environment lets them do more."""
    directory = tmp_path_factory.mktemp("session-manager")
    return Synthesised.made_from(with_session_manager("local"), directory)


@pytest.fixture
def lustre(sandbox: Synthesised) -> Template:
    return sandbox.published()["DebugLustre"]


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest, synthesis: Synthesis) -> Synthesised:
    """Each environment in turn."""
    return synthesis.of(str(request.param))


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory, local: Synthesised) -> Networks:
    """The network in several sizes."""
    return Networks(tmp_path_factory.mktemp("networks"), local)


@pytest.fixture(scope="session")
def generated_cluster(
    tmp_path_factory: pytest.TempPathFactory, session_manager: Synthesised
) -> GeneratedCluster:
    """What ParallelCluster makes of a published template with several queues."""
    directory = tmp_path_factory.mktemp("generated-cluster")
    return GeneratedCluster.of(session_manager, "MixedProdMpiLustre", directory)


@pytest.fixture(scope="session")
def tenants(generated_cluster: GeneratedCluster, session_manager: Synthesised) -> Tenants:
    """That cluster's roles, with all their policies."""
    ours = OurPolicies.of(session_manager, generated_cluster, plain="MixedProdMpiPlain")
    return Tenants(
        roles=node_roles(generated_cluster, ours),
        ours=ours,
        parameters=generated_cluster.parameters,
    )
