"""What the construct tells the nodes is what the node scripts take; anything else is named."""

from dataclasses import replace

import pytest

from hpc_constructs.errors import MissingTag
from hpc_constructs.node_arguments import BucketMount, node_arguments
from hpc_constructs.node_scripts.configure_node.arguments import wishes
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure
from hpc_constructs.node_scripts.configure_node.wishes import (
    Account,
    S3Mount,
    SlurmAccounts,
    SlurmRest,
)
from slurm_examples import ACCOUNTING, REST_API

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJWvL9UreRwXCZ2D7t620bGhP3UWE9slgqp3C+gnk7K"
HEAD = ["--node=head", "--cluster-name=pcluster-a", "--data=efs", f"--user-key={KEY}"]


SHARED = (
    BucketMount(path="project/public", bucket_name="public"),
    BucketMount(path="project/private", bucket_name="projects", prefix="lab.1/my_project/"),
)
BENCHMARK = BucketMount(path="benchmark", bucket_name="scratch", only_with_tag="team:benchmark")


def told(
    *buckets: BucketMount, lustre: bool, users: str = "", benchmark: str = "false"
) -> tuple[str, ...]:
    return node_arguments(
        cluster_name="pcluster-a",
        lustre=lustre,
        buckets=buckets,
        users=users,
        tags={"team:benchmark": benchmark},
    )


def test_a_node_without_lustre_mounts_the_buckets() -> None:
    wished = wishes(["--node=compute", *told(*SHARED, lustre=False, users=f"bob:20002:{KEY}")])

    assert not wished.lustre and not wished.is_head
    assert wished.s3_mounts == (
        S3Mount("project/public", "public", ""),
        S3Mount("project/private", "projects", "lab.1/my_project/"),
    )
    assert wished.accounts == (Account("sim", 2001, None), Account("bob", 20002, KEY))


@pytest.mark.parametrize("lustre", [True, False])
def test_what_goes_by_a_tag_is_mounted_only_where_the_tag_is_true(lustre: bool) -> None:
    mounts = {
        value: wishes(
            ["--node=compute", *told(BENCHMARK, lustre=lustre, benchmark=value)]
        ).s3_mounts
        for value in ("true", "false")
    }

    assert mounts == {"true": (S3Mount("benchmark", "scratch", ""),), "false": ()}


def test_a_cluster_without_the_tag_is_told_to_have_it() -> None:
    other = BucketMount(path="a", bucket_name="b", only_with_tag="team:other")

    with pytest.raises(MissingTag, match=r"'team:other'.*team:benchmark.*Add it to `tags`"):
        told(other, lustre=True)


def test_with_lustre_the_node_mounts_no_bucket_that_it_isn_t_told_of() -> None:
    wished = wishes(["--node=head", *told(lustre=True), f"--user-key={KEY}"])

    assert wished.lustre and wished.is_head
    assert wished.s3_mounts == ()
    assert wished.accounts == (Account("sim", 2001, KEY),)


def test_without_accounting_there_are_no_accounts() -> None:
    assert wishes(HEAD).slurm_accounts is None


@pytest.mark.parametrize(
    ("vlab", "project", "accounts"),
    [
        ("Lab.1", "My_Project", ("lab.1", "my_project")),
        ("brain", "Brain", ("brain", "brain-project")),
        ("ROOT", "root", ("root-lab", "root-project")),
        ("pcdefault", "pcdefault-lab", ("pcdefault-lab", "pcdefault-lab-project")),
    ],
)
def test_accounts_are_as_slurm_writes_them_each_with_a_name_of_its_own(
    vlab: str, project: str, accounts: tuple[str, str]
) -> None:
    own = replace(ACCOUNTING, vlab_account=vlab, project_account=project).node_arguments()

    assert wishes([*HEAD, *own]).slurm_accounts == SlurmAccounts(*accounts)


def test_without_a_log_group_no_job_is_recorded() -> None:
    assert wishes(HEAD).job_log_group is None


def test_records_of_jobs_go_to_the_group_that_is_named() -> None:
    group = "/hpc/jobs/pcluster-a-0123abcd"

    assert wishes([*HEAD, f"--job-log-group={group}"]).job_log_group == group


def test_the_stage_is_after_parallelcluster_s_own_unless_it_is_named() -> None:
    assert [wishes(HEAD).stage, wishes([*HEAD, "--stage=start"]).stage] == ["configured", "start"]


def test_no_other_user_is_an_empty_argument() -> None:
    assert wishes([*HEAD, "--users="]).accounts == (Account("sim", 2001, KEY),)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "arguments are required: --node, --cluster-name, --data"),
        (["--node=login"], "invalid choice: 'login'"),
        ([*HEAD, "--colour=blue"], "unrecognized arguments: --colour=blue"),
        (["--node=head", "--cluster-name=a", "--data=efs"], "a head node needs --user-key"),
        ([*HEAD, "--cluster-name=a\nROOT=1"], "--cluster-name is 'a\nROOT=1'"),
        ([*HEAD, "--user-key=ssh-rsa AAAA"], "public key of user 'sim' is 'ssh-rsa AAAA'"),
        ([*HEAD, f"--user-key={KEY} me"], "neither options nor comment"),
        ([*HEAD, f"--user-key={KEY[:-4]}"], "68 characters"),
        ([*HEAD, "--vlab-account=a"], "--vlab-account and --project-account come together"),
        ([*HEAD, "--vlab-account=a", "--project-account=b|c"], "--project-account is 'b|c'"),
        ([*HEAD, "--vlab-account=", "--project-account=b"], "--vlab-account is ''"),
        ([*HEAD, "--job-log-group=a b"], "--job-log-group is 'a b'"),
        ([*HEAD, "--stage=later"], "invalid choice: 'later'"),
        ([*HEAD, "--users=bob"], "'bob' is not NAME:UID:PUBLIC-KEY"),
        ([*HEAD, f"--users=Bob:20002:{KEY}"], "a user's name is 'Bob'"),
        ([*HEAD, f"--users=sim:20002:{KEY}"], "and not 'sim'"),
        ([*HEAD, f"--users=bob:0:{KEY}"], "'0'; allowed: 10000 to 59999"),
        (
            [*HEAD, f"--users=bob:2000\N{FULLWIDTH DIGIT TWO}:{KEY}"],
            "allowed: 10000 to 59999",
        ),
        ([*HEAD, f"--users=bob:20002:{KEY},eve:20002:{KEY}"], "share a name or a uid"),
        ([*HEAD, f"--users=bob:20002:{KEY},bob:20003:{KEY}"], "share a name or a uid"),
        ([*HEAD, f"--users=bob:20002:{KEY},"], "'' is not NAME:UID:PUBLIC-KEY"),
        (
            [*HEAD, "--s3-mount=project/../../etc=bucket"],
            "--s3-mount is 'project/../../etc=bucket'",
        ),
        ([*HEAD, "--s3-mount=private=bucket/../x/"], "allowed: PATH=BUCKET"),
        ([*HEAD, "--s3-mount=private=bucket/prefix"], "PATH=BUCKET/PREFIX/"),
        ([*HEAD, "--s3-mount=private=bucket/%h/"], "allowed: PATH=BUCKET"),
        ([*HEAD, "--data=lustre", "--s3-mount=project/public=bucket"], "public is Lustre's own"),
        ([*HEAD, "--data=lustre", "--s3-mount-if=true:scratch=bucket"], "scratch is Lustre's own"),
        ([*HEAD, "--s3-mount-if=yes:benchmark=bucket"], "allowed: true: or false:"),
        ([*HEAD, "--s3-mount-if=false:benchmark=bucket/%h/"], "allowed: PATH=BUCKET"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(arguments: list[str], words: str) -> None:
    with pytest.raises(NodeFailure) as failure:
        wishes(arguments)

    assert words in str(failure.value)


REST = REST_API.node_arguments()


def test_a_head_node_may_serve_slurm_s_rest_api() -> None:
    with_sim = replace(REST_API, fallback_user="sim")

    served = wishes([*HEAD, *with_sim.node_arguments()]).slurm_rest

    assert served == SlurmRest(
        issuer="https://keycloak.example.org/realms/hpc",
        audience="hpc-slurm",
        claim="realm_access.roles",
        admits="hpc:lab:project",
        fallback_user="sim",
        keys_bucket="keys-1",
        keys_key="slurm-rest/jwks.json",
    )
    assert wishes(HEAD).slurm_rest is None


@pytest.mark.parametrize("missing", range(len(REST)))
def test_of_a_realm_all_is_needed(missing: int) -> None:
    option = REST[missing].partition("=")[0]

    with pytest.raises(NodeFailure, match=f"^{option}: with one of"):
        wishes([*HEAD, *REST[:missing], *REST[missing + 1 :]])


@pytest.mark.parametrize(
    "wrong",
    [
        "--rest-issuer=http://keycloak.example.org/realms/hpc",
        '--rest-issuer=https://k/"',
        "--rest-audience=",
        "--rest-audience=a b",
        "--rest-claim=a..b",
        '--rest-admits=a"b',
        "--rest-keys=bucket-1",
        "--rest-keys=Bucket/key",
        "--rest-fallback-user=root",
    ],
)
def test_what_of_a_realm_is_not_allowed_is_named(wrong: str) -> None:
    with pytest.raises(NodeFailure, match=r"rest-"):
        wishes([*HEAD, *REST, wrong])
