"""Records of jobs are read from CloudWatch Logs as they were sent, each once."""

import json
import time

from aws_account import Account
from embedded_aws.job_records import log_groups, records
from embedded_aws.session import Session


def test_records_of_a_cluster_s_creations_come_once_each_without_metrics(account: Account) -> None:
    session = Session(account.emulator)
    logs = session.client("logs")
    ours = ["/hpc/jobs/pcluster-mine-11111111", "/hpc/jobs/pcluster-mine-22222222"]
    for group in (*ours, "/hpc/jobs/pcluster-others-11111111"):
        logs.create_log_group(logGroupName=group)
        for stream, messages in {
            "jobs": [{"key": f"{group}/1"}, {"key": f"{group}/2"}, {"key": f"{group}/1"}],
            "metrics": [{"key": "none"}],
        }.items():
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            now = int(time.time() * 1000)
            events = [{"timestamp": now, "message": json.dumps(one)} for one in messages]
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    found = log_groups(session, "pcluster-mine")

    assert found == ours
    assert [one["key"] for one in records(session, ours[0])] == [f"{ours[0]}/1", f"{ours[0]}/2"]
    assert set(ours) < set(log_groups(session))
