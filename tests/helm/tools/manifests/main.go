// manifests reads Kubernetes manifests from standard input and decodes each into its own Go type,
// as an API server with fieldValidation=Strict would: an unknown or doubled field or a value of a
// wrong type is a fault. Every pod is held against the restricted Pod Security Standard with the
// code that the API server's admission uses. The documents come out as one JSON list, so that the
// tests need no YAML library.
//
// With -plain nothing is checked: any YAML becomes JSON.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

func newDecoder() (runtime.Decoder, error) {
	types := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, monitoring.AddToScheme, gateway.Install, certmanager.AddToScheme, keda.AddToScheme,
	} {
		if err := add(types); err != nil {
			return nil, err
		}
	}
	return serializer.NewCodecFactory(types, serializer.EnableStrict).UniversalDeserializer(), nil
}

// What a pod lacks for the restricted standard; empty if nothing.
func podSecurity(object runtime.Object) (string, error) {
	var pod core.PodTemplateSpec
	switch typed := object.(type) {
	case *apps.Deployment:
		pod = typed.Spec.Template
	case *core.Pod:
		pod = core.PodTemplateSpec{ObjectMeta: typed.ObjectMeta, Spec: typed.Spec}
	default:
		return "", nil
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return "", err
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(
		evaluator.EvaluatePod(level, &meta.ObjectMeta{Annotations: pod.Annotations, Labels: pod.Labels}, &pod.Spec))
	return result.ForbiddenDetail(), nil
}

func check(decoder runtime.Decoder, document []byte) error {
	object, kind, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return err
	}
	lacks, err := podSecurity(object)
	if err != nil {
		return err
	}
	if lacks != "" {
		return fmt.Errorf("%s: not restricted: %s", kind.Kind, lacks)
	}
	return nil
}

func run(input io.Reader, output io.Writer, plain bool) error {
	decoder, err := newDecoder()
	if err != nil {
		return err
	}
	documents := []json.RawMessage{}
	var faults []error
	for reader := utilyaml.NewYAMLReader(bufio.NewReader(input)); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		text, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			return err
		}
		if bytes.Equal(text, []byte("null")) {
			continue
		}
		documents = append(documents, text)
		if plain {
			continue
		}
		if err := check(decoder, document); err != nil {
			faults = append(faults, fmt.Errorf("document %d: %w", len(documents), err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return json.NewEncoder(output).Encode(documents)
}

func main() {
	plain := flag.Bool("plain", false, "only turn YAML into JSON")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *plain); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
