"""What FSx accepts of a Lustre file system: capacities, throughputs, deployment types, options."""

import secrets
import string
from typing import Any

from embedded_aws.emulator.fsx.errors import FsxError, bad_request

DEPLOYMENT_TYPES = ("SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2")
THROUGHPUTS = {
    ("PERSISTENT_1", "SSD"): (50, 100, 200),
    ("PERSISTENT_1", "HDD"): (12, 40),
    ("PERSISTENT_2", "SSD"): (125, 250, 500, 1000),
}
VERSIONS = ("2.10", "2.12", "2.15")
LINKS = ("ImportPath", "ExportPath", "AutoImportPolicy", "ImportedFileChunkSize")
COMPRESSIONS = ("NONE", "LZ4")
SMALLEST_GIB = 1200
STEP_GIB = {"SCRATCH_1": 3600}
USUAL_STEP_GIB = 2400
HDD_STEPS_GIB = {12: 6000, 40: 1800}


def lustre_configuration(asked: dict[str, Any]) -> dict[str, Any]:
    """Check a request's Lustre part; give the LustreConfiguration of the file system."""
    wanted = asked.get("LustreConfiguration") or {}
    deployment = wanted.get("DeploymentType", "SCRATCH_1")
    storage = asked.get("StorageType", "SSD")
    if deployment not in DEPLOYMENT_TYPES:
        raise bad_request(f"DeploymentType {deployment} is not one of {DEPLOYMENT_TYPES}")
    throughput = _throughput(deployment, storage, wanted.get("PerUnitStorageThroughput"))
    check_capacity(deployment, storage, throughput, asked.get("StorageCapacity"))
    version = asked.get("FileSystemTypeVersion") or (
        "2.12" if deployment == "PERSISTENT_2" else "2.10"
    )
    _check_options(deployment, version, wanted)
    configuration = {
        "CopyTagsToBackups": wanted.get("CopyTagsToBackups", False),
        "DataCompressionType": wanted.get("DataCompressionType", "NONE"),
        "DeploymentType": deployment,
        "LogConfiguration": wanted.get("LogConfiguration", {"Level": "DISABLED"}),
        "MountName": _mount_name(deployment),
        "WeeklyMaintenanceStartTime": wanted.get("WeeklyMaintenanceStartTime", "1:05:00"),
    }
    if throughput is not None:
        configuration["PerUnitStorageThroughput"] = throughput
        configuration["AutomaticBackupRetentionDays"] = wanted.get(
            "AutomaticBackupRetentionDays", 0
        )
    for name in ("MetadataConfiguration", "RootSquashConfiguration", "EfaEnabled"):
        if name in wanted:
            configuration[name] = wanted[name]
    if "MetadataConfiguration" in configuration:
        automatic = {"Iops": 1500, "Mode": "AUTOMATIC"}
        configuration["MetadataConfiguration"] = {
            **automatic,
            **configuration["MetadataConfiguration"],
        }
    return configuration


def check_capacity(deployment: str, storage: str, throughput: int | None, capacity: Any) -> None:
    """Refuse a capacity that the deployment type can't have."""
    if capacity is None:
        raise bad_request("StorageCapacity is required for file systems of type LUSTRE")
    gib = int(capacity)
    if storage == "HDD":
        step = HDD_STEPS_GIB[throughput or 12]
        if gib < 1 or gib % step:
            raise bad_request(f"StorageCapacity {gib} GiB is not a multiple of {step} GiB")
        return
    step = STEP_GIB.get(deployment, USUAL_STEP_GIB)
    usual = (SMALLEST_GIB, USUAL_STEP_GIB) if deployment == "SCRATCH_1" else (SMALLEST_GIB,)
    if gib not in usual and (gib < step or gib % step):
        raise bad_request(
            f"Storage capacity {gib} GiB is not supported by {deployment}: "
            f"{' GiB, '.join(map(str, usual))} GiB or a multiple of {step} GiB"
        )


def _throughput(deployment: str, storage: str, asked: Any) -> int | None:
    if deployment.startswith("SCRATCH"):
        if storage != "SSD":
            raise bad_request(f"StorageType {storage} is not supported by {deployment}: SSD")
        if asked is not None:
            raise bad_request(f"PerUnitStorageThroughput is not supported by {deployment}")
        return None
    allowed = THROUGHPUTS.get((deployment, storage))
    if allowed is None:
        raise bad_request(f"StorageType {storage} is not supported by {deployment}")
    if asked is None or int(asked) not in allowed:
        raise FsxError(
            "InvalidPerUnitStorageThroughput",
            f"Invalid PerUnitStorageThroughput {asked} for {deployment} {storage}: "
            f"one of {', '.join(map(str, allowed))}",
        )
    return int(asked)


def _check_options(deployment: str, version: str, wanted: dict[str, Any]) -> None:
    if version not in VERSIONS:
        raise bad_request(f"FileSystemTypeVersion {version} is not one of {VERSIONS}")
    if wanted.get("DataCompressionType", "NONE") not in COMPRESSIONS:
        raise bad_request(f"DataCompressionType is not one of {COMPRESSIONS}")
    if deployment == "PERSISTENT_2":
        if version == VERSIONS[0]:
            raise bad_request("PERSISTENT_2 file systems need FileSystemTypeVersion 2.12 or 2.15")
        for name in LINKS:
            if name in wanted:
                raise bad_request(
                    f"{name} is not supported by PERSISTENT_2: create a data repository association"
                )
    elif "MetadataConfiguration" in wanted:
        raise bad_request("MetadataConfiguration is supported by PERSISTENT_2 only")
    if deployment.startswith("SCRATCH") and wanted.get("AutomaticBackupRetentionDays"):
        raise bad_request(f"Backups are not supported by {deployment}")


def _mount_name(deployment: str) -> str:
    if deployment == "SCRATCH_1":
        return "fsx"
    letters = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(8))
