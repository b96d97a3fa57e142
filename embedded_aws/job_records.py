"""The records of a cluster's jobs, which its head node sends to CloudWatch Logs.

docs/job-record.md says what is in one.
"""

import json
from collections.abc import Iterator
from typing import Any

from embedded_aws.session import Session

_GROUPS = "/hpc/jobs/"
_STREAM = "jobs"


def log_groups(account: Session, cluster: str = "") -> list[str]:
    """The groups of records: of each creation of a cluster, or of all clusters'."""
    prefix = f"{_GROUPS}{cluster}-" if cluster else _GROUPS
    pages = account.client("logs").get_paginator("describe_log_groups")
    return [
        str(group["logGroupName"])
        for page in pages.paginate(logGroupNamePrefix=prefix)
        for group in page["logGroups"]
    ]


def records(account: Session, group: str) -> Iterator[dict[str, Any]]:
    """The records of a group, as they came; once each, though one may have come twice."""
    pages = account.client("logs").get_paginator("filter_log_events")
    told = set()
    for page in pages.paginate(logGroupName=group, logStreamNamePrefix=_STREAM):
        for event in page["events"]:
            if event["logStreamName"] != _STREAM:
                continue  # the embedded AWS gives all streams'
            record: dict[str, Any] = json.loads(event["message"])
            if record["key"] not in told:
                told.add(record["key"])
                yield record
