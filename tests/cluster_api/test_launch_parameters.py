"""What a launch needs of SSM: the subnets, and the parameters that all launches share."""

from cluster_api.aws.launch_parameters import LaunchParameters
from cluster_api.aws.subnets import SsmSubnetPool
from cluster_api.aws.template_parameters import SsmTemplateParameters
from cluster_api_aws import LAUNCH_PATH, PARAMETERS_NAME, Aws
from cluster_api_tape import Tape, recording
from cluster_api_world import SUBNETS, TEMPLATE_PARAMETERS


def test_all_is_read_at_once_when_it_is_needed_and_then_kept(emulated: Aws) -> None:
    with recording(emulated, Tape()) as tape:
        read = LaunchParameters(client=emulated.ssm, path=LAUNCH_PATH)
        parameters = SsmTemplateParameters(parameters=read, name=PARAMETERS_NAME)
        pool = SsmSubnetPool(parameters=read)
        not_yet = list(tape.calls)
        both = [parameters.read(), parameters.read()]
        subnets = {zone: tuple(pool.subnets([zone])) for zone in SUBNETS}

    assert not_yet == []
    assert tape.calls == ["GetParametersByPath"]
    assert both == [TEMPLATE_PARAMETERS, TEMPLATE_PARAMETERS]
    assert subnets == {zone: tuple(ids) for zone, ids in SUBNETS.items()}
