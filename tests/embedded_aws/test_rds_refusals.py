"""An instance that RDS doesn't make is refused by RDS's own names."""

from typing import Any

import pytest

import databases
from aws_account import Account, refusal


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"DBInstanceIdentifier": "1st"}, "InvalidParameterValue"),
        ({"DBInstanceIdentifier": "two--hyphens"}, "InvalidParameterValue"),
        ({"DBInstanceClass": "db.t4g.nano"}, "InvalidParameterValue"),
        ({"Engine": "postgres"}, "InvalidParameterValue"),
        ({"EngineVersion": "9.9"}, "InvalidParameterCombination"),
        ({"AllocatedStorage": 5}, "InvalidParameterValue"),
        ({"StorageType": "io1"}, "InvalidParameterValue"),
        ({"MasterUsername": "rdsadmin"}, "InvalidParameterValue"),
        ({"MasterUsername": "with-hyphen"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "long enough"}, "InvalidParameterCombination"),
        ({"ManageMasterUserPassword": None}, "InvalidParameterValue"),
        (
            {"ManageMasterUserPassword": None, "MasterUserPassword": "short"},
            "InvalidParameterValue",
        ),
        (
            {"ManageMasterUserPassword": None, "MasterUserPassword": "with/slash"},
            "InvalidParameterValue",
        ),
        ({"BackupRetentionPeriod": 36}, "InvalidParameterValue"),
        ({"KmsKeyId": "alias/mine"}, "InvalidParameterCombination"),
        ({"EnableCloudwatchLogsExports": ["trace"]}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
        ({"DBParameterGroupName": "nobody-s"}, "DBParameterGroupNotFound"),
        ({"VpcSecurityGroupIds": ["sg-0"]}, "InvalidParameterValue"),
    ],
)
def test_what_rds_does_not_take_is_refused_by_its_names(
    account: Account, wrong: dict[str, Any], expected: str
) -> None:
    error = refusal(account.client("rds").create_db_instance, **databases.wanted(**wrong))

    assert error is not None
    assert error.response["Error"]["Code"] == expected
    password = wrong.get("MasterUserPassword")
    assert not password or password not in str(error)
