"""Fetch the scripts of a custom action, with the words of ParallelCluster's own executor."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.head_nodes.machine import BootstrapError, Script
from embedded_aws.head_nodes.role import NodeRole

Action = dict[str, Any] | list[dict[str, Any]] | None

ADVICE = "Please check /var/log/cfn-init.log in the head node, or in CloudWatch logs."


class DownloadError(BootstrapError):
    """A script can't be had; ParallelCluster's failure analysis knows the first words."""

    def __init__(self, event: str, number: int, url: str, why: str) -> None:
        super().__init__(f"Failed to download {event} script {number} {url}, {why}. {ADVICE}")


def fetch_scripts(role: NodeRole, event: str, action: Action) -> Iterator[Script]:
    """Fetch each script of an action, `Script` or `Sequence`."""
    s3 = role.client("s3")
    for number, step in enumerate(_steps(action), 1):
        url = step["Script"]
        bucket, _, key = url.removeprefix("s3://").partition("/")
        if not url.startswith("s3://"):
            raise DownloadError(event, number, url, "the node has no way to the internet")
        try:
            content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise DownloadError(event, number, url, f"error: {error}") from error
        arguments = tuple(str(each) for each in step.get("Args") or ())
        yield Script(event=event, number=number, url=url, content=content, arguments=arguments)


def _steps(action: Action) -> list[dict[str, Any]]:
    if not action:
        # ParallelCluster's configuration with implied values names what isn't there as null.
        return []
    if isinstance(action, list):
        return action
    if action.get("Sequence"):
        return list(action["Sequence"])
    return [action] if action.get("Script") else []
