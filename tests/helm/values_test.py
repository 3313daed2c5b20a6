#!/usr/bin/env python3
"""Wrong values are refused with a sentence that says what to do; the schema, the table of values and the
server's own configuration say the same."""
import copy
import json
import pathlib
import re
import sys
import unittest

import chart
from chart import CHART, ROOT

sys.path.insert(0, str(ROOT / "helm" / "tools"))
import readme

KEY = {"upstreamKeys": {"openai": {"existingSecret": "keys"}}}
SIMULATOR = {"simulator": {"enabled": True}}
TLS = {"tls": {"enabled": True, "existingSecret": "server"}}
SCRAPED = {"serviceMonitor": {"enabled": True}}


def upstream(**more):
    return {"config": {"upstreams": [{"name": "one", "base_url": "https://one.example.com", **more}]}}


# The sentences of _validate.tpl: what is in each, and values that bring it about.
FAULTS = [
    ('Upstream "openai" has no key: set upstreamKeys.openai.existingSecret', {}),
    ('Upstream "one" has two keys', upstream(api_key="none") | {"upstreamKeys": {"one": {"existingSecret": "keys"}}}),
    ("upstreamKeys.other belongs to no upstream", upstream(api_key="none") | {"upstreamKeys": {"other": {"value": "x"}}}),
    ('Upstream "one" has several keys and one', upstream(keys=[{"name": "a"}], api_key="none")),
    ('Key "a" of upstream "one" is nowhere: set upstreamKeys.one.keys.a.existingSecret', upstream(keys=[{"name": "a"}])),
    ("upstreamKeys.one.keys.b belongs to no key",
     upstream(keys=[{"name": "a", "file": "/a"}]) | {"upstreamKeys": {"one": {"keys": {"b": {"existingSecret": "keys"}}}}}),
    ("store.sqlite.enabled and store.postgresql.existingSecret exclude each other",
     SIMULATOR | {"replicaCount": 1, "store": {"sqlite": {"enabled": True}, "postgresql": {"existingSecret": "db"}}}),
    ("store.sqlite.enabled needs replicaCount: 1", SIMULATOR | {"store": {"sqlite": {"enabled": True}}}),
    ("config.store needs store.sqlite.enabled or store.postgresql", SIMULATOR | {"config": {"store": {"wait": "1s"}}}),
    ("autoscaling.enabled and keda.enabled exclude each other",
     SIMULATOR | {"autoscaling": {"enabled": True}, "keda": {"enabled": True, "prometheusAddress": "http://p"}}),
    ("keda.enabled needs keda.prometheusAddress", SIMULATOR | {"keda": {"enabled": True}}),
    ("keda.prometheusAddress needs autoscaling.targetInFlightPerPod",
     SIMULATOR | {"keda": {"enabled": True, "prometheusAddress": "http://p"}, "autoscaling": {"targetInFlightPerPod": None}}),
    ("autoscaling.enabled needs a metric", SIMULATOR | {"autoscaling": {
        "enabled": True, "targetInFlightPerPod": None, "targetCPUUtilizationPercentage": None}}),
    ("autoscaling.minReplicas is more than", SIMULATOR | {"autoscaling": {"enabled": True, "minReplicas": 11}}),
    ("metrics.serviceMonitor and metrics.podMonitor exclude each other",
     SIMULATOR | {"metrics": SCRAPED | {"podMonitor": {"enabled": True}}}),
    ("metrics.podAnnotations and the monitors", SIMULATOR | {"metrics": SCRAPED | {"podAnnotations": {"enabled": True}}}),
    ("metrics.prometheusRule needs metrics.serviceMonitor", SIMULATOR | {"metrics": {"prometheusRule": {"enabled": True}}}),
    ("podDisruptionBudget needs one of maxUnavailable and minAvailable, and not both",
     SIMULATOR | {"podDisruptionBudget": {"minAvailable": 1}}),
    ("podDisruptionBudget.maxUnavailable: 0 would block", SIMULATOR | {"podDisruptionBudget": {"maxUnavailable": 0}}),
    ("podDisruptionBudget.minAvailable: 2 would block every drain",
     SIMULATOR | {"podDisruptionBudget": {"maxUnavailable": None, "minAvailable": 2}}),
    ("maxSurge and maxUnavailable cannot both be 0", SIMULATOR | {"updateStrategy": {"rollingUpdate": {"maxSurge": 0}}}),
    ("tls.enabled needs tls.existingSecret", SIMULATOR | {"tls": {"enabled": True}}),
    ("tls.existingSecret and tls.certManager.enabled exclude each other", SIMULATOR | {"tls": {
        "enabled": True, "existingSecret": "server", "certManager": {"enabled": True, "issuerRef": {"name": "i"}}}}),
    ("tls.certManager.enabled needs tls.certManager.issuerRef.name",
     SIMULATOR | {"tls": {"enabled": True, "certManager": {"enabled": True}}}),
    ("tls is configured but not enabled", SIMULATOR | {"tls": {"existingSecret": "server"}}),
    ("tests.clientCertificate needs tls.enabled", SIMULATOR | {"tests": {"clientCertificate": "client"}}),
    ("tls.clientAuth: require needs tests.clientCertificate",
     SIMULATOR | {"tls": TLS["tls"] | {"clientAuth": "require"}}),
    ("gatewayApi.grpcRoute.enabled needs gatewayApi.grpcRoute.parentRefs",
     SIMULATOR | {"gatewayApi": {"grpcRoute": {"enabled": True}}}),
    ("adminApi.enabled needs store.sqlite.enabled or store.postgresql", SIMULATOR | {"adminApi": {"enabled": True}}),
    ("adminApi.tls.enabled needs adminApi.tls.existingSecret", SIMULATOR | {"adminApi": {"enabled": True}}),
    ("adminApi.port is grpc.port or admin.port", SIMULATOR | {"adminApi": {"enabled": True, "port": 50051}}),
    ("config.admin_api has no meaning without adminApi.enabled", SIMULATOR | {"config": {"admin_api": {"max_in_flight": 1}}}),
    ("existingConfigMap and simulator.enabled exclude each other", SIMULATOR | {"existingConfigMap": "ours"}),
    ("existingConfigMap and config.limits, config.upstreams exclude each other: write into the ConfigMap",
     {"existingConfigMap": "ours"} | {"config": {"limits": {"burst": "1s"}} | upstream()["config"]}),
    ("ingress.enabled needs ingress.hosts", SIMULATOR | {"ingress": {"enabled": True}}),
    ("ingress.controller: nginx needs ingress.tls",
     SIMULATOR | {"ingress": {"enabled": True, "controller": "nginx", "hosts": ["llm.example.com"]}}),
    ("ingress.controller: alb has no client certificate to show",
     SIMULATOR | {"ingress": {"enabled": True, "controller": "alb", "hosts": ["llm.example.com"]}, "tests": {"enabled": False},
                  "tls": TLS["tls"] | {"clientAuth": "require"}}),
    ("service.loadBalancerIP, service.loadBalancerSourceRanges, service.allocateLoadBalancerNodePorts: only a load balancer has it",
     SIMULATOR | {"service": {"loadBalancerIP": "192.0.2.1", "loadBalancerSourceRanges": ["192.0.2.0/24"],
                              "allocateLoadBalancerNodePorts": False}}),
    ("service.clusterIP: None means a headless Service", SIMULATOR | {"service": {"clusterIP": "None"}}),
    ("service.nodePort needs service.type: NodePort or LoadBalancer", SIMULATOR | {"service": {"nodePort": 30051}}),
    ("service.externalTrafficPolicy needs service.type", SIMULATOR | {"service": {"externalTrafficPolicy": "Local"}}),
    ("service.healthCheckNodePort needs service.type: LoadBalancer and service.externalTrafficPolicy: Local",
     SIMULATOR | {"service": {"type": "LoadBalancer", "healthCheckNodePort": 30052}}),
    ("service.sessionAffinityTimeoutSeconds needs service.sessionAffinity: ClientIP",
     SIMULATOR | {"service": {"sessionAffinityTimeoutSeconds": 60}}),
    ("service.ipFamilies has two families",
     SIMULATOR | {"service": {"ipFamilies": ["IPv6", "IPv4"], "ipFamilyPolicy": "SingleStack"}}),
    ("dnsPolicy: None needs dnsConfig.nameservers", SIMULATOR | {"dnsPolicy": "None"}),
    ("extraArgs: --listen=0.0.0.0:1 is the chart's", SIMULATOR | {"extraArgs": ["--listen=0.0.0.0:1"]}),
    ("podLabels: app.kubernetes.io/name is the chart's own label", SIMULATOR | {"podLabels": {"app.kubernetes.io/name": "mine"}}),
    ("admin.port and grpc.port are the same", SIMULATOR | {"admin": {"port": 50051}}),
]  # fmt: skip

# Values that the schema refuses, and the place that it names.
REFUSED = [
    ("/replicaCount", {"replicaCount": -1}),
    ("/replicaCount", {"replicaCount": "two"}),
    ("/image/tag", {"image": {"tag": "latest"}}),
    ("/image/digest", {"image": {"digest": "sha256:1"}}),
    ("/image/registry", {"image": {"registry": "registry.example.com/"}}),
    ("/tls/clientAuth", {"tls": {"clientAuth": "maybe"}}),
    ("/service/port", {"service": {"port": 70000}}),
    ("/grpc/port", {"grpc": {"port": 443}}),
    ("/config/drain/calls", {"config": {"drain": {"calls": "10 minutes"}}}),
    ("/config/limits/stream_bytes", {"config": {"limits": {"stream_bytes": "64MB"}}}),
    ("/config/upstreams", {"config": {"upstreams": []}}),
    ("/config/upstreams/0", {"config": {"upstreams": [{"name": "openai"}]}}),
    ("/config/upstreams/0/api_key", upstream(api_key={"env": "KEY"})),
    ("/config/upstreams/0/api_key", upstream(api_key="sk-123")),
    ("/config/upstreams/0/keys/0", upstream(keys=[{"name": "a", "env": "KEY"}])),
    ("/config/upstreams/0/dialect", upstream(dialect="esperanto")),
    ("/config/routes/0/targets", {"config": {"routes": [{"name": "gpt-5", "targets": []}]}}),
    ("/config/routes/0/overrides/0", {"config": {"routes": [{"name": "gpt-5", "targets": [{"upstream": "one"}], "overrides": ["all"]}]}}),
    ("/upstreamKeys/openai", {"upstreamKeys": {"openai": {"existingSecret": "a", "value": "b"}}}),
    ("/upstreamKeys/openai", {"upstreamKeys": {"openai": "sk-123"}}),
    ("/upstreamKeys/openai", {"upstreamKeys": {"openai": {"keys": {"a": "sk-123"}}}}),
    ("/metrics/prometheusRule/disabled/0", {"metrics": {"prometheusRule": {"disabled": ["NoSuchAlert"]}}}),
    ("/metrics/prometheusRule/slo/availability", {"metrics": {"prometheusRule": {"slo": {"availability": 99.9}}}}),
    ("/podDisruptionBudget/maxUnavailable", {"podDisruptionBudget": {"maxUnavailable": "half"}}),
    ("/podDisruptionBudget/unhealthyPodEvictionPolicy", {"podDisruptionBudget": {"unhealthyPodEvictionPolicy": "Never"}}),
    ("/namespaceOverride", {"namespaceOverride": "my.namespace"}),
    ("/imagePullSecrets", {"imagePullSecrets": "registry"}),
    ("/imagePullSecrets/0", {"imagePullSecrets": [{"secret": "registry"}]}),
    ("/global/imagePullSecrets/0", {"global": {"imagePullSecrets": ["Not a name"]}}),
    ("/existingConfigMap", {"existingConfigMap": {"name": "ours"}}),
    ("/existingConfigMapKey", {"existingConfigMapKey": "a/b"}),
    ("/deploymentAnnotations/revision", {"deploymentAnnotations": {"revision": 1}}),
    ("/deploymentLabels", {"deploymentLabels": ["a"]}),
    ("/automountServiceAccountToken", {"automountServiceAccountToken": "yes"}),
    ("/serviceAccount/automountServiceAccountToken", {"serviceAccount": {"automountServiceAccountToken": "no"}}),
    ("/runtimeClassName", {"runtimeClassName": "g visor"}),
    ("/schedulerName", {"schedulerName": 1}),
    ("/hostUsers", {"hostUsers": "false"}),
    ("/dnsPolicy", {"dnsPolicy": "clusterfirst"}),
    ("/envFrom", {"envFrom": {"configMapRef": {"name": "proxy"}}}),
    ("/extraArgs", {"extraArgs": "--verbose"}),
    ("/extraArgs/0", {"extraArgs": [1]}),
    ("/lifecycle", {"lifecycle": ["preStop"]}),
    ("/extraObjects/0", {"extraObjects": [1]}),
    ("/service/nodePort", {"service": {"nodePort": "30051"}}),
    ("/service/clusterIP", {"service": {"clusterIP": "any"}}),
    ("/service/externalIPs/0", {"service": {"externalIPs": ["node-1"]}}),
    ("/service/loadBalancerIP", {"service": {"loadBalancerIP": "llm.example.com"}}),
    ("/service/loadBalancerClass", {"service": {"loadBalancerClass": "a/b/c"}}),
    ("/service/loadBalancerSourceRanges/0", {"service": {"loadBalancerSourceRanges": ["192.0.2.1"]}}),
    ("/service/allocateLoadBalancerNodePorts", {"service": {"allocateLoadBalancerNodePorts": 0}}),
    ("/service/externalTrafficPolicy", {"service": {"externalTrafficPolicy": "local"}}),
    ("/service/internalTrafficPolicy", {"service": {"internalTrafficPolicy": "Node"}}),
    ("/service/healthCheckNodePort", {"service": {"healthCheckNodePort": 0}}),
    ("/service/sessionAffinity", {"service": {"sessionAffinity": "Cookie"}}),
    ("/service/sessionAffinityTimeoutSeconds", {"service": {"sessionAffinityTimeoutSeconds": 100000}}),
    ("/service/trafficDistribution", {"service": {"trafficDistribution": "Near"}}),
    ("/service/ipFamilies/0", {"service": {"ipFamilies": ["ipv4"]}}),
    ("/service/ipFamilies", {"service": {"ipFamilies": ["IPv4", "IPv4"]}}),
    ("/ingress/controller", {"ingress": {"controller": "apache"}}),
    ("/ingress/hosts/0", {"ingress": {"hosts": ["https://llm.example.com"]}}),
    ("/ingress/hosts/0", {"ingress": {"hosts": [{"host": "llm.example.com"}]}}),
    ("/ingress/paths/0", {"ingress": {"paths": ["inferwire.v1.ChatService"]}}),
    ("/ingress/paths", {"ingress": {"paths": []}}),
    ("/ingress/tls", {"ingress": {"tls": "llm-tls"}}),
    ("/ingress/tls/0", {"ingress": {"tls": [{"secret": "llm-tls"}]}}),
    ("/ingress/annotations/a", {"ingress": {"annotations": {"a": True}}}),
    ("/ingress/timeoutSeconds", {"ingress": {"timeoutSeconds": "1h"}}),
    ("/gatewayApi/grpcRoute/matches", {"gatewayApi": {"grpcRoute": {"matches": {"method": {}}}}}),
]

# Keys of the server that are the chart's own.
OWN_KEYS = {"server.listen", "server.admin", "server.insecure", "upstreams[].simulator", "upstreams[].keys[].env", "store.path",
            "admin_api.insecure"}
# In inferwire.example.yaml within a comment only, since they have no default and are checked.
IN_COMMENT = {"catalogue.overlay", "catalogue.price_list.file", "catalogue.price_list.format",
              "limits.sse_event_bytes", "upstreams[].ca_bundle", "upstreams[].keys[].file",
              "upstreams[].endpoints.list", "upstreams[].endpoints.dns", "upstreams[].endpoints.port",
              "upstreams[].endpoints.every", "upstreams[].health.path", "upstreams[].health.every",
              "upstreams[].health.timeout", "upstreams[].health.check", "upstreams[].discovery.path",
              "upstreams[].discovery.every", "upstreams[].discovery.timeout", "upstreams[].limits.tier",
              *(f"upstreams[].limits.models[].{key}" for key in ("model", "rpm", "tpm", "rpd", "tpd", "concurrent")),
              "tracing.endpoint", "tracing.ca_bundle",
              "identity.anonymous", "identity.keys.files", "identity.forwarded.trusted_peers",
              "identity.forwarded.trusted_addresses", "identity.jwt[].jwks_url", "identity.jwt[].keys",
              "identity.jwt[].ca_bundle", "identity.jwt[].proxy", "directory.snapshot"}


def key_paths(tree, path=""):
    """The paths of all leaves; a list's elements have the same path."""
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from key_paths(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for value in tree:
            yield from key_paths(value, path + "[]")
    else:
        yield path


def of_a_tenant(path):
    """Teams, their users and keys have the limits of tenants, which the example shows there only."""
    path = path.replace("teams[].users.", "teams[].")
    return re.sub(r"^(tenants\[\]\.teams|identity\.keys\.entries|plans)\[\]\.(plan|limits|model_limits|budget|weight)\b", r"tenants[].\2", path)


def schema_objects(schema, values=None):
    """Every object of the schema with fixed keys: the path to it, as keys, and the schema."""
    found = []

    def walk(node, path):
        if "properties" in node:
            found.append((path, node))
            for key, child in node["properties"].items():
                walk(child, path + [key])
        if isinstance(node.get("items"), dict):
            walk(node["items"], path + [0])
        for child in node.get("oneOf", []):
            walk(child, path)
        if isinstance(node.get("additionalProperties"), dict):
            walk(node["additionalProperties"], path + ["*"])

    walk(schema, [])
    return found


class Values(unittest.TestCase):
    def test_every_fault_is_told_with_its_sentence(self):
        for sentence, values in FAULTS:
            with self.subTest(sentence):
                run = chart.template(values=values)
                self.assertNotEqual(run.returncode, 0)
                self.assertIn(sentence, run.stderr)

    def test_every_sentence_has_a_case(self):
        text = (CHART / "templates/_validate.tpl").read_text()
        self.assertEqual(text.count("$faults = append $faults"), len(FAULTS))

    def test_all_faults_are_told_at_once(self):
        run = chart.template(values={"tls": {"enabled": True}, "keda": {"enabled": True}})
        for sentence in ("has no key", "tls.enabled needs", "keda.enabled needs"):
            self.assertIn(sentence, run.stderr)

    def test_wrong_values_are_refused_with_their_place(self):
        for place, values in REFUSED:
            with self.subTest(place, values=values):
                run = chart.template(values=SIMULATOR | values)
                self.assertNotEqual(run.returncode, 0)
                self.assertIn(place, run.stderr)

    def test_a_configuration_of_ones_own_needs_no_key_and_may_say_how_it_drains(self):
        run = chart.template(values={"existingConfigMap": "ours", "config": {"drain": {"connection_wait": "5s", "calls": "60s"}}})
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_budget_is_no_fault_while_the_service_is_stopped(self):
        run = chart.template(values=SIMULATOR | {"replicaCount": 0, "podDisruptionBudget": {"maxUnavailable": None, "minAvailable": 1}})
        self.assertEqual(run.returncode, 0, run.stderr)
        run = chart.template(values=SIMULATOR | {"replicaCount": 0, "store": {"sqlite": {"enabled": True}}})
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_an_older_kubernetes_is_refused(self):
        self.assertIn("requires kubeVersion", chart.template(values=SIMULATOR, kubernetes="1.29.0").stderr)


class Schema(unittest.TestCase):
    def test_no_object_takes_unknown_keys(self):
        """What is Kubernetes' own is left to Kubernetes, and says so; maps have typed values."""

        def walk(node, path):
            if node.get("type") == "object" and not node.get("description", "").startswith("Kubernetes' own type"):
                extra = node.get("additionalProperties")
                if extra is not False:
                    self.assertIsInstance(extra, dict, path)
            for key, child in node.items():
                if isinstance(child, dict):
                    walk(child, f"{path}/{key}")
                for index, element in enumerate(child if isinstance(child, list) else []):
                    if isinstance(element, dict):
                        walk(element, f"{path}/{key}/{index}")

        walk(chart.schema(), "")

    def test_an_unknown_key_is_a_fault_wherever_it_stands(self):
        """All at once: helm names every place."""
        values = copy.deepcopy(chart.default_values())
        places = set()
        for path, _ in schema_objects(chart.schema()):
            node = values
            if "*" in path or 0 in path:
                continue  # their cases are below
            for key in path:
                node = node.setdefault(key, {})
            node["unknownKey"] = 1
            places.add("/".join(path))
        values["config"]["upstreams"][0]["unknownKey"] = 1
        values["config"]["upstreams"][0]["timeouts"] = {"unknownKey": 1}
        values["config"]["raw"]["allow"] = [{"method": "GET", "path": "/x", "unknownKey": 1}]
        places |= {"config/upstreams/0", "config/upstreams/0/timeouts", "config/raw/allow/0"}
        run = chart.template(values=values)
        told = re.findall(r"at '/?([^']*)': additional properties 'unknownKey' not allowed", run.stderr)
        self.assertEqual(set(told), places)
        self.assertGreater(len(places), 50)

    def test_the_schema_knows_the_keys_of_the_server_and_no_others(self):
        example = (ROOT / "service/config/inferwire.example.yaml").read_text()
        server = set(key_paths(chart.to_json(example, strict=False)[0]))
        # Maps with keys of the user's are one key.
        server = {re.sub(r"(headers|aliases|model_queue_tokens|claims)\..*", r"\1", path) for path in server}
        server = {of_a_tenant(re.sub(r"(api_key|pepper)\..*", r"\1", path)) for path in server}
        known = set()
        for path, node in schema_objects(chart.schema()["properties"]["config"]):
            for key, child in node["properties"].items():
                if "properties" in child or "properties" in child.get("items", {}):
                    continue
                known.add(".".join(map(str, path + [key])).replace(".0", "[]"))
        known = {of_a_tenant(re.sub(r"(api_key|pepper)\..*", r"\1", path)) for path in known}
        self.assertEqual(known, server - OWN_KEYS | IN_COMMENT)

    def test_the_schema_knows_the_alerts(self):
        alerts = set(re.findall(r"- alert: (\w+)", (CHART / "rules/alerts.yaml").read_text()))
        self.assertEqual(set(chart.schema()["definitions"]["alert"]["enum"]), alerts)


class Documentation(unittest.TestCase):
    def test_every_value_is_documented_and_every_documented_value_exists(self):
        documented = {value.path for value in readme.read_values((CHART / "values.yaml").read_text())}
        existing = set(key_paths(chart.default_values()))
        # A value whose default is a tree of Kubernetes' or the user's is documented as one.
        whole = {path for path in documented if any(each.startswith((path + ".", path + "[")) for each in existing)}
        covered = {each for each in existing if each in documented or any(each.startswith((path + ".", path + "[")) for path in whole)}
        self.assertEqual(existing - covered, set())
        self.assertEqual(documented - existing - whole, set())

    def test_the_schema_has_every_value(self):
        for value in readme.read_values((CHART / "values.yaml").read_text()):
            node = chart.schema()
            for key in value.path.split("."):
                if node.get("description", "").startswith("Kubernetes' own type") or "additionalProperties" in node and node["additionalProperties"]:
                    break
                self.assertIn(key, node["properties"], value.path)
                node = node["properties"][key]

    def test_the_icon_and_the_links_are_files_of_this_repository(self):
        about = chart.to_json((CHART / "Chart.yaml").read_text(), strict=False)[0]
        links = [about["icon"], *re.findall(r"url: (\S+)", about["annotations"]["artifacthub.io/links"])]
        self.assertGreater(len(links), 3)
        for link in links:
            place = re.fullmatch(r"https://[\w.]+/inferwire/inferwire/(?:blob/|tree/)?main/(.+)", link)
            self.assertTrue(place and (ROOT / place[1]).exists(), link)
        self.assertIn("<svg", (CHART / "icon.svg").read_text())
        self.assertEqual(about["sources"], [about["home"]])


if __name__ == "__main__":
    chart.tool_folder("go")
    chart.main()
