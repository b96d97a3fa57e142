"""What CloudFormation and the state machine hand to the functions of a cluster's data."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from cluster_api.data_errors import ScratchNotExported, ScratchReplaced
from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api_world import LAB
from export_world import ExportWorld

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "REGISTRY_TABLE": "registry",
    "SCRATCH_BUCKET": "scratch",
    "CLUSTER_PROVIDER_ARN": "arn:provider",
}


@pytest.fixture(scope="module")
def functions() -> Iterator[Any]:
    """The modules; they read their environment when they are imported."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        yield {
            name: importlib.import_module(f"cluster_api.{name}")
            for name in ("scratch_guard", "metadata_import", "deletion_step")
        }


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def guard_event(world: ExportWorld, kind: str, stack_id: str, **more: str) -> dict[str, object]:
    properties = {
        "VlabId": LAB.vlab_id,
        "ProjectId": LAB.project_id,
        "Creation": world.record().creation,
        "FileSystemId": "fs-1",
        "AssociationId": "dra-1",
    }
    return {
        "RequestType": kind,
        "StackId": stack_id,
        "PhysicalResourceId": "fs-1",
        "ResourceProperties": properties | more,
    }


def test_a_guard_is_its_file_system(functions: Any, world: ExportWorld) -> None:
    stack_id = world.comes_up_with_scratch()
    act = functions["scratch_guard"].act

    made = act(guard_event(world, "Create", stack_id), world.guards)
    updated = act(guard_event(world, "Update", stack_id), world.guards)
    deleted = act(guard_event(world, "Delete", stack_id), world.guards)

    assert made == updated == deleted == {"PhysicalResourceId": "fs-1"}


def test_a_guard_refuses_what_would_lose_data(functions: Any, world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    act = functions["scratch_guard"].act

    with pytest.raises(ScratchNotExported):
        act(guard_event(world, "Delete", stack_id), world.guards)
    with pytest.raises(ScratchReplaced, match="fs-1 by fs-2"):
        act(guard_event(world, "Update", stack_id, FileSystemId="fs-2"), world.guards)


def test_an_import_is_begun_asked_for_and_cancelled(functions: Any, world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    module, imports = functions["metadata_import"], world.imports
    event: dict[str, Any] = {
        "RequestType": "Create",
        "ResourceProperties": {
            "VlabId": LAB.vlab_id,
            "ProjectId": LAB.project_id,
            "Creation": world.record().creation,
            "FileSystemId": "fs-1",
            "AssociationId": "dra-2",
            "Path": "/project/private",
            "RepositoryPath": "s3://private/lab/project/",
            "Wait": "true",
        },
    }

    begun = module.begin(event, imports)
    later = event | begun
    asked = module.ask(later, imports)
    (task,) = world.repositories.begun
    world.repositories.become(task, TaskState.EXECUTING)
    module.begin(later | {"RequestType": "Update"}, imports)
    ended = module.begin(later | {"RequestType": "Delete"}, imports)

    assert begun == ended == {"PhysicalResourceId": begun["PhysicalResourceId"]}
    assert asked == {"IsComplete": False}
    assert module.ask(later | {"RequestType": "Update"}, imports) == {"IsComplete": True}
    assert module.ask(later | {"RequestType": "Delete"}, imports) == {"IsComplete": True}
    assert world.repositories.begun[task].state is TaskState.CANCELED


def test_a_step_s_answer_is_the_next_one_s_input(functions: Any, world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.clusters.delete(LAB)
    (order,) = world.workflows.orders.values()
    act = functions["deletion_step"].act

    first = act(vars(order), world.steps)
    second = act(first, world.steps)
    given_up = act({**second, "failure": {"Error": "States.TaskFailed"}}, world.steps)

    assert vars(order).items() <= first.items()
    assert (first["done"], first["wait_seconds"]) == (False, 30)
    assert given_up["done"]
    assert world.record().state is State.DELETE_FAILED
