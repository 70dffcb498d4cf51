#!/usr/bin/env bash
# Declares a connection and asks for its API user: with a bearer key and curl.
# It can be repeated: the same request twice is one connection and one link.
#
#   ADDIGY_AUTOTASK_URL=https://….execute-api.….amazonaws.com ADDIGY_AUTOTASK_KEY=aak_… ./bearer.sh acme "Acme Dental Group"
set -euo pipefail
id=${1:?the connection’s id, such as acme} name=${2:?its name}
url=${ADDIGY_AUTOTASK_URL:?the ApiUrl output}
url=${url%/}
: "${ADDIGY_AUTOTASK_KEY:?a key, see bin/keys.ts}"

# The key goes in by a file descriptor: an argument can be read by every process of the machine.
call() {
  curl --silent --show-error --fail-with-body --max-time 40 --retry 3 \
    --config <(printf 'header = "authorization: Bearer %s"\n' "$ADDIGY_AUTOTASK_KEY") \
    --header 'content-type: application/json' "$@"
}

name=${name//\\/\\\\} name=${name//\"/\\\"}
body=$(printf '{"name":"%s","sync":{"policy":"observe"},"provision":["device-sync"]}' "$name")
# The answer has the link for the administrator while one is waited for: pass it on to that person alone.
call --request PUT --data "$body" "$url/connections/$id"
echo
