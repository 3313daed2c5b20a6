{{/*
What the schema cannot see. Every fault is a sentence that says what to do; all are told at once.
*/}}
{{- define "inferwire.validate" -}}
{{- $v := .Values -}}
{{- $faults := list -}}
{{- if $v.existingConfigMap -}}
  {{- if $v.simulator.enabled -}}
    {{- $faults = append $faults "existingConfigMap and simulator.enabled exclude each other: write simulator: true at an upstream of the ConfigMap's configuration." -}}
  {{- end -}}
  {{- $given := list -}}
  {{- range $section, $keys := omit $v.config "drain" -}}
    {{- if and $keys (not (and (eq $section "upstreams") (eq (toJson $keys) (toJson (list (dict "name" "openai" "base_url" "https://api.openai.com/v1")))))) -}}
      {{- $given = append $given (printf "config.%s" $section) -}}
    {{- end -}}
  {{- end -}}
  {{- with $given -}}
    {{- $faults = append $faults (printf "existingConfigMap and %s exclude each other: write into the ConfigMap what you set here; only config.drain is read, for the grace period." (join ", " .)) -}}
  {{- end -}}
{{- else if not $v.simulator.enabled -}}
  {{- range $upstream := $v.config.upstreams -}}
    {{- $source := default (dict) (get $v.upstreamKeys .name) -}}
    {{- if and .keys (or .api_key (and $source (not $source.keys))) -}}
      {{- $faults = append $faults (printf "Upstream %q has several keys and one: leave out api_key, and name the Secrets of its keys in upstreamKeys.%s.keys." .name .name) -}}
    {{- else if .keys -}}
      {{- range .keys -}}
        {{- if not (or .file (hasKey (default (dict) $source.keys) .name)) -}}
          {{- $faults = append $faults (printf "Key %q of upstream %q is nowhere: set upstreamKeys.%s.keys.%s.existingSecret to the Secret that holds it." .name $upstream.name $upstream.name .name) -}}
        {{- end -}}
      {{- end -}}
    {{- else if and (hasKey $v.upstreamKeys .name) .api_key -}}
      {{- $faults = append $faults (printf "Upstream %q has two keys: api_key in config.upstreams and upstreamKeys.%s." .name .name) -}}
    {{- else if not (or (hasKey $v.upstreamKeys .name) .api_key) -}}
      {{- $faults = append $faults (printf "Upstream %q has no key: set upstreamKeys.%s.existingSecret to the Secret that holds it, or api_key: none for a server without keys." .name .name) -}}
    {{- end -}}
  {{- end -}}
  {{- range $name, $source := $v.upstreamKeys -}}
    {{- $known := false -}}
    {{- range $v.config.upstreams -}}{{- if eq .name $name -}}{{- $known = true -}}{{- end -}}{{- end -}}
    {{- if not $known -}}
      {{- $faults = append $faults (printf "upstreamKeys.%s belongs to no upstream: config.upstreams has none of that name." $name) -}}
    {{- end -}}
    {{- range $key, $each := $source.keys -}}
      {{- $known := false -}}
      {{- range $v.config.upstreams -}}{{- if eq .name $name -}}
        {{- range .keys -}}{{- if and (eq .name $key) (not .file) -}}{{- $known = true -}}{{- end -}}{{- end -}}
      {{- end -}}{{- end -}}
      {{- if not $known -}}
        {{- $faults = append $faults (printf "upstreamKeys.%s.keys.%s belongs to no key: the upstream's keys in config.upstreams have none of that name, or one with a file of its own." $name $key) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if and $v.store.sqlite.enabled $v.store.postgresql.existingSecret -}}
  {{- $faults = append $faults "store.sqlite.enabled and store.postgresql.existingSecret exclude each other: batches are kept in one place." -}}
{{- end -}}
{{- if and $v.store.sqlite.enabled (or (gt (int $v.replicaCount) 1) $v.autoscaling.enabled $v.keda.enabled) -}}
  {{- $faults = append $faults "store.sqlite.enabled needs replicaCount: 1 and no autoscaling: the file is one pod's. Use store.postgresql for more." -}}
{{- end -}}
{{- if and $v.config.store (not $v.store.sqlite.enabled) (not $v.store.postgresql.existingSecret) -}}
  {{- $faults = append $faults "config.store needs store.sqlite.enabled or store.postgresql.existingSecret: where the store is." -}}
{{- end -}}
{{- if and $v.autoscaling.enabled $v.keda.enabled -}}
  {{- $faults = append $faults "autoscaling.enabled and keda.enabled exclude each other: both would scale the same pods." -}}
{{- end -}}
{{- if and $v.keda.enabled (not $v.keda.prometheusAddress) (not $v.keda.triggers) -}}
  {{- $faults = append $faults "keda.enabled needs keda.prometheusAddress, the URL of the Prometheus that scrapes inferwire, or keda.triggers." -}}
{{- end -}}
{{- if and $v.keda.enabled $v.keda.prometheusAddress (not $v.autoscaling.targetInFlightPerPod) -}}
  {{- $faults = append $faults "keda.prometheusAddress needs autoscaling.targetInFlightPerPod, the calls in flight per pod to aim at." -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (not $v.autoscaling.targetInFlightPerPod) (not $v.autoscaling.targetCPUUtilizationPercentage) (not $v.autoscaling.extraMetrics) -}}
  {{- $faults = append $faults "autoscaling.enabled needs a metric: targetInFlightPerPod, targetCPUUtilizationPercentage or extraMetrics." -}}
{{- end -}}
{{- if and (or $v.autoscaling.enabled $v.keda.enabled) (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
  {{- $faults = append $faults "autoscaling.minReplicas is more than autoscaling.maxReplicas." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled -}}
  {{- $faults = append $faults "metrics.serviceMonitor and metrics.podMonitor exclude each other: every series would be there twice." -}}
{{- end -}}
{{- if and $v.metrics.podAnnotations.enabled (or $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled) -}}
  {{- $faults = append $faults "metrics.podAnnotations and the monitors of the Prometheus Operator exclude each other: every series would be there twice." -}}
{{- end -}}
{{- if and $v.metrics.prometheusRule.enabled (not (or $v.metrics.serviceMonitor.enabled $v.metrics.podMonitor.enabled)) -}}
  {{- $faults = append $faults "metrics.prometheusRule needs metrics.serviceMonitor or metrics.podMonitor: its rules select by the job that these give." -}}
{{- end -}}
{{- if $v.podDisruptionBudget.enabled -}}
  {{- if eq (kindIs "invalid" $v.podDisruptionBudget.maxUnavailable) (kindIs "invalid" $v.podDisruptionBudget.minAvailable) -}}
    {{- $faults = append $faults "podDisruptionBudget needs one of maxUnavailable and minAvailable, and not both: set the other one to null." -}}
  {{- end -}}
  {{- if or (eq (toString $v.podDisruptionBudget.maxUnavailable) "0") (eq (toString $v.podDisruptionBudget.maxUnavailable) "0%") -}}
    {{- $faults = append $faults "podDisruptionBudget.maxUnavailable: 0 would block every drain of a node." -}}
  {{- end -}}
  {{- with $v.podDisruptionBudget.minAvailable -}}
    {{- if or (eq (toString .) "100%") (and (not (hasSuffix "%" (toString .))) (gt (int (include "inferwire.fewestPods" $)) 0) (ge (int .) (int (include "inferwire.fewestPods" $)))) -}}
      {{- $faults = append $faults (printf "podDisruptionBudget.minAvailable: %v would block every drain of a node: there may be no more than %s pods." . (include "inferwire.fewestPods" $)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if eq $v.updateStrategy.type "RollingUpdate" -}}
  {{- if and (eq (toString $v.updateStrategy.rollingUpdate.maxSurge | trimSuffix "%") "0") (eq (toString $v.updateStrategy.rollingUpdate.maxUnavailable | trimSuffix "%") "0") -}}
    {{- $faults = append $faults "updateStrategy.rollingUpdate: maxSurge and maxUnavailable cannot both be 0." -}}
  {{- end -}}
{{- end -}}
{{- if $v.tls.enabled -}}
  {{- if and (not $v.tls.existingSecret) (not $v.tls.certManager.enabled) -}}
    {{- $faults = append $faults "tls.enabled needs tls.existingSecret, a Secret of type kubernetes.io/tls, or tls.certManager.enabled." -}}
  {{- end -}}
  {{- if and $v.tls.existingSecret $v.tls.certManager.enabled -}}
    {{- $faults = append $faults "tls.existingSecret and tls.certManager.enabled exclude each other: cert-manager makes a Secret of its own." -}}
  {{- end -}}
  {{- if and $v.tls.certManager.enabled (not $v.tls.certManager.issuerRef.name) -}}
    {{- $faults = append $faults "tls.certManager.enabled needs tls.certManager.issuerRef.name." -}}
  {{- end -}}
{{- else if or $v.tls.existingSecret $v.tls.certManager.enabled (ne $v.tls.clientAuth "none") -}}
  {{- $faults = append $faults "tls is configured but not enabled: set tls.enabled." -}}
{{- end -}}
{{- if and (not $v.tls.enabled) $v.tests.clientCertificate -}}
  {{- $faults = append $faults "tests.clientCertificate needs tls.enabled." -}}
{{- end -}}
{{- if and $v.tls.enabled $v.tests.enabled (eq $v.tls.clientAuth "require") (not $v.tests.clientCertificate) -}}
  {{- $faults = append $faults "tls.clientAuth: require needs tests.clientCertificate, or tests.enabled: false: without a certificate helm test cannot call." -}}
{{- end -}}
{{- if and $v.gatewayApi.grpcRoute.enabled (not $v.gatewayApi.grpcRoute.parentRefs) -}}
  {{- $faults = append $faults "gatewayApi.grpcRoute.enabled needs gatewayApi.grpcRoute.parentRefs: the Gateway to route from." -}}
{{- end -}}
{{- with $v.ingress -}}
{{- if .enabled -}}
  {{- if not .hosts -}}
    {{- $faults = append $faults "ingress.enabled needs ingress.hosts: the names that callers dial." -}}
  {{- end -}}
  {{- if and (eq .controller "nginx") (not .tls) -}}
    {{- $faults = append $faults "ingress.controller: nginx needs ingress.tls: ingress-nginx speaks HTTP/2, and so gRPC, over TLS only. Name a Secret, or write [{}] for the controller's own certificate." -}}
  {{- end -}}
  {{- if and (eq .controller "alb") (eq $v.tls.clientAuth "require") -}}
    {{- $faults = append $faults "ingress.controller: alb has no client certificate to show, which tls.clientAuth: require asks for: use service.type: LoadBalancer, or tls.clientAuth: request." -}}
  {{- end -}}
{{- end -}}
{{- end -}}
{{- with $v.service -}}
  {{- if eq .clusterIP "None" -}}
    {{- $faults = append $faults "service.clusterIP: None means a headless Service, which the chart makes besides this one: leave it out, and see service.headless.enabled." -}}
  {{- end -}}
  {{- if ne .type "LoadBalancer" -}}
    {{- $given := list -}}
    {{- range $field := list "loadBalancerIP" "loadBalancerClass" "loadBalancerSourceRanges" -}}
      {{- if index $v.service $field -}}{{- $given = append $given (printf "service.%s" $field) -}}{{- end -}}
    {{- end -}}
    {{- if kindIs "bool" .allocateLoadBalancerNodePorts -}}{{- $given = append $given "service.allocateLoadBalancerNodePorts" -}}{{- end -}}
    {{- with $given -}}
      {{- $faults = append $faults (printf "%s: only a load balancer has it: set service.type: LoadBalancer, or leave it out." (join ", " .)) -}}
    {{- end -}}
  {{- end -}}
  {{- if eq .type "ClusterIP" -}}
    {{- if .nodePort -}}
      {{- $faults = append $faults "service.nodePort needs service.type: NodePort or LoadBalancer." -}}
    {{- end -}}
    {{- if and .externalTrafficPolicy (not .externalIPs) -}}
      {{- $faults = append $faults "service.externalTrafficPolicy needs service.type: NodePort or LoadBalancer, or service.externalIPs: nothing else comes from outside." -}}
    {{- end -}}
  {{- end -}}
  {{- if and .healthCheckNodePort (not (and (eq .type "LoadBalancer") (eq .externalTrafficPolicy "Local"))) -}}
    {{- $faults = append $faults "service.healthCheckNodePort needs service.type: LoadBalancer and service.externalTrafficPolicy: Local: otherwise every node takes calls." -}}
  {{- end -}}
  {{- if and .sessionAffinityTimeoutSeconds (ne .sessionAffinity "ClientIP") -}}
    {{- $faults = append $faults "service.sessionAffinityTimeoutSeconds needs service.sessionAffinity: ClientIP." -}}
  {{- end -}}
  {{- if and (gt (len .ipFamilies) 1) (eq .ipFamilyPolicy "SingleStack") -}}
    {{- $faults = append $faults "service.ipFamilies has two families, and service.ipFamilyPolicy: SingleStack means one: set PreferDualStack or RequireDualStack, or name one family." -}}
  {{- end -}}
{{- end -}}
{{- if and (eq $v.dnsPolicy "None") (not $v.dnsConfig.nameservers) -}}
  {{- $faults = append $faults "dnsPolicy: None needs dnsConfig.nameservers: without them no provider's name is found." -}}
{{- end -}}
{{- range $argument := $v.extraArgs -}}
  {{- if regexMatch "^--(config|listen|admin|upstream|check-config|print-config|version|help)(=|$)" $argument -}}
    {{- $faults = append $faults (printf "extraArgs: %s is the chart's, by config or existingConfigMap, grpc.port, admin.port and config.upstreams: set these." $argument) -}}
  {{- end -}}
{{- end -}}
{{- $reserved := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" -}}
{{- range $place := list "commonLabels" "podLabels" "deploymentLabels" -}}
  {{- range $label := keys (index $v $place) | sortAlpha -}}
    {{- if has $label $reserved -}}
      {{- $faults = append $faults (printf "%s: %s is the chart's own label, by which objects find each other: leave it out, or set nameOverride." $place $label) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if eq (int $v.admin.port) (int $v.grpc.port) -}}
  {{- $faults = append $faults "admin.port and grpc.port are the same." -}}
{{- end -}}
{{- with $v.adminApi -}}
{{- if .enabled -}}
  {{- if not (or $v.store.sqlite.enabled $v.store.postgresql.existingSecret) -}}
    {{- $faults = append $faults "adminApi.enabled needs store.sqlite.enabled or store.postgresql.existingSecret: what administrators change is kept there." -}}
  {{- end -}}
  {{- if and .tls.enabled (not .tls.existingSecret) (not $v.tls.enabled) -}}
    {{- $faults = append $faults "adminApi.tls.enabled needs adminApi.tls.existingSecret, a Secret of type kubernetes.io/tls, or tls.enabled; or set adminApi.tls.enabled: false where a mesh encrypts." -}}
  {{- end -}}
  {{- if has (int .port) (list (int $v.grpc.port) (int $v.admin.port)) -}}
    {{- $faults = append $faults "adminApi.port is grpc.port or admin.port: administrators have a port of their own." -}}
  {{- end -}}
{{- else if $v.config.admin_api -}}
  {{- $faults = append $faults "config.admin_api has no meaning without adminApi.enabled." -}}
{{- end -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\n%s\n" (join "\n" $faults)) -}}
{{- end -}}
{{- end -}}
