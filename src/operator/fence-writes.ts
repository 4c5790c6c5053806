/** A replica that does not lead writes nothing, whatever its reconciles were about to do when that became known. */
import { RetryableError } from '../kernel/errors.ts';
import type { KubeRequest, Transport } from '../kube/transport.ts';
import type { LogGroupWriter } from '../log-groups/apply-log-group.ts';
import type { LogGroupReader } from '../log-groups/observe-log-group.ts';

/** What the paths need of the way to the API server; watches and the lease are not theirs. */
export type ApiServer = Pick<Transport, 'request' | 'requestText' | 'send'>;
export type LogGroupsOfAws = LogGroupReader & LogGroupWriter;

/** Asked just before each write: it must be true by the clock, also before a timer had its turn. */
type MayWrite = () => boolean;

/** Reads always go through. */
export function fenceKube(server: ApiServer, mayWrite: MayWrite): ApiServer {
  const guard = <Result>(request: KubeRequest, send: () => Promise<Result>): Promise<Result> =>
    request.method === 'GET' || mayWrite() ? send() : refuse(`${request.method} ${request.path}`);
  return {
    request: <T>(request: KubeRequest) => guard(request, () => server.request<T>(request)),
    requestText: (request) => guard(request, () => server.requestText(request)),
    send: (request) => guard(request, () => server.send(request)),
  };
}

/** Reads always go through. */
export function fenceAws(aws: LogGroupsOfAws, mayWrite: MayWrite): LogGroupsOfAws {
  const guard = (what: string, write: () => Promise<void>): Promise<void> =>
    mayWrite() ? write() : refuse(what);
  return {
    describeLogGroups: (request) => aws.describeLogGroups(request),
    listTags: (arn) => aws.listTags(arn),
    describeIndexPolicies: (name) => aws.describeIndexPolicies(name),
    describeQueryDefinitions: (prefix) => aws.describeQueryDefinitions(prefix),
    describeAccountPolicies: (type) => aws.describeAccountPolicies(type),
    createLogGroup: (group) => guard('CreateLogGroup', () => aws.createLogGroup(group)),
    tagResource: (arn, tags) => guard('TagResource', () => aws.tagResource(arn, tags)),
    untagResource: (arn, keys) => guard('UntagResource', () => aws.untagResource(arn, keys)),
    putRetentionPolicy: (name, days) => guard('PutRetentionPolicy', () => aws.putRetentionPolicy(name, days)),
    associateKmsKey: (name, key) => guard('AssociateKmsKey', () => aws.associateKmsKey(name, key)),
    disassociateKmsKey: (name) => guard('DisassociateKmsKey', () => aws.disassociateKmsKey(name)),
    putDeletionProtection: (name, enabled) =>
      guard('PutLogGroupDeletionProtection', () => aws.putDeletionProtection(name, enabled)),
    deleteLogGroup: (name) => guard('DeleteLogGroup', () => aws.deleteLogGroup(name)),
    putIndexPolicy: (name, document) => guard('PutIndexPolicy', () => aws.putIndexPolicy(name, document)),
    deleteIndexPolicy: (name) => guard('DeleteIndexPolicy', () => aws.deleteIndexPolicy(name)),
    putQueryDefinition: (query) => guard('PutQueryDefinition', () => aws.putQueryDefinition(query)),
    deleteQueryDefinition: (id) => guard('DeleteQueryDefinition', () => aws.deleteQueryDefinition(id)),
  };
}

function refuse(what: string): Promise<never> {
  return Promise.reject(new RetryableError(`${what}: not sent, this replica does not lead any more`));
}
