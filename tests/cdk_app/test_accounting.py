"""The accounting database, and what a published template has of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cdk_app.accounting_settings import AccountingSettings
from synthesised import Synthesis, Synthesised, Template, resources, the_resource
from tools.render_configurations import cluster_configuration

PORT = 3306


def database(environment: Synthesised) -> dict[str, Any]:
    return dict(the_resource(environment.stacks()["SharedData"], "AWS::RDS::DBInstance"))


def test_the_database_is_closed_encrypted_and_has_a_password_that_nobody_chose(
    environment: Synthesised,
) -> None:
    properties = database(environment)["Properties"]

    assert properties["Engine"] == "mariadb"
    assert properties["StorageEncrypted"] is True
    assert "KmsKeyId" in properties
    assert properties["PubliclyAccessible"] is False
    assert properties["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in properties
    assert properties["EnableCloudwatchLogsExports"] == ["error", "slowquery"]
    assert properties["EnablePerformanceInsights"] is True


def test_where_data_is_kept_the_database_is_too(environment: Synthesised) -> None:
    settings = environment.configuration.settings
    resource = database(environment)

    keep = settings.storage.keep_data
    assert resource["Properties"]["DeletionProtection"] is keep
    assert resource["DeletionPolicy"] == ("Retain" if keep else "Delete")
    assert settings.accounting is not None
    assert resource["Properties"]["MultiAZ"] is settings.accounting.multi_az
    assert resource["Properties"]["BackupRetentionPeriod"] == settings.accounting.backup_days


def test_production_has_a_standby_and_weeks_of_backups(synthesis: Synthesis) -> None:
    properties = database(synthesis.of("production"))["Properties"]

    assert properties["MultiAZ"] is True
    assert properties["BackupRetentionPeriod"] >= 14


def test_it_takes_tls_only_and_no_transaction_fails_on_a_snapshot(
    environment: Synthesised,
) -> None:
    group = the_resource(environment.stacks()["SharedData"], "AWS::RDS::DBParameterGroup")

    parameters = group["Properties"]["Parameters"]
    assert parameters["require_secure_transport"] == "1"
    assert parameters["innodb_snapshot_isolation"] == "0"
    assert int(parameters["innodb_lock_wait_timeout"]) >= 900
    assert int(parameters["max_allowed_packet"]) >= 16 * 1024 * 1024


def test_only_head_nodes_and_accounting_s_functions_reach_it(environment: Synthesised) -> None:
    network = environment.stacks()["Network"]
    ingress = resources(network, "AWS::EC2::SecurityGroupIngress")

    into = [
        rule["Properties"]
        for rule in ingress.values()
        if "Database" in str(rule["Properties"]["GroupId"])
    ]
    groups = resources(network, "AWS::EC2::SecurityGroup")
    [group] = [each["Properties"] for id_, each in groups.items() if "Database" in id_]

    sources = {str(rule.get("SourceSecurityGroupId")) for rule in into}
    assert "SecurityGroupIngress" not in group
    assert {(rule["FromPort"], rule["ToPort"]) for rule in into} == {(PORT, PORT)}
    assert len(sources) == len(into) == 2
    assert any("HeadNodes" in source for source in sources)
    assert any("AccountingFunctions" in source for source in sources)


def test_a_cluster_stands_on_its_schema_and_its_bare_password(environment: Synthesised) -> None:
    for template in environment.published().values():
        secret = the_resource(template, "AWS::SecretsManager::Secret")["Properties"]
        cluster = the_resource(template, "Custom::ParallelCluster")

        assert "SecretStringTemplate" not in secret["GenerateSecretString"]
        assert secret["GenerateSecretString"]["ExcludePunctuation"] is True
        assert any("AccountingDatabase" in id_ for id_ in cluster["DependsOn"])


def test_slurm_is_told_of_it_and_what_goes_with_it(environment: Synthesised) -> None:
    for template in environment.published().values():
        region = environment.configuration.settings.region
        slurm = cluster_configuration(template, region)["Scheduling"]["SlurmSettings"]

        custom = {
            name: value for row in slurm["CustomSlurmSettings"] for name, value in row.items()
        }
        assert set(slurm["Database"]) == {"Uri", "UserName", "PasswordSecretArn", "DatabaseName"}
        assert custom["AccountingStorageEnforce"] == "associations,limits"
        assert custom["PrivateData"] == "jobs,usage"
        assert custom["DisableRootJobs"] == "YES"


def test_without_accounting_there_is_nothing_of_it(local: Synthesised, tmp_path: Path) -> None:
    without = Synthesised.made_from(local.configuration.without_accounting(), tmp_path)

    for template in (*without.stacks().values(), *without.published().values()):
        assert types(template) & {"AWS::RDS::DBInstance", "Custom::AccountingDatabase"} == set()
    for template in without.published().values():
        assert "DatabaseHost" not in template["Parameters"]
        assert "--vlab-account" not in json.dumps(template)


def types(template: Template) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"instance_class": "db.t4g.micro"}, "db.t4g.medium is the smallest"),
        ({"instance_class": "t4g.medium"}, "should match pattern"),
        ({"storage_gib": 100, "largest_storage_gib": 105}, "must be at least 110"),
        ({"engine_version": "10.11.8"}, "should match pattern"),
        ({"backup_days": 0}, "greater than or equal to 1"),
    ],
)
def test_what_rds_would_refuse_is_refused_before(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        AccountingSettings(**{"instance_class": "db.t4g.medium", **given})


@pytest.mark.parametrize(
    ("instance_class", "connections"),
    [("db.t4g.medium", 153), ("db.m7g.large", 307), ("db.r8g.48xlarge", 12000)],
)
def test_connections_go_by_memory_up_to_what_rds_gives_at_most(
    instance_class: str, connections: int
) -> None:
    assert AccountingSettings(instance_class=instance_class).least_connections == connections
