#!/usr/bin/env python3
"""Every file of values in ci/ renders to manifests that Kubernetes takes and that keep our promises."""
import functools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import chart
import stage
from chart import CHART, CI_VALUES, NAMESPACE, ROOT, documents, of_kind, rendered

SERVER = None  # inferwire-server, from the command line
# Their schemas come with no package; manifests decodes them into the Go types of their projects.
CUSTOM = "Certificate,GRPCRoute,PodMonitor,PrometheusRule,ScaledObject,ServiceMonitor"


def kubeconform(text, kubernetes):
    schemas = chart.tool_folder("schemas") / kubernetes / "{{.ResourceKind}}{{.KindSuffix}}.json"
    command = [chart.go_tool("kubeconform"), "-strict", "-summary", "-skip", CUSTOM, "-schema-location", schemas]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def pods(docs):
    """Name and pod template of everything that runs."""
    for doc in docs:
        if doc["kind"] == "Deployment":
            yield doc["metadata"]["name"], doc["spec"]["template"]
        elif doc["kind"] == "Pod":
            yield doc["metadata"]["name"], doc


def is_part_of(selector, labels):
    return selector.items() <= labels.items()


def for_each_file(test):
    """Runs test(self, file, docs) with every file of values."""

    @functools.wraps(test)
    def run(self):
        for file in CI_VALUES:
            with self.subTest(file.name):
                test(self, file, documents(file))

    return run


class Rendering(unittest.TestCase):
    def test_lint_is_clean(self):
        for file in CI_VALUES:
            with self.subTest(file.name):
                run = chart.helm("lint", "--strict", CHART, "--values", file)
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_kubeconform_takes_all_manifests_of_the_oldest_and_the_newest_kubernetes(self):
        count = 0
        for file in CI_VALUES:
            for kubernetes in (chart.OLDEST, chart.NEWEST):
                with self.subTest(file.name, kubernetes=kubernetes):
                    run = kubeconform(rendered(file, kubernetes), kubernetes)
                    self.assertEqual(run.returncode, 0, run.stdout)
                    count += int(re.search(r"Valid: (\d+)", run.stdout)[1])
        print(f"kubeconform: {count} manifests of {len(CI_VALUES)} files of values are valid")

    def test_the_checks_see_an_unknown_field_a_wrong_type_and_a_pod_that_is_not_restricted(self):
        text = rendered(CHART / "ci/minimal-values.yaml")
        for change in (("replicas: 2", "replicaz: 2"), ("replicas: 2", "replicas: two")):
            broken = text.replace(*change)
            self.assertNotEqual(broken, text)
            self.assertNotEqual(kubeconform(broken, chart.NEWEST).returncode, 0)
            with self.assertRaises(AssertionError):
                chart.to_json(broken, strict=True)
        with self.assertRaisesRegex(AssertionError, "not restricted"):
            chart.to_json(text.replace("runAsNonRoot: true", "runAsNonRoot: false"), strict=True)

    def test_every_kind_of_object_is_rendered_by_some_file(self):
        kinds = {doc["kind"] for file in CI_VALUES for doc in documents(file)}
        self.assertEqual(
            kinds,
            {"Certificate", "ConfigMap", "Deployment", "GRPCRoute", "HorizontalPodAutoscaler", "Ingress", "NetworkPolicy",
             "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "PodMonitor", "PrometheusRule", "ScaledObject", "Secret", "Service",
             "ServiceAccount", "ServiceMonitor"})  # fmt: skip

    @for_each_file
    def test_the_server_takes_every_configuration(self, file, docs):
        with tempfile.TemporaryDirectory() as folder:
            configs = [doc["data"]["inferwire.yaml"] for doc in of_kind(docs, "ConfigMap") if "inferwire.yaml" in (doc["data"] or {})]
            self.assertEqual(len(configs), 1)
            config = configs[0].replace("/etc/inferwire/", folder + "/").replace("/var/run/", folder + "/run/")
            for path in re.findall(re.escape(folder) + r"/[\w./-]+", config):
                pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
                contents = {"models.yaml": (ROOT / "service/catalogue/models.yaml").read_text(), "keys.yaml": "keys: []\n"}
                pathlib.Path(path).write_text(contents.get(pathlib.Path(path).name, "something"))
            path = pathlib.Path(folder, "inferwire.yaml")
            path.write_text(config)
            run = subprocess.run([SERVER, "--config", path, "--check-config"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_what_helm_test_runs_succeeds_at_a_server_with_the_rendered_configuration(self):
        docs = documents(CHART / "ci/demo-values.yaml")
        (config,) = [doc["data"]["inferwire.yaml"] for doc in of_kind(docs, "ConfigMap")]
        self.assertIn("listen: 0.0.0.0:50051", config)
        config = config.replace("0.0.0.0:50051", "127.0.0.1:0").replace("0.0.0.0:9464", "127.0.0.1:0")
        with tempfile.TemporaryDirectory() as folder:
            path, log = pathlib.Path(folder, "inferwire.yaml"), pathlib.Path(folder, "log")
            path.write_text(config)
            with stage.process([SERVER, "--config", path], log, ends_with_signals=2) as server:
                address = stage.from_log(server, log, r'"address":"([^"]+)"')[1]
                (pod,) = of_kind(docs, "Pod")
                for container in pod["spec"]["containers"]:
                    program, target, *arguments = container["command"]
                    self.assertEqual((program, target.split("=")[0]), ("/usr/bin/inferwire", "--server"))
                    client = pathlib.Path(SERVER).with_name("inferwire")
                    run = subprocess.run([client, "--server", address, *arguments], capture_output=True, text=True)
                    self.assertEqual(run.returncode, 0, run.stderr)

    @for_each_file
    def test_every_file_that_the_server_reads_is_mounted(self, file, docs):
        text = json.dumps([doc.get("data") for doc in of_kind(docs, "ConfigMap")])
        (_, pod), *_ = pods(of_kind(docs, "Deployment"))
        mounts = [mount["mountPath"] for mount in pod["spec"]["containers"][0]["volumeMounts"]]
        files = set(re.findall(r"/(?:etc|var)/[\w./-]+", text))
        for file in files:
            self.assertTrue(any((file + "/").startswith(mount + "/") for mount in mounts), file)

    def test_a_key_is_in_a_secret_only(self):
        docs = documents(CHART / "ci/trial-values.yaml")
        self.assertEqual(len(of_kind(docs, "Secret")), 1)
        self.assertNotIn("not-a-key", json.dumps([doc for doc in docs if doc["kind"] != "Secret"]))

    @for_each_file
    def test_no_secret_reaches_an_environment_variable_or_a_sub_path(self, file, docs):
        for _, pod in pods(docs):
            text = json.dumps(pod)
            for word in ("secretKeyRef", "secretRef", "subPath"):
                self.assertNotIn(word, text)

    @for_each_file
    def test_containers_of_ours_have_probes_requests_and_a_fixed_image(self, file, docs):
        for name, pod in pods(docs):
            for container in pod["spec"]["containers"]:
                self.assertRegex(container["image"], r"(:[^:/]+|@sha256:[0-9a-f]{64})$")
                self.assertNotRegex(container["image"], r":latest$")
                if container["name"] == "agent":
                    continue  # a sidecar of the user's
                self.assertIn("memory", container["resources"]["limits"])
                self.assertIn("cpu", container["resources"]["requests"])
                self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
                if name.endswith("-test"):
                    continue
                self.assertIn("readinessProbe", container)
            self.assertFalse(pod["spec"]["automountServiceAccountToken"])

    @for_each_file
    def test_the_grace_period_is_the_sum_of_its_parts(self, file, docs):
        expected = {"production-values.yaml": 10 + 70 + 300 + 5 + 15, "large-company-values.yaml": 10 + 70 + 600 + 5 + 15,
                    "everything-values.yaml": 0 + 330 + 601 + 10 + 15}  # fmt: skip
        spec = of_kind(docs, "Deployment")[0]["spec"]["template"]["spec"]
        self.assertEqual(spec["terminationGracePeriodSeconds"], expected.get(file.name, 10 + 70 + 900 + 5 + 15))

    @for_each_file
    def test_selectors_select_the_pods(self, file, docs):
        pod = of_kind(docs, "Deployment")[0]["spec"]["template"]["metadata"]["labels"]
        selectors = [of_kind(docs, "Deployment")[0]["spec"]["selector"]["matchLabels"]]
        selectors += [doc["spec"]["selector"] for doc in of_kind(docs, "Service")]
        selectors += [doc["spec"]["selector"]["matchLabels"] for doc in of_kind(docs, "PodDisruptionBudget")]
        selectors += [doc["spec"]["podSelector"]["matchLabels"] for doc in of_kind(docs, "NetworkPolicy")]
        selectors += [doc["spec"]["selector"]["matchLabels"] for doc in of_kind(docs, "PodMonitor")]
        for selector in selectors:
            self.assertTrue(is_part_of(selector, pod), selector)
        for test in of_kind(docs, "Pod"):
            self.assertFalse(is_part_of(selectors[0], test["metadata"]["labels"]))

    @for_each_file
    def test_every_series_is_scraped_once(self, file, docs):
        monitors = of_kind(docs, "ServiceMonitor")
        self.assertLessEqual(len(monitors) + len(of_kind(docs, "PodMonitor")), 1)
        for monitor in monitors:
            spec = monitor["spec"]
            self.assertEqual(spec["namespaceSelector"]["matchNames"], [NAMESPACE])
            chosen = [
                port
                for service in of_kind(docs, "Service")
                if is_part_of(spec["selector"]["matchLabels"], service["metadata"]["labels"])
                for port in service["spec"]["ports"]
                if port["name"] == spec["endpoints"][0]["port"]
            ]
            self.assertEqual(len(chosen), 1)

    @for_each_file
    def test_a_disruption_budget_never_blocks_a_drain(self, file, docs):
        deployment = of_kind(docs, "Deployment")[0]["spec"]
        scalers = of_kind(docs, "HorizontalPodAutoscaler") + of_kind(docs, "ScaledObject")
        self.assertLessEqual(len(scalers), 1)
        self.assertEqual("replicas" in deployment, not scalers)
        fewest = deployment.get("replicas")
        for scaler in scalers:
            fewest = scaler["spec"].get("minReplicas", scaler["spec"].get("minReplicaCount"))
        for budget in of_kind(docs, "PodDisruptionBudget"):
            self.assertGreater(fewest, 1)
            self.assertEqual(budget["spec"]["unhealthyPodEvictionPolicy"], "AlwaysAllow")

    def test_the_rules_of_a_release_look_at_its_own_targets_only(self):
        docs = documents(CHART / "ci/production-values.yaml")
        own = f'namespace="{NAMESPACE}",job="gw-inferwire"'
        (rule,) = of_kind(docs, "PrometheusRule")
        (monitor,) = of_kind(docs, "ServiceMonitor")
        self.assertEqual(monitor["spec"]["endpoints"][0]["relabelings"][0], {"targetLabel": "job", "replacement": "gw-inferwire"})
        expressions = [each["expr"] for group in rule["spec"]["groups"][:-1] for each in group["rules"]]
        self.assertGreater(len(expressions), 30)
        for expression in expressions:
            self.assertIn(own, expression)
            self.assertNotIn("job=~", expression)

    def test_pods_are_rolled_only_for_what_a_running_server_does_not_take_over(self):
        def annotations(**values):
            values = {"upstreamKeys": {"openai": {"value": "one"}}} | values
            docs = chart.to_json(chart.template(values=values).stdout, strict=True)
            return of_kind(docs, "Deployment")[0]["spec"]["template"]["metadata"]["annotations"]

        self.assertEqual(annotations(), annotations(replicaCount=3))
        self.assertEqual(annotations(), annotations(upstreamKeys={"openai": {"value": "two"}}))
        for taken_over in ({"log": {"level": "debug"}}, {"limits": {"max_in_flight": 1}}, {"deadlines": {"max": "20m"}},
                           {"tracing": {"sample_ratio": 1}}, {"catalogue": {"strict": True}}, {"batches": {"max_models": 2}},
                           {"routes": [{"name": "gpt-5", "targets": [{"upstream": "openai"}]}]}):  # fmt: skip
            self.assertEqual(annotations(), annotations(config=taken_over))
        admin = {"replicaCount": 1, "store": {"sqlite": {"enabled": True}}, "adminApi": {"enabled": True, "tls": {"enabled": False}}}
        self.assertNotEqual(annotations(**admin), annotations(config={"admin_api": {"max_in_flight": 1}}, **admin))
        for fixed in ({"server": {"loops": 1}}, {"tracing": {"endpoint": "http://c:4317"}}, {"reload": {"watch": False}},
                      {"limits": {"metric_models": 9}}, {"limits": {"store_timeout": "1s"}},
                      {"idempotency": {"keep": "1m"}}):  # fmt: skip
            self.assertNotEqual(annotations(), annotations(config=fixed))

    def test_the_administrators_port_is_on_a_service_of_its_own_that_no_other_reaches(self):
        for file in chart.CI_VALUES:
            docs = documents(file)
            (_, pod), *_ = pods(of_kind(docs, "Deployment"))
            ports = {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
            with_it = [doc for doc in of_kind(docs, "Service") for port in doc["spec"]["ports"] if port["targetPort"] == "grpc-admin"]
            self.assertEqual(len(with_it), 1 if "grpc-admin" in ports else 0, file.name)
            for service in with_it:
                self.assertTrue(service["metadata"]["name"].endswith("-admin"))
                self.assertEqual(service["spec"]["type"], "ClusterIP")
                self.assertEqual(len(service["spec"]["ports"]), 1)
        docs = documents(CHART / "ci/everything-values.yaml")
        self.assertIn("grpc-admin", str(of_kind(docs, "Service")))
        rules = {rule["ports"][0]["port"]: rule for rule in of_kind(docs, "NetworkPolicy")[0]["spec"]["ingress"]}
        self.assertEqual(rules["grpc-admin"]["from"], [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "operations"}}}])

    def test_no_pod_reaches_the_administrators_port_unless_it_is_named(self):
        values = {"simulator": {"enabled": True}, "replicaCount": 1, "store": {"sqlite": {"enabled": True}},
                  "adminApi": {"enabled": True, "tls": {"enabled": False}}}  # fmt: skip
        docs = chart.to_json(chart.template(values=values).stdout, strict=True)
        policy = of_kind(docs, "NetworkPolicy")[0]
        self.assertNotIn("grpc-admin", str(policy))
        text = of_kind(docs, "ConfigMap")[0]["data"]["inferwire.yaml"]
        self.assertIn("admin_api:\n  insecure: true\n  listen: 0.0.0.0:50052", text)

    def test_everything_can_be_in_a_namespace_other_than_the_release_s(self):
        for file in (CHART / "ci/large-company-values.yaml", CHART / "ci/ingress-values.yaml"):
            run = chart.template(file, values={"namespaceOverride": "gateways"})
            self.assertNotIn("llm.svc", run.stdout)
            self.assertNotIn('namespace="llm"', run.stdout)
            for doc in chart.to_json(run.stdout, strict=True):
                self.assertEqual(doc["metadata"]["namespace"], "gateways", doc["kind"])

    def test_names_fit_however_long_the_release_is_called(self):
        name = "r" * 53
        run = chart.helm("template", name, CHART, "--set", "simulator.enabled=true,metrics.dashboards.enabled=true")
        self.assertEqual(run.returncode, 0, run.stderr)
        for doc in chart.to_json(run.stdout, strict=True):
            self.assertLessEqual(len(doc["metadata"]["name"]), 253 if doc["kind"] == "ConfigMap" else 63)


if __name__ == "__main__":
    SERVER = sys.argv.pop(1)
    chart.tool_folder("go"), chart.tool_folder("schemas")
    chart.main()
