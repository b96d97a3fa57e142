"""The alarms, each with what is so, what to do, and where docs/operations.md says more.

What a missing value means differs. Nothing happened: of counts of what happens. Nobody counted, so
all is as it was: of gauges that a pass of the reconciler writes. Something is down: where a value
has to come.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_app.accounting_database import INSTANCE_NAME
from cdk_app.accounting_settings import AccountingSettings
from cdk_app.api_gateway import METHODS
from cdk_app.environment_stack import STACK_PREFIX
from cdk_app.observed_metrics import CLUSTERS, PASSES, REALM_KEYS, of_api, of_service, ours
from cdk_app.settings import Settings

_MISSING = cloudwatch.TreatMissingData
_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_RUNBOOK = "docs/operations.md"
# Of a pass each: so many in a row were not good, and another as many, to be sure.
_PASSES_FOR_REALM_KEYS = 3


class Alarms(Construct):
    """All of them, in the order of the dashboard.

    Attributes:
        all: the alarms.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        topic: sns.ITopic | None,
        dead_letters: sqs.IQueue,
        deletions: sfn.IStateMachine,
    ) -> None:
        super().__init__(scope, id_)
        self._topic = topic
        self.all: list[cloudwatch.Alarm] = []
        self._requests(settings.environment)
        self._clusters(Duration.minutes(settings.reconcile_every_minutes))
        self._reconciler(Duration.minutes(settings.reconcile_every_minutes))
        self._exports(deletions)
        self._letters(dead_letters)
        if settings.accounting:
            self._database(settings.accounting)
        if settings.slurm_rest:
            self._realm_keys(Duration.minutes(settings.slurm_rest.keys.fetch_every_minutes))

    def _requests(self, environment: str) -> None:
        self._alarm(
            "ApiErrors",
            of_api("5XXError", "Sum", environment),
            above=4,
            of=(2, 3),
            what="Five requests or more in five minutes were answered with 5xx, ten minutes long.",
            do="See in the API's log what failed; 503 for want of subnets is among it.",
            anchor="api-errors",
        )
        # By method, which are those of callers: the reconciler's path is a resource of its own, and
        # an operator's pass may take 20 s.
        for method in METHODS:
            self._alarm(
                f"Slow{method.capitalize()}Requests",
                of_api("Latency", "p95", environment, method=method),
                above=5000,
                of=(2, 3),
                what=f"One {method} in twenty takes more than 5 s; a caller gives up after 10.",
                do="See in the gateway's log which they are, and in X-Ray which call of AWS is"
                " slow.",
                anchor="slow-requests",
            )

    def _clusters(self, between_passes: Duration) -> None:
        self._alarm(
            "FailedCreations",
            ours("FailedCreations", CLUSTERS, "Sum"),
            above=0,
            what="A cluster could not be made.",
            do="Its failures are in GET and its stack's events; mend the cause, then POST again.",
            anchor="failed-creations",
        )
        self._alarm(
            "StuckClusters",
            ours("OverdueClusters", PASSES, "Maximum", period=between_passes),
            above=0,
            missing=_MISSING.IGNORE,
            what="A cluster has been in progress for longer than anything takes, has exported for"
            " a day, or its deletion failed a day ago.",
            do="Find it by its state and time in GET of all clusters, and go on by its state.",
            anchor="a-stuck-cluster",
        )
        self._alarm(
            "FewSubnets",
            ours("LeastFreeSubnetsPercent", PASSES, "Minimum", period=between_passes),
            below=10,
            missing=_MISSING.IGNORE,
            what="Fewer than a tenth of a zone's cluster subnets are free; with none POST is 503.",
            do="Have clusters deleted that nobody needs, or raise network.cluster_subnets.",
            anchor="out-of-subnets",
        )

    def _reconciler(self, between_passes: Duration) -> None:
        for id_, metric, what in (
            ("ReconcilerRepairs", "ReconcilerRepairs", "The reconciler had to mend something."),
            (
                "FailedRepairs",
                "ReconcilerFailedRepairs",
                "The reconciler could not mend something.",
            ),
            (
                "LeftToOperators",
                "ReconcilerLeftToOperators",
                "The reconciler found what nobody may undo without having looked at it.",
            ),
        ):
            self._alarm(
                id_,
                ours(metric, PASSES, "Maximum", period=between_passes),
                above=0,
                what=what,
                do="Ask for a dry run (POST reconcile, dry_run=true) and read its log: what it says"
                " is what to do.",
                anchor="reconciler-repairs",
            )
        self._alarm(
            "IncompletePasses",
            # The least of a period: an operator's own pass may be incomplete beside a whole one.
            ours("ReconcilerIncompletePasses", PASSES, "Minimum", period=between_passes),
            above=0,
            of=(2, 2),
            missing=_MISSING.BREACHING,
            what="The reconciler's last two passes ran out of time, or there were none.",
            do="See in its log what it died of or was slow at; nobody else sees stuck clusters.",
            anchor="reconciler-repairs",
        )

    def _exports(self, deletions: sfn.IStateMachine) -> None:
        self._alarm(
            "FailedExports",
            ours("FailedExports", CLUSTERS, "Sum"),
            above=0,
            what="The scratch of a cluster that is to go could not be exported; the cluster stays.",
            do="Its failures name files and reason; mend that, then DELETE again.",
            anchor="a-failed-export",
        )
        self._alarm(
            "FailedDeletionWorkflows",
            of_service(
                "AWS/States",
                "ExecutionsFailed",
                "Sum",
                {"StateMachineArn": deletions.state_machine_arn},
            ),
            above=0,
            what="A deletion's workflow ended without having told the record why.",
            do="See in its execution what it died of; DELETE again goes on with it.",
            anchor="a-failed-export",
        )

    def _letters(self, queue: sqs.IQueue) -> None:
        self._alarm(
            "DeadLetters",
            of_service(
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                "Maximum",
                {"QueueName": queue.queue_name},
            ),
            above=0,
            what="Something that nobody waited for has failed for good.",
            do="Read the letters: each names its function or rule, the event and the error.",
            anchor="dead-letters",
        )

    def _database(self, accounting: AccountingSettings) -> None:
        instance = {"DBInstanceIdentifier": INSTANCE_NAME}
        full = "the-database-is-full-or-busy"
        self._alarm(
            "DatabaseStorage",
            of_service("AWS/RDS", "FreeStorageSpace", "Minimum", instance),
            below=accounting.storage_gib * 1024**3 // 10,
            of=(6, 6),
            missing=_MISSING.BREACHING,
            what="The accounting database has had little room for half an hour, so it doesn't grow"
            " by itself any more; or it is down, and no cluster can be made or deleted.",
            do="See its state and events in RDS; raise accounting.largest_storage_gib.",
            anchor=full,
        )
        self._alarm(
            "DatabaseConnections",
            of_service("AWS/RDS", "DatabaseConnections", "Maximum", instance),
            above=accounting.least_connections * 8 // 10,
            of=(3, 3),
            what="The accounting database has given away four fifths of its connections.",
            do="See which cluster's user has them; a larger accounting.instance_class has more.",
            anchor=full,
        )
        self._alarm(
            "DatabaseProcessor",
            of_service("AWS/RDS", "CPUUtilization", "Average", instance),
            above=90,
            of=(6, 6),
            what="The accounting database's processors have been busy for half an hour.",
            do="See in Database Insights what keeps them busy.",
            anchor=full,
        )

    def _realm_keys(self, every: Duration) -> None:
        most = Duration.minutes(_PASSES_FOR_REALM_KEYS * every.to_minutes())
        self._alarm(
            "RealmKeysAge",
            ours("RealmKeysAgeSeconds", REALM_KEYS, "Maximum", period=every),
            above=most.to_seconds(),
            of=(_PASSES_FOR_REALM_KEYS, _PASSES_FOR_REALM_KEYS),
            missing=_MISSING.BREACHING,
            what=f"No good copy of the realm's keys came for {most.to_minutes():.0f} minutes, or"
            " nobody looks. Head nodes go on with those that they have; tokens that a newer key"
            " signed are refused.",
            do="See in the log of what publishes them why the realm doesn't answer.",
            anchor="the-realms-keys-are-old",
        )

    def _alarm(
        self,
        id_: str,
        metric: cloudwatch.Metric,
        *,
        above: float | None = None,
        below: float | None = None,
        of: tuple[int, int] = (1, 1),
        missing: cloudwatch.TreatMissingData = _MISSING.NOT_BREACHING,
        what: str,
        do: str,
        anchor: str,
    ) -> None:
        """An alarm when `of[0]` of the last `of[1]` values are above, or below, a threshold."""
        threshold = above if above is not None else below
        if threshold is None:
            raise ValueError(f"alarm {id_}: say above what, or below what")
        alarm = cloudwatch.Alarm(
            self,
            id_,
            alarm_name=f"{STACK_PREFIX}{id_}",
            alarm_description=f"{what} {do} See {_RUNBOOK}#{anchor}",
            metric=metric,
            threshold=threshold,
            comparison_operator=_ABOVE if above is not None else _BELOW,
            datapoints_to_alarm=of[0],
            evaluation_periods=of[1],
            treat_missing_data=missing,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
        self.all.append(alarm)
