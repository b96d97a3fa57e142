"""Fetch the scripts of a custom action, with the words of ParallelCluster's own executor."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ADVICE = "Please check /var/log/cfn-init.log in the head node, or in CloudWatch logs."


class DownloadError(Exception):
    """A script can't be had; ParallelCluster's failure analysis knows the first words."""

    def __init__(self, event: str, number: int, url: str, why: str) -> None:
        super().__init__(f"Failed to download {event} script {number} {url}, {why}. {ADVICE}")


def fetch_scripts(s3: Any, event: str, action: Any) -> Iterator[str]:
    """Fetch each script of an action, `Script` or `Sequence`; gives the URLs that were had."""
    for number, url in enumerate(_urls(action), 1):
        bucket, _, key = url.removeprefix("s3://").partition("/")
        if not url.startswith("s3://"):
            raise DownloadError(event, number, url, "the node has no way to the internet")
        try:
            s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise DownloadError(event, number, url, f"error: {error}") from error
        yield url


def _urls(action: Any) -> list[str]:
    if not action:
        # ParallelCluster's configuration with implied values names what isn't there as null.
        return []
    if isinstance(action, list):
        return [step["Script"] for step in action]
    if action.get("Sequence"):
        return [step["Script"] for step in action["Sequence"]]
    return [action["Script"]] if action.get("Script") else []
