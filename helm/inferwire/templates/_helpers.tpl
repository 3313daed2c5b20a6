{{/* Names and labels. */}}
{{- define "inferwire.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 53: "-headless" and "-metrics" still fit into a name of 63. */}}
{{- define "inferwire.fullname" -}}
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

{{- define "inferwire.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "inferwire.selectorLabels" -}}
app.kubernetes.io/name: {{ include "inferwire.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of the pods and of what selects them. */}}
{{- define "inferwire.podSelector" -}}
{{ include "inferwire.selectorLabels" . }}
app.kubernetes.io/component: gateway
{{- end -}}

{{- define "inferwire.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "inferwire.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* metadata of an object: (dict "root" $ "suffix" "-x" "labels" .. "annotations" .. "namespace" ..). */}}
{{- define "inferwire.metadata" -}}
{{- $root := .root -}}
name: {{ include "inferwire.fullname" $root }}{{ .suffix }}
namespace: {{ default (include "inferwire.namespace" $root) .namespace }}
labels:
  {{- include "inferwire.labels" $root | nindent 2 }}
  {{- with .component }}
  app.kubernetes.io/component: {{ . }}
  {{- end }}
  {{- with merge (dict) (default (dict) .labels) $root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) (default (dict) .annotations) $root.Values.commonAnnotations }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "inferwire.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "inferwire.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The reference of the image. */}}
{{- define "inferwire.image" -}}
{{- $image := .Values.image -}}
{{- with default $image.registry .Values.global.imageRegistry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest -}}@{{ $image.digest }}{{- else -}}:{{ default .Chart.AppVersion $image.tag }}{{- end -}}
{{- end -}}

{{/* The pull secrets of a pod, each once, as Kubernetes has them. */}}
{{- define "inferwire.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat .Values.global.imagePullSecrets .Values.imagePullSecrets -}}
{{- $names = append $names (kindIs "string" . | ternary . (get (kindIs "map" . | ternary . (dict)) "name")) -}}
{{- end -}}
{{- with uniq $names -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* A duration of the server (ms, s, m, h) in whole seconds, rounded up. */}}
{{- define "inferwire.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- if hasSuffix "ms" . -}}{{ div (add $number 999) 1000 }}
{{- else if hasSuffix "s" . -}}{{ $number }}
{{- else if hasSuffix "m" . -}}{{ mul $number 60 }}
{{- else -}}{{ mul $number 3600 }}
{{- end -}}
{{- end -}}

{{/* The pod lives as long as its drain may take: the parts of it, never a number of its own. */}}
{{- define "inferwire.terminationGracePeriodSeconds" -}}
{{- $drain := .Values.config.drain -}}
{{- add .Values.shutdown.endpointsDelay
        (include "inferwire.seconds" $drain.connection_wait)
        (include "inferwire.seconds" $drain.calls)
        (include "inferwire.seconds" (default "5s" $drain.last_call))
        .Values.shutdown.margin -}}
{{- end -}}

{{/* The fewest pods that there are meant to be. */}}
{{- define "inferwire.fewestPods" -}}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled -}}
{{ .Values.autoscaling.minReplicas }}
{{- else -}}
{{ .Values.replicaCount }}
{{- end -}}
{{- end -}}

{{/* The secret with the server's certificate. */}}
{{- define "inferwire.tlsSecret" -}}
{{- if .Values.tls.certManager.enabled -}}
{{ include "inferwire.fullname" . }}-tls
{{- else -}}
{{ .Values.tls.existingSecret }}
{{- end -}}
{{- end -}}

{{- define "inferwire.clientCaSecret" -}}
{{- default (include "inferwire.tlsSecret" .) .Values.tls.clientCa.existingSecret -}}
{{- end -}}

{{/* The secrets of the administrators' port. */}}
{{- define "inferwire.adminTlsSecret" -}}
{{- default (include "inferwire.tlsSecret" .) .Values.adminApi.tls.existingSecret -}}
{{- end -}}

{{- define "inferwire.adminClientCaSecret" -}}
{{- default (include "inferwire.adminTlsSecret" .) .Values.adminApi.tls.clientCa.existingSecret -}}
{{- end -}}

{{/* What Prometheus calls the release's targets; the rules select by it. */}}
{{- define "inferwire.job" -}}
{{ include "inferwire.fullname" . }}
{{- end -}}

{{/* What clients within the cluster dial. The headless Service's name is the pods' addresses, so its port is theirs. */}}
{{- define "inferwire.target" -}}
{{- if .Values.service.headless.enabled -}}
dns:///{{ include "inferwire.fullname" . }}-headless.{{ include "inferwire.namespace" . }}.svc:{{ .Values.grpc.port }}
{{- else -}}
dns:///{{ include "inferwire.fullname" . }}.{{ include "inferwire.namespace" . }}.svc:{{ .Values.service.port }}
{{- end -}}
{{- end -}}
