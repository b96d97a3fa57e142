"""Records as the Workflow Service reads them: the fields of ParallelCluster's describe_cluster."""

from cluster_api import transfers_body
from cluster_api.model import Failure, HeadNode, Json, Record, State
from cluster_api.moments import written
from cluster_api.names import project_tags
from cluster_api.paging import token_after
from cluster_api.ports import Page

_SSH_USER = "sim"
_SCHEDULER: dict[str, Json] = {"type": "slurm"}
_FAILED = {State.CREATE_FAILED, State.DELETE_FAILED}


def created(record: Record) -> Json:
    """The answer to a POST, the same as often as it is asked."""
    return {
        "cluster": {
            "clusterName": record.cluster_name,
            "clusterStatus": "CREATE_REQUEST_RECEIVED",
            **_access(record),
        }
    }


def described(record: Record, region: str) -> dict[str, Json]:
    """The answer to a GET of one cluster."""
    return {
        "clusterName": record.cluster_name,
        "clusterStatus": str(record.state),
        "cloudFormationStackStatus": _stack_status(record),
        "creationTime": written(record.created_at),
        "lastUpdatedTime": written(record.updated_at),
        "region": region,
        "version": record.version,
        "scheduler": _SCHEDULER,
        "computeFleetStatus": record.compute_fleet_status or "UNKNOWN",
        "headNode": _head_node(record.head_node),
        **_slurm_rest(record),
        "tags": [
            {"key": key, "value": value} for key, value in project_tags(record.project).items()
        ],
        "failures": _failures(record),
        "vlab_id": record.project.vlab_id,
        "project_id": record.project.project_id,
        "tier": record.tier,
        "clusterFsxId": record.fsx_id,
        "lustre": _lustre(record),
        "data": transfers_body.data(record),
        **_access(record),
    }


def listed(page: Page, region: str) -> Json:
    """The answer to a GET of many clusters; without nextToken it was the last page."""
    clusters: list[Json] = [_summary(record, region) for record in page.records]
    token = token_after(page.after)
    return {"clusters": clusters} | ({"nextToken": token} if token else {})


def deleted(record: Record) -> Json:
    """The answer to a DELETE."""
    return {
        "cluster": {
            "clusterName": record.cluster_name,
            "clusterStatus": str(State.DELETE_IN_PROGRESS),
            "vlab_id": record.project.vlab_id,
            "project_id": record.project.project_id,
        }
    }


def _summary(record: Record, region: str) -> Json:
    return {
        "clusterName": record.cluster_name,
        "clusterStatus": str(record.state),
        "cloudformationStackArn": record.cluster_stack_arn,
        "cloudformationStackStatus": _stack_status(record),
        "region": region,
        "version": record.version,
        "scheduler": _SCHEDULER,
        "vlab_id": record.project.vlab_id,
        "project_id": record.project.project_id,
        "tier": record.tier,
    }


def _access(record: Record) -> dict[str, Json]:
    # The three names are three generations of clients.
    return {
        "ssh_user": _SSH_USER,
        "private_ssh_key_arn": record.sim_key_arn,
        "user_private_ssh_key_arn": record.sim_key_arn,
        "admin_private_ssh_key_arn": record.admin_key_arn,
    }


def _stack_status(record: Record) -> str:
    return record.cluster_stack_status or str(record.state)


def _head_node(head_node: HeadNode | None) -> Json:
    if head_node is None:
        return None
    return {
        "instanceId": head_node.instance_id,
        "instanceType": head_node.instance_type,
        "launchTime": head_node.launch_time,
        "privateIpAddress": head_node.private_ip_address,
        "state": head_node.state,
    }


def _slurm_rest(record: Record) -> dict[str, Json]:
    # Never the one without the other: who asks must know whose certificate it is.
    fingerprint = record.slurm_rest_certificate_sha256
    return {
        "slurmRestUrl": record.slurm_rest_url if fingerprint else None,
        "slurmRestCertificateSha256": fingerprint,
    }


def _lustre(record: Record) -> Json:
    if not record.include_lustre:
        return None
    return {
        "capacityGib": record.lustre_capacity_gib,
        "throughputMbPerSecondPerTib": record.lustre_throughput_mb_s_per_tib,
    }


def _failures(record: Record) -> list[Json]:
    failures = record.failures
    if record.state in _FAILED and not failures:
        words = f"It failed; the events of stack {record.stack_name} in CloudFormation say why."
        failures = (Failure(code="UnknownFailure", reason=words),)
    return [{"failureCode": failure.code, "failureReason": failure.reason} for failure in failures]
