"""Questions about jobs, for the log groups of their records.

Which groups, those of a project's clusters, is chosen when a query is run: they come and go. A
record that came twice has its `key` twice in one group; a cluster that was made again under its
name begins anew with its jobs' numbers, in a group of its own. Hence `dedup` by both, behind which
nothing but `limit` may come, or statistics by both first. docs/job-record.md shows them.

Source: CloudWatch Logs user guide, "dedup", "Use multiple stats commands in a single query".
"""

FOLDER = "HPC jobs"

QUERIES: dict[str, tuple[str, ...]] = {
    "What did this project run": (
        "filter ispresent(job_id)",
        "display @timestamp, cluster, job_id, restart, name, user, partition, state, node_count,"
        " elapsed_seconds, submit_line",
        "sort @timestamp desc",
        "dedup @log, key",
        "limit 1000",
    ),
    "Why did job 4711 fail": (
        "filter job_id = 4711 or array.job_id = 4711 or het.job_id = 4711",
        "display key, state, reason, exit_code, exit_signal, cancelled_by, nodes,"
        " usage.max_rss_bytes, resources_requested, stderr.tail, stderr.head, stdout.tail,"
        " stdout.head, script.head",
        "sort restart desc",
        "dedup @log, key",
        "limit 100",
    ),
    "Who uses the most": (
        "filter ispresent(job_id) and ispresent(start_time)",
        "stats max(elapsed_seconds * node_count) as node_seconds,"
        " max(usage.cpu_seconds) as cpu_seconds, max(usage.max_rss_bytes) as rss_bytes"
        " by @log, key, cluster, user, partition",
        "stats count(*) as jobs, sum(node_seconds) / 3600 as node_hours,"
        " sum(cpu_seconds) / 3600 as cpu_hours, max(rss_bytes) as most_memory_bytes"
        " by cluster, user, partition",
        "sort node_hours desc",
        "limit 100",
    ),
}
"""Each by its name, as commands, one behind the other."""
