#!/usr/bin/env bash
# The main job on the embedded simulator, as a newcomer sees it. Usage: demo.sh BIN_FOLDER
set -euo pipefail
bin=$(realpath "$1")
work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    kill -TERM "$server" 2>/dev/null || true  # nothing runs any more: no need to wait for callers
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT
cd "$work"

title() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() {
  local word words=
  for word in "$@"; do
    case $word in *[\ \?]*) words+=" \"$word\"" ;; *) words+=" $word" ;; esac
  done
  printf '$ inferwire%s\n' "$words"
  "$bin/inferwire" --server "$address" "$@"
}

title "inferwire-server on its embedded simulator: no key, no network"
"$bin/inferwire-server" --upstream simulator --listen 127.0.0.1:0 --admin 127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
for _ in $(seq 200); do
  grep -q '"started"' "$work/log" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.05
done
address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$work/log" | head -n 1)
admin=$(sed -n 's/.*"admin_port":\([0-9]*\).*/\1/p' "$work/log" | head -n 1)
echo "gRPC on $address, metrics and health on 127.0.0.1:$admin"
run health

title "One completion"
run complete --no-stream "Why is the sky blue?"

title "One stream, printed as it arrives"
run complete --stream --model "gpt-4.1-mini+ttft=200ms+rate=40+tokens=60" "Tell me a story."

title "Twenty items on one stream (CompleteMany)"
for i in $(seq 20); do
  echo "{\"item_id\":\"question-$i\",\"prompt\":\"Question number $i\"}"
done >questions.jsonl
run many questions.jsonl --max-in-flight 4 --model "gpt-4.1-mini+ttft=50ms" --output answers.jsonl
echo "$(wc -l <answers.jsonl) answers, the first one:"
head -n 1 answers.jsonl | cut -c 1-160

title "Structured output: an answer that follows a JSON Schema"
cat >person.json <<'JSON'
{"type": "object",
 "properties": {"name": {"type": "string"}, "born": {"type": "integer", "minimum": 1800, "maximum": 2000},
                "fields": {"type": "array", "items": {"enum": ["mathematics", "computing"]}, "minItems": 1}},
 "required": ["name", "born", "fields"], "additionalProperties": false}
JSON
run complete --no-stream --schema person.json "Ada Lovelace, born 1815: mathematics, computing"

title "A tool call"
cat >weather.json <<'JSON'
{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city",
  "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
                 "required": ["city", "days"], "additionalProperties": false}}}
JSON
run complete --no-stream --tool weather.json "Use get_weather for Paris, 3 days."

title "What it costs: before a request, and of three models for a month"
run models estimate --max-tokens 200 "Why is the sky blue?"
run models compare gpt-4.1-mini gpt-4.1 gpt-5 --requests 1000000 --input 2000 --cached 500 --output 300 --batch 50 |
  grep -E '^[$*]|gpt-' | grep -v limit

title "What Prometheus would see"
curl -fsS "http://127.0.0.1:$admin/metrics" | grep -E \
  '^(grpc_server_handled_total|inferwire_upstream_attempts_total|inferwire_cost_usd_total|gen_ai_client_token_usage_sum|inferwire_streams_ended_total|inferwire_overhead_seconds_(sum|count)|process_resident_memory_bytes)' |
  grep -vE ' 0$'

title "Done: ./dev run --upstream openai does the same with OPENAI_API_KEY"
