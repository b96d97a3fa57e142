"""Which directories are told to be in use, and that half a list is never told."""

import importlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cluster_api.aws import clients
from cluster_api.aws.directories import EfsAccessPoints, RetentionFunction
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.directory_use import DirectoryUse
from cluster_api.errors import AwsUnavailable
from cluster_api.model import Project
from cluster_api.settings import SettingsError, parse_directory_settings
from cluster_api_aws import TABLE, Aws
from cluster_api_fake_world import FakeWorld
from cluster_api_world import record_of, request
from project_directories.listing import Listing, parse_listing

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass
class Mounted:
    """Access points that lead to these directories, or EFS when it doesn't answer."""

    directories: Collection[str] | None

    def names(self) -> Collection[str]:
        if self.directories is None:
            raise AwsUnavailable("EFS", "no answer in time")
        return self.directories


@dataclass
class Retention:
    """The passes that were begun."""

    passes: list[tuple[set[str], datetime]] = field(default_factory=list)

    def begin_pass(self, in_use: Collection[str], listed_at: datetime) -> None:
        self.passes.append((set(in_use), listed_at))


def use_of(world: FakeWorld, mounted: Mounted, retention: Retention) -> DirectoryUse:
    return DirectoryUse(
        registry=world.registry, mounted=mounted, retention=retention, clock=world.clock
    )


def test_in_use_is_what_either_source_says(world: FakeWorld) -> None:
    world.clusters.create(request())
    (record,) = world.registry.clusters.values()
    began = world.clock.now()
    retention = Retention()

    count = use_of(world, Mounted(["pcluster-of-nobody-0123abcd"]), retention).tell()

    assert count == 2
    assert retention.passes == [({record.cluster_name, "pcluster-of-nobody-0123abcd"}, began)]


def test_every_page_of_the_registry_is_in_use(world: FakeWorld) -> None:
    for number in range(450):
        project = Project(vlab_id="lab", project_id=f"p{number}")
        record = replace(record_of(), project=project, cluster_name=f"pcluster-{number}")
        world.registry.clusters[project.id] = record
    retention = Retention()

    count = use_of(world, Mounted([]), retention).tell()

    assert count == 450


def test_a_failed_cluster_still_uses_its_directory_and_a_deleted_one_does_not(
    world: FakeWorld,
) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "ROLLBACK_COMPLETE")
    retention = Retention()
    use = use_of(world, Mounted([]), retention)

    failed = use.tell()
    world.registry.clusters.clear()
    deleted = use.tell()

    assert (failed, deleted) == (1, 0)


def test_without_both_sources_nothing_is_told(world: FakeWorld) -> None:
    world.clusters.create(request())
    retention = Retention()

    with pytest.raises(AwsUnavailable, match="EFS"):
        use_of(world, Mounted(None), retention).tell()

    assert retention.passes == []


@pytest.mark.usefixtures("emulated")
def test_access_points_of_one_file_system_name_its_directories() -> None:
    efs = boto3.client("efs")
    ours, others = (
        efs.create_file_system(CreationToken=token)["FileSystemId"] for token in ("a", "b")
    )
    names = {f"pcluster-{number}" for number in range(120)}
    for number, path in enumerate([*(f"/{name}" for name in names), "/", "/pcluster-deep/er"]):
        efs.create_access_point(
            ClientToken=str(number), FileSystemId=ours, RootDirectory={"Path": path}
        )
    efs.create_access_point(
        ClientToken="other", FileSystemId=others, RootDirectory={"Path": "/pcluster-elsewhere"}
    )

    found = EfsAccessPoints(client=clients.efs(), file_system_id=ours).names()

    assert found == names | {"pcluster-deep"}


@pytest.mark.parametrize("code", ["FileSystemNotFound", "AccessDeniedException"])
@pytest.mark.usefixtures("emulated")
def test_a_file_system_that_cant_be_asked_about_has_no_list(code: str) -> None:
    efs = clients.efs()

    with Stubber(efs) as stub, pytest.raises(ClientError, match=code):
        stub.add_client_error("describe_access_points", code, http_status_code=403)
        EfsAccessPoints(client=efs, file_system_id="fs-1").names()


@pytest.mark.usefixtures("emulated")
def test_a_pass_is_begun_with_the_names_and_the_moment(clients: Aws) -> None:
    listing = {"in_use": ["a", "b"], "listed_at": "2026-01-02T12:00:00+00:00"}

    with Stubber(clients.functions) as stub:
        stub.add_response(
            "invoke",
            {"StatusCode": 202},
            {
                "FunctionName": "arn",
                "InvocationType": "Event",
                "Payload": json.dumps(listing).encode(),
            },
        )
        RetentionFunction(client=clients.functions, function_arn="arn").begin_pass({"b", "a"}, NOON)

    stub.assert_no_pending_responses()
    assert parse_listing(listing) == Listing(in_use=frozenset({"a", "b"}), listed_at=NOON)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        parse_directory_settings({"REGISTRY_TABLE": "registry"})

    assert "FILE_SYSTEM_ID is missing; RETENTION_FUNCTION_ARN is missing" in str(refusal.value)


def test_the_function_has_a_pass_made_on_what_dynamodb_and_efs_say(
    emulated: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_system = boto3.client("efs").create_file_system(CreationToken="a")["FileSystemId"]
    monkeypatch.setenv("REGISTRY_TABLE", TABLE)
    monkeypatch.setenv("FILE_SYSTEM_ID", file_system)
    monkeypatch.setenv("RETENTION_FUNCTION_ARN", "arn")
    DynamoRegistry(client=emulated.dynamodb, table=TABLE).admit(record_of(), None)
    functions = clients.functions()
    monkeypatch.setattr(clients, "functions", lambda: functions)
    module = importlib.import_module("cluster_api.directory_listing")
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
    )

    with Stubber(functions) as stub:
        stub.add_response("invoke", {"StatusCode": 202})
        answer = module.handler({}, context)

    stub.assert_no_pending_responses()
    assert answer == {"in_use": 1}
