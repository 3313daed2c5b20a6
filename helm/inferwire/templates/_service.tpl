{{/* What the two gRPC Services have in common: (dict "root" $ "port" 50051 "nodePort" nil). */}}
{{- define "inferwire.serviceSpec" -}}
{{- $values := .root.Values -}}
selector:
  {{- include "inferwire.podSelector" .root | nindent 2 }}
{{- with $values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with $values.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: grpc
    port: {{ .port }}
    targetPort: grpc
    {{- with .nodePort }}
    nodePort: {{ . }}
    {{- end }}
    protocol: TCP
    {{- $isClearText := eq $values.service.appProtocol "kubernetes.io/h2c" }}
    {{- if and $values.service.appProtocol (not (and $isClearText $values.tls.enabled)) }}
    appProtocol: {{ $values.service.appProtocol }}
    {{- end }}
{{- end -}}

{{/* What only the Service has that callers from outside may reach. */}}
{{- define "inferwire.serviceReach" -}}
{{- $service := .Values.service -}}
{{- $fields := dict -}}
{{- range $field := list "clusterIP" "externalIPs" "loadBalancerIP" "loadBalancerClass" "loadBalancerSourceRanges" "externalTrafficPolicy" "healthCheckNodePort" "internalTrafficPolicy" "sessionAffinity" "trafficDistribution" -}}
{{- with index $service $field -}}{{- $_ := set $fields $field . -}}{{- end -}}
{{- end -}}
{{- if kindIs "bool" $service.allocateLoadBalancerNodePorts -}}
{{- $_ := set $fields "allocateLoadBalancerNodePorts" $service.allocateLoadBalancerNodePorts -}}
{{- end -}}
{{- with $service.sessionAffinityTimeoutSeconds -}}
{{- $_ := set $fields "sessionAffinityConfig" (dict "clientIP" (dict "timeoutSeconds" .)) -}}
{{- end -}}
{{- if $fields -}}{{- toYaml $fields -}}{{- end -}}
{{- end -}}
