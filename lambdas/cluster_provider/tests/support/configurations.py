"""A small configuration that ParallelCluster accepts, with a world's own ids."""

from typing import Any

from moto_world import MotoWorld


def small(world: MotoWorld) -> dict[str, Any]:
    """A head node, one queue of two nodes, no storage."""
    world.bucket("artifacts")
    world.key_pair("admin")
    return {
        "Region": world.region,
        "Image": {"Os": "alinux2023"},
        "CustomS3Bucket": "artifacts",
        "HeadNode": {
            "InstanceType": "t3.medium",
            "Ssh": {"KeyName": "admin"},
            "Networking": {"SubnetId": world.subnet},
        },
        "Scheduling": {
            "Scheduler": "slurm",
            "SlurmSettings": {"Dns": {"DisableManagedDns": True, "UseEc2Hostnames": True}},
            "SlurmQueues": [
                {
                    "Name": "debug",
                    "Networking": {"SubnetIds": [world.subnet]},
                    "ComputeResources": [
                        {
                            "Name": "t3micro",
                            "MinCount": 0,
                            "MaxCount": 2,
                            "Instances": [{"InstanceType": "t3.micro"}],
                        }
                    ],
                }
            ],
        },
        "Monitoring": {
            "Dashboards": {"CloudWatch": {"Enabled": False}},
            "Alarms": {"Enabled": False},
        },
    }
