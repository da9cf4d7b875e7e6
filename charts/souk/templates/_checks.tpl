{{/* What the schema cannot say: sentences for combinations that cannot work. Included by the Deployment. */}}

{{- define "souk.checks" -}}
{{- if and (eq .Values.database.type "sqlite") (gt (int .Values.replicas) 1) }}
{{- fail (printf "replicas is %d, but SQLite takes one writer: set replicas to 1, or database.type to postgres or external." (int .Values.replicas)) }}
{{- end }}
{{- if and (eq .Values.database.type "sqlite") .Values.autoscaling.enabled }}
{{- fail "autoscaling.enabled is true, but SQLite takes one writer: set database.type to postgres or external." }}
{{- end }}
{{- if gt (int .Values.autoscaling.min) (int .Values.autoscaling.max) }}
{{- fail (printf "autoscaling.min is %d, more than autoscaling.max, %d." (int .Values.autoscaling.min) (int .Values.autoscaling.max)) }}
{{- end }}
{{- if and (eq .Values.database.type "postgres") (not .Values.images.postgres) }}
{{- fail "images.postgres is empty: give the whole reference of the image, as the image build printed it." }}
{{- end }}
{{- if and (eq .Values.database.type "external") (not (and .Values.database.external.url .Values.database.external.secret.existing)) }}
{{- fail "database.external is incomplete: give its url without a password, and in secret.existing the Secret with the key password." }}
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
