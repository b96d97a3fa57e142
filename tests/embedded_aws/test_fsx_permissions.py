"""What FSx does is allowed by IAM first: on each resource, with its tags."""

from typing import Any

from aws_account import allow, is_denied, refusal
from lustre import NO_REPORT, Lustre

OURS = "arn:aws:fsx:us-east-1:000000000000"
ROLE = "arn:aws:iam::000000000000:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/*"
TAGS = [{"Key": "a", "Value": "1"}]


def denial(call: Any, **arguments: Any) -> str:
    error = refusal(call, **arguments)
    return "" if error is None else str(error)


def test_each_action_is_allowed_on_its_resource(file_system: Lustre) -> None:
    mine = f"{OURS}:file-system/{file_system.file_system_id}"
    fsx = file_system.account.user(
        allow("fsx:DescribeFileSystems"), allow("fsx:ListTagsForResource", on=mine)
    ).client("fsx")

    assert not is_denied(fsx.describe_file_systems)
    assert not is_denied(fsx.list_tags_for_resource, ResourceARN=mine)
    assert is_denied(fsx.list_tags_for_resource, ResourceARN=mine + "0")
    assert is_denied(fsx.delete_file_system, FileSystemId=file_system.file_system_id)
    assert is_denied(fsx.describe_data_repository_tasks)


def test_an_association_needs_the_file_system_itself_and_the_role_that_reads_s3(
    file_system: Lustre,
) -> None:
    verb = "fsx:CreateDataRepositoryAssociation"
    of_both = allow(verb, on=f"{OURS}:file-system/*"), allow(verb, on=f"{OURS}:association/*")
    linked_role = allow(
        "iam:CreateServiceLinkedRole",
        on=ROLE,
        StringEquals={"iam:AWSServiceName": "s3.data-source.lustre.fsx.amazonaws.com"},
    )
    its_policies = allow("iam:AttachRolePolicy", "iam:PutRolePolicy", on=ROLE)
    asked = {
        "FileSystemId": file_system.file_system_id,
        "FileSystemPath": "/scratch",
        "DataRepositoryPath": f"s3://{file_system.bucket}/scratch/",
    }

    def denied(*statements: dict[str, Any], **more: Any) -> str:
        fsx = file_system.account.user(*statements).client("fsx")
        return denial(fsx.create_data_repository_association, **asked, **more)

    assert "association/" in denied(of_both[0])
    assert "iam:CreateServiceLinkedRole" in denied(*of_both)
    assert "iam:AttachRolePolicy" in denied(*of_both, linked_role)
    assert "fsx:TagResource" in denied(*of_both, linked_role, its_policies, Tags=TAGS)
    assert denied(*of_both, linked_role, its_policies) == ""


def test_tasks_are_allowed_by_file_system_and_by_task(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.order("exports", hold_after=0)
    asked = {
        "FileSystemId": file_system.file_system_id,
        "Type": "EXPORT_TO_REPOSITORY",
        "Report": NO_REPORT,
    }
    verb = "fsx:CreateDataRepositoryTask"
    half = file_system.account.user(allow(verb, on=f"{OURS}:file-system/*")).client("fsx")
    whole = file_system.account.user(
        allow(verb, on=f"{OURS}:file-system/*"), allow(verb, on=f"{OURS}:task/*")
    ).client("fsx")

    assert "task/*" in denial(half.create_data_repository_task, **asked)
    task_id = whole.create_data_repository_task(**asked)["DataRepositoryTask"]["TaskId"]
    assert is_denied(whole.cancel_data_repository_task, TaskId=task_id)
    cancels = allow("fsx:CancelDataRepositoryTask", on=f"{OURS}:task/{task_id}")
    fsx = file_system.account.user(cancels).client("fsx")
    assert not is_denied(fsx.cancel_data_repository_task, TaskId=task_id)


def test_conditions_see_the_tags_of_what_is_there(file_system: Lustre) -> None:
    association_id = file_system.linked("/scratch", Tags=TAGS)

    def deleting(value: str) -> Any:
        tagged = {"StringEquals": {"aws:ResourceTag/a": value}}
        user = file_system.account.user(allow("fsx:DeleteDataRepositoryAssociation", **tagged))
        return user.client("fsx").delete_data_repository_association

    assert is_denied(deleting("2"), AssociationId=association_id)
    assert not is_denied(deleting("1"), AssociationId=association_id)
