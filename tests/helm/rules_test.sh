#!/usr/bin/env bash
# The rules with promtool: they are clean, and every alert fires when it should and is silent when it should not.
set -euo pipefail
cd "$(dirname "$0")"
tools=$(./tools.sh prometheus)
rules=../../helm/inferwire/rules
export GOGC=800  # collecting garbage less often saves promtool a quarter of its time
"$tools/promtool" check rules --lint=all --lint-fatal "$rules"/*.yaml

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$rules"/*.yaml ./*_test.yaml "$work"
"$tools/promtool" test rules "$work"/*_test.yaml

# A test that finds nothing must be able to find something: the first case of rules_slow_test.yaml.
sed -i 's/> (1 \* (1 - 0.999))/> 1/' "$work/alerts.yaml"
awk '/^  - name:/ && cases++ { exit } 1' rules_slow_test.yaml >"$work/first_case.yaml"
if "$tools/promtool" test rules "$work/first_case.yaml" >/dev/null 2>&1; then
  echo "promtool did not see an alert that never fires"
  exit 1
fi

untested=0
for alert in $(sed -n 's/.*- alert: //p' "$rules/alerts.yaml" | sort -u); do
  grep -q "alertname=\"$alert\"" rules_test.yaml rules_slow_test.yaml || { echo "$alert is in no case"; untested=1; }
done
exit $untested
