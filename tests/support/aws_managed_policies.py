"""AWS's own policies that ParallelCluster attaches to nodes, as AWS publishes them."""

from iam_policies import Document

# Source: AWS managed policy reference guide, "CloudWatchAgentServerPolicy", version 3 of
# 2024-02-06.
CLOUDWATCH_AGENT_SERVER_POLICY: Document = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "CWACloudWatchServerPermissions",
            "Effect": "Allow",
            "Action": [
                "cloudwatch:PutMetricData",
                "ec2:DescribeTags",
                "ec2:DescribeVolumes",
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "logs:PutRetentionPolicy",
                "xray:GetSamplingRules",
                "xray:GetSamplingStatisticSummaries",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            "Resource": "*",
        },
        {
            "Sid": "CWASSMServerPermissions",
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*",
        },
    ],
}

BY_ARN = {
    "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy": CLOUDWATCH_AGENT_SERVER_POLICY,
}
