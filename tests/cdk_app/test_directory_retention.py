"""What deletes the directories of clusters that are gone: where, and as, settings say."""

from typing import Any

from synthesised import Synthesis, Template, resources


def provisioner(synthesis: Synthesis, environment: str) -> Template:
    return synthesis.of(environment).stacks()["Provisioner"]


def of_retention(template: Template, type_: str) -> dict[str, Any]:
    """Their properties, by what is between the construct's name and the hash."""
    return {
        id_.removeprefix("DirectoryRetention")[:-8]: resource["Properties"]
        for id_, resource in resources(template, type_).items()
        if id_.startswith("DirectoryRetention")
    }


def test_without_the_setting_there_is_nothing_of_it(synthesis: Synthesis) -> None:
    template = provisioner(synthesis, "local")

    assert [id_ for id_ in template["Resources"] if "DirectoryRetention" in id_] == []
    assert resources(template, "AWS::EFS::AccessPoint") == {}


def test_the_whole_file_system_is_mounted_as_root_by_one_function(synthesis: Synthesis) -> None:
    template = provisioner(synthesis, "sandbox")
    ((point_id, point),) = resources(template, "AWS::EFS::AccessPoint").items()

    mounting = {
        id_: function["Properties"]["FileSystemConfigs"]
        for id_, function in resources(template, "AWS::Lambda::Function").items()
        if "FileSystemConfigs" in function["Properties"]
    }

    ((id_, (config,)),) = mounting.items()
    assert id_.startswith("DirectoryRetentionPasses")
    assert {"Ref": point_id} in config["Arn"]["Fn::Join"][1]
    assert config["LocalMountPath"] == "/mnt/projects"
    assert point["Properties"]["RootDirectory"] == {"Path": "/"}
    assert point["Properties"]["PosixUser"] == {"Uid": "0", "Gid": "0"}


def test_days_are_those_of_the_settings(synthesis: Synthesis) -> None:
    functions = {
        environment: of_retention(provisioner(synthesis, environment), "AWS::Lambda::Function")
        for environment in ("sandbox", "production")
    }

    told = {name: f["Passes"]["Environment"]["Variables"] for name, f in functions.items()}

    assert told == {
        "sandbox": {"MOUNT_PATH": "/mnt/projects", "KEEP_DAYS": "90"},
        "production": {"MOUNT_PATH": "/mnt/projects", "KEEP_DAYS": "365"},
    }


def test_who_deletes_is_in_the_private_vpc_and_who_lists_is_not(synthesis: Synthesis) -> None:
    functions = of_retention(provisioner(synthesis, "sandbox"), "AWS::Lambda::Function")

    in_the_vpc = {name: "VpcConfig" in function for name, function in functions.items()}

    assert in_the_vpc == {"Listing": False, "Passes": True}


def test_a_pass_that_failed_is_not_tried_again_on_an_old_list(synthesis: Synthesis) -> None:
    configured = of_retention(provisioner(synthesis, "sandbox"), "AWS::Lambda::EventInvokeConfig")

    attempts = {id_: each["MaximumRetryAttempts"] for id_, each in configured.items()}
    [of_passes] = [each for id_, each in attempts.items() if "Passes" in id_]
    assert of_passes == 0


def test_only_the_listing_is_called_and_once_a_night(synthesis: Synthesis) -> None:
    template = provisioner(synthesis, "sandbox")
    ((_, rule),) = of_retention(template, "AWS::Events::Rule").items()

    (target,) = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(41 2 * * ? *)"
    assert target["Arn"]["Fn::GetAtt"][0].startswith("DirectoryRetentionListing")
