"""The two functions of CDK's Provider framework: `on_event` begins, `is_complete` asks."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypedDict

from cluster_provider.errors import (
    CreationCancelled,
    ProviderError,
    RegistryUnavailable,
    TemporarilyUnavailable,
)
from cluster_provider.lifecycle import begin, judge
from cluster_provider.model import Cluster
from cluster_provider.ports import Certificates, ClusterLibrary, FailureRegistry, Stacks
from cluster_provider.request import (
    Began,
    Create,
    Question,
    ResourceEvent,
    parse_question,
    parse_record,
    parse_request,
    without_configuration,
)

LOG = logging.getLogger(__name__)


class Beginning(TypedDict):
    """What `on_event` answers; the framework hands it to `is_complete`, merged into the event."""

    PhysicalResourceId: str
    Began: str
    ResourceProperties: Mapping[str, object]
    OldResourceProperties: Mapping[str, object]


class Completion(TypedDict, total=False):
    """What `is_complete` answers; `Data` are the resource's attributes, and come at the end."""

    IsComplete: bool
    Data: dict[str, str]


class Provider:
    """The custom resource's life. It keeps no state: each answer comes from ParallelCluster."""

    def __init__(
        self,
        *,
        library: ClusterLibrary,
        stacks: Stacks,
        certificates: Certificates,
        registry: FailureRegistry | None,
    ) -> None:
        self._library = library
        self._certificates = certificates
        self._stacks = stacks
        self._registry = registry

    def on_event(self, event: ResourceEvent) -> Beginning:
        """Begin. Raises a ProviderError, which the framework reports to CloudFormation."""
        with self._recorded(event):
            request = parse_request(event)
            began = begin(request, self._library)
            if isinstance(request, Create) and not self._stacks.is_wanted(event["StackId"]):
                # CloudFormation doesn't wait for a creation that it cancels: its Delete may have
                # come, found nothing and gone while ParallelCluster was at work here.
                self._library.delete(request.name)
                raise CreationCancelled(request.name)
        LOG.info("began", extra={"began": began.value})
        # A Delete answers for the id that it was asked about, also one that was made up.
        physical_id = event["PhysicalResourceId"] if began is Began.DELETE else request.name
        return {
            "PhysicalResourceId": physical_id,
            "Began": began.value,
            # The framework carries the event through a state machine, which cuts an error's cause
            # at 32768 characters and then can't tell CloudFormation that the time is over.
            "ResourceProperties": without_configuration(event.get("ResourceProperties", {})),
            "OldResourceProperties": {},
        }

    def is_complete(self, event: ResourceEvent) -> Completion:
        """Ask. Raises a ProviderError if what was begun has failed."""
        question = parse_question(event)
        with self._recorded(event):
            try:
                cluster = self._library.describe(question.name)
                complete = judge(question, cluster)
                told = self._told(question) if complete and cluster is not None else {}
            except TemporarilyUnavailable as error:
                # Half an hour of work is not given up for one throttled call.
                LOG.info("asked in vain", extra={"reason": str(error)})
                return {"IsComplete": False}
        status = cluster.stack_status if cluster else "gone"
        LOG.info("asked", extra={"stack_status": status, "complete": complete})
        if not complete:
            return {"IsComplete": False}
        if question.began is Began.DELETE or cluster is None:
            return {"IsComplete": True}
        return {"IsComplete": True, "Data": {**attributes(cluster), **told}}

    def _told(self, question: Question) -> dict[str, str]:
        """The attributes that only the head node itself knows."""
        if question.began is Began.DELETE or not question.serves_rest:
            return {}
        return {"SlurmRestCertificateSha256": self._certificates.fingerprint(question.name)}

    @contextmanager
    def _recorded(self, event: ResourceEvent) -> Iterator[None]:
        """Tell the registry of a failure on its way to the framework."""
        try:
            yield
        except ProviderError as failure:
            self._record(event, failure)
            raise

    def _record(self, event: ResourceEvent, failure: ProviderError) -> None:
        record = parse_record(event)
        if self._registry is None or record is None:
            return
        # A rollback's failed deletion must not hide why the creation failed.
        deleting = event["RequestType"] == "Delete"
        keep = self._registry.append if deleting else self._registry.replace
        try:
            keep(record, failure.failures)
        except RegistryUnavailable as error:
            LOG.warning("the registry was not told", extra={"reason": str(error)})


def attributes(cluster: Cluster) -> dict[str, str]:
    """The resource's attributes (Fn::GetAtt); all are texts, and empty where there is nothing."""
    return {
        "ClusterStackArn": cluster.stack_arn,
        "ClusterStackStatus": cluster.stack_status,
        "ClusterStatus": cluster.status.value,
        "Version": cluster.version,
        "ComputeFleetStatus": cluster.compute_fleet_status,
        "HeadNodeInstanceId": cluster.head_node.instance_id,
        "HeadNodeInstanceType": cluster.head_node.instance_type,
        "HeadNodeLaunchTime": cluster.head_node.launch_time,
        "HeadNodePrivateIp": cluster.head_node.private_ip,
        "HeadNodeState": cluster.head_node.state,
    }
