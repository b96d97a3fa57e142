"""Questions that are saved in CloudWatch Logs Insights, where an operator chooses log groups."""

from collections.abc import Mapping

from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app import cluster_queries, job_queries

FOLDERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    job_queries.FOLDER: job_queries.QUERIES,
    cluster_queries.FOLDER: cluster_queries.QUERIES,
}


def query_text(commands: tuple[str, ...]) -> str:
    """The query as Logs Insights takes it."""
    return "\n| ".join(commands)


class SavedQueries(Construct):
    """All of them, each in its folder."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        for folder, queries in FOLDERS.items():
            for name, commands in queries.items():
                logs.CfnQueryDefinition(
                    self,
                    name.title().replace(" ", ""),
                    name=f"{folder}/{name}",
                    query_string=query_text(commands),
                )
