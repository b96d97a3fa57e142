"""What single types of resources ask of a stack's service role."""

from aws_account import ACCOUNT, CLOUDFORMATION, Account, allow


def test_a_service_role_must_be_able_to_pass_the_roles_of_functions(account: Account) -> None:
    function_role = account.role("lambda.amazonaws.com")
    function = {
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Role": function_role,
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Code": {"ZipFile": "def handler(event, context): pass"},
            },
        }
    }
    may_pass = allow("iam:PassRole", on=function_role)

    able = account.role(CLOUDFORMATION, allow("lambda:*"), may_pass)
    unable = account.role(CLOUDFORMATION, allow("lambda:*"))
    statuses = [
        account.settled(account.create_stack(function, RoleARN=role)) for role in (able, unable)
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]


def test_an_encrypted_file_system_takes_the_use_of_its_key_through_the_service(
    account: Account,
) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0123"
    lustre = {"FileSystemType": "LUSTRE", "StorageCapacity": 1200, "KmsKeyId": key}
    lustre |= {"SubnetIds": ["subnet-0"], "LustreConfiguration": {"DeploymentType": "SCRATCH_2"}}
    stack = {"Lustre": {"Type": "AWS::FSx::FileSystem", "Properties": lustre}}
    used = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext")

    def reason(service: str, *more: dict[str, object]) -> str:
        through = {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}
        role = account.role(
            CLOUDFORMATION, allow("fsx:*"), allow(*used, on=key, StringEquals=through), *more
        )
        made = account.create_stack(stack, RoleARN=role)
        account.settled(made)
        return str(account.events(made, "Lustre")[1][1])

    grant = allow("kms:CreateGrant", on=key, Bool={"kms:GrantIsForAWSResource": "true"})

    assert f"kms:CreateGrant on resource: {key}" in reason("fsx")
    assert f"kms:Decrypt on resource: {key}" in reason("s3", grant)
    assert "is not authorized" not in reason("fsx", grant)


def test_tags_that_are_given_at_creation_say_which_creation_it_is(account: Account) -> None:
    network = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "g", "Tags": [{"Key": "a", "Value": "b"}]},
    }

    statuses = [
        account.settled(
            account.create_stack(
                {"Group": network},
                RoleARN=account.role(
                    CLOUDFORMATION,
                    allow("ec2:CreateSecurityGroup", "ec2:Describe*"),
                    allow("ec2:CreateTags", StringEquals={"ec2:CreateAction": action}),
                ),
            )
        )
        for action in ("CreateSecurityGroup", "RunInstances")
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]
