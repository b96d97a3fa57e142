"""The record of a job, which the head node sent to CloudWatch Logs (docs/job-record.md)."""

import time

from embedded_aws.demo.telling import Say, expect
from embedded_aws.job_records import log_groups, records
from embedded_aws.session import Session

PATIENCE_SECONDS = 90
_SHOWN = ("key", "name", "user", "account", "state", "elapsed_seconds", "nodes")


def show_record(account: Session, cluster: str, number: int, say: Say, patience: float = 1) -> None:
    """Wait for the record of a job that went well, and show the most of it.

    A machine that needs more time is given `patience` times as much.

    Raises:
        NotAsPromisedError: there is none, or it says otherwise.
    """
    [group] = log_groups(account, cluster)
    seconds = patience * PATIENCE_SECONDS
    deadline = time.monotonic() + seconds
    while not (found := [one for one in records(account, group) if one["job_id"] == number]):
        told = f"{group} has no record of job {number} after {seconds:g} s"
        expect(time.monotonic() < deadline, told)
        time.sleep(0.5)
    [record] = found
    expect(record["state"] == "COMPLETED", f"the record of job {number} says {record['state']}")
    say(f"record in {group}:")
    for field in _SHOWN:
        say(f"  {field}: {record[field]}")
