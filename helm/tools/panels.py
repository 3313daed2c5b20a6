"""What the dashboards show: rows of panels, each with its queries. dashboards.py makes Grafana's JSON of it.

Every query selects by namespace, job and instance, rates counters over $__rate_interval, and sums up what is
chosen over $__range. A panel's description says what to think when it moves.
"""

SELECT = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"'
MODEL = SELECT + ', gen_ai_request_model=~"$model"'
UPSTREAM = SELECT + ', gen_ai_provider_name=~"$upstream"'


# What marks all pictures: (name, colour, PromQL that has a sample while it lasts, title, text).
ANNOTATIONS = [
    ("Rollouts", "blue",
     "count by (namespace, job, version) (inferwire_build_info{%s} and on (namespace, job, instance)"
     " (time() - process_start_time_seconds{%s} < 120))" % (SELECT, SELECT),
     "Pods started: {{version}}", "{{job}} in {{namespace}}"),
    ("Configuration", "purple",
     "sum by (namespace, job, result) (increase(inferwire_config_reload_total{%s}[2m])) > 0" % SELECT,
     "Configuration: {{result}}", "{{job}} in {{namespace}}"),
    # Some alerts are about all pods together and have no namespace.
    ("Alerts", "red",
     'ALERTS{alertname=~"Inferwire.+", alertstate="firing", namespace=~"|$namespace"}',
     "{{alertname}}", "{{severity}}"),
]  # fmt: skip


class Panel:
    def __init__(self, title, unit, description, *queries, kind="timeseries", width=8, stack=False):
        self.title, self.unit, self.description = title, unit, description
        self.queries = queries  # (PromQL, legend)
        self.kind, self.width, self.stack = kind, width, stack


class Dashboard:
    def __init__(self, name, title, description, rows, variables=()):
        self.name, self.title, self.description = name, title, description
        self.rows, self.variables = rows, variables  # variables: (name, label, PromQL)


def rate(metric, by="", select=SELECT, extra=""):
    matchers = select + (", " + extra if extra else "")
    grouping = f" by ({by})" if by else ""
    return f"sum{grouping} (rate({metric}{{{matchers}}}[$__rate_interval]))"


def quantile(q, metric, by="", select=SELECT):
    grouping = "le, " + by if by else "le"
    return f"histogram_quantile({q}, sum by ({grouping}) (rate({metric}_bucket{{{select}}}[$__rate_interval])))"


def ratio(part, whole, by="", select=SELECT, window="$__rate_interval", function="rate"):
    """part and whole are (metric, further matcher). A counter without an error yet has no series."""
    grouping = f" by ({by})" if by else ""

    def total(metric, extra):
        matchers = select + (", " + extra if extra else "")
        return f"sum{grouping} ({function}({metric}{{{matchers}}}[{window}]))"

    return f"({total(*part)} or 0 * {total(*whole)}) / {total(*whole)}"


FAULTS = ("inferwire_request_errors_total", 'origin="gateway"')
HANDLED = ("grpc_server_handled_total", "")


def fault_ratio(window):
    return ratio(FAULTS, HANDLED, window=window, function="increase")


OVERVIEW = Dashboard(
    "overview", "inferwire / Overview", "Does the gateway do its work, and how much of it is there?",
    [
        ("Objectives", [
            Panel("Availability", "percentunit",
                  "Share of requests that did not fail through the gateway's own fault, over the chosen time.",
                  (f"1 - {fault_ratio('$__range')}", ""), kind="stat", width=6),
            Panel("Error budget left", "percentunit",
                  "What is left of 0.1 % of own faults, over the chosen time. Below 0 the objective is missed.",
                  (f"1 - ({fault_ratio('$__range')}) / (1 - 0.999)", ""), kind="gauge", width=6),
            Panel("Error budget burn", "none",
                  "How many times too fast own faults use up the budget of 0.1 %. The alerts look at 14.4, 6, 3 and 1.",
                  (f"({fault_ratio('1h')}) / (1 - 0.999)", "1 h"),
                  (f"({fault_ratio('6h')}) / (1 - 0.999)", "6 h"), width=12),
            Panel("Errors by origin", "reqps",
                  "Whose fault it was: caller, gateway, upstream, or cancelled. Only gateway is ours.",
                  (rate("inferwire_request_errors_total", "origin"), "{{origin}}"), width=12, stack=True),
            Panel("Errors by reason", "reqps",
                  "Why requests failed, in the words of the API's errors.",
                  (rate("inferwire_request_errors_total", "reason"), "{{reason}}"), width=12, stack=True),
        ]),
        ("Traffic", [
            Panel("Requests by method", "reqps", "Ended RPCs.",
                  (rate("grpc_server_handled_total", "grpc_method"), "{{grpc_method}}"), stack=True),
            Panel("Status codes", "reqps", "How RPCs ended.",
                  (rate("grpc_server_handled_total", "grpc_code"), "{{grpc_code}}"), stack=True),
            Panel("Requests per pod", "reqps",
                  "One line far above the others: clients keep one connection. Let them use the headless Service.",
                  (rate("grpc_server_started_total", "instance"), "{{instance}}")),
            Panel("In flight", "none", "Calls being worked on, and how many may be: beyond it they are refused.",
                  (f"sum(inferwire_requests_in_flight{{{SELECT}}})", "in flight"),
                  (f"sum(inferwire_requests_in_flight_limit{{{SELECT}}})", "limit")),
            Panel("Open streams", "none", "Response streams that are open.",
                  (f"sum by (operation) (inferwire_streams_active{{{SELECT}}})", "{{operation}}")),
            Panel("Client connections", "none", "Open connections of clients, by pod.",
                  (f"sum by (instance) (inferwire_connections{{{SELECT}}})", "{{instance}}")),
        ]),
        ("Latency", [
            Panel("RPC duration", "s", "Whole RPCs, the provider's time included.",
                  (quantile(0.5, "grpc_server_handling_seconds"), "p50"),
                  (quantile(0.95, "grpc_server_handling_seconds"), "p95"),
                  (quantile(0.99, "grpc_server_handling_seconds"), "p99")),
            Panel("Overhead", "s", "The gateway's own time per request, without waiting for the provider.",
                  (quantile(0.5, "inferwire_overhead_seconds"), "p50"),
                  (quantile(0.99, "inferwire_overhead_seconds"), "p99")),
            Panel("Overhead, distribution", "s", "How many requests spent how long in the gateway itself.",
                  (rate("inferwire_overhead_seconds_bucket", "le"), "{{le}}"), kind="heatmap"),
        ]),
    ])  # fmt: skip

TOKENS = "gen_ai_client_token_usage"
OPERATION = "gen_ai_client_operation_duration_seconds"
FIRST_CHUNK = "gen_ai_client_operation_time_to_first_chunk_seconds"
PER_CHUNK = "gen_ai_client_operation_time_per_output_chunk_seconds"
BY_MODEL = "gen_ai_request_model"
DETAILS, COST = "inferwire_token_details_total", "inferwire_cost_usd_total"
INPUT, OUTPUT = 'gen_ai_token_type="input"', 'gen_ai_token_type="output"'

MODELS = Dashboard(
    "models", "inferwire / Models and costs", "How fast are the models, how much do they read and write, and what does it cost?",
    [
        ("Latency", [
            Panel("Time to first chunk, p95", "s", "From the request to the first content of a stream.",
                  (quantile(0.95, FIRST_CHUNK, BY_MODEL, MODEL), "{{gen_ai_request_model}}")),
            Panel("Time per chunk, p95", "s", "Between two chunks of a stream: how smoothly text appears.",
                  (quantile(0.95, PER_CHUNK, BY_MODEL, MODEL), "{{gen_ai_request_model}}")),
            Panel("Operation duration, p95", "s", "Whole operations at the provider, repetitions included.",
                  (quantile(0.95, OPERATION, BY_MODEL, MODEL), "{{gen_ai_request_model}}")),
        ]),
        ("Work", [
            Panel("Operations", "reqps", "Operations at providers.",
                  (rate(OPERATION + "_count", BY_MODEL, MODEL), "{{gen_ai_request_model}}"), stack=True),
            Panel("Failed operations", "reqps", "Operations that failed, by what went wrong.",
                  (rate(OPERATION + "_count", BY_MODEL + ", error_type", MODEL, 'error_type!=""'),
                   "{{gen_ai_request_model}} {{error_type}}"), stack=True),
            Panel("Operations without usage", "reqps",
                  "Ended without token counts, so they are in none of the numbers below.",
                  (rate("inferwire_usage_missing_total", "reason"), "{{reason}}")),
        ]),
        ("Tokens", [
            Panel("Tokens per second", "none", "As the providers bill them.",
                  (rate(TOKENS + "_sum", BY_MODEL + ", gen_ai_token_type", MODEL),
                   "{{gen_ai_request_model}} {{gen_ai_token_type}}"), width=12, stack=True),
            Panel("Tokens in the chosen time", "none", "As the providers bill them.",
                  (f"sum by ({BY_MODEL}, gen_ai_token_type) (increase({TOKENS}_sum{{{MODEL}}}[$__range]))",
                   "{{gen_ai_request_model}} {{gen_ai_token_type}}"), kind="bargauge", width=12),
            Panel("Input tokens per operation", "none", "The size of prompts.",
                  (quantile(0.5, TOKENS, "", MODEL + ", " + INPUT), "p50"),
                  (quantile(0.95, TOKENS, "", MODEL + ", " + INPUT), "p95"), width=12),
            Panel("Output tokens per operation", "none", "The size of answers, reasoning included.",
                  (quantile(0.5, TOKENS, "", MODEL + ", " + OUTPUT), "p50"),
                  (quantile(0.95, TOKENS, "", MODEL + ", " + OUTPUT), "p95"), width=12),
            Panel("Cached input", "percentunit", "Share of the input tokens that the provider had in its cache, at a lower price.",
                  (ratio((DETAILS, 'detail="cached_input"'), (TOKENS + "_sum", INPUT), BY_MODEL, MODEL),
                   "{{gen_ai_request_model}}"), width=12),
            Panel("Reasoning", "percentunit", "Share of the output tokens that were thoughts and not the answer.",
                  (ratio((DETAILS, 'detail="reasoning_output"'), (TOKENS + "_sum", OUTPUT), BY_MODEL, MODEL),
                   "{{gen_ai_request_model}}"), width=12),
        ]),
        ("Costs", [
            Panel("Cost per hour", "currencyUSD", "By the catalogue's prices, at the present rate.",
                  (f"sum by ({BY_MODEL}) (rate({COST}{{{MODEL}}}[$__rate_interval])) * 3600", "{{gen_ai_request_model}}"),
                  stack=True),
            Panel("Cost in the chosen time", "currencyUSD", "By the catalogue's prices.",
                  (f"sum by ({BY_MODEL}) (increase({COST}{{{MODEL}}}[$__range]))", "{{gen_ai_request_model}}"), kind="bargauge"),
            Panel("Answers without a price", "reqps", "Models without a price in the catalogue, or answers without usage: their cost is missing.",
                  (rate("inferwire_unpriced_requests_total", BY_MODEL, MODEL), "{{gen_ai_request_model}}")),
            Panel("Costs that the provider states otherwise", "reqps",
                  "Answers whose stated cost is more than 1 % off ours: fees that tokens do not show, or a price that has changed.",
                  (rate("inferwire_cost_differences_total", "gen_ai_provider_name", SELECT), "{{gen_ai_provider_name}}")),
        ]),
        ("Failed calls", [
            Panel("Their cost, perhaps", "currencyUSD",
                  "What calls that failed after the provider had begun may have cost per hour: none of it is in the costs above.",
                  (f"sum by (reason) (rate(inferwire_maybe_billed_cost_usd_total{{{MODEL}}}[$__rate_interval])) * 3600", "{{reason}}"),
                  stack=True),
            Panel("Failed calls, perhaps billed", "reqps", "They failed after the provider had begun to work.",
                  (rate("inferwire_maybe_billed_requests_total", "reason", MODEL), "{{reason}}"), stack=True),
            Panel("Those without a price", "reqps", "Not in the cost of failed calls.",
                  (rate("inferwire_maybe_billed_unpriced_requests_total", "reason", MODEL), "{{reason}}")),
        ]),
        ("Tenants", [
            Panel("Beyond a limit", "reqps", "Calls that were refused, or let in because the budget only warns (exceeded).",
                  (rate("inferwire_limit_decisions_total", "scope, limit, decision"), "{{scope}} {{limit}} {{decision}}")),
            Panel("Calls with an idempotency key", "reqps",
                  "first: it was run; attached or replayed: it cost nothing; local: the store that tells other replicas was not reached.",
                  (rate("inferwire_idempotent_calls_total", "result"), "{{result}}"), stack=True),
            Panel("Answers kept for repetitions", "bytes", "Of calls with an idempotency key, for idempotency.keep; beyond idempotency.memory_bytes the oldest go.",
                  (f"sum by (instance) (inferwire_idempotent_kept_bytes{{{SELECT}}})", "{{instance}}")),
            Panel("Waiting for another call's answer", "none", "Attached by their idempotency key, of idempotency.max_waiting.",
                  (f"sum by (instance) (inferwire_idempotent_waiting_calls{{{SELECT}}})", "{{instance}}")),
            Panel("Repeated by callers' libraries", "reqps", "Calls that were sent before (grpc-previous-rpc-attempts); stopped: refused ones whose caller repeats too much.",
                  (rate("inferwire_client_retries_total", "caller"), "{{caller}}"),
                  (rate("inferwire_client_retries_limited_total", "instance"), "stopped on {{instance}}")),
            Panel("Budgets", "percentunit", "Part that is spent or set aside in the current day, week or month; at 1 calls are refused.",
                  (f"max by (scope, period) (inferwire_budget_used_ratio{{{SELECT}}})", "{{scope}} {{period}}")),
            Panel("Until budgets begin anew", "s", "Time left of each budget's period.",
                  (f"min by (scope, period) (inferwire_budget_period_left_seconds{{{SELECT}}})", "{{scope}} {{period}}")),
            Panel("Meters", "none", "Counters of limits and budgets, of the 100000 that there may be in a process.",
                  (f"sum by (instance) (inferwire_limit_meters{{{SELECT}}})", "{{instance}}")),
        ]),
        ("Calls that wait for room under these limits", [
            Panel("Waiting", "none", "By priority, of limits.queue_calls in each process.",
                  (f"sum by (priority) (inferwire_queue_calls{{{SELECT}}})", "{{priority}}"), stack=True),
            Panel("Their requests", "bytes", "Of limits.queue_bytes in each process.",
                  (f"sum by (instance) (inferwire_queue_bytes{{{SELECT}}})", "{{instance}}")),
            Panel("Wait, p95", "s", "Of calls that were let in after they had waited.",
                  (f"histogram_quantile(0.95, sum by (le, priority) (rate(inferwire_queue_wait_seconds_bucket{{{SELECT}}}[$__rate_interval])))",
                   "{{priority}}")),
            Panel("How it ended", "reqps", "expired: waited in vain; refused: a limit was used up meanwhile, or the process ended.",
                  (rate("inferwire_queue_left_total", "how"), "{{how}}"), stack=True),
            Panel("Not let in to wait", "reqps", "QUEUE_FULL, by the bound that was reached.",
                  (rate("inferwire_queue_full_total", "bound"), "{{bound}}"), stack=True),
            Panel("Estimates are off by, median", "s", "What a waiting call was told against what it waited.",
                  (f"histogram_quantile(0.5, sum by (le) (rate(inferwire_queue_eta_error_seconds_bucket{{{SELECT}}}[$__rate_interval])))",
                   "median")),
        ]),
        ("Realtime sessions", [
            Panel("Open", "none", "Of limits.realtime_sessions in each process.",
                  (f"sum by (instance) (inferwire_realtime_sessions{{{SELECT}}})", "{{instance}}"), stack=True),
            Panel("Events", "reqps", "Up to the provider and down from it.",
                  (rate("inferwire_realtime_events_total", "direction"), "{{direction}}")),
            Panel("Audio", "Bps", "In typed events: what callers take as JSON is not looked at.",
                  (rate("inferwire_realtime_audio_bytes_total", "direction"), "{{direction}}")),
            Panel("How they ended", "reqps", "By the close code; 1000: well; 1006: the connection broke. Refused: limits.realtime_sessions.",
                  (rate("inferwire_realtime_ends_total", "close_code"), "{{close_code}}"),
                  (rate("inferwire_realtime_refused_total", "instance"), "refused on {{instance}}"), stack=True),
            Panel("Length, p95", "s", "From a session's start to its end.",
                  (f"histogram_quantile(0.95, sum by (le) (rate(inferwire_realtime_session_seconds_bucket{{{SELECT}}}[$__rate_interval])))",
                   "p95")),
        ]),
        ("Callers that say who they are", [
            Panel("What callers show", "reqps",
                  "API keys, tokens, certificates or nothing, and what came of it; refused calls reach no provider.",
                  (rate("inferwire_auth_total", "method, outcome, reason"), "{{method}} {{outcome}} {{reason}}"), stack=True),
            Panel("What they may not", "reqps", "Calls of known callers that their tenant, team or key does not allow.",
                  (rate("inferwire_access_refused_total", "reason"), "{{reason}}"), stack=True),
            Panel("Replicas that ask", "none", "1: callers have to say who they are. 0: whoever reaches the port is served.",
                  (f"min by (instance) (inferwire_auth_asked{{{SELECT}}})", "{{instance}}")),
            Panel("Age of signing keys", "s", "Since the keys of issuers of tokens were fetched; every 10 minutes if all is well.",
                  (f"max by (issuer) (inferwire_jwks_age_seconds{{{SELECT}}})", "{{issuer}}")),
            Panel("Signatures of tokens", "reqps", "That were computed: tokens that were verified before are known for a while.",
                  (rate("inferwire_jwt_verifications_total", "instance"), "{{instance}}")),
            Panel("Cost by caller", "currencyUSD", "The 15 dearest in the chosen time, by the catalogue's prices.",
                  (f"topk(15, sum by (caller) (increase(inferwire_caller_cost_usd_total{{{SELECT}}}[$__range])))", "{{caller}}"),
                  kind="bargauge"),
            Panel("Tokens by caller", "none", "Tokens per second, in and out.",
                  (rate("inferwire_caller_tokens_total", "caller, gen_ai_token_type"), "{{caller}} {{gen_ai_token_type}}")),
            Panel("Calls by caller", "reqps", "Ended calls, by outcome.",
                  (rate("inferwire_caller_requests_total", "caller, outcome"), "{{caller}} {{outcome}}")),
            Panel("Calls of models that end", "reqps", "Models that end within 60 days, have ended, or were replaced since then; by caller.",
                  (rate("inferwire_ending_model_requests_total", "model, caller, warning"), "{{model}} {{warning}}: {{caller}}")),
            Panel("Time until a model ends", "s", "Of models that are called within 60 days of their end.",
                  (f"min by (model) (inferwire_ending_model_shutdown_timestamp_seconds{{{SELECT}}} - time())", "{{model}}")),
            Panel("Ignored credentials", "reqps", "Calls with a token or key that this server does not look at.",
                  (rate("inferwire_credentials_ignored_total", "metadata"), "{{metadata}}")),
        ]),
    ],
    [("model", "Model", f"label_values({OPERATION}_count{{namespace=~\"$namespace\", job=~\"$job\"}}, gen_ai_request_model)")],
)  # fmt: skip

ATTEMPTS = "inferwire_upstream_attempts_total"
BY_UPSTREAM = "gen_ai_provider_name"

UPSTREAMS = Dashboard(
    "upstream", "inferwire / Upstreams and limits", "Are the providers well, and how close are their limits?",
    [
        ("Attempts", [
            Panel("Attempts by status", "reqps", "HTTP attempts; none means that no answer came.",
                  (rate(ATTEMPTS, BY_UPSTREAM + ", http_status", UPSTREAM), "{{gen_ai_provider_name}} {{http_status}}"),
                  stack=True),
            Panel("Failing attempts", "percentunit", "Share of the attempts with 5xx or without an answer.",
                  (ratio((ATTEMPTS, 'http_status=~"5..|none"'), (ATTEMPTS, ""), BY_UPSTREAM, UPSTREAM),
                   "{{gen_ai_provider_name}}")),
            Panel("Throttled attempts", "percentunit", "Share of the attempts that are answered with 429.",
                  (ratio((ATTEMPTS, 'http_status="429"'), (ATTEMPTS, ""), BY_UPSTREAM, UPSTREAM),
                   "{{gen_ai_provider_name}}")),
            Panel("Outcomes", "reqps", "What became of the attempts; retried ones were followed by another one.",
                  (rate(ATTEMPTS, BY_UPSTREAM + ", outcome", UPSTREAM), "{{gen_ai_provider_name}} {{outcome}}"), stack=True),
            Panel("Retries by reason", "reqps", "Repeated attempts, by what went wrong before.",
                  (rate("inferwire_upstream_retries_total", BY_UPSTREAM + ", reason", UPSTREAM),
                   "{{gen_ai_provider_name}} {{reason}}"), stack=True),
            Panel("Cut streams", "reqps", "Streams that the provider ended before their end.",
                  (rate("inferwire_streams_ended_total", "operation", SELECT, 'reason="upstream_truncated"'), "{{operation}}")),
        ]),
        ("Connections", [
            Panel("Phases, p95", "s", "DNS, connection and TLS of new connections, and the wait for the first byte.",
                  (quantile(0.95, "inferwire_upstream_phase_seconds", BY_UPSTREAM + ", phase", UPSTREAM),
                   "{{gen_ai_provider_name}} {{phase}}")),
            Panel("Reused connections", "percentunit", "Share of the attempts on a connection that was there already.",
                  (ratio(("inferwire_upstream_connections_total", 'reused="true"'), ("inferwire_upstream_connections_total", ""),
                         BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}}")),
            Panel("Unsolicited answers", "reqps",
                  "Connections closed because the provider, or a proxy before it, sent what nobody had asked for.",
                  (rate("inferwire_upstream_unsolicited_connections_total", BY_UPSTREAM, UPSTREAM),
                   "{{gen_ai_provider_name}}")),
            Panel("Repeated keys", "reqps", "Answers that repeated the key they were asked with; callers do not see it.",
                  (rate("inferwire_upstream_key_echoes_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}}")),
            Panel("Bytes", "Bps", "Bodies of requests and answers.",
                  (rate("inferwire_upstream_bytes_total", BY_UPSTREAM + ", direction", UPSTREAM),
                   "{{gen_ai_provider_name}} {{direction}}")),
        ]),
        ("Batches", [
            Panel("Batches", "none", "Batches that are kept, by state.",
                  (f"max by (status) (inferwire_batches{{{SELECT}}})", "{{status}}")),
            Panel("Items", "reqps", "Ended items, by outcome.",
                  (rate("inferwire_batch_items_total", "outcome"), "{{outcome}}"), stack=True),
            Panel("Tokens in queues", "none", "Estimated tokens in the providers' batch queues; beyond their limit shards wait.",
                  (f"max by ({BY_MODEL}) (inferwire_batch_enqueued_tokens{{{SELECT}}})", "{{gen_ai_request_model}}")),
            Panel("Batches at providers", "reqps", "Batches created at providers, shards that went on to another key or target, and steps that had to be repeated.",
                  (rate("inferwire_batch_shards_submitted_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}} created"),
                  (rate("inferwire_batch_shards_moved_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}} not accepted, moved on"),
                  (rate("inferwire_batch_step_failures_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}} failed steps"),
                  (rate("inferwire_batch_strange_lines_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}} strange lines")),
            Panel("Store", "reqps", "Failures of the store, and rows that retention has deleted.",
                  (rate("inferwire_store_failures_total", "instance"), "{{instance}} failures"),
                  (rate("inferwire_store_rows_deleted_total", "instance"), "{{instance}} deleted rows")),
            Panel("Waiting for the store", "none", "Statements that wait for a connection; beyond store.max_queued they are refused.",
                  (f"inferwire_store_queue{{{SELECT}}}", "{{instance}}")),
            Panel("Bytes in the store", "bytes", "Items and results of batches, what they may take, and what the disk of an SQLite file has left.",
                  (f"max(inferwire_store_bytes{{{SELECT}}})", "used"),
                  (f"max(inferwire_store_budget_bytes{{{SELECT}}} > 0)", "budget"),
                  (f"min(inferwire_store_free_bytes{{{SELECT}}} > 0)", "free on the disk")),
            Panel("Store refuses", "reqps", "Questions not put to the store, and batches beyond its budget.",
                  (rate("inferwire_store_refused_total", "instance"), "{{instance}} not asked"),
                  (rate("inferwire_store_budget_refused_total", "instance"), "{{instance}} over the budget")),
            Panel("Store and worker", "none", "1 while the store answers; seconds since the worker looked last; calls that wait for a batch.",
                  (f"inferwire_store_up{{{SELECT}}}", "{{instance}} store up"),
                  (f"inferwire_batch_worker_behind_seconds{{{SELECT}}}", "{{instance}} worker behind"),
                  (f"inferwire_batch_watchers{{{SELECT}}}", "{{instance}} watchers")),
            Panel("Files of deleted batches", "reqps", "Removed at the provider, or given up.",
                  (rate("inferwire_batch_files_removed_total", "outcome"), "{{outcome}}")),
        ]),
        ("Routes", [
            Panel("Answers by target", "reqps", "Who answered for a route; fallback: instead of a target before it.",
                  (rate("inferwire_route_answers_total", "route, gen_ai_provider_name, fallback", UPSTREAM),
                   "{{route}} {{gen_ai_provider_name}} fallback {{fallback}}"), stack=True),
            Panel("Fallbacks", "percentunit", "Share of a route's answers that came from another target than the first choice.",
                  (ratio(("inferwire_route_answers_total", 'fallback="true"'), ("inferwire_route_answers_total", ""), "route"),
                   "{{route}}")),
            Panel("Targets of routes", "none", "By what stands in their way, over all pods.",
                  (f"sum by (route, state) (inferwire_route_targets{{{SELECT}}}) > 0", "{{route}} {{state}}"), stack=True),
            Panel("Places that take no calls", "none", "Endpoints, models and keys that are out, at rest, drained or removed; each pod sees for itself.",
                  (f'sum by ({BY_UPSTREAM}, kind, state) (inferwire_places{{{UPSTREAM}, state=~"out|cooling_down|drained|removed"}}) > 0',
                   "{{gen_ai_provider_name}} {{kind}} {{state}}")),
            Panel("Changes of places", "reqps", "Breakers that open and close; the log's place_changed lines say why.",
                  (rate("inferwire_place_changes_total", BY_UPSTREAM + ", kind, to", UPSTREAM),
                   "{{gen_ai_provider_name}} {{kind}} {{to}}")),
            Panel("Resends", "reqps", "Requests sent again: with another key, at another endpoint, at the same or the next target, and how sure it was that they are not billed twice.",
                  (rate("inferwire_resends_total", BY_UPSTREAM + ", kind, proof", UPSTREAM),
                   "{{gen_ai_provider_name}} {{kind}} {{proof}}"), stack=True),
            Panel("Not sent again", "reqps", "Failed requests that were not sent again, by what forbade it.",
                  (rate("inferwire_resends_denied_total", BY_UPSTREAM + ", reason", UPSTREAM),
                   "{{gen_ai_provider_name}} {{reason}}"), stack=True),
            Panel("Look-ups of endpoints", "reqps", "Of upstreams that are found by name; while one fails, the addresses found last are used.",
                  (rate("inferwire_endpoint_lookups_total", BY_UPSTREAM + ", result", UPSTREAM),
                   "{{gen_ai_provider_name}} {{result}}")),
            Panel("Calls to endpoints that are out", "reqps", "More than breaker.most_out of an upstream's endpoints fail, and some of them are used all the same.",
                  (rate("inferwire_endpoint_panics_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}}")),
            Panel("Health checks", "reqps", "Of endpoints that are out, or of all (health); refused ones say nothing of the endpoint, late ones had to wait.",
                  (rate("inferwire_health_checks_total", BY_UPSTREAM + ", result", UPSTREAM),
                   "{{gen_ai_provider_name}} {{result}}"), stack=True),
            Panel("Lists of models", "reqps", "Questions to upstreams what they serve (discovery), by what came of them; refused ones were answered by no list.",
                  (rate("inferwire_discovery_reads_total", BY_UPSTREAM + ", result", UPSTREAM),
                   "{{gen_ai_provider_name}} {{result}}"), stack=True),
            Panel("Listed models", "none", "In the last list of each upstream, and how many models the configuration names that it does not have.",
                  (f"max by ({BY_UPSTREAM}) (inferwire_discovery_models{{{UPSTREAM}}})", "{{gen_ai_provider_name}}"),
                  (f"max by ({BY_UPSTREAM}) (inferwire_discovery_unlisted_models{{{UPSTREAM}}})", "{{gen_ai_provider_name}}: not listed")),
            Panel("Age of the lists", "s", "Since an upstream last gave its list.",
                  (f"time() - max by ({BY_UPSTREAM}) (inferwire_discovery_last_list_timestamp_seconds{{{UPSTREAM}}})", "{{gen_ai_provider_name}}")),
            Panel("Calls and limits of upstreams", "none", "What each upstream's endpoints take at once (limits), over all pods.",
                  (f"sum by ({BY_UPSTREAM}) (inferwire_place_limit{{{UPSTREAM}}})", "{{gen_ai_provider_name}} limit")),
            Panel("Waiting for a place", "s", "95 of 100 calls that found all endpoints full waited no longer.",
                  (quantile(0.95, "inferwire_place_queue_wait_seconds", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}}")),
            Panel("Without a place", "reqps", "Calls that found all endpoints full and had to go elsewhere or fail.",
                  (rate("inferwire_place_refusals_total", BY_UPSTREAM + ", reason", UPSTREAM), "{{gen_ai_provider_name}} {{reason}}")),
            Panel("Shadows", "reqps", "Calls that were to go to a route's shadow too, by what became of the copy.",
                  (rate("inferwire_shadow_calls_total", "route, outcome"), "{{route}} {{outcome}}"), stack=True),
            Panel("Cost of shadows", "currencyUSD", "An hour's, in no caller's cost.",
                  (f"sum by (route) (rate(inferwire_shadow_cost_usd_total{{{SELECT}}}[$__rate_interval])) * 3600", "{{route}}")),
            Panel("Hedges", "reqps", "Second attempts beside one whose first byte was late, by whether they had it first.",
                  (rate("inferwire_hedges_total", "route, won"), "{{route}} won={{won}}"), stack=True),
            Panel("Late calls without a hedge", "reqps", "Their callers asked for one: why it was not made. budget: the route has made as many as it may (hedge.most).",
                  (rate("inferwire_hedges_denied_total", "route, why"), "{{route}} {{why}}"), stack=True),
            Panel("Possibly billed twice", "reqps", "Attempts that may be billed and were followed by another one.",
                  (rate("inferwire_possibly_billed_attempts_total", BY_UPSTREAM, UPSTREAM), "{{gen_ai_provider_name}}")),
        ]),
        ("Limits of the providers", [
            Panel("Quota left", "percentunit", "What the provider says is left of its limits; the lowest of the pods' answers.",
                  (f"min by ({BY_UPSTREAM}, {BY_MODEL}, limit) (inferwire_upstream_ratelimit_remaining{{{UPSTREAM}}}"
                   f" / (inferwire_upstream_ratelimit_limit{{{UPSTREAM}}} > 0))",
                   "{{gen_ai_provider_name}} {{gen_ai_request_model}} {{limit}}"), width=12),
            Panel("Limits", "none", "What the provider says its limits per minute are.",
                  (f"max by ({BY_UPSTREAM}, {BY_MODEL}, limit) (inferwire_upstream_ratelimit_limit{{{UPSTREAM}}})",
                   "{{gen_ai_provider_name}} {{gen_ai_request_model}} {{limit}}"), width=12),
        ]),
    ],
    [("upstream", "Upstream", f"label_values({ATTEMPTS}{{namespace=~\"$namespace\", job=~\"$job\"}}, gen_ai_provider_name)")],
)  # fmt: skip

RUNTIME = Dashboard(
    "runtime", "inferwire / Runtime", "What do the pods use, and do they get old?",
    [
        ("Pods", [
            Panel("Versions", "none", "What runs where.",
                  (f"max by (instance, version, revision) (inferwire_build_info{{{SELECT}}})", ""), kind="table", width=12),
            Panel("Uptime", "s", "Since the process began; a line that falls to 0 is a restart.",
                  (f"time() - process_start_time_seconds{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("Draining", "none", "1 while a pod leaves.",
                  (f"inferwire_draining{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("Threads", "none", "A fixed number after the start, unless name servers are slow.",
                  (f"process_threads{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("CPU", "none", "Cores in use.",
                  (rate("process_cpu_seconds_total", "instance"), "{{instance}}"), width=6),
            Panel("Memory", "bytes", "Resident memory.",
                  (f"process_resident_memory_bytes{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("File descriptors", "percentunit", "Share of the descriptors that the process may have.",
                  (f"process_open_fds{{{SELECT}}} / process_max_fds{{{SELECT}}}", "{{instance}}"), width=6),
        ]),
        ("Bounds", [
            Panel("Held for calls", "bytes", "Requests and answers, until they are delivered, and how much may be held: from 88 % of it on, calls are refused.",
                  (f"inferwire_memory_held_bytes{{{SELECT}}}", "{{instance}}"),
                  (f"inferwire_memory_limit_bytes{{{SELECT}}}", "limit of {{instance}}"), width=12),
            Panel("Refused and cut calls", "reqps",
                  "Refused, by the bound that was reached (caller_*: of one caller), and ended before the caller had everything, by why.",
                  (rate("inferwire_calls_refused_total", "bound"), "refused: {{bound}}"),
                  (rate("inferwire_calls_cut_total", "reason"), "cut: {{reason}}"), width=6),
            Panel("Memory given back", "Bps", "After a flood, to the system.",
                  (rate("inferwire_memory_returned_bytes_total", "instance"), "{{instance}}"), width=6),
        ]),
        ("Ledger", [
            Panel("Booked calls", "reqps",
                  "By where their use is known from. Lost: their process died before they ended; what they cost is not known.",
                  (rate("inferwire_ledger_records_total", "source"), "{{source}}"), stack=True),
            Panel("Not in files", "none",
                  "Ended calls that are in memory only, because the disk is full, and files allocated ahead: 0 for longer than a moment means that there is no room.",
                  (f"inferwire_ledger_held_calls{{{SELECT}}}", "{{instance}} held calls"),
                  (f"inferwire_ledger_disk_free_segments{{{SELECT}}}", "{{instance}} free files")),
            Panel("Not in the store", "none", "Records that are in files and not yet in the sums of the store, and for how many seconds there have been any.",
                  (f"inferwire_ledger_unsent_records{{{SELECT}}}", "{{instance}} records"),
                  (f"inferwire_ledger_unsent_age_seconds{{{SELECT}}}", "{{instance}} seconds")),
            Panel("Ledger fails", "reqps", "What it could not do: allocate the next file, sync, close what an earlier process left, or upload.",
                  (rate("inferwire_ledger_failures_total", "step"), "{{step}}")),
        ]),
        ("Directory", [
            Panel("Age of tenants and keys", "s", "Since the store last said what tenants and keys there are: how long a change may have gone unheard.",
                  (f"inferwire_directory_age_seconds{{{SELECT}}}", "{{instance}}")),
            Panel("Version of tenants and keys", "none", "In use; two for longer than a moment: a pod does not hear of changes.",
                  (f"inferwire_directory_version{{{SELECT}}}", "{{instance}}")),
            Panel("Rows that are not served", "none", "Tenants and keys of the store that are in the configuration too, are of no tenant, are too many or cannot be read.",
                  (f"max by (reason) (inferwire_directory_ignored{{{SELECT}}})", "{{reason}}")),
            Panel("Audit trail", "reqps", "Events written, and dropped because too many waited for the store.",
                  (rate("inferwire_audit_events_total", "outcome"), "{{outcome}}")),
        ]),
        ("Shared limits", [
            Panel("Store reached", "none", "0: a process does not reach the store of shared limits and keeps to its part. And how many share them.",
                  (f"inferwire_lease_store_up{{{SELECT}}}", "{{instance}}"),
                  (f"max(inferwire_replicas_live{{{SELECT}}})", "processes")),
            Panel("Statements", "reqps", "To that store: a few per second and process, however many calls there are. More where a budget is nearly used up.",
                  (rate("inferwire_lease_exchanges_total", "kind, result"), "{{kind}} {{result}}"), stack=True),
            Panel("Statements take", "s", "No call waits for them. Longer than limits.store_timeout, and the store counts as down.",
                  (quantile(0.5, "inferwire_lease_exchange_seconds", "kind"), "{{kind}} p50"),
                  (quantile(0.99, "inferwire_lease_exchange_seconds", "kind"), "{{kind}} p99")),
            Panel("Budgets in doubt", "currencyUSD",
                  "What processes that died were lent and may have spent, which counts as used; and what was spent beyond budgets in the last hour.",
                  (f"max by (scope) (inferwire_budget_in_doubt_usd{{{SELECT}}})", "{{scope}} in doubt"),
                  (f"sum (increase(inferwire_budget_overrun_usd_total{{{SELECT}}}[1h]))", "beyond budgets")),
        ]),
        ("Configuration", [
            Panel("Configurations", "none", "One line per configuration in use; two for longer than a rollout is drift.",
                  (f"count by (hash) (inferwire_config_info{{{SELECT}}})", "{{hash}}"), width=6),
            Panel("Age of the configuration", "s", "Since the pods took the configuration over.",
                  (f"time() - inferwire_config_last_reload_success_timestamp_seconds{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("Reloads", "none", "Changes in the chosen time; rejected ones had a fault, the log has the lines.",
                  (f"sum by (result) (increase(inferwire_config_reload_total{{{SELECT}}}[$__range]))", "{{result}}"),
                  kind="bargauge", width=6),
            Panel("Refused configurations", "none", "1 while the configuration that was read last is refused.",
                  (f"1 - inferwire_config_last_reload_successful{{{SELECT}}}", "{{instance}}"), width=6),
            Panel("Age of keys", "s", "Since each key was read; after a rotation it has to fall to 0 on every pod.",
                  (f"time() - inferwire_secret_last_loaded_timestamp_seconds{{{SELECT}}}", "{{instance}} {{secret}}"), width=12),
            Panel("Certificates", "s", "Time until the certificate expires; it should rise again long before 0.",
                  (f"min by (cert) (inferwire_tls_certificate_expiry_timestamp_seconds{{{SELECT}}}) - time()", "{{cert}}"), width=12),
        ]),
        ("Clients and streams", [
            Panel("Streams ended", "reqps", "How streams ended. drained: cut by a rollout, see InferwireStreamsCutByDrain.",
                  (rate("inferwire_streams_ended_total", "reason"), "{{reason}}"), stack=True),
            Panel("Back-pressure", "none", "Streams that wait for slow clients, on average.",
                  (rate("inferwire_stream_backpressure_seconds_total", "operation"), "{{operation}}")),
            Panel("Messages", "none", "Messages per second from and to clients.",
                  (rate("grpc_server_msg_received_total"), "received"), (rate("grpc_server_msg_sent_total"), "sent")),
            Panel("Refused and abandoned connections", "reqps",
                  "Client connections that were closed at once or for what the client did, by why, and ended ones that the client did not close within 10 s.",
                  (rate("inferwire_connections_refused_total", "reason"), "{{reason}}"),
                  (rate("inferwire_connections_failed_total", "reason"), "{{reason}}"),
                  (rate("inferwire_connections_abandoned_total"), "abandoned")),
        ]),
        ("The gateway itself", [
            Panel("Translation errors", "reqps", "JSON of a provider or a caller that could not be translated.",
                  (rate("inferwire_translation_errors_total", "direction, kind"), "{{direction}} {{kind}}")),
            Panel("Unknown members", "reqps", "Members of providers' JSON without a field in the API; they are passed on as extra.",
                  (rate("inferwire_unknown_fields_total", "operation"), "{{operation}}")),
            Panel("Series per pod", "none", "Samples of one scrape; the monitors refuse 20,000.",
                  (f"scrape_samples_scraped{{{SELECT}}}", "{{instance}}")),
            Panel("Folded label values", "reqps", "Label values that are counted as other, since a family has enough.",
                  (rate("inferwire_metric_label_overflow_total", "family"), "{{family}}")),
            Panel("Spans", "reqps", "Spans that the collector took, and that were dropped instead of holding up calls.",
                  (rate("inferwire_trace_spans_exported_total"), "exported"),
                  (rate("inferwire_trace_spans_dropped_total", "reason"), "dropped: {{reason}}")),
            Panel("Dropped log lines", "reqps", "Standard output was not read fast enough.",
                  (rate("inferwire_log_records_dropped_total", "instance"), "{{instance}}")),
        ]),
    ])  # fmt: skip

DASHBOARDS = [OVERVIEW, MODELS, UPSTREAMS, RUNTIME]
