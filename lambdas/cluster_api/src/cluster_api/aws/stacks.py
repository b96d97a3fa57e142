"""The projects' stacks in CloudFormation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, message_of, passing_faults
from cluster_api.errors import StackBusy, StackLimitReached, StackRefused
from cluster_api.model import Launch, Stack, StackEvent
from cluster_api.survey import StackSummary

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import StackStatusType
    from mypy_boto3_cloudformation.type_defs import StackSummaryTypeDef, StackTypeDef

_SERVICE = "CloudFormation"
_MISSING = "does not exist"
_BUSY = "cannot be deleted while in status"
# ListStacks remembers deleted stacks for 90 days; the filter names all others. All of them: what
# a pass of the reconciler doesn't see counts as gone.
_STATUSES_OF_WHAT_IS_THERE: "list[StackStatusType]" = [
    "CREATE_IN_PROGRESS",
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
]


@dataclass(frozen=True, kw_only=True)
class CloudFormationStacks:
    """Stacks that CloudFormation builds with one service role."""

    client: "CloudFormationClient"
    # Empty where stacks are only read and deleted.
    service_role_arn: str = ""

    def launch(self, launch: Launch) -> None:
        """See Stacks."""
        try:
            with passing_faults(_SERVICE):
                self.client.create_stack(
                    StackName=launch.stack_name,
                    TemplateURL=launch.template_url,
                    RoleARN=self.service_role_arn,
                    ClientRequestToken=launch.token,
                    Parameters=[
                        {"ParameterKey": name, "ParameterValue": value}
                        for name, value in launch.parameters.items()
                    ],
                    Tags=[{"Key": name, "Value": value} for name, value in launch.tags.items()],
                    Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"],
                    OnFailure="ROLLBACK",
                )
        except ClientError as error:
            # The name holds the creation: a stack that has it already is this very one.
            if code_of(error) != "AlreadyExistsException":
                raise _refusal(error) from error

    def find(self, stack: str) -> Stack | None:
        """See Stacks."""
        try:
            with passing_faults(_SERVICE):
                answer = self.client.describe_stacks(StackName=stack)
        except ClientError as error:
            if _MISSING in message_of(error):
                return None
            raise
        return _stack(answer["Stacks"][0]) if answer["Stacks"] else None

    def delete(self, stack: str) -> None:
        """See Stacks."""
        try:
            with passing_faults(_SERVICE):
                self.client.delete_stack(StackName=stack)
        except ClientError as error:
            if _BUSY in message_of(error):
                raise StackBusy(stack) from None
            if _MISSING not in message_of(error):
                raise

    def events(self, stack_id: str) -> Sequence[StackEvent]:
        """See Stacks."""
        with passing_faults(_SERVICE):
            pages = self.client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
            newest_first = [
                StackEvent(
                    resource=event.get("LogicalResourceId", ""),
                    type=event.get("ResourceType", ""),
                    status=event.get("ResourceStatus", ""),
                    reason=event.get("ResourceStatusReason", ""),
                    at=event["Timestamp"],
                )
                for page in pages
                for event in page["StackEvents"]
            ]
        return newest_first[::-1]

    def summaries(self) -> Sequence[StackSummary]:
        """See Stacks."""
        with passing_faults(_SERVICE):
            pages = self.client.get_paginator("list_stacks").paginate(
                StackStatusFilter=_STATUSES_OF_WHAT_IS_THERE
            )
            return [
                summary_of(stack)
                for page in pages
                for stack in page["StackSummaries"]
                if "ParentId" not in stack
            ]


def summary_of(stack: "StackSummaryTypeDef | StackTypeDef") -> StackSummary:
    """A stack of CloudFormation's answer in brief."""
    moments = (
        stack.get("CreationTime"),
        stack.get("LastUpdatedTime"),
        stack.get("DeletionTime"),
    )
    return StackSummary(
        id=stack.get("StackId", ""),
        name=stack["StackName"],
        status=stack["StackStatus"],
        changed_at=max(moment for moment in moments if moment is not None),
    )


def _refusal(error: ClientError) -> Exception:
    if code_of(error) == "LimitExceededException":
        return StackLimitReached(message_of(error))
    return StackRefused(code_of(error), message_of(error))


def _stack(stack: "StackTypeDef") -> Stack:
    return Stack(
        id=stack.get("StackId", ""),
        name=stack["StackName"],
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        outputs={
            output["OutputKey"]: output.get("OutputValue", "")
            for output in stack.get("Outputs", [])
            if "OutputKey" in output
        },
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])},
    )
