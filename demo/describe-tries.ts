/** What a person can try while the demo is up. */
import type { Twin } from '../src/twin/start-twin.ts';
import type { ControlPlane } from '../test/control-plane/start-control-plane.ts';
import { renderInsightsQuery } from '../src/kernel/insights-query.ts';
import { clusterName, namespace, region } from './stage.ts';

export function describeTries({ controlPlane, twin }: { controlPlane: ControlPlane; twin: Twin }): string {
  const query = renderInsightsQuery({ apiName: 'text-generator', apiKind: 'RealtimeAPI' });
  const aws = `aws --endpoint-url ${twin.httpEndpoint} --region ${region} logs`;
  return `Try, in another terminal:

  export KUBECONFIG=${controlPlane.kubeconfig} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
  alias kubectl=${controlPlane.kubectl}

  kubectl get cortex -A                                     # APIs, jobs and the log group
  kubectl -n ${namespace} get pods -L apiName,apiKind,jobID          # every pod and its labels
  kubectl -n ${namespace} describe realtimeapi text-generator       # conditions, the query, the console link
  kubectl -n ${namespace} create job another-run --from=cronjob/churn-trainer
  kubectl -n ${namespace} label pod -l apiName=text-generator apiName=forged --overwrite   # put right at once

  ${aws} describe-log-groups
  ${aws} tail ${clusterName} --format short
  id=$(${aws} start-query --log-group-name ${clusterName} \\
    --start-time $(($(date +%s) - 3600)) --end-time $(date +%s) --query queryId --output text \\
    --query-string '${query}')
  ${aws} get-query-results --query-id $id

Ctrl-C stops everything.
`;
}
