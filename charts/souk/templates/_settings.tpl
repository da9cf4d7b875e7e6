{{/* Values to SOUK_* settings, in one place. `settings` comes last and wins. */}}

{{- define "souk.settings" -}}
{{- $v := .Values }}
{{- $settings := dict
  "SOUK_LISTEN" "0.0.0.0:8080"
  "SOUK_METRICS_LISTEN" "0.0.0.0:9090"
  "SOUK_DATA_DIR" "/data"
  "SOUK_DATABASE_URL" (include "souk.databaseUrl" .)
  "SOUK_ADMIN_PASSWORD_FILE" "/run/souk/admin/password"
  "SOUK_ADMIN_TOKEN_FILE" "/run/souk/admin/token"
  "SOUK_ENCRYPTION_KEY_FILE" "/run/souk/encryption/key"
  "SOUK_BASE_DOMAIN" $v.baseDomain
  "SOUK_STORE_SCHEME" $v.public.scheme
  "SOUK_INGRESS_CLASS" $v.ingress.className
  "SOUK_INGRESS_NAMESPACE" $v.ingress.controller.namespace
  "SOUK_INGRESS_POD_LABELS" (include "souk.pairs" $v.ingress.controller.podLabels)
  "SOUK_INGRESS_ADDRESS" $v.ingress.frontDoor
  "SOUK_INGRESS_ANNOTATIONS" (include "souk.pairs" $v.stores.ingressAnnotations)
  "SOUK_SLEEPING_SERVICE" (printf "%s/%s" .Release.Namespace .Release.Name)
  "SOUK_SLEEPING_ANNOTATIONS" (include "souk.pairs" $v.stores.sleepingAnnotations)
  "SOUK_TLS_SECRET" $v.stores.tlsSecret
  "SOUK_DNS_NAMESPACE" $v.dns.namespace
  "SOUK_DNS_POD_LABELS" (include "souk.pairs" $v.dns.podLabels)
  "SOUK_STORAGE_CLASS" $v.stores.storageClass
  "SOUK_IMAGE_SHOP" $v.images.shop
  "SOUK_IMAGE_DATABASE" $v.images.database
  "SOUK_IMAGE_PULL_POLICY" $v.stores.pullPolicy
  "SOUK_WOOCOMMERCE_VERSION" $v.images.wooCommerce
  "SOUK_MAX_STORES" $v.stores.most
  "SOUK_BIRTHS_AT_ONCE" $v.stores.births
  "SOUK_CREATE_DEADLINE" $v.deadlines.create
  "SOUK_UPDATE_DEADLINE" $v.deadlines.update
  "SOUK_REQUESTS_PER_SECOND" $v.rateLimit.perSecond
  "SOUK_REQUEST_BURST" $v.rateLimit.burst
  "RUST_LOG" $v.log.level
  "SOUK_LOG_FORMAT" $v.log.format
}}
{{- if include "souk.shared" . }}{{ $_ := set $settings "SOUK_DATABASE_PASSWORD_FILE" "/run/souk/database/password" }}{{ end }}
{{- /* Settings that must be absent rather than empty. */}}
{{- with int $v.public.port }}{{ $_ := set $settings "SOUK_STORE_PORT" . }}{{ end }}
{{- with $v.stores.pullSecrets }}{{ $_ := set $settings "SOUK_IMAGE_PULL_SECRETS" (join "," .) }}{{ end }}
{{- with $v.ingress.controller.addresses }}{{ $_ := set $settings "SOUK_TRUSTED_PROXIES" (join "," .) }}{{ end }}
{{- with $v.singleSignOn }}{{ if .issuer }}
{{- $_ := set $settings "SOUK_OIDC_ISSUER" .issuer }}
{{- $_ := set $settings "SOUK_OIDC_CLIENT_ID" .clientId }}
{{- $_ := set $settings "SOUK_OIDC_NAME" .name }}
{{- $_ := set $settings "SOUK_OIDC_SCOPES" (join "," .scopes) }}
{{- $_ := set $settings "SOUK_OIDC_GROUPS_CLAIM" .groupsClaim }}
{{- $_ := set $settings "SOUK_OIDC_ROLES" (include "souk.pairs" .roles) }}
{{- if $v.secrets.singleSignOn.existing }}{{ $_ := set $settings "SOUK_OIDC_CLIENT_SECRET_FILE" "/run/souk/single-sign-on/secret" }}{{ end }}
{{- end }}{{ end }}
{{- $lines := list }}
{{- range $name, $value := merge (deepCopy $v.settings) $settings }}
{{- $lines = append $lines (printf "%s: %s" $name ($value | toString | quote)) }}
{{- end }}
{{- join "\n" $lines }}
{{- end }}

{{/* The database's address, without a password. */}}
{{- define "souk.databaseUrl" -}}
{{- $external := .Values.database.external }}
{{- if eq .Values.database.type "sqlite" -}}
sqlite:///data/souk.db
{{- else if eq .Values.database.type "postgres" -}}
{{- /* In the clear inside of the namespace: only Souk's pods get through to it. */ -}}
postgres://souk@{{ include "souk.postgres" . }}:5432/souk?sslmode=disable
{{- else -}}
postgres://{{ $external.user }}@{{ $external.host }}:{{ $external.port }}/{{ $external.name }}?sslmode={{ $external.tls.mode }}
{{- if $external.tls.caSecret }}&sslrootcert=/run/souk/database-ca/ca.crt{{ end }}
{{- end }}
{{- end }}

{{/* A map as key=value,key=value. */}}
{{- define "souk.pairs" -}}
{{- $pairs := list }}
{{- range $key, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $key $value) }}{{ end }}
{{- join "," $pairs }}
{{- end }}
