"""What any registry does; the fake and DynamoDB (under moto) pass the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cluster_api.errors import RecordChanged
from cluster_api.lustre import Export, Forced, Scratch, TaskState, Transfer
from cluster_api.model import Failure, HeadNode, Project, State
from cluster_api.ports import Registry
from cluster_api.users import User
from cluster_api_aws import TABLE, Aws
from cluster_api_world import LAB, World, record_of

NOW = datetime(2026, 1, 2, 4, tzinfo=UTC)
TRANSFER = Transfer(
    path="/scratch",
    task_id="task-1",
    state=TaskState.SUCCEEDED,
    files_total=3,
    files_done=2,
    files_failed=1,
    started_at=NOW,
    ended_at=NOW,
)
WAITING = Transfer(
    path="/project/public", task_id="", state=TaskState.PENDING, repository_path="s3://public/"
)
OTHER = Project(vlab_id="lab", project_id="other")


def test_it_has_no_record_at_first(registry: Registry) -> None:
    assert registry.find(LAB) is None
    assert registry.look(LAB, ["subnet-1"]).free_subnets == ("subnet-1",)


def test_what_is_admitted_is_found_and_holds_its_subnet(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)

    look = registry.look(LAB, ["subnet-2", "subnet-1"])

    assert registry.find(LAB) == admitted
    assert look.record == admitted
    assert look.free_subnets == ("subnet-2",)


def test_every_field_of_a_record_comes_back(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)
    full = replace(
        admitted,
        state=State.CREATE_COMPLETE,
        stack_id="stack",
        admin_key_arn="a",
        sim_key_arn="s",
        sim_public_key="ssh-ed25519 AAAA",
        lustre_capacity_gib=4800,
        lustre_throughput_mb_s_per_tib=250,
        users=(
            User(name="alice", uid=20001, public_key="ssh-ed25519 AAAB"),
            User(name="bob", uid=20002, public_key="ssh-ed25519 AAAC"),
        ),
        cluster_stack_arn="arn",
        cluster_stack_status="CREATE_COMPLETE",
        version="3.16.1",
        compute_fleet_status="RUNNING",
        head_node=HeadNode(
            instance_id="i-1",
            instance_type="m5.large",
            launch_time="2026",
            private_ip_address="10.0.0.7",
            state="running",
        ),
        slurm_rest_url="https://10.0.0.7:8082",
        slurm_rest_certificate_sha256="0a" * 32,
        fsx_id="fs-1",
        failures=(Failure(code="Code", reason="Words."),),
        was_complete=True,
        scratch=Scratch(file_system_id="fs-1", association_id="dra-1"),
        export=Export(
            attempt="0000000a",
            begun_at=NOW,
            checked_at=NOW,
            run=2,
            stack_told=True,
            forced=Forced(by="arn:operator", at=NOW),
            transfer=TRANSFER,
            report_path="s3://scratch/report.csv",
            waiting_for="A quota is used up.",
        ),
        imports=(TRANSFER, replace(TRANSFER, path="/project", ended_at=None), WAITING),
    )

    saved = registry.save(full, admitted)

    assert registry.find(LAB) == saved == replace(full, revision=admitted.revision + 1)


def test_a_project_is_admitted_once(registry: Registry) -> None:
    registry.admit(record_of(), None)

    with pytest.raises(RecordChanged):
        registry.admit(record_of(subnet_id="subnet-2"), None)

    assert registry.look(LAB, ["subnet-2"]).free_subnets == ("subnet-2",)


def test_a_subnet_has_one_holder(registry: Registry) -> None:
    registry.admit(record_of(), None)

    with pytest.raises(RecordChanged):
        registry.admit(record_of(OTHER), None)

    assert registry.find(OTHER) is None


def test_a_write_decided_on_an_old_record_changes_nothing(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)
    saved = registry.save(replace(admitted, stack_id="stack"), admitted)
    outdated = replace(admitted, state=State.CREATE_FAILED)

    with pytest.raises(RecordChanged):
        registry.save(outdated, admitted)
    with pytest.raises(RecordChanged):
        registry.free_subnet(replace(outdated, subnet_id=None), admitted)
    with pytest.raises(RecordChanged):
        registry.retire(admitted, deleted_at=NOW, keep_days=1)
    with pytest.raises(RecordChanged):
        registry.admit(record_of(subnet_id="subnet-2"), admitted)

    assert registry.find(LAB) == saved
    assert registry.look(LAB, ["subnet-1"]).free_subnets == ()


def test_a_freed_subnet_can_be_held_again(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)

    freed = registry.free_subnet(replace(admitted, subnet_id=None), admitted)

    assert registry.find(LAB) == freed
    assert registry.admit(record_of(OTHER), None).subnet_id == "subnet-1"


def test_a_retry_takes_the_place_of_the_record_it_was_decided_on(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)
    freed = registry.free_subnet(replace(admitted, subnet_id=None), admitted)
    retry = replace(freed, creation="22222222", subnet_id="subnet-2")

    registry.admit(retry, freed)

    found = registry.find(LAB)
    assert found is not None
    assert (found.creation, found.subnet_id, found.keys) == ("22222222", "subnet-2", "11111111")


def test_retiring_ends_record_and_lease(registry: Registry) -> None:
    admitted = registry.admit(record_of(), None)

    registry.retire(admitted, deleted_at=NOW, keep_days=30)

    assert registry.find(LAB) is None
    assert registry.look(LAB, ["subnet-1"]).free_subnets == ("subnet-1",)
    assert registry.page(vlab_id=None, after=None, limit=10).records == ()


def test_pages_follow_each_other_and_a_lab_has_its_own(registry: Registry) -> None:
    pairs = [("lab", "a"), ("lab", "b"), ("lab", "c"), ("lab-2", "a")]
    for number, (vlab_id, project_id) in enumerate(pairs):
        project = Project(vlab_id=vlab_id, project_id=project_id)
        registry.admit(record_of(project, subnet_id=f"subnet-{number}"), None)

    everything = registry.page(vlab_id=None, after=None, limit=10)
    first = registry.page(vlab_id="lab", after=None, limit=2)
    second = registry.page(vlab_id="lab", after=first.after, limit=2)

    assert len(everything.records) == 4
    assert [record.project.project_id for record in first.records] == ["a", "b"]
    assert [record.project.project_id for record in second.records] == ["c"]
    assert second.after is None


def test_the_table_keeps_history_until_it_expires(aws: World, emulated: Aws) -> None:
    admitted = aws.registry.admit(record_of(), None)

    aws.registry.retire(admitted, deleted_at=NOW, keep_days=30)

    (item,) = emulated.dynamodb.scan(TableName=TABLE)["Items"]
    assert item["kind"]["S"] == "history"
    assert item["id"]["S"] == "lab/project/11111111"
    assert int(item["expires_at"]["N"]) == int(NOW.timestamp()) + 30 * 24 * 3600


def test_failures_that_the_provider_wrote_meanwhile_stay(aws: World, emulated: Aws) -> None:
    admitted = aws.registry.admit(record_of(), None)
    emulated.dynamodb.update_item(
        TableName=TABLE,
        Key={"kind": {"S": "cluster"}, "id": {"S": LAB.id}},
        UpdateExpression="SET failures = :failures",
        ConditionExpression="creation = :creation",
        ExpressionAttributeValues={
            ":creation": {"S": "11111111"},
            ":failures": {
                "L": [{"M": {"failureCode": {"S": "HeadNode"}, "failureReason": {"S": "Chef."}}}]
            },
        },
    )
    guess = (Failure(code="Guess", reason="Something failed."),)

    aws.registry.save(replace(admitted, state=State.CREATE_FAILED, failures=guess), admitted)

    found = aws.registry.find(LAB)
    assert found is not None
    assert found.state is State.CREATE_FAILED
    assert found.failures == (Failure(code="HeadNode", reason="Chef."),)
