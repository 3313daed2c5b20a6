{{/* inferwire-server's configuration: the user's, completed by what only the chart knows. */}}
{{- define "inferwire.config" -}}
{{- $server := deepCopy .Values.config.server -}}
{{- $_ := set $server "listen" (printf "0.0.0.0:%d" (int .Values.grpc.port)) -}}
{{- $_ := set $server "admin" (printf "0.0.0.0:%d" (int .Values.admin.port)) -}}
{{- $config := dict "server" $server "drain" .Values.config.drain "upstreams" (include "inferwire.upstreams" . | fromYamlArray) -}}
{{- if and .Values.config.routes (not .Values.simulator.enabled) -}}
{{- $_ := set $config "routes" .Values.config.routes -}}
{{- end -}}
{{- range $section := list "plans" "tenants" "identity" "admin_api" "limits" "deadlines" "raw" "log" "catalogue" "store" "batches" "ledger" "directory" "idempotency" "reload" "tracing" -}}
{{- with index $.Values.config $section -}}
{{- $_ := set $config $section . -}}
{{- end -}}
{{- end -}}
{{- if .Values.catalogue.existingConfigMap -}}
{{- $_ := set $config "catalogue" (merge (dict "file" "/etc/inferwire/catalogue/models.yaml") .Values.config.catalogue) -}}
{{- end -}}
{{- if .Values.callerKeys.existingSecret -}}
{{- $identity := deepCopy .Values.config.identity -}}
{{- $keys := default (dict) $identity.keys -}}
{{- $_ := set $keys "files" (append (default (list) $keys.files) "/etc/inferwire/caller-keys/keys.yaml") -}}
{{- $_ := set $identity "keys" $keys -}}
{{- $_ := set $config "identity" $identity -}}
{{- end -}}
{{- if .Values.adminApi.enabled -}}
{{- $admin := merge (dict "listen" (printf "0.0.0.0:%d" (int .Values.adminApi.port))) .Values.config.admin_api -}}
{{- with .Values.adminApi.tls -}}
{{- if .enabled -}}
{{- $tls := dict "certificate" "/etc/inferwire/admin-tls/tls.crt" "key" "/etc/inferwire/admin-tls/tls.key" "client_auth" .clientAuth -}}
{{- if ne .clientAuth "none" -}}
{{- $_ := set $tls "client_ca" "/etc/inferwire/admin-client-ca/ca.crt" -}}
{{- end -}}
{{- $_ := set $admin "tls" $tls -}}
{{- else -}}
{{- $_ := set $admin "insecure" true -}}
{{- end -}}
{{- end -}}
{{- $_ := set $config "admin_api" $admin -}}
{{- end -}}
{{- if .Values.store.sqlite.enabled -}}
{{- $_ := set $config "store" (merge (dict "path" "/var/lib/inferwire/store.db") .Values.config.store) -}}
{{- else if .Values.store.postgresql.existingSecret -}}
{{- $_ := set $config "store" (merge (dict "postgresql" (dict "file" "/etc/inferwire/store/url")) .Values.config.store) -}}
{{- end -}}
{{- if .Values.ledger.enabled -}}
{{- $_ := set $config "ledger" (merge (dict "path" "/var/lib/inferwire-ledger") .Values.config.ledger) -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
{{- $tls := dict "certificate" "/etc/inferwire/tls/tls.crt" "key" "/etc/inferwire/tls/tls.key" "client_auth" .Values.tls.clientAuth -}}
{{- if ne .Values.tls.clientAuth "none" -}}
{{- $_ := set $tls "client_ca" "/etc/inferwire/client-ca/ca.crt" -}}
{{- end -}}
{{- $_ := set $config "tls" $tls -}}
{{- else -}}
{{- $_ := set $server "insecure" true -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* The part of it that a running server cannot take over: where it changes, pods have to be rolled. */}}
{{- define "inferwire.fixedConfig" -}}
{{- if .Values.existingConfigMap -}}
{{ .Values.existingConfigMap }}/{{ .Values.existingConfigMapKey }}
{{- else -}}
{{- $config := include "inferwire.config" . | fromYaml -}}
{{- $fixed := pick $config "server" "tls" "admin_api" "reload" "store" "ledger" "directory" "idempotency" -}}
{{- $_ := set $fixed "tracing" (omit (default (dict) $config.tracing) "sample_ratio") -}}
{{- $_ := set $fixed "limits" (pick (default (dict) $config.limits) "header_bytes" "metric_models" "shared" "store_timeout") -}}
{{- toYaml $fixed -}}
{{- end -}}
{{- end -}}

{{/* The upstreams, each with the file of its key, or of those of its keys that have none. */}}
{{- define "inferwire.upstreams" -}}
{{- if .Values.simulator.enabled -}}
{{- toYaml (list (dict "name" "simulator" "simulator" true)) -}}
{{- else -}}
{{- $upstreams := list -}}
{{- range .Values.config.upstreams -}}
{{- $upstream := deepCopy . -}}
{{- if .keys -}}
{{- $keys := list -}}
{{- range .keys -}}
{{- $keys = append $keys (merge (dict) . (dict "file" (printf "/etc/inferwire/keys/%s.%s" $upstream.name .name))) -}}
{{- end -}}
{{- $_ := set $upstream "keys" $keys -}}
{{- else if hasKey $.Values.upstreamKeys .name -}}
{{- $_ := set $upstream "api_key" (dict "file" (printf "/etc/inferwire/keys/%s" .name)) -}}
{{- end -}}
{{- if and $.Values.caBundle.existingConfigMap (not .ca_bundle) -}}
{{- $_ := set $upstream "ca_bundle" "/etc/inferwire/upstream-ca/ca.crt" -}}
{{- end -}}
{{- $upstreams = append $upstreams $upstream -}}
{{- end -}}
{{- toYaml $upstreams -}}
{{- end -}}
{{- end -}}

{{/* Where each key comes from: UPSTREAM, or UPSTREAM.KEY of one with several -> source. It is the name of its file. */}}
{{- define "inferwire.keySources" -}}
{{- $sources := dict -}}
{{- range $name, $source := .Values.upstreamKeys -}}
{{- if $source.keys -}}
{{- range $key, $each := $source.keys -}}{{- $_ := set $sources (printf "%s.%s" $name $key) $each -}}{{- end -}}
{{- else -}}
{{- $_ := set $sources $name $source -}}
{{- end -}}
{{- end -}}
{{- toYaml $sources -}}
{{- end -}}

{{/* The keys that the chart puts into a Secret of its own: name -> key. */}}
{{- define "inferwire.ownKeys" -}}
{{- $keys := dict -}}
{{- if not .Values.simulator.enabled -}}
{{- range $name, $source := include "inferwire.keySources" . | fromYaml -}}
{{- with $source.value -}}{{- $_ := set $keys $name . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $keys -}}
{{- end -}}
