"""The dashboard `HPC-Resource-Provisioner`: from the alarms down to what may be the cause.

What comes and goes (functions, file systems, clusters) is searched for when the dashboard is looked
at: a template knows no id of it. CloudWatch finds at most 500 metrics a search, of those that had a
value in the last two weeks.

CloudWatch doesn't know how much memory functions use, unless each has Lambda Insights' layer; the
runtime logs it at the end of each call, so a query reads it there.

Plain aws_cloudwatch, not cdk-monitoring-constructs: that makes a section of widgets for each of
some twenty functions, and has none for most of what is here.

Source: CloudWatch user guide, "CloudWatch search expression syntax", "CloudWatch search expression
quotas"; Lambda developer guide, "Working with Lambda function metrics".
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.accounting_database import INSTANCE_NAME
from cdk_app.api_gateway import METHODS
from cdk_app.observed_metrics import CLUSTERS, PASSES, each, of_api, of_service, ours, search
from cdk_app.settings import Settings

NAME = "HPC-Resource-Provisioner"

_STATES = (
    *("CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED"),
    *("UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_FAILED"),
)
_PHASES = ("Storage", "HeadNode", "Rest")
# Partial matching goes by words of names; all of our functions' begin with this one.
_OUR_FUNCTIONS = "HpcProvisioner"
_NODES = "HpcProvisioner,Cluster"


class Dashboard(Construct):
    """The dashboard."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        alarms: Sequence[cloudwatch.IAlarm],
        file_system_id: str,
        function_logs: Sequence[logs.ILogGroup],
    ) -> None:
        super().__init__(scope, id_)
        self._passes = Duration.minutes(settings.reconcile_every_minutes)
        dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=NAME, default_interval=Duration.hours(12)
        )
        status = cloudwatch.AlarmStatusWidget(
            title="Alarms", alarms=list(alarms), width=24, height=4
        )
        # Four stand side by side.
        for row in (
            [status],
            self._requests(settings.environment),
            self._clusters(settings),
            self._creations(),
            self._functions(function_logs),
            [self._reconciler(), *(self._database() if settings.accounting else [])],
            self._throughput(file_system_id),
            self._slurm(),
        ):
            dashboard.add_widgets(*row)

    def _requests(self, environment: str) -> list[cloudwatch.IWidget]:
        def by_method(name: str, statistic: str) -> list[cloudwatch.IMetric]:
            return [
                of_api(name, statistic, environment, method=method, label=method)
                for method in METHODS
            ]

        return [
            _graph("Requests", by_method("Count", "Sum"), stacked=True),
            _graph("Errors of callers (4xx)", by_method("4XXError", "Sum"), stacked=True),
            _graph("Errors of ours (5xx)", by_method("5XXError", "Sum"), stacked=True),
            _graph("Latency, p95 in ms", by_method("Latency", "p95")),
        ]

    def _clusters(self, settings: Settings) -> list[cloudwatch.IWidget]:
        def gauges(
            name: str, statistic: str, dimension: str, values: Sequence[str]
        ) -> list[cloudwatch.IMetric]:
            return [
                ours(name, PASSES, statistic, period=self._passes, **{dimension: value})
                for value in values
            ]

        return [
            _graph(
                "Clusters by state",
                gauges("ClustersByState", "Maximum", "State", _STATES),
                stacked=True,
            ),
            _graph(
                "Clusters by tier",
                gauges("ClustersByTier", "Maximum", "Tier", settings.tiers),
                stacked=True,
            ),
            _graph(
                "Free subnets by zone, and all",
                [
                    *gauges("FreeSubnets", "Minimum", "Zone", settings.zones),
                    *(
                        ours(
                            "Subnets",
                            PASSES,
                            "Maximum",
                            period=self._passes,
                            label=f"{zone}, all",
                            Zone=zone,
                        )
                        for zone in settings.zones
                    ),
                ],
            ),
            _graph(
                "The longest in a state, in s",
                gauges("LongestInStateSeconds", "Maximum", "State", _STATES),
            ),
        ]

    def _creations(self) -> list[cloudwatch.IWidget]:
        hour = Duration.hours(1)
        return [
            _graph(
                "From POST to ready, in s",
                [
                    ours("ReadySeconds", CLUSTERS, statistic, period=hour, label=statistic)
                    for statistic in ("p50", "p95")
                ],
            ),
            _graph(
                "Where the time went, average in s",
                [
                    ours("ReadyPhaseSeconds", CLUSTERS, "Average", period=hour, Phase=phase)
                    for phase in _PHASES
                ],
                stacked=True,
            ),
            _graph(
                "Failures by code",
                [each("HpcProvisioner,Code,service", "Failures", "Sum")],
                stacked=True,
            ),
            _graph(
                "What failed",
                [
                    ours("FailedCreations", CLUSTERS, "Sum", label="creations"),
                    ours("FailedDeletions", CLUSTERS, "Sum", label="deletions"),
                    ours("FailedExports", CLUSTERS, "Sum", label="exports"),
                ],
            ),
        ]

    def _reconciler(self) -> cloudwatch.IWidget:
        return _graph(
            "What the reconciler found",
            [
                ours(name, PASSES, "Sum", label=label)
                for name, label in (
                    ("ReconcilerDiscrepancies", "all of it"),
                    ("ReconcilerRepairs", "mended"),
                    ("ReconcilerFailedRepairs", "could not be mended"),
                    ("ReconcilerLeftToOperators", "left to operators"),
                )
            ],
        )

    def _functions(self, function_logs: Sequence[logs.ILogGroup]) -> list[cloudwatch.IWidget]:
        def of_functions(name: str, statistic: str) -> list[cloudwatch.IMetric]:
            return [each("AWS/Lambda,FunctionName", name, statistic, words=_OUR_FUNCTIONS)]

        memory = cloudwatch.LogQueryWidget(
            title="Functions' memory, in MB",
            log_group_names=[group.log_group_name for group in function_logs],
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            query_lines=[
                'filter @type = "REPORT" or type = "platform.report"',
                # Of logs as text Logs Insights finds it in bytes, of logs as JSON as they say it.
                "fields coalesce(record.metrics.maxMemoryUsedMB, @maxMemoryUsed / 1000000) as used,"
                " coalesce(record.metrics.memorySizeMB, @memorySize / 1000000) as size",
                "stats max(used) as most, max(size) as limit by @log",
                "sort most desc",
            ],
        )
        return [
            _graph("Functions' durations, p95 in ms", of_functions("Duration", "p95")),
            _graph("Functions' errors", of_functions("Errors", "Sum"), stacked=True),
            _graph("Functions' throttles", of_functions("Throttles", "Sum"), stacked=True),
            memory,
        ]

    def _database(self) -> list[cloudwatch.IWidget]:
        instance = {"DBInstanceIdentifier": INSTANCE_NAME}
        return [
            _graph(
                "Database: connections",
                [of_service("AWS/RDS", "DatabaseConnections", "Maximum", instance)],
            ),
            _graph(
                "Database: free storage, in bytes",
                [of_service("AWS/RDS", "FreeStorageSpace", "Minimum", instance)],
            ),
            _graph(
                "Database: processors, in %",
                [of_service("AWS/RDS", "CPUUtilization", "Average", instance)],
            ),
        ]

    def _throughput(self, file_system_id: str) -> list[cloudwatch.IWidget]:
        def of_lustre(name: str) -> cloudwatch.IMetric:
            found = search("AWS/FSx,FileSystemId", name, "Sum")
            return _expression(f"{found} / 300", label="")

        def of_efs(name: str, label: str) -> cloudwatch.IMetric:
            metric = of_service("AWS/EFS", name, "Sum", {"FileSystemId": file_system_id})
            return cloudwatch.MathExpression(
                expression=f"{label} / PERIOD({label})", using_metrics={label: metric}, label=label
            )

        limit = of_service("AWS/EFS", "PercentIOLimit", "Maximum", {"FileSystemId": file_system_id})
        return [
            _graph("Lustre: read, in bytes a second", [of_lustre("DataReadBytes")]),
            _graph("Lustre: written, in bytes a second", [of_lustre("DataWriteBytes")]),
            _graph(
                "EFS, in bytes a second",
                [of_efs("DataReadIOBytes", "read"), of_efs("DataWriteIOBytes", "written")],
            ),
            _graph("EFS: how near to its limit of operations, in %", [limit]),
        ]

    def _slurm(self) -> list[cloudwatch.IWidget]:
        """What head nodes write each minute, of all clusters together."""

        def together(name: str, label: str) -> cloudwatch.IMetric:
            return _expression(f"SUM({search(_NODES, name, 'Average')})", label=label)

        return [
            _graph(
                "Slurm: jobs",
                [together("JobsRunning", "running"), together("JobsPending", "pending")],
            ),
            _graph(
                "Slurm: nodes",
                [
                    together("NodesAllocated", "allocated"),
                    together("NodesMixed", "in part"),
                    together("NodesIdle", "idle"),
                    together("NodesPoweringUp", "powering up"),
                    together("NodesDown", "down"),
                ],
                stacked=True,
            ),
            _graph(
                "Slurm: who waits longest, in s",
                [each(_NODES, "LongestPendingSeconds", "Maximum")],
            ),
        ]


def _expression(expression: str, *, label: str) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=label)


def _graph(
    title: str, metrics: Sequence[cloudwatch.IMetric], *, stacked: bool = False
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=list(metrics),
        stacked=stacked,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    )
