#!/usr/bin/env bash
# The chart's own tests (helm/inferwire/tests) with helm-unittest.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$(tests/helm/tools.sh go)
"$tools/helm-unittest" helm/inferwire
