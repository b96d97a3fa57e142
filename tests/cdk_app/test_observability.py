"""What the dashboard shows and what alarms say: metrics that exist, and something to do."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster_api.measures import METRICS, NAMESPACE
from cluster_api.model import State
from cluster_api.routes import ROUTES
from hpc_constructs.node_scripts.job_records.metrics import DIMENSION, metrics_line
from observed import Observed, dashboard_body, observed, text
from synthesised import Synthesised, Template, resources

TABLE = yaml.safe_load((Path(__file__).parent / "aws_metrics.yaml").read_text())
RUNBOOK = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
ANCHORS = {
    *("api-errors", "slow-requests", "failed-creations", "a-stuck-cluster", "out-of-subnets"),
    *("the-database-is-full-or-busy", "reconciler-repairs", "dead-letters", "a-failed-export"),
}
# As tests/realm_keys sees them written.
OF_REALM_KEYS = {"RealmKeysAgeSeconds", "RealmKeysFailures"}
REALM_KEYS_ANCHOR = "the-realms-keys-are-old"
# Of gauges that a pass writes: what nobody counted anew is as it was.
GAUGES = {"StuckClusters", "FewSubnets"}
# Where no value is as bad as a bad one.
HAS_TO_COME = {"IncompletePasses", "DatabaseStorage"}
SENTENCE = re.compile(r"^[A-Z].*[.] See docs/operations[.]md#([a-z-]+)$", re.DOTALL)


@pytest.fixture
def template(environment: Synthesised) -> Template:
    return environment.stacks()["Observability"]


def alarms(template: Template) -> dict[str, dict[str, Any]]:
    """Their properties, by the names that operators read, without what all begin with."""
    return {
        each["Properties"]["AlarmName"].removeprefix("HpcProvisioner-"): each["Properties"]
        for each in resources(template, "AWS::CloudWatch::Alarm").values()
    }


def of_nodes() -> set[str]:
    """The metrics that head nodes write."""
    line = yaml.safe_load(metrics_line("c", (), (), since=0, now=60))
    [directive] = line["_aws"]["CloudWatchMetrics"]
    return {metric["Name"] for metric in directive["Metrics"]}


def unknown(each: Observed) -> str | None:
    """What is wrong with a metric: that nobody makes it, or not by these dimensions."""
    if each.namespace != NAMESPACE:
        known = TABLE.get(each.namespace, {"metrics": [], "dimensions": []})
        dimensions = [sorted(names) for names in known["dimensions"]]
        if each.name in known["metrics"] and list(each.dimensions) in dimensions:
            return None
        return f"{each.where}: {each.namespace} has no {each.name} by {each.dimensions}"
    if each.dimensions == (DIMENSION,):
        return None if each.name in of_nodes() else f"{each.where}: no node writes {each.name}"
    if each.values and each.by.get("service") == "realm-keys":
        return None if each.name in OF_REALM_KEYS else f"{each.where}: no pass writes {each.name}"
    ours = {metric.name: metric for metric in METRICS}
    metric = ours.get(each.name)
    if metric is None:
        return f"{each.where}: no function writes {each.name}"
    by = {"service", metric.dimension} - {None}
    right_service = each.values is None or each.by["service"] == metric.service
    return None if set(each.dimensions) == by and right_service else f"{each.where}: {each}"


def test_each_metric_is_one_that_aws_documents_or_that_we_write(template: Template) -> None:
    assert [found for found in map(unknown, observed(template)) if found] == []


def test_a_metric_that_there_is_not_would_be_noticed() -> None:
    good = Observed(
        where="",
        namespace="AWS/RDS",
        name="CPUUtilization",
        dimensions=("DBInstanceIdentifier",),
        statistic="Average",
        values=("x",),
    )

    assert unknown(good) is None
    for wrong in (
        {"name": "CpuUtilization"},
        {"namespace": "AWS/Rds"},
        {"dimensions": ("DBClusterIdentifier",)},
        {"namespace": NAMESPACE, "name": "Clusters"},
    ):
        assert unknown(Observed(**{**vars(good), **wrong})) is not None


def test_the_dashboard_has_its_name_and_shows_every_alarm(template: Template) -> None:
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard").values()
    [status] = [each for each in dashboard_body(template)["widgets"] if each["type"] == "alarm"]

    assert dashboard["Properties"]["DashboardName"] == "HPC-Resource-Provisioner"
    assert len(status["properties"]["alarms"]) == len(alarms(template))


def test_widgets_stand_beside_each_other_and_not_on_each_other(template: Template) -> None:
    places = [
        (x, y)
        for widget in dashboard_body(template)["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


def shown(template: Template, name: str, dimension: str) -> set[str]:
    """The values of a dimension that the metric is shown for."""
    return {
        each.by[dimension]
        for each in observed(template)
        if each.name == name and each.values and dimension in each.dimensions
    }


def test_requests_are_shown_by_the_methods_that_there_are(template: Template) -> None:
    methods = {route.method for route in ROUTES}

    for name in ("Count", "4XXError", "5XXError", "Latency"):
        assert shown(template, name, "Method") == methods


def test_clusters_are_shown_by_every_state_tier_and_zone(environment: Synthesised) -> None:
    settings = environment.configuration.settings
    template = environment.stacks()["Observability"]

    assert shown(template, "ClustersByState", "State") == {state.value for state in State}
    assert shown(template, "ClustersByTier", "Tier") == set(settings.tiers)
    assert shown(template, "FreeSubnets", "Zone") == set(settings.zones)
    assert shown(template, "ReadyPhaseSeconds", "Phase") == {"Storage", "HeadNode", "Rest"}


def test_slowness_is_of_callers_requests_and_not_of_an_operator_s_pass(template: Template) -> None:
    slow = [each for each in observed(template) if "Slow" in each.where]

    assert {each.by["Method"] for each in slow} == {route.method for route in ROUTES}
    assert {each.by["Resource"] for each in slow} == {"/hpc-provisioner/{proxy+}"}


def test_an_operator_s_incomplete_pass_beside_a_whole_one_is_no_alarm(template: Template) -> None:
    alarm = alarms(template)["IncompletePasses"]

    assert (alarm["Statistic"], alarm["Threshold"]) == ("Minimum", 0)


def test_memory_is_read_from_the_logs_of_functions_that_are_always_there(
    environment: Synthesised,
) -> None:
    [query] = [
        widget["properties"]["query"]
        for widget in dashboard_body(environment.stacks()["Observability"])["widgets"]
        if widget["type"] == "log"
    ]

    sources = re.findall(r"SOURCE '([^']+)'", query)
    assert len(sources) == len(set(sources)) >= 10
    assert any("MetadataImportIsComplete" in source for source in sources)
    assert "Accounting" not in query
    assert "DirectoryRetention" not in query


def has_realm(environment: Synthesised) -> bool:
    return environment.configuration.settings.slurm_rest is not None


def test_each_alarm_says_what_is_so_what_to_do_and_where_more_is_said(
    environment: Synthesised, template: Template
) -> None:
    anchors = ANCHORS | ({REALM_KEYS_ANCHOR} if has_realm(environment) else set())
    found = {
        name: SENTENCE.match(properties["AlarmDescription"])
        for name, properties in alarms(template).items()
    }

    assert [name for name, match in found.items() if match is None] == []
    assert {match[1] for match in found.values() if match} == anchors
    assert all(each["AlarmDescription"].count(". ") >= 2 for each in alarms(template).values())


def test_what_alarms_point_to_is_a_heading_of_the_runbook() -> None:
    headings = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    anchors = {re.sub(r"[^a-z -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert {*ANCHORS, REALM_KEYS_ANCHOR} <= anchors


def test_what_no_value_means_depends_on_what_is_measured(
    environment: Synthesised, template: Template
) -> None:
    has_to_come = HAS_TO_COME | ({"RealmKeysAge"} if has_realm(environment) else set())
    missing = {name: each["TreatMissingData"] for name, each in alarms(template).items()}

    assert {name for name, how in missing.items() if how == "ignore"} == GAUGES
    assert {name for name, how in missing.items() if how == "breaching"} == has_to_come
    assert set(missing.values()) == {"ignore", "breaching", "notBreaching"}


def test_gauges_are_looked_at_as_often_as_they_are_written(environment: Synthesised) -> None:
    between = environment.configuration.settings.reconcile_every_minutes * 60

    found = alarms(environment.stacks()["Observability"])

    assert {found[name]["Period"] for name in (*GAUGES, "IncompletePasses")} == {between}


def test_old_keys_of_a_realm_alarm_where_there_is_a_realm(
    local: Synthesised, sandbox: Synthesised
) -> None:
    alarm = alarms(sandbox.stacks()["Observability"])["RealmKeysAge"]

    assert "RealmKeysAge" not in alarms(local.stacks()["Observability"])
    assert (alarm["Namespace"], alarm["MetricName"]) == ("HpcProvisioner", "RealmKeysAgeSeconds")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "realm-keys"}]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (300, 3, 900)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["AlarmDescription"].endswith(f"#{REALM_KEYS_ANCHOR}")


def test_alarms_tell_whom_the_settings_name(environment: Synthesised) -> None:
    settings = environment.configuration.settings.alarms
    template = environment.stacks()["Observability"]
    topics = resources(template, "AWS::SNS::Topic")

    actions = {
        text(action)
        for each in alarms(template).values()
        for action in each.get("AlarmActions", ["nobody"])
    }

    if settings is None:
        assert (actions, topics) == ({"nobody"}, {})
    elif settings.topic_arn:
        assert (actions, topics) == ({settings.topic_arn}, {})
    else:
        assert actions == {f"<{topic}>" for topic in topics}
        subscribed = resources(template, "AWS::SNS::Subscription").values()
        assert {each["Properties"]["Endpoint"] for each in subscribed} == set(settings.emails)


def test_our_topic_is_encrypted_and_alarms_of_this_account_alone_may_publish(
    local: Synthesised,
) -> None:
    template = local.stacks()["Observability"]
    [topic] = resources(template, "AWS::SNS::Topic").values()
    [policy] = resources(template, "AWS::SNS::TopicPolicy").values()
    account = local.configuration.settings.account

    statements = policy["Properties"]["PolicyDocument"]["Statement"]

    assert "Records" in str(topic["Properties"]["KmsMasterKeyId"])
    [allow] = [each for each in statements if each["Effect"] == "Allow"]
    [deny] = [each for each in statements if each["Effect"] == "Deny"]
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": account}
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
