"""An AWS account on the embedded AWS, with the verbs that its tests need."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_aws.lifecycle import EmbeddedAws

ACCOUNT = "000000000000"
# Whom a service role trusts.
CLOUDFORMATION = "cloudformation.amazonaws.com"
PATIENCE_SECONDS = 120
# What the code of a function is in, by how its runtime's name begins.
_FILES = {"python": "index.py", "nodejs": "index.js", "provided": "bootstrap"}

# The handler of a custom resource: tells the queue what it was asked, then does as the property
# Outcome (for a deletion OutcomeOfDelete) says: SUCCESS, FAILED, FAILED_ONCE, FAILED_NAMELESS
# (without a physical id), or SILENT (no answer).
CUSTOM_RESOURCE = """
import json, os, urllib.request, boto3

failed = set()

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
    outcome = event["ResourceProperties"].get("Outcome", "SUCCESS")
    if event["RequestType"] != "Create":
        outcome = event["ResourceProperties"].get("OutcomeOfDelete", "SUCCESS")
    if outcome == "FAILED_ONCE":
        outcome = "SUCCESS" if event["StackId"] in failed else "FAILED"
        failed.add(event["StackId"])
    if outcome == "SILENT":
        return
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer["Status"] = outcome.partition("_")[0]
    answer["Reason"] = "as the test wants"
    if outcome != "FAILED_NAMELESS":
        answer["PhysicalResourceId"] = event.get("PhysicalResourceId", "made-by-the-function")
    request = urllib.request.Request(
        event["ResponseURL"], data=json.dumps(answer).encode(), method="PUT",
        headers={"content-type": ""},
    )
    urllib.request.urlopen(request)
"""


@dataclass(frozen=True, kw_only=True)
class CustomResource:
    """A function for custom resources, and the queue to which it tells its requests."""

    token: str
    queue: str


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def allow(*actions: str, on: str = "*", **condition: Mapping[str, Any]) -> dict[str, Any]:
    """A statement that allows the actions; `condition` are operators with their keys."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return {**statement, "Condition": dict(condition)} if condition else statement


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document of the statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """The trust policy of a role for the service."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )


def refusal(call: Callable[..., Any], **arguments: Any) -> ClientError | None:
    """The error that the call is answered with; None if it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return error
    return None


def is_denied(call: Callable[..., Any], **arguments: Any) -> bool:
    """Whether IAM refuses the call; any other error is raised."""
    error = refusal(call, **arguments)
    if error is not None and "AccessDenied" not in error.response["Error"]["Code"]:
        raise error
    return error is not None


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account of a running emulator, as its root or as one of its users."""

    emulator: EmbeddedAws
    access_key: str = "test"
    secret_key: str = "test"
    session_token: str | None = None

    def client(self, service: str) -> Any:
        """A client that doesn't retry: the first answer is what the test is about."""
        # boto3-stubs want a literal name.
        make: Callable[..., Any] = boto3.client
        return make(
            service,
            endpoint_url=self.emulator.endpoint,
            region_name=self.emulator.region,
            verify=self.emulator.environment()["AWS_CA_BUNDLE"],
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            aws_session_token=self.session_token,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
        )

    def user(self, *statements: Mapping[str, Any]) -> "Account":
        """The account as a new user with these permissions."""
        name = unique("user")
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Account(
            emulator=self.emulator,
            access_key=key["AccessKeyId"],
            secret_key=key["SecretAccessKey"],
        )

    def role(self, service: str, *statements: Mapping[str, Any], **more: Any) -> str:
        """The ARN of a new role for the service."""
        name = unique("role")
        iam = self.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service), **more)
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return str(role["Role"]["Arn"])

    def function(
        self,
        code: str,
        *,
        name: str | None = None,
        runtime: str = "python3.13",
        timeout: int = 30,
        **environment: str,
    ) -> str:
        """The ARN of a new function of this code."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            [name_of_file] = [name for begins, name in _FILES.items() if runtime.startswith(begins)]
            info = zipfile.ZipInfo(name_of_file)
            info.external_attr = 0o755 << 16
            file.writestr(info, code)
        functions = self.client("lambda")
        made = functions.create_function(
            FunctionName=name or unique("function"),
            Runtime=runtime,
            Role=self.role("lambda.amazonaws.com", allow("*")),
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
            Environment={"Variables": environment},
        )
        return str(made["FunctionArn"])

    def queue(self) -> str:
        """The URL of a new queue."""
        return str(self.client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"])

    def messages(self, queue: str, count: int) -> list[dict[str, Any]]:
        """The bodies of the queue's next messages, as many as there should be."""
        sqs = self.client("sqs")
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found) < count and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def put_object(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The bucket and the key of a new object, the body as JSON."""
        s3 = self.client("s3")
        bucket = unique("bucket")
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(body))
        return bucket, "template.json"

    def template_url(self, body: Mapping[str, Any]) -> str:
        """The URL of a new template in S3."""
        bucket, key = self.put_object(body)
        return f"https://s3.us-east-1.amazonaws.com/{bucket}/{key}"

    def create_stack(self, resources: Mapping[str, Any], **more: Any) -> str:
        """The id of a new stack of these resources, which is being created."""
        template = json.dumps({"Resources": resources})
        arguments = {"StackName": unique("stack"), "TemplateBody": template, **more}
        return str(self.client("cloudformation").create_stack(**arguments)["StackId"])

    def stack(self, stack_id: str) -> dict[str, Any]:
        """The stack as DescribeStacks tells it."""
        described = self.client("cloudformation").describe_stacks(StackName=stack_id)
        stack: dict[str, Any] = described["Stacks"][0]
        return stack

    def settled(self, stack_id: str) -> str:
        """The stack's status once nothing is in progress."""
        return self.await_status(stack_id, lambda status: not status.endswith("_IN_PROGRESS"))

    def await_status(self, stack_id: str, wanted: Callable[[str], bool]) -> str:
        """The stack's status once it is as wanted, or the last one seen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status = str(self.stack(stack_id)["StackStatus"])
            if wanted(status) or time.monotonic() > deadline:
                return status
            time.sleep(0.05)

    def delete_stack(self, stack_id: str) -> str:
        """Delete the stack; its status when that is over."""
        self.client("cloudformation").delete_stack(StackName=stack_id)
        time.sleep(0.1)
        return self.settled(stack_id)

    def events(self, stack_id: str, logical_id: str) -> list[tuple[str, str]]:
        """The statuses and reasons that the stack's events tell of a resource, oldest first."""
        described = self.client("cloudformation").describe_stack_events(StackName=stack_id)
        return [
            (event["ResourceStatus"], event.get("ResourceStatusReason", ""))
            for event in reversed(described["StackEvents"])
            if event["LogicalResourceId"] == logical_id
        ]
