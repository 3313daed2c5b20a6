#!/usr/bin/env python3
"""A real Kubernetes API server takes what helm installs with every file of values: server-side validation, the
custom resources' own schemas, and admission of the pods in a namespace that enforces the restricted standard.

It runs where the API server has been built (tests/helm/tools.sh apiserver), or with INFERWIRE_APISERVER=1, which
builds it: some minutes."""
import contextlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

import chart
import stage
from chart import CHART, CI_VALUES, documents, of_kind

TOKEN = "for-this-test-only"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest"}
CUSTOM_RESOURCES = [
    "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1",
    "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1",
    "github.com/kedacore/keda/v2/apis/keda/v1alpha1",
    "sigs.k8s.io/gateway-api/apis/v1",
]
WANTED = {"servicemonitors", "podmonitors", "prometheusrules", "certificates", "scaledobjects", "grpcroutes"}


def custom_resource_definitions():
    """Made from the Go types of their projects."""
    paths = ";".join(CUSTOM_RESOURCES)
    command = [chart.go_tool("controller-gen"), "crd:allowDangerousTypes=true", f"paths={paths}", "output:crd:stdout"]
    run = subprocess.run(command, cwd=chart.ROOT / "tests/helm/tools", capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    docs = chart.to_json(run.stdout, strict=False)
    return [doc for doc in docs if doc["spec"]["names"]["plural"] in WANTED]


class Cluster:
    """etcd and kube-apiserver on free ports of this machine."""

    def __init__(self, folder, stack):
        tools = chart.tool_folder("apiserver")
        client, peer, port = free_ports(3)
        etcd = f"http://127.0.0.1:{client}"
        stack.enter_context(stage.process(
            [tools / "etcd", "--data-dir", folder / "etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
             "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--unsafe-no-fsync"], folder / "etcd.log"))  # fmt: skip
        (folder / "tokens").write_text(f"{TOKEN},admin,1,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", folder / "sa.key", "2048"], check=True, capture_output=True)
        self.url = f"https://127.0.0.1:{port}"
        self.child = stack.enter_context(stage.process(
            [tools / "kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", port,
             "--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none", "--cert-dir", folder / "certs", "--token-auth-file", folder / "tokens",
             "--service-account-issuer", "https://kubernetes.default.svc",
             "--service-account-key-file", folder / "sa.key", "--service-account-signing-key-file", folder / "sa.key",
             "--authorization-mode", "AlwaysAllow", "--service-cluster-ip-range", "10.0.0.0/24",
             # No controller makes service accounts here.
             "--disable-admission-plugins", "ServiceAccount"], folder / "apiserver.log"))  # fmt: skip
        self.log = folder / "apiserver.log"
        stage.wait_until("the API server is ready", 120, self.is_ready)
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [{"name": "test", "cluster": {"server": self.url, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}]}))  # fmt: skip

    def is_ready(self):
        if self.child.poll() is not None:
            raise RuntimeError(self.log.read_text()[-3000:])
        try:
            return self.request("GET", "/readyz", parse=False)
        except (urllib.error.URLError, ConnectionError):
            return None

    def request(self, method, path, body=None, parse=True):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers, data=body and json.dumps(body).encode())
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if parse else text

    def helm(self, *arguments):
        return chart.helm("--kubeconfig", self.kubeconfig, *arguments)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class ApiServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        stack = cls.enterClassContext(contextlib.ExitStack())
        cls.cluster = Cluster(folder, stack)
        definitions = custom_resource_definitions()
        assert len(definitions) == len(WANTED), [doc["metadata"]["name"] for doc in definitions]
        for definition in definitions:
            # Made from the types, without the approval that the API's own group asks for.
            definition["metadata"].setdefault("annotations", {})["api-approved.kubernetes.io"] = "unapproved, for a test"
            definition.pop("status", None)
            cls.cluster.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        for definition in definitions:
            path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + definition["metadata"]["name"]
            stage.wait_until("the definition is served", 30, lambda: any(
                each["type"] == "Established" and each["status"] == "True"
                for each in cls.cluster.request("GET", path).get("status", {}).get("conditions", [])))  # fmt: skip
        cls.namespace("monitoring")
        # Of ci/everything-values.yaml: admission looks it up.
        runtime = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"}
        cls.cluster.request("POST", "/apis/node.k8s.io/v1/runtimeclasses", runtime)

    @classmethod
    def namespace(cls, name):
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": RESTRICTED}}
        cls.cluster.request("POST", "/api/v1/namespaces", body)

    def create_pod(self, namespace, metadata, spec):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "labels": metadata.get("labels", {})}, "spec": spec}
        return self.cluster.request("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All&fieldValidation=Strict", pod)

    def test_helm_installs_upgrades_and_uninstalls_with_every_file_of_values(self):
        for file in CI_VALUES:
            with self.subTest(file.name):
                name = file.name.removesuffix("-values.yaml")
                self.namespace(name)
                common = ["--namespace", name, "--values", file]
                run = self.cluster.helm("install", "gw", CHART, *common)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertNotIn("would violate PodSecurity", run.stderr)
                self.assertNotIn("WARNING: the cluster does not serve", run.stdout)
                run = self.cluster.helm("upgrade", "gw", CHART, *common, "--set", "commonLabels.changed=yes")
                self.assertEqual(run.returncode, 0, run.stderr)
                run = self.cluster.helm("uninstall", "gw", "--namespace", name)
                self.assertEqual(run.returncode, 0, run.stderr)

    def test_the_restricted_standard_admits_every_pod(self):
        self.namespace("pods")
        for file in CI_VALUES:
            with self.subTest(file.name):
                deployment = of_kind(documents(file), "Deployment")[0]["spec"]["template"]
                for pod in [deployment, *of_kind(documents(file), "Pod")]:
                    self.create_pod("pods", pod["metadata"], pod["spec"])

    def test_and_refuses_a_pod_that_may_be_root(self):
        self.namespace("refused")
        pod = json.loads(json.dumps(of_kind(documents(CI_VALUES[0]), "Deployment")[0]["spec"]["template"]))
        pod["spec"]["securityContext"]["runAsNonRoot"] = False
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.create_pod("refused", pod["metadata"], pod["spec"])
        self.assertEqual(refused.exception.code, 403)


if __name__ == "__main__":
    built = (chart.ROOT / "build/tools/apiserver/made-from").exists()
    if not built and not os.environ.get("INFERWIRE_APISERVER"):
        print("skipped: the API server takes minutes to build; INFERWIRE_APISERVER=1 does it")
        sys.exit(chart.SKIPPED)
    chart.tool_folder("go"), chart.tool_folder("apiserver")
    chart.main()
