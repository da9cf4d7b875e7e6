{{/* What the schema cannot say: sentences for combinations that cannot work. Included by the Deployment. */}}

{{- define "souk.checks" -}}
{{- if not (include "souk.shared" .) }}
{{- if .Values.autoscaling.enabled }}
{{- fail "autoscaling.enabled is true, but SQLite takes one writer: set autoscaling.enabled to false, or database.type to postgres or external." }}
{{- end }}
{{- if gt (int .Values.replicas) 1 }}
{{- fail (printf "replicas is %d, but SQLite takes one writer: set replicas to 1, or database.type to postgres or external." (int .Values.replicas)) }}
{{- end }}
{{- end }}
{{- /* Another type is another, empty database: the stores of this one would be nobody's. */}}
{{- $found := dig "data" "SOUK_DATABASE_URL" "" (lookup "v1" "ConfigMap" .Release.Namespace .Release.Name) }}
{{- if and $found (not .Values.maintenance) }}
{{- $type := ternary "sqlite" (ternary "postgres" "external" (contains (printf "@%s:" (include "souk.postgres" .)) $found)) (hasPrefix "sqlite" $found) }}
{{- if ne $type .Values.database.type }}
{{- fail (printf "database.type is %s, but this platform keeps its stores in %s: move them under maintenance first, as the chart's README.md says." .Values.database.type $type) }}
{{- end }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.min) (int .Values.autoscaling.max)) }}
{{- fail (printf "autoscaling.min is %d and autoscaling.max is %d: give a maximum that is not smaller." (int .Values.autoscaling.min) (int .Values.autoscaling.max)) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (not (dig "requests" "cpu" "" .Values.resources)) }}
{{- fail "autoscaling.enabled is true, but resources.requests.cpu is empty: the target is a share of what is requested." }}
{{- end }}
{{- if and (eq .Values.database.type "postgres") (not .Values.images.postgres) }}
{{- fail "images.postgres is empty, and database.type is postgres: give the whole reference of the image, as the image build printed it." }}
{{- end }}
{{- if eq .Values.database.type "postgres" }}
{{- /* Each replica has a pool and a connection that listens, in an update there is one more, and three are kept for people. */}}
{{- $most := ternary (int .Values.autoscaling.max) (int .Values.replicas) .Values.autoscaling.enabled }}
{{- $needed := add 3 (mul 17 (add 1 $most)) }}
{{- if gt $needed (int64 .Values.database.postgres.maxConnections) }}
{{- fail (printf "database.postgres.maxConnections is %d, but %d replicas take up to %d: raise it, or have fewer replicas." (int .Values.database.postgres.maxConnections) $most $needed) }}
{{- end }}
{{- end }}
{{- if eq .Values.database.type "external" }}
{{- if not .Values.database.external.host }}
{{- fail "database.external.host is empty, and database.type is external: give the address of your PostgreSQL." }}
{{- end }}
{{- if not .Values.secrets.database.existing }}
{{- fail "secrets.database.existing is empty, and database.type is external: name the Secret that holds the password of database.external.user under the key password." }}
{{- end }}
{{- else if .Values.database.external.host }}
{{- fail (printf "database.external.host is given, but database.type is %s: set database.type to external." .Values.database.type) }}
{{- end }}
{{- if and .Values.singleSignOn.issuer (not .Values.singleSignOn.roles) }}
{{- fail "singleSignOn.roles is empty, and singleSignOn.issuer is given: nobody could sign in. Give at least one group a role, e.g. souk-admins: admin." }}
{{- end }}
{{- if and .Values.networkPolicy.egress.limited (not .Values.networkPolicy.egress.apiServer) }}
{{- fail "networkPolicy.egress.limited is true, but networkPolicy.egress.apiServer is empty: without the address of the Kubernetes API, Souk could do nothing." }}
{{- end }}
{{- range $key := list "souk" "shop" "database" }}
{{- if not (index $.Values.images $key) }}
{{- fail (printf "images.%s is empty: give the whole reference of the image, as the image build printed it." $key) }}
{{- end }}
{{- end }}
{{- if not .Values.baseDomain }}
{{- fail "baseDomain is empty: give the domain under which the platform and the stores are published, e.g. localhost or shops.example.org." }}
{{- end }}
{{- if not .Values.ingress.frontDoor }}
{{- fail "ingress.frontDoor is empty: give the address of the ingress controller's Service inside the cluster, e.g. traefik.traefik.svc.cluster.local:80." }}
{{- end }}
{{- if not (and .Values.ingress.controller.namespace .Values.ingress.controller.podLabels) }}
{{- fail "ingress.controller is incomplete: name the namespace and the pod labels of the ingress controller, or nothing could reach Souk and the shops." }}
{{- end }}
{{- if and .Values.ingress.tls.enabled (ne .Values.public.scheme "https") }}
{{- fail "ingress.tls.enabled is true but public.scheme is http: set public.scheme to https." }}
{{- end }}
{{- end }}
