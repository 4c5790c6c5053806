/** Composition root of `cortex-twin`: settings -> twin -> serve until SIGTERM or SIGINT. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encodeCertificate } from './admission/encode-certificate.ts';
import { ConfigError } from './config/config-error.ts';
import { optional, type Range, text, trueOrFalse, wholeNumber } from './config/option.ts';
import { type OptionValues, readOptions } from './config/read-options.ts';
import { isHelpRequested, renderHelp } from './config/render-help.ts';
import { messageOf } from './kernel/errors.ts';
import type { Fault } from './twin/faults.ts';
import { readFault } from './twin/read-fault.ts';
import type { TlsMaterial } from './twin/serve-http.ts';
import { startTwin, type Twin, type TwinOptions } from './twin/start-twin.ts';

const port = { min: 0, max: 65_535, unit: '0 takes a free one' };
const milliseconds = (max: number): Range => ({ min: 0, max, unit: 'milliseconds' });
const file = 'a path to a PEM file';
const isGiven = (given: string): boolean => given !== '';
const dayMs = 86_400_000;

const options = {
  host: text(
    { flag: 'host', help: 'Address to listen on; the twin verifies no signatures.', fallback: '127.0.0.1' },
    'an address of this host',
    isGiven,
  ),
  port: wholeNumber({ flag: 'port', help: 'Port for HTTP.', fallback: 4510 }, port),
  isTls: trueOrFalse({
    flag: 'tls',
    help: 'Serve HTTPS too; without --tls-cert with a certificate for localhost made at start, see GET /twin/certificate.',
    fallback: false,
  }),
  tlsPort: wholeNumber({ flag: 'tls-port', help: 'Port for HTTPS.', fallback: 0 }, port),
  tlsCert: optional(text({ flag: 'tls-cert', help: 'Certificate chain for HTTPS.' }, file, isGiven)),
  tlsKey: optional(text({ flag: 'tls-key', help: "The certificate's private key." }, file, isGiven)),
  accountId: text(
    { flag: 'account', help: 'Account of callers.', fallback: '000000000000' },
    'twelve digits',
    (given) => /^\d{12}$/.test(given),
  ),
  now: optional(
    text(
      { flag: 'now', help: "The twin's time at the start, which goes on from there." },
      'a time such as 2026-11-25T12:00:00Z',
      (given) => !Number.isNaN(Date.parse(given)),
    ),
    "the host's",
  ),
  latencyMs: wholeNumber(
    { flag: 'latency', help: 'Every answer comes so much later.', fallback: 0 },
    milliseconds(600_000),
  ),
  ingestionDelayMs: wholeNumber(
    { flag: 'ingestion-delay', help: 'Events can be read only so long after they were put.', fallback: 0 },
    milliseconds(dayMs),
  ),
  faults: text(
    {
      flag: 'faults',
      help: 'Faults from the start: a JSON list of what POST /twin/faults takes.',
      fallback: '[]',
    },
    'a JSON list of faults such as [{"kind":"throttle","operation":"DescribeLogGroups","perSecond":10}]',
    (given) => problemOfFaults(given) === undefined,
    problemOfFaults,
  ),
  maxStoredBytes: wholeNumber(
    {
      flag: 'max-stored-bytes',
      help: 'Events beyond so many bytes are refused, since the twin keeps them in memory.',
      fallback: 4 * 1_024 ** 3,
    },
    { min: 1, max: 2 ** 40, unit: 'bytes' },
  ),
  retentionPolicyDelayMs: wholeNumber(
    {
      flag: 'retention-policy-delay',
      help: 'From the put of an account-level retention policy until it rules; AWS: 24 hours.',
      fallback: dayMs,
    },
    milliseconds(dayMs),
  ),
  queryDelayMs: wholeNumber(
    { flag: 'query-delay', help: 'How long an Insights query is Scheduled before it runs.', fallback: 0 },
    milliseconds(3_600_000),
  ),
};
type Settings = OptionValues<typeof options>;

const usage = `cortex-twin: a local CloudWatch Logs for development and tests, in memory.

It prints "ready http://HOST:PORT" once it serves: AWS_ENDPOINT_URL_CLOUDWATCH_LOGS of an AWS SDK or the AWS CLI.`;

function parseFaults(given: string): readonly Fault[] {
  return (JSON.parse(given) as Record<string, unknown>[]).map(readFault);
}

function problemOfFaults(given: string): string | undefined {
  try {
    parseFaults(given);
    return undefined;
  } catch (error) {
    return `is no list of faults: ${messageOf(error)}`;
  }
}

function readTls({ isTls, tlsCert, tlsKey }: Settings): TlsMaterial | undefined {
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new ConfigError([
      { key: '--tls-cert', env: [], problem: 'and --tls-key must be given together or not at all' },
    ]);
  if (tlsCert !== undefined && tlsKey !== undefined)
    return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
  return isTls ? makeTls(Date.now()) : undefined;
}

/** A certificate that vouches for itself: whoever should trust it is given it. */
function makeTls(now: number): TlsMaterial {
  const subject = 'cortex-twin';
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = {
    subject,
    serialNumber: randomBytes(16),
    publicKey: keys.publicKey,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + 365 * dayMs),
    purpose: { serverNames: [generatedName] },
  };
  return {
    cert: encodeCertificate(content, { subject, ...keys }),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const generatedName = 'localhost';

/** The first signal stops the twin cleanly; with nothing left to do, the process ends by itself. */
function stopOnSignal(twin: Twin): void {
  const stop = (): void => void twin.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

async function main(argv: readonly string[]): Promise<void> {
  if (isHelpRequested(argv)) {
    process.stdout.write(renderHelp(usage, options));
    return;
  }
  const settings = readOptions(options, { argv, env: process.env });
  const { host, now, tlsCert } = settings;
  const twin = await startTwin(twinOptions(settings));
  if (now !== undefined) twin.clock.set(Date.parse(now));
  stopOnSignal(twin);
  console.log(`ready ${twin.httpEndpoint}`);
  if (twin.httpsEndpoint !== undefined)
    console.log(
      `ready ${tlsCert === undefined ? twin.httpsEndpoint.replace(host, generatedName) : twin.httpsEndpoint}`,
    );
}

function twinOptions(settings: Settings): TwinOptions {
  const { host, port, tlsPort, accountId, maxStoredBytes, retentionPolicyDelayMs, queryDelayMs } = settings;
  const { latencyMs, ingestionDelayMs } = settings;
  const faults: readonly Fault[] = [
    ...(latencyMs > 0 ? [{ kind: 'delay', delayMs: latencyMs } as const] : []),
    ...(ingestionDelayMs > 0 ? [{ kind: 'late', delayMs: ingestionDelayMs } as const] : []),
    ...parseFaults(settings.faults),
  ];
  const tls = readTls(settings);
  return {
    ...{ host, port, tlsPort, accountId, maxStoredBytes, retentionPolicyDelayMs, queryDelayMs, faults },
    ...(tls ? { tls } : {}),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
