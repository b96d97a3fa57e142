"""Whose a cluster's things are: by the tag that ParallelCluster gives to them and to its roles.

And by their names, where these begin with the cluster's.

Source: ParallelCluster user guide, "Tags"; IAM user guide, "IAM JSON policy elements: Variables
and tags".
"""

CLUSTER_TAG = "parallelcluster:cluster-name"
OWN_NAME = f"${{aws:PrincipalTag/{CLUSTER_TAG}}}"
"""In a policy: the name of the cluster that a role is of. Without that tag nothing is like it."""

JOB_RECORDS = "/hpc/jobs"
"""Below it is the log group of a cluster's job records, `<cluster>-<eight characters>`."""
ACCOUNTING_PASSWORDS = "hpc-accounting"
"""Below it is the secret with the password of its accounting, `<cluster>-<eight characters>`."""


def exactly(length: int) -> str:
    """So many characters of a pattern: what AWS or ParallelCluster appends to a name.

    A `*` instead would let `a-b` reach what is of `a-b-c`.
    """
    return "?" * length
