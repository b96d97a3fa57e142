"""No secret that has a secret's name is in a record."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.redaction import (
    REDACTED,
    assigned_secrets,
    is_secret,
    redacted_script,
    redacted_text,
    redacted_variables,
    secret_values,
    without_begun,
    without_ended,
)

# To look at each place of a text once takes a second or two, on a busy machine a little more; to
# look from each place through all the rest, or for one secret after the other, more than this.
LONG_SECONDS = 60
SECRETS = [
    *("PASSWORD", "DB_PASSWD", "MYSQL_PWD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("GITHUB_TOKEN", "HF_TOKEN", "OPENAI_API_KEY", "APIKEY", "SLURM_JWT", "GITLAB_PAT"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "SESSION_COOKIE", "SSH_PRIVATE_KEY", "BASIC_AUTH"),
    *("SENTRY_DSN", "AZURE_STORAGE_SAS", "license_key", "gpg_passphrase", "AWS_ACCESS_KEY_ID"),
    *("SSHPASS", "DB_PASS", "DB_PW", "GIT_CREDS", "BEARER", "DB_CONNECTION_STRING"),
]
HARMLESS = [
    *(
        "PATH",
        "HOME",
        "PWD",
        "OLDPWD",
        "LOADEDMODULES",
        "SSH_AUTH_SOCK",
        "AUTHOR",
        "GIT_AUTHOR_NAME",
    ),
    *("XDG_SESSION_ID", "KEYBOARD", "MONKEY", "SLURM_JOB_ID", "OMP_NUM_THREADS", "CONDA_PREFIX"),
    *("NCCL_BYPASS", "PASSES", "TOKENIZER", "tokenisers"),
]


@pytest.mark.parametrize("name", SECRETS)
def test_these_names_are_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_these_are_not(name: str) -> None:
    assert not is_secret(name)


@given(st.sampled_from(SECRETS), st.from_regex(r"[!-~]{8,40}", fullmatch=True), st.text())
def test_a_secret_s_value_is_in_no_variable_whatever_its_name(
    name: str, value: str, around: str
) -> None:
    environment = {name: value, "COMMAND": f"{around} --with {value} {around}"}

    redacted = redacted_variables(environment)

    assert redacted[name] == REDACTED
    assert value not in redacted["COMMAND"].replace(REDACTED, "")


def test_a_secret_s_value_is_in_no_text() -> None:
    secrets = secret_values({"API_TOKEN": "abcdefghij", "HOME": "/home/sim"})

    assert redacted_text("curl -H abcdefghij /home/sim", secrets) == f"curl -H {REDACTED} /home/sim"


def test_a_short_value_redacts_no_text() -> None:
    secrets = secret_values({"USE_AUTH": "yes"})

    assert redacted_text("yes, it runs", secrets) == "yes, it runs"


def test_a_password_in_an_address_is_redacted_without_any_name() -> None:
    text = "postgresql://sim:hunter2@db:5432/x and https://example.org/a@b"

    assert (
        redacted_text(text, ())
        == f"postgresql://sim:{REDACTED}@db:5432/x and https://example.org/a@b"
    )


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("export TOKEN=abc", f"export TOKEN={REDACTED}"),
        ("export TOKEN='a b c'; run", f"export TOKEN={REDACTED}; run"),
        ('DB_PASSWORD="a \\" b" ./run', f"DB_PASSWORD={REDACTED} ./run"),
        ("run --api_key=abc --n=3", f"run --api_key={REDACTED} --n=3"),
        ("run --api-key=abc --n=3", f"run --api-key={REDACTED} --n=3"),
        ("sbatch --export=DB_PASSWORD=hunter2", f"sbatch --export=DB_PASSWORD={REDACTED}"),
        ("sbatch --export=ALL,API_TOKEN=x", f"sbatch --export=ALL,API_TOKEN={REDACTED}"),
        ("run='TOKEN=abc job' N=3", f"run='TOKEN={REDACTED} job' N=3"),
        ('run="TOKEN=\\"a b\\" job"', f'run="TOKEN={REDACTED} job"'),
        ("PASSWORD='$ecret'", f"PASSWORD={REDACTED}"),
        ("PASSWORD=$'a b'", f"PASSWORD={REDACTED}"),
        ("PASSWORD=a$bc", f"PASSWORD={REDACTED}"),
        ("PASSWORD=$A-secret", f"PASSWORD={REDACTED}"),
        ("PASSWORD=${A}", "PASSWORD=${A}"),
        ("export TOKEN=$OTHER", "export TOKEN=$OTHER"),
        ('export TOKEN="$(cat file)"', 'export TOKEN="$(cat file)"'),
        ("N=3 module load gcc/12", "N=3 module load gcc/12"),
    ],
)
def test_a_script_s_assignments_to_secret_names_are_redacted(line: str, redacted: str) -> None:
    assert redacted_script(f"#!/bin/bash\n{line}\n", ()) == f"#!/bin/bash\n{redacted}\n"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("export TOKEN=abcdefgh", "abcdefgh"),
        ("export TOKEN='abcd efgh'; run", "abcd efgh"),
        ('TOKEN="abcd \\" efgh" ./run', 'abcd " efgh'),
        ("TOKEN=$'abcd efgh'", "abcd efgh"),
        ("TOKEN=abcd\\$efgh", "abcd$efgh"),
        ('run="TOKEN=\\"abcd efgh\\" job"', "abcd efgh"),
        ("(TOKEN=abcdefgh)", "abcdefgh"),
        ("TOKEN=abcdefgh>file run", "abcdefgh"),
        ("srun --export=ALL,API_TOKEN=abcdefgh,N=3 run", "abcdefgh"),
        ("PASSWORD=abcd,efgh", "abcd,efgh"),
        ('export TOKEN="abcd efgh', "abcd efgh"),
    ],
)
def test_what_a_script_assigns_to_a_secret_name_is_a_secret_as_the_job_prints_it(
    line: str, printed: str
) -> None:
    secrets = assigned_secrets(f"#!/bin/bash\n{line}")

    assert redacted_text(f"it is {printed}.", secrets) == f"it is {REDACTED}."


def test_what_is_short_or_elsewhere_or_of_another_name_is_no_secret() -> None:
    script = "TOKEN=short\nPASSWORD=$(cat /home/sim/pass)\nexport TOKEN=$OTHER_ONE\nNAME=abcdefgh\n"

    assert assigned_secrets(script) == set()


def test_a_value_whose_quote_a_cut_left_open_is_redacted() -> None:
    assert redacted_script('export TOKEN="a b', ()) == f"export TOKEN={REDACTED}"


def test_of_secrets_that_overlap_nothing_is_left() -> None:
    assert redacted_text("x abcdefghijkl y", ("abcdefgh", "efghijkl")) == f"x {REDACTED} y"


def test_of_many_secrets_that_begin_alike_none_is_left() -> None:
    secrets = ["a" * length for length in range(8, 200)]

    assert "a" not in redacted_text(f"x {'a' * 1000} y", secrets).replace(REDACTED, "")


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 1_000_000, "a." * 500_000, "a-" * 500_000, "://a" * 250_000, "://a:" * 250_000),
        *("TOKEN=" * 200_000, 'TOKEN="' * 200_000, "TOKEN='" * 200_000, 'TOKEN=\\"' * 200_000),
        *("=" * 1_000_000, "TOKEN=$" * 200_000, "\\" * 1_000_000),
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()

    redacted_script(text, ["a" * length for length in range(8, 1_500)])
    assigned_secrets(text)

    assert time.process_time() - begun < LONG_SECONDS


def test_no_secret_takes_long_where_a_text_was_cut() -> None:
    secrets = ["a" * 210_000 + f"{n}" for n in range(100)]
    begun = time.process_time()

    assert "aaaa" not in without_begun("b" + "a" * 200_000 + "c" + "a" * 4, secrets)[-10:]
    assert time.process_time() - begun < LONG_SECONDS


@given(st.text("ab", min_size=8, max_size=30), st.text("abc", max_size=30), st.integers(4, 30))
def test_of_a_secret_that_a_cut_went_through_nothing_is_left(
    secret: str, text: str, length: int
) -> None:
    half = secret[:length]

    assert without_begun(text + half, [secret]).endswith(REDACTED)
    assert without_ended(half[::-1] + text, [secret[::-1]]).startswith(REDACTED)
    assert len(without_begun(text + half, [secret])) <= len(text) + len(REDACTED)


def test_many_variables_and_many_secrets_do_not_take_long() -> None:
    secrets = {f"TOKEN{n}": f"{n:08}secret" for n in range(30_000)}
    variables = {f"N{n}": f"--with {n:08}secret" for n in range(90_000)}
    begun = time.process_time()

    redacted = redacted_variables({**secrets, **variables})

    assert time.process_time() - begun < LONG_SECONDS
    assert (redacted["N7"], redacted["N30000"]) == (f"--with {REDACTED}", "--with 00030000secret")


@given(st.text())
def test_a_script_without_names_of_secrets_stays_as_it_is(script: str) -> None:
    harmless = script.replace("=", " ").replace("@", " ")

    assert redacted_script(harmless, ()) == harmless
