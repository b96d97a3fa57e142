"""A record of every job: spooled by Slurm's hook, collected on the head node, sent to CloudWatch.

It runs on the head node, as root, with the Python 3.9 of Amazon Linux 2023 and nothing but its
standard library, as `configure_node` does; only what sends (`cloudwatch`) needs boto3, which the
Python of ParallelCluster's own daemons has. docs/job-record.md says what a record is.
"""
