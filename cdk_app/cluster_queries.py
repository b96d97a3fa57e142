"""Questions about clusters, for the log groups of our functions and of a cluster itself.

A line of ours says in `cluster` whom it is about. Lines of ParallelCluster, nodes and jobs don't,
but their log groups are named by the cluster (`/aws/parallelcluster/<cluster>-…`,
`/hpc/jobs/<cluster>-…`): hence `@log`. docs/operations.md shows how to ask all of them at once.
"""

FOLDER = "HPC clusters"

# An example, to be replaced.
CLUSTER = "pcluster-my-lab-my-proje-0a1b2c3d"
REQUEST = "11111111-2222-3333-4444-555555555555"

_IT = f'(cluster = "{CLUSTER}" or @log like "{CLUSTER}")'

QUERIES: dict[str, tuple[str, ...]] = {
    "What happened to this cluster": (
        f"filter {_IT}",
        "display @timestamp, service, level, message, reason, explanation, @logStream, @message",
        "sort @timestamp asc",
        "limit 1000",
    ),
    "What went wrong with this cluster": (
        f"filter {_IT} and (level in ['ERROR', 'WARNING', 'CRITICAL']"
        " or @message like /(?i)(error|fail|denied|timed out)/)",
        "display @timestamp, service, level, message, reason, explanation, exception, @logStream,"
        " @message",
        "sort @timestamp asc",
        "limit 1000",
    ),
    "What did this request do": (
        f'filter correlation_id = "{REQUEST}" or function_request_id = "{REQUEST}"'
        f' or requestId = "{REQUEST}"',
        "display @timestamp, level, message, method, path, status, vlab_id, project_id, cluster,"
        " exception",
        "sort @timestamp asc",
        "limit 1000",
    ),
}
"""Each by its name, as commands, one behind the other."""
