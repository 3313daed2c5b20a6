"""What is measured: each scenario is one run of a load program against each contestant."""
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Scenario:
    name: str
    what: str
    options: tuple = ()
    # The figure that counts, out of the load program's JSON.
    figure: str = "cpu_us_per_call"
    unit: str = "us CPU per call"
    grpc_only: bool = False
    grpc_program: str = "h2_load"  # or grpc_load: gRPC's own client
    connections: int = 4
    heavy: bool = False  # not for slow peers
    fresh: bool = False  # of a process that has done nothing yet
    warmed: bool = False  # that has done the same before, with few in flight
    tags: frozenset = field(default_factory=frozenset)

    def with_few(self):
        at = self.options.index("--in-flight") + 1
        return replace(self, options=(*self.options[:at], "10", *self.options[at + 1:]))


def _options(**values):
    options = []
    for name, value in values.items():
        options += [f"--{name.replace('_', '-')}", str(value)]
    return tuple(options)


SMOKE, FULL = frozenset({"smoke", "full"}), frozenset({"full"})

SCENARIOS = [
    Scenario("S0-idle", "memory before any load", _options(in_flight=1), "resident_before_kib", "KiB",
             connections=1, fresh=True, tags=FULL),
    Scenario("S1-1", "unary, 256 B prompt, 1 KB answer, 1 in flight: p50",
             _options(in_flight=1), "latency_us.p50", "us", connections=1, tags=FULL),
    Scenario("S1-rpc", "a gRPC call that asks nothing of an upstream (health), 1 in flight: p50",
             _options(mode="health", in_flight=1), "latency_us.p50", "us", connections=1, grpc_only=True,
             tags=FULL),
    Scenario("S1-client", "S1-1 with gRPC's own C++ client, whose time is part of it",
             _options(in_flight=1), "latency_us.p50", "us", connections=1, grpc_only=True, grpc_program="grpc_load",
             tags=FULL),
    Scenario("S1-8", "the same, 8 in flight", _options(in_flight=8), tags=FULL),
    Scenario("S1-64", "the same, 64 in flight", _options(in_flight=64), tags=SMOKE),
    Scenario("S2-100K", "unary, 100 KB prompt, 8 in flight",
             _options(in_flight=8, prompt_bytes=102400), tags=SMOKE),
    Scenario("S2-1M", "unary, 1 MB prompt, 4 in flight",
             _options(in_flight=4, prompt_bytes=1048576), tags=FULL),
    Scenario("S2-1000", "unary, 1,000 messages of 100 B, 4 in flight",
             _options(in_flight=4, prompt_bytes=100000, messages=1000), tags=FULL),
    Scenario("S3-burst", "stream of 100 chunks, one right after the other, 8 in flight",
             _options(mode="stream", in_flight=8, model="mock-c100"), "cpu_us_per_chunk", "us CPU per chunk",
             tags=SMOKE),
    Scenario("S3-first", "stream of 10 chunks, 10 ms apart, one at a time: time to the first chunk, p50",
             _options(mode="stream", in_flight=1, model="mock-c10-i10000"), "first_chunk_us.p50", "us",
             connections=1, tags=FULL),
    Scenario("S3-client", "S3-first with gRPC's own C++ client, whose time is part of it",
             _options(mode="stream", in_flight=1, model="mock-c10-i10000"), "first_chunk_us.p50", "us",
             connections=1, grpc_only=True, grpc_program="grpc_load", tags=FULL),
    Scenario("S4-100", "100 streams of 20 chunks/s",
             _options(mode="stream", in_flight=100, model="mock-c100-i50000"), "cpu_us_per_chunk",
             "us CPU per chunk", heavy=True, tags=FULL),
    Scenario("S4-300", "300 streams of 20 chunks/s",
             _options(mode="stream", in_flight=300, model="mock-c100-i50000"), "cpu_us_per_chunk",
             "us CPU per chunk", heavy=True, tags=FULL),
    Scenario("S4-1000", "1,000 streams of 20 chunks/s",
             _options(mode="stream", in_flight=1000, model="mock-c100-i50000"), "cpu_us_per_chunk",
             "us CPU per chunk", heavy=True, tags=SMOKE),
    Scenario("S4-memory", "the same, after a few: memory for each open stream",
             _options(mode="stream", in_flight=1000, model="mock-c100-i50000"), "kib_per_call",
             "KiB", heavy=True, fresh=True, warmed=True, tags=FULL),
    Scenario("S2-memory", "1,500 calls of 150 KB in flight, upstream takes 4 s: memory at the peak",
             _options(in_flight=1500, prompt_bytes=153600, model="mock-d4000000"), "resident_kib",
             "KiB", connections=8, heavy=True, fresh=True, tags=FULL),
    Scenario("S4-5000", "5,000 streams of 1 chunk/s, a tenth of them read slowly",
             _options(mode="stream", in_flight=5000, model="mock-c10-i1000000", slow_percent=10),
             "cpu_us_per_chunk", "us CPU per chunk", grpc_only=True, grpc_program="grpc_load", tags=FULL),
    Scenario("S5", "CompleteMany, 1,000 items, 64 in flight, upstream takes 20 ms (ideal 313 ms)",
             _options(mode="many", in_flight=64, items=1000, model="mock-d20000"), "latency_us.p50", "us",
             grpc_only=True, grpc_program="grpc_load", tags=SMOKE),
    Scenario("S7", "unary, 64 in flight, 5 % of upstream's answers are 503",
             _options(in_flight=64, model="mock-f50"), tags=FULL),
]
