#!/usr/bin/env bash
# Looks at the API as an IAM role instead of with a key: curl signs the request (SigV4). Without an argument it lists
# the connections; with one it gets that path, such as /connections/acme.
# The URL is the output IamApiUrl, and the credentials are those of the role in the output ReadCallerRoleArn (or
# OnboardCallerRoleArn, SyncCallerRoleArn), as `aws sts assume-role` or the environment of a pipeline gives them.
#
#   ADDIGY_AUTOTASK_IAM_URL=https://….execute-api.eu-west-1.amazonaws.com AWS_REGION=eu-west-1 ./iam.sh
set -euo pipefail
url=${ADDIGY_AUTOTASK_IAM_URL:?the output IamApiUrl}
path=${1:-/connections}
: "${AWS_REGION:?}" "${AWS_ACCESS_KEY_ID:?}" "${AWS_SECRET_ACCESS_KEY:?}"

# By a file descriptor, as an argument can be read by every process of the machine.
curl --silent --show-error --fail-with-body --max-time 40 \
  --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" \
  --config <(
    printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    [ -z "${AWS_SESSION_TOKEN:-}" ] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
  ) \
  "${url%/}$path"
echo
