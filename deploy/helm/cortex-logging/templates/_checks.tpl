{{- /* What the values' schema cannot say in words that help; all problems at once. */ -}}
{{- define "cortex-logging.checks" -}}
{{- $problems := list -}}
{{- $group := include "cortex-logging.logGroupName" . -}}
{{- if or (gt (len $group) 512) (not (regexMatch "^[a-zA-Z0-9_/.#-]+$" $group)) (hasPrefix "aws/" $group) -}}
{{- $key := ternary "logGroup.name" "clusterName" (not (empty .Values.logGroup.name)) -}}
{{- $problems = append $problems (printf "%s is %q, which CloudWatch refuses as a log group name: use 1 to 512 characters of a-z A-Z 0-9 _ - / . # that do not start with aws/" $key $group) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]{2,}(-[a-z]+)+-[0-9]+$" .Values.region) -}}
{{- $problems = append $problems (printf "region is %q, which is not the name of an AWS region: write it as in eu-west-1" .Values.region) -}}
{{- end -}}
{{- if and (eq .Values.logGroup.deletionPolicy "Delete") .Values.logGroup.deletionProtectionEnabled -}}
{{- $problems = append $problems "logGroup.deletionPolicy is Delete while logGroup.deletionProtectionEnabled is true: choose one of them" -}}
{{- end -}}
{{- if .Values.crds.mustMatch -}}
{{- range $path, $file := .Files.Glob "crds/*.yaml" -}}
{{- $wanted := $.Files.Get $path | fromYaml -}}
{{- $found := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $wanted.metadata.name -}}
{{- if and $found (ne (dig "metadata" "annotations" "cortex.dev/schema" "" $found) (index $wanted.metadata.annotations "cortex.dev/schema")) -}}
{{- $problems = append $problems (printf "the CRD %s in the cluster is not the one of this chart, and Helm never upgrades CRDs: run `helm show crds <this chart> | kubectl apply --server-side --force-conflicts -f -` first, or set crds.mustMatch=false" $wanted.metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end -}}
