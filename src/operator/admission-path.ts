/** Puts the admission path together: reviews -> the same identity and labels -> answers, and the certificates for it. */
import { CertificateFollower } from '../admission/follow-certificate.ts';
import { lifetimesOf, type Lifetimes } from '../admission/lifetimes.ts';
import { CertificateReconciler } from '../admission/reconcile-certificates.ts';
import { PodReviewer, type LookUps } from '../admission/review-pod.ts';
import { AdmissionServer } from '../admission/serve-reviews.ts';
import type { OperatorConfig } from '../config/read-operator-config.ts';
import { RetryableError } from '../kernel/errors.ts';
import { InFlightLimit } from '../kube/in-flight-limit.ts';
import { SelectorReader } from '../kube/list-selectors.ts';
import type { OwnerReader } from '../kube/read-owner.ts';
import { SecretStore } from '../kube/secret-store.ts';
import type { Store } from '../kube/store.ts';
import type { Transport } from '../kube/transport.ts';
import { WebhookRegistration } from '../kube/webhook-registration.ts';
import type { OwnerCache, OwnerReader as OwnerPort } from '../pods/observe-owners.ts';
import { fieldManager } from '../pods/pod.ts';
import { sleep, systemClock } from '../runtime/clock.ts';
import { Controller } from '../runtime/controller.ts';
import { FailureLog } from '../runtime/failure-log.ts';
import type { HealthCheck, HealthChecks } from '../runtime/health-server.ts';
import type { Component } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { MetricRegistry } from '../runtime/metrics.ts';
import { ExponentialBackoff } from '../runtime/rate-limiter.ts';
import { countReviews, registerExpiry } from './count-reviews.ts';
import { startListening } from './explain-listening.ts';
import type { ApiServer } from './fence-writes.ts';
import type { LeadingPath } from './lead.ts';
import { followOwners, makeOwnerCache } from './owner-cache.ts';
import { readClaims } from './read-claims.ts';
import { claimsCheck } from './report-watches.ts';
import type { ClusterWatch } from './watch-cluster.ts';
import type { WatchedRegistration } from './watch-registration.ts';

interface AdmissionParts {
  readonly config: OperatorConfig;
  readonly cluster: ClusterWatch;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

export interface AdmissionPath {
  /** Starts to serve at once; a stop goes on serving until the API server has turned to the other replicas. */
  readonly component: Component;
  /**
   * `admission`: whether this replica can answer reviews. The Service goes by it, so that nothing else counts there:
   * neither what else the operator follows nor a webhook beside one that works.
   */
  readonly checks: HealthChecks;
  readonly note: HealthCheck;
}

/** Of the 3 s that the API server waits; the rest is for the way, and for a busy machine. */
const lookUpMs = 1_500;
/**
 * Whoever reaches the port can make us read: not so much that patches wait. Reads for more pods than these
 * wait for each other, and those that wait too long are left to the watch loop.
 */
const ownerReadsInFlight = 12;
const selectorReadsInFlight = 2;
/** More cannot be had in time anyway: they are refused at once, so that they do not pile up. */
const maxWaiting = 100;
/** On a first start the leader makes the certificate within the second. */
const firstLookAgainMs = 250;

/** What every replica does. */
export function makeAdmissionPath(parts: AdmissionParts): AdmissionPath {
  const { config, metrics } = parts;
  const logger = parts.logger.child('admission');
  const owners = makeOwnerCache(parts, (reader) => limitOwnerReads(reader));
  const counts = countReviews(metrics);
  const claims = readClaims(parts.cluster);
  const reviewer = new PodReviewer({
    claims,
    lookUps: lookUpsOf(parts, owners),
    enforcement: { mode: config.enforcement, excludedNamespaces: new Set(config.excludedNamespaces) },
    denyForged: config.denyForged,
    late: () => sleep(systemClock, lookUpMs).then(() => undefined),
    counts,
    logger,
    now: () => performance.now(),
  });
  const server = new AdmissionServer({
    host: config.admissionHost,
    port: config.admissionPort,
    review: (text) => reviewer.review(text),
    counts,
    logger,
  });
  const follower = makeFollower(parts, server, logger);
  registerExpiry(metrics, follower);
  const unfollow = followOwners(parts.cluster, owners);
  return pathOf(parts, { server, follower, knowsClaims: claimsCheck(claims), unfollow });
}

interface Running {
  readonly server: AdmissionServer;
  readonly follower: CertificateFollower;
  readonly knowsClaims: HealthCheck;
  readonly unfollow: () => void;
}

function pathOf({ config }: AdmissionParts, running: Running): AdmissionPath {
  const { server, follower, knowsClaims, unfollow } = running;
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    server.drain();
    // Who never had a certificate was never asked.
    if (follower.notAfter !== undefined) await sleep(systemClock, config.admissionDrainSeconds * 1000);
    await server.stop();
    follower.stop();
    unfollow();
  };
  return {
    component: {
      name: 'admission',
      start: async () => {
        follower.start();
        const place = { host: config.admissionHost, port: config.admissionPort, flag: 'admission' } as const;
        await startListening(() => server.start(), place);
      },
      stop,
    },
    checks: {
      admission: () =>
        stopping
          ? 'stopping, and answering until nobody asks any more'
          : (follower.problem() ?? knowsClaims()),
      'admission-registration': () => follower.registrationProblem(),
    },
    note: () => follower.note(),
  };
}

function lookUpsOf({ transport }: AdmissionParts, owners: OwnerCache): LookUps {
  const selectors = new SelectorReader(transport);
  const run = boundedLimit(selectorReadsInFlight);
  return {
    observeOwners: (pod) => owners.observeOwners(pod),
    listSelectingObjects: (namespace) => run(() => selectors.listSelectingObjects(namespace)),
  };
}

function limitOwnerReads(reader: OwnerReader): OwnerPort {
  const run = boundedLimit(ownerReadsInFlight);
  return {
    readOwner: (kind, namespace, name) => run(() => reader.readOwner(kind, namespace, name)),
  };
}

function boundedLimit(inFlight: number): <T>(action: () => Promise<T>) => Promise<T> {
  const limit = new InFlightLimit(inFlight);
  let pending = 0;
  return async (action) => {
    if (pending >= inFlight + maxWaiting) throw new RetryableError('too many look-ups at this moment');
    pending += 1;
    try {
      return await limit.run(action);
    } finally {
      pending -= 1;
    }
  };
}

function makeFollower(
  { config, transport }: AdmissionParts,
  server: AdmissionServer,
  logger: Logger,
): CertificateFollower {
  const { namespace, admissionSecret, admissionWebhook, admissionCertificates } = config;
  const { pollMs } = lifetimes(config);
  return new CertificateFollower({
    ...storesOf(config, transport),
    use: (certificate) => server.useCertificate(certificate),
    pollMs,
    backoff: new ExponentialBackoff({ baseMs: firstLookAgainMs, maxMs: pollMs }),
    failures: new FailureLog(logger, systemClock),
    maker: admissionCertificates === 'Own' ? 'the leader' : 'cert-manager',
    secretName: `${namespace}/${admissionSecret}`,
    registrationName: admissionWebhook,
    logger,
    now: Date.now,
    schedule: (delayMs, callback) => systemClock.schedule(delayMs, callback),
  });
}

type CertificateParts = Pick<AdmissionParts, 'config' | 'logger' | 'metrics'> & {
  readonly transport: ApiServer;
};

/** What the leader does: make the certificates, and tell the API server whom to trust, whenever the registration changes. */
export function makeCertificatePath(
  { config, transport, logger, metrics }: CertificateParts,
  registration: Pick<Store<WatchedRegistration>, 'onChange'>,
): LeadingPath {
  const reconciler = new CertificateReconciler({
    ...storesOf(config, transport),
    names: namesOf(config),
    lifetimes: lifetimes(config),
    logger: logger.child('certificates'),
    now: Date.now,
    elapsed: () => performance.now(),
  });
  const controller = new Controller({
    name: 'certificates',
    reconcile: () => reconciler.reconcile(),
    logger,
    metrics,
  });
  return {
    controllers: [controller],
    enqueueAll: () => controller.enqueue('certificates'),
    close: registration.onChange(() => controller.enqueue('certificates')),
  };
}

function storesOf(
  { namespace, admissionSecret, admissionWebhook }: OperatorConfig,
  transport: ApiServer,
): { readonly secret: SecretStore; readonly registration: WebhookRegistration } {
  const labels = { 'app.kubernetes.io/name': 'cortex-logging', 'app.kubernetes.io/component': 'operator' };
  return {
    secret: new SecretStore(transport, { namespace, name: admissionSecret }, labels),
    registration: new WebhookRegistration(transport, admissionWebhook, fieldManager),
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference */
function namesOf({ admissionService, namespace, admissionExtraNames }: OperatorConfig): readonly string[] {
  return [`${admissionService}.${namespace}.svc`, ...admissionExtraNames];
}

const msPerDay = 86_400_000;

function lifetimes({ admissionAuthorityDays, admissionLeafDays }: OperatorConfig): Lifetimes {
  return lifetimesOf(admissionAuthorityDays * msPerDay, admissionLeafDays * msPerDay);
}
