{{- /*
What the API server can do. Without one (helm template, helm lint) only the version is there to tell, and --api-versions.
*/ -}}
{{- define "cortex-logging.hasValidatingPolicies" -}}
{{- include "cortex-logging.hasPolicies" (dict "capabilities" .Capabilities "kind" "ValidatingAdmissionPolicy" "since" ">=1.30-0") -}}
{{- end -}}

{{- define "cortex-logging.hasMutatingPolicies" -}}
{{- include "cortex-logging.hasPolicies" (dict "capabilities" .Capabilities "kind" "MutatingAdmissionPolicy" "since" ">=1.36-0") -}}
{{- end -}}

{{- /* `true` or nothing. */ -}}
{{- define "cortex-logging.hasPolicies" -}}
{{- $versions := .capabilities.APIVersions -}}
{{- $isToldByServer := $versions.Has (printf "admissionregistration.k8s.io/v1/%s" .kind) -}}
{{- $isGuessed := and (not ($versions.Has "v1/Pod")) (semverCompare .since .capabilities.KubeVersion.Version) -}}
{{- if or $isToldByServer $isGuessed -}}true{{- end -}}
{{- end -}}
