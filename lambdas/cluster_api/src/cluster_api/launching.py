"""From an admitted record to a stack that is coming up, or back to nothing."""

from dataclasses import dataclass, replace

from cluster_api.deadline import time_to_undo
from cluster_api.errors import (
    AwsUnavailable,
    BeingMade,
    ClusterApiError,
    DeletedMeanwhile,
    RecordChanged,
)
from cluster_api.model import Catalogue, Failure, Launch, Record, State
from cluster_api.names import key_pair_name, stack_tags
from cluster_api.ports import Clock, Keys, Registry, Stacks, TemplateParameters
from cluster_api.release import mark_deleting, release, rereading
from cluster_api.reservations import without_subnet
from cluster_api.users import told_to_template


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The published templates, and the parameters that are the same for all projects."""

    catalogue: Catalogue
    base_url: str
    parameters: TemplateParameters

    def launch(self, record: Record) -> Launch:
        """What CloudFormation is told for a record that has a subnet and keys."""
        tier = self.catalogue[record.tier]
        own = {
            "ClusterName": record.cluster_name,
            "VlabId": record.project.vlab_id,
            "ProjectId": record.project.project_id,
            "Creation": record.creation,
            "SubnetId": record.subnet_id or "",
            "AdminKeyName": key_pair_name(record.cluster_name, record.keys, "admin"),
            "SimPublicKey": record.sim_public_key or "",
        }
        return Launch(
            stack_name=record.stack_name,
            template_url=self.base_url + tier.template(include_lustre=record.include_lustre),
            token=record.creation,
            parameters={**self.parameters.read(), **own, **_asked_for(record)},
            tags=stack_tags(record),
        )


def _asked_for(record: Record) -> dict[str, str]:
    # A template has a default for each: the tier's size, nobody more, no benchmark.
    values = {
        "LustreCapacityGib": record.lustre_capacity_gib,
        "LustreThroughput": record.lustre_throughput_mb_s_per_tib,
        "MoreUsers": told_to_template(record.users) or None,
        "Benchmark": "true" if record.benchmark else None,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Launcher:
    """Makes the keys and begins the stack, for the request that holds the record's claim."""

    registry: Registry
    keys: Keys
    stacks: Stacks
    clock: Clock
    templates: Templates

    def build(self, record: Record) -> Record:
        """The record with its keys, once its stack was begun; what failed is undone.

        Raises:
            DeletedMeanwhile: a DELETE came in between; nothing is left.
            BeingMade: another request took this one for dead and goes on with it.
        """
        try:
            if not record.has_keys:
                record = self._make_keys(record)
            self._launch(record)
        except RecordChanged:
            raise self._gave_way(record) from None
        except Exception as failure:
            self._undo(record, failure)
            raise
        return record

    def _make_keys(self, record: Record) -> Record:
        made = self.keys.make(record)
        with_keys = replace(
            record,
            admin_key_arn=made.admin_key_arn,
            sim_key_arn=made.sim_key_arn,
            sim_public_key=made.sim_public_key,
        )
        return self.registry.save(with_keys, record)

    def _launch(self, record: Record) -> None:
        try:
            self.stacks.launch(self.templates.launch(record))
        except AwsUnavailable:
            # No answer is not a refusal: it may have been begun.
            with time_to_undo():
                if self.stacks.find(record.stack_name) is None:
                    raise

    def _gave_way(self, record: Record) -> ClusterApiError:
        reason = "It was deleted while it was being made."
        with time_to_undo():
            if rereading(lambda: self._take_back(record, reason)):
                return DeletedMeanwhile(record.cluster_name)
        return BeingMade(record.cluster_name)

    def _undo(self, record: Record, failure: Exception) -> None:
        known = isinstance(failure, ClusterApiError)
        reason = str(failure) if known else "It could not be begun; the API's log says why."
        try:
            with time_to_undo():
                rereading(lambda: self._take_back(record, reason))
        except Exception as problem:
            # The failure itself matters more: it is what the caller is told.
            failure.add_note(f"Taking {record.cluster_name} back failed as well: {problem}")

    def _take_back(self, record: Record, reason: str) -> bool:
        """Undo this creation; False if another request goes on with it."""
        current = self.registry.find(record.project)
        if current is None or current.keys != record.keys:
            self.keys.destroy(record.cluster_name, record.keys)
            return True
        deleting = current.state is State.DELETE_IN_PROGRESS
        if current.creation != record.creation or not (
            deleting or current.revision == record.revision
        ):
            return False
        now = self.clock.now()
        if record.is_retry and not deleting:
            failed = replace(current, failures=(Failure(code="LaunchFailure", reason=reason),))
            self.registry.free_subnet(without_subnet(failed, now), current)
            return True
        if not deleting:
            current = self.registry.save(mark_deleting(current, now), current)
        release(current, registry=self.registry, keys=self.keys, clock=self.clock, keep_days=None)
        return True
