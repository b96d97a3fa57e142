"""A world per test, and the library in it."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from configurations import small
from deployable import deploy_what_moto_can
from moto_world import MotoWorld, moto_world

from cluster_provider.pcluster_library import ParallelClusterLibrary

os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"  # it would fill the home directory


@pytest.fixture
def world() -> Iterator[MotoWorld]:
    with moto_world() as made:
        deploy_what_moto_can(made)
        yield made


@pytest.fixture
def library(world: MotoWorld) -> ParallelClusterLibrary:
    return ParallelClusterLibrary(region=world.region)


@pytest.fixture
def configuration(world: MotoWorld) -> dict[str, Any]:
    return small(world)
