{{/* Names and labels. */}}
{{- define "llmgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 53: "-headless" and "-metrics" still fit into a name of 63. */}}
{{- define "llmgate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "llmgate.selectorLabels" -}}
app.kubernetes.io/name: {{ include "llmgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of the pods and of what selects them. */}}
{{- define "llmgate.podSelector" -}}
{{ include "llmgate.selectorLabels" . }}
app.kubernetes.io/component: gateway
{{- end -}}

{{- define "llmgate.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "llmgate.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* metadata of an object: (dict "root" $ "suffix" "-x" "labels" .. "annotations" .. "namespace" ..). */}}
{{- define "llmgate.metadata" -}}
{{- $root := .root -}}
name: {{ include "llmgate.fullname" $root }}{{ .suffix }}
namespace: {{ default $root.Release.Namespace .namespace }}
labels:
  {{- include "llmgate.labels" $root | nindent 2 }}
  {{- with .component }}
  app.kubernetes.io/component: {{ . }}
  {{- end }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) (default (dict) .annotations) $root.Values.commonAnnotations }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "llmgate.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "llmgate.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The reference of an image: (dict "root" $ "image" .Values.image "tag" "default tag"). */}}
{{- define "llmgate.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- .image.repository -}}
{{- if .image.digest -}}@{{ .image.digest }}{{- else -}}:{{ default .tag .image.tag }}{{- end -}}
{{- end -}}

{{/* A duration of the server (ms, s, m, h) in whole seconds, rounded up. */}}
{{- define "llmgate.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- if hasSuffix "ms" . -}}{{ div (add $number 999) 1000 }}
{{- else if hasSuffix "s" . -}}{{ $number }}
{{- else if hasSuffix "m" . -}}{{ mul $number 60 }}
{{- else -}}{{ mul $number 3600 }}
{{- end -}}
{{- end -}}

{{/* The pod lives as long as its drain may take: the parts of it, never a number of its own. */}}
{{- define "llmgate.terminationGracePeriodSeconds" -}}
{{- $drain := .Values.config.drain -}}
{{- add .Values.shutdown.endpointsDelay
        (include "llmgate.seconds" $drain.connection_wait)
        (include "llmgate.seconds" $drain.calls)
        (include "llmgate.seconds" (default "5s" $drain.last_call))
        .Values.shutdown.margin -}}
{{- end -}}

{{/* The fewest pods that there are meant to be. */}}
{{- define "llmgate.fewestPods" -}}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled -}}
{{ .Values.autoscaling.minReplicas }}
{{- else -}}
{{ .Values.replicaCount }}
{{- end -}}
{{- end -}}

{{/* The secret with the server's certificate. */}}
{{- define "llmgate.tlsSecret" -}}
{{- if .Values.tls.certManager.enabled -}}
{{ include "llmgate.fullname" . }}-tls
{{- else -}}
{{ .Values.tls.existingSecret }}
{{- end -}}
{{- end -}}

{{- define "llmgate.clientCaSecret" -}}
{{- default (include "llmgate.tlsSecret" .) .Values.tls.clientCa.existingSecret -}}
{{- end -}}

{{/* What Prometheus calls the release's targets; the rules select by it. */}}
{{- define "llmgate.job" -}}
{{ include "llmgate.fullname" . }}
{{- end -}}

{{/* What clients within the cluster dial. The headless Service's name is the pods' addresses, so its port is theirs. */}}
{{- define "llmgate.target" -}}
{{- if .Values.service.headless.enabled -}}
dns:///{{ include "llmgate.fullname" . }}-headless.{{ .Release.Namespace }}.svc:{{ .Values.grpc.port }}
{{- else -}}
dns:///{{ include "llmgate.fullname" . }}.{{ .Release.Namespace }}.svc:{{ .Values.service.port }}
{{- end -}}
{{- end -}}
