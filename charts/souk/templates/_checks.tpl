{{/* What the schema cannot say: sentences for combinations that cannot work. Included by the Deployment. */}}

{{- define "souk.checks" -}}
{{- if gt (int .Values.replicas) 1 }}
{{- fail (printf "replicas is %d, but SQLite takes one writer: set replicas to 1." (int .Values.replicas)) }}
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
