"""What a stack makes is described by its service, and gone with the stack."""

from typing import Any

from aws_account import Account, unique
from deployed import deploy, described, reason_of_failure
from resource_promises import ALARM, PROMISES, resource


def test_a_composite_alarm_is_described_and_needs_its_alarms(account: Account) -> None:
    name = unique("composite")
    composite = resource(
        "CloudWatch::CompositeAlarm", AlarmName=name, AlarmRule={"Fn::Sub": "OK(${Alarm})"}
    )
    lonely = resource("CloudWatch::CompositeAlarm", AlarmRule="ALARM(nobodys)")

    stack = deploy(account, {"Alarm": ALARM, "Composite": composite})

    asked = {"AlarmNames": [name], "AlarmTypes": ["CompositeAlarm"]}
    (told,) = described(account, "cloudwatch", "describe_alarms", **asked)["CompositeAlarms"]
    assert told["AlarmRule"] == f"OK({stack.ids['Alarm']})"
    stack.delete()
    assert described(account, "cloudwatch", "describe_alarms", **asked)["CompositeAlarms"] == []
    assert "do not exist" in reason_of_failure(account, {"Lonely": lonely}, "Lonely")


def test_a_saved_query_is_described_changed_and_gone(account: Account) -> None:
    name = unique("query")

    def query(text: str) -> dict[str, Any]:
        return {"Query": resource("Logs::QueryDefinition", Name=name, QueryString=text)}

    stack = deploy(account, query("fields @message"))
    stack.update(query("fields @timestamp"))

    asked = {"queryDefinitionNamePrefix": name}
    (told,) = described(account, "logs", "describe_query_definitions", **asked)["queryDefinitions"]
    assert told["queryDefinitionId"] == stack.ids["Query"]
    assert told["queryString"] == "fields @timestamp"
    stack.delete()
    after = described(account, "logs", "describe_query_definitions", **asked)
    assert after["queryDefinitions"] == []


def test_an_access_point_is_described_with_its_directory(account: Account) -> None:
    resources, _ = PROMISES["EFS access point"]
    stack = deploy(account, resources, id=("Thing", "AccessPointId"))
    asked = {"AccessPointId": stack.outputs["id"]}

    (told,) = described(account, "efs", "describe_access_points", **asked)["AccessPoints"]

    assert told["RootDirectory"]["Path"] == "/projects/one"
    assert told["FileSystemId"] == stack.ids["Files"]
    stack.delete()
    assert described(account, "efs", "describe_access_points", **asked)["AccessPoints"] == []
