{{/* Whom Souk may call: names, the Kubernetes API, the shops' front door, its database, and what the values add. */}}

{{- define "souk.egress" -}}
egress:
  - to:
      - namespaceSelector:
          matchLabels: {kubernetes.io/metadata.name: {{ .Values.dns.namespace }}}
        podSelector:
          matchLabels: {{- toYaml .Values.dns.podLabels | nindent 12 }}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
  - to:
      {{- range .Values.networkPolicy.egress.apiServer }}
      - ipBlock: {cidr: {{ . }}}
      {{- end }}
    {{- /* Its node has other doors too, such as the kubelet's. */}}
    ports:
      {{- range .Values.networkPolicy.egress.apiServerPorts }}
      - {port: {{ . }}}
      {{- end }}
  - to:
      - namespaceSelector:
          matchLabels: {kubernetes.io/metadata.name: {{ .Values.ingress.controller.namespace }}}
        podSelector:
          matchLabels: {{- toYaml .Values.ingress.controller.podLabels | nindent 12 }}
  {{- if eq .Values.database.type "postgres" }}
  - to:
      - podSelector:
          matchLabels: {{- include "souk.postgresSelector" . | nindent 12 }}
    ports: [{port: 5432}]
  {{- else if eq .Values.database.type "external" }}
  {{- /* Without addresses: anybody, but on the database's port alone. */}}
  - {{ with .Values.database.external.addresses -}}
    to:
      {{- range . }}
      - ipBlock: {cidr: {{ . }}}
      {{- end }}
    {{ end -}}
    ports: [{port: {{ .Values.database.external.port }}}]
  {{- end }}
  {{- if .Values.singleSignOn.issuer }}
  {{- /* Without addresses: anybody, but with TLS alone. */}}
  - {{ with .Values.singleSignOn.addresses -}}
    to:
      {{- range . }}
      - ipBlock: {cidr: {{ . }}}
      {{- end }}
    {{ end -}}
    ports: [{port: {{ regexFind ":[0-9]+" (urlParse .Values.singleSignOn.issuer).host | trimPrefix ":" | default "443" }}}]
  {{- end }}
  {{- with .Values.networkPolicy.egress.more }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
