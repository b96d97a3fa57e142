"""What a node is to become: plain data, made by `arguments`."""

from __future__ import annotations

from dataclasses import dataclass

DATA_GROUP = "obi"
DATA_GROUP_ID = 2000
SIM, SIM_ID = "sim", 2001
START, CONFIGURED = "start", "configured"


@dataclass(frozen=True)
class Account:
    """A user with a group of its own; both ids are `uid`, the same on every node.

    Slurm and the shared file systems know users by number.
    """

    name: str
    uid: int
    public_key: str | None


@dataclass(frozen=True)
class S3Mount:
    """A bucket, or what is below a prefix of it, at a path below `/obi/data`; read only."""

    path: str
    bucket: str
    prefix: str


@dataclass(frozen=True)
class SlurmAccounts:
    """Accounts of Slurm, as Slurm writes them: the lab's, and below it the project's."""

    vlab: str
    project: str


@dataclass(frozen=True)
class SlurmRest:
    """Slurm's REST API: which realm's tokens admit whom, and where the realm's keys are.

    Attributes:
        issuer: the realm's, as its tokens' `iss` has it.
        audience: what their `aud` must have.
        claim: where in a token it says what its bearer may, with dots between names.
        admits: what has to be there.
        fallback_user: who those are in Slurm whose name is nobody's here; None refuses them.
        keys_bucket: where the realm's keys are published.
        keys_key: the object that has them.
    """

    issuer: str
    audience: str
    claim: str
    admits: str
    fallback_user: str | None
    keys_bucket: str
    keys_key: str


@dataclass(frozen=True)
class Wishes:
    """All of it.

    Attributes:
        is_head: whether this is the head node, which alone fills what the nodes share.
        cluster_name: the cluster's.
        accounts: `sim` first.
        lustre: whether `/obi/data` is a file system of its own; else it is put together.
        s3_mounts: what is mounted from S3.
        stage: before ParallelCluster configures the node (OnNodeStart), or after
            (OnNodeConfigured).
        job_log_group: where records of jobs go, if they are made; the head node's.
        slurm_accounts: whose the jobs are, if the cluster has accounting; the head node's.
        slurm_rest: the API, if there is one; the head node's.
    """

    is_head: bool
    cluster_name: str
    accounts: tuple[Account, ...]
    lustre: bool
    s3_mounts: tuple[S3Mount, ...]
    slurm_accounts: SlurmAccounts | None
    stage: str = CONFIGURED
    job_log_group: str | None = None
    slurm_rest: SlurmRest | None = None
