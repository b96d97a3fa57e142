"""What the API talks about: projects, the records of their clusters, tiers and stacks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cluster_api.lustre import Export, Scratch, Transfer
from cluster_api.users import User

# What JSON can hold; an answer is nothing else.
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


def is_id(text: str) -> bool:
    """Whether `text` may name a lab or a project; no such text is a path or holds a "/"."""
    return re.fullmatch(ID_PATTERN.strip("^$"), text) is not None and text not in {".", ".."}


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project of a virtual lab: who a cluster belongs to."""

    vlab_id: str
    project_id: str

    @property
    def id(self) -> str:
        """The pair as one text; unambiguous, because ids hold no slash."""
        return f"{self.vlab_id}/{self.project_id}"


@dataclass(frozen=True, kw_only=True)
class ClusterRequest:
    """A checked request for a project's cluster.

    Lustre's capacity and throughput are None where the tier's will do; `users` are by name.
    """

    project: Project
    tier: str
    include_lustre: bool
    benchmark: bool
    lustre_capacity_gib: int | None = None
    lustre_throughput_mb_s_per_tib: int | None = None
    users: tuple[User, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A kind of cluster on offer: its published templates and the zones it can run in."""

    name: str
    lustre_template: str
    plain_template: str
    zones: tuple[str, ...]

    def template(self, *, include_lustre: bool) -> str:
        """The key of the template, below the base URL of all templates."""
        return self.lustre_template if include_lustre else self.plain_template


Catalogue = Mapping[str, Tier]


class State(StrEnum):
    """The six words that the Workflow Service understands; there is no seventh."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_FAILED = "DELETE_FAILED"

    @property
    def in_progress(self) -> bool:
        """Whether a stack is at work, so that the record alone may be behind the truth."""
        return self.value.endswith("_IN_PROGRESS")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why something failed, in ParallelCluster's form: a code and one sentence."""

    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HeadNode:
    """The head node as ParallelCluster described it at the last change of state."""

    instance_id: str
    instance_type: str
    launch_time: str
    private_ip_address: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the registry knows of a project's cluster.

    `creation` names this attempt and `keys` the attempt whose keys are used: they differ in a
    retry. `claimed_until` (epoch seconds) is when the request that builds this may be taken for
    dead. `revision` grows with every write of the API: a write names the one it was decided on.
    `was_complete` is true from the first time that it could be used. `scratch` is known before the
    cluster is begun: without it nobody can have written there. `export` is what DELETE does first.
    What was asked for is as in ClusterRequest. `slurm_rest_…` are where the head node serves
    Slurm's REST API and with which certificate, if it does.
    """

    project: Project
    cluster_name: str
    tier: str
    include_lustre: bool
    benchmark: bool
    state: State
    creation: str
    keys: str
    stack_name: str
    created_at: datetime
    updated_at: datetime
    claimed_until: int
    revision: int = 0
    stack_id: str | None = None
    subnet_id: str | None = None
    admin_key_arn: str | None = None
    sim_key_arn: str | None = None
    sim_public_key: str | None = None
    cluster_stack_arn: str | None = None
    cluster_stack_status: str | None = None
    version: str | None = None
    compute_fleet_status: str | None = None
    head_node: HeadNode | None = None
    slurm_rest_url: str | None = None
    slurm_rest_certificate_sha256: str | None = None
    fsx_id: str | None = None
    failures: tuple[Failure, ...] = ()
    was_complete: bool = False
    lustre_capacity_gib: int | None = None
    lustre_throughput_mb_s_per_tib: int | None = None
    users: tuple[User, ...] = ()
    scratch: Scratch | None = None
    export: Export | None = None
    imports: tuple[Transfer, ...] = ()

    @property
    def stack(self) -> str:
        """By what its stack is found: its id, which goes for a deleted one too, once it's known."""
        return self.stack_id or self.stack_name

    @property
    def is_exporting(self) -> bool:
        """Whether its stack has to stay until its scratch is exported, however far that is."""
        return self.export is not None and not self.export.stack_told

    @property
    def changed_at(self) -> datetime:
        """When it last came on; an export may take days without a change of state."""
        return max(self.updated_at, self.export.checked_at) if self.export else self.updated_at

    @property
    def has_unfinished_imports(self) -> bool:
        """Whether FSx knows more of its imports than this."""
        return any(not each.state.is_over for each in self.imports)

    @property
    def has_keys(self) -> bool:
        """Whether the keys are made and known; a stack is launched only after that."""
        return None not in (self.admin_key_arn, self.sim_key_arn, self.sim_public_key)

    @property
    def is_retry(self) -> bool:
        """Whether an earlier creation made the keys, so that they outlive this one's failure."""
        return self.keys != self.creation

    def is_claimed(self, now: datetime) -> bool:
        """Whether the request that builds this may still be alive."""
        return now.timestamp() < self.claimed_until


@dataclass(frozen=True, kw_only=True)
class KeyPairs:
    """The keys of a cluster: where their private halves are, and sim's public one."""

    admin_key_arn: str
    sim_key_arn: str
    sim_public_key: str


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A project's stack as CloudFormation describes it."""

    id: str
    name: str
    status: str
    reason: str
    outputs: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StackEvent:
    """One line of a stack's history; the stack itself is a `resource` of its own name."""

    resource: str
    type: str
    status: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Launch:
    """All that CloudFormation is told to launch a project's stack."""

    stack_name: str
    template_url: str
    token: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
