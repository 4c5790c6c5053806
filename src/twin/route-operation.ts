/** A request of the API -> its operation on its account, faults first. */
import { parseArn } from '../kernel/aws-arn.ts';
import type { TwinClock } from './clock.ts';
import { type Effects, effectsOf, type Fault, type Faults, type FaultyRequest, refusalOf } from './faults.ts';
import type { Operation, Output } from './operation.ts';
import { operations } from './operations/operations.ts';
import { otherOperations } from './operations/other-operations.ts';
import type { ApiRequest, BodyReader, Caller } from './read-request.ts';
import { notSupported, pageOf, Refusal } from './refusal.ts';
import { requiredActions } from './required-actions.ts';
import { Account, type AccountSettings } from './state/account.ts';

/** Thrown to end the connection without an answer. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

export interface Service {
  readonly clock: TwinClock;
  readonly faults: Faults;
  readonly bodies: BodyReader;
  /** Calls by operation, those refused included; `unknown` for all that AWS does not have. */
  readonly calls: Map<string, number>;
  readonly accounts: Map<string, Account>;
  readonly settings: Omit<AccountSettings, 'region'>;
  /** Aborted once the twin closes. */
  readonly stopping: AbortSignal;
  /** Of HTTPS, in PEM. */
  readonly certificate: string | undefined;
  /** Between two updates of a Live Tail session, in ms. */
  readonly liveTailPeriodMs: number;
}

/** Throws a `Refusal`, or a `Cut`. */
export async function routeOperation(service: Service, request: ApiRequest): Promise<Output> {
  const { operation, body } = request;
  count(service.calls, operation);
  const account = accountOf(service, request.caller);
  const effects = await meetFaults(service, describeForFaults(request, account));
  try {
    return operationNamed(operation).run(body, { account, now: service.clock.now(), effects });
  } catch (error) {
    throw withPage(error, operation);
  }
}

/** What nobody knows is not counted by name: there is no end of such names. */
function count(calls: Map<string, number>, operation: string): void {
  const isKnown = operations.has(operation) || otherOperations.has(operation);
  const name = isKnown ? operation : 'unknown';
  calls.set(name, (calls.get(name) ?? 0) + 1);
}

function operationNamed(name: string): Operation {
  const known = operations.get(name);
  if (known) return known;
  if (otherOperations.has(name)) throw notSupported(`The operation ${name}`, 'UnsupportedOperationException');
  throw new Refusal('UnknownOperationException', `CloudWatch Logs has no operation ${name}.`);
}

/** Each region counted: callers make them up. */
const maxAccounts = 10_000;

/** An access key ID of twelve digits is the account, so that a test can have several. */
function accountOf({ accounts, settings }: Service, { accessKeyId, region }: Caller): Account {
  const accountId = /^\d{12}$/.test(accessKeyId) ? accessKeyId : settings.accountId;
  const key = `${accountId}/${region}`;
  const known = accounts.get(key);
  if (known) return known;
  if (accounts.size >= maxAccounts)
    throw new Refusal(
      'ServiceUnavailableException',
      `The twin knows no more than ${maxAccounts} accounts, each region counted.`,
    );
  const account = new Account({ ...settings, accountId, region });
  accounts.set(key, account);
  return account;
}

function describeForFaults({ operation, body }: ApiRequest, account: Account): FaultyRequest {
  const logGroupName = namedGroup(body);
  const { logStreamName } = body;
  return {
    operation,
    actions: requiredActions(operation, body),
    logGroupName,
    resourceArn: account.arnOf(logGroupName ?? ''),
    logStreamName: typeof logStreamName === 'string' ? logStreamName : undefined,
    accountId: account.settings.accountId,
  };
}

/** However the operation calls it; of several groups the first one. */
function namedGroup(body: Readonly<Record<string, unknown>>): string | undefined {
  const several = body['logGroupIdentifiers'] ?? body['logGroupNames'];
  const named = [
    body['logGroupName'],
    body['logGroupIdentifier'],
    body['resourceArn'],
    body['resourceIdentifier'],
    Array.isArray(several) ? (several as unknown[])[0] : undefined,
  ];
  const name = named.find((one) => typeof one === 'string');
  return name !== undefined && parseArn(name).account !== '' ? name.split(':').slice(6).join(':') : name;
}

async function meetFaults({ faults }: Service, request: FaultyRequest): Promise<Effects> {
  const met = faults.meet(request);
  for (const fault of met) {
    if (fault.kind === 'delay') await delay(fault);
    if (fault.kind === 'cut') throw new Cut();
    const refusal = refusalOf(fault, request);
    if (refusal) throw refusal;
  }
  return effectsOf(met);
}

async function delay({ delayMs = 0 }: Fault): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}

/** A wrong parameter is explained on the operation's page. */
function withPage(error: unknown, operation: string): unknown {
  if (!(error instanceof Refusal) || error.type !== 'InvalidParameterException') return error;
  return new Refusal(error.type, `${error.message} See ${pageOf(operation)}`, error.members);
}
