/** Composition root of `cortex-twin`: settings -> twin -> serve until SIGTERM or SIGINT. */
import { readFileSync } from 'node:fs';
import { ConfigError } from './config/config-error.ts';
import { optional, text, wholeNumber } from './config/option.ts';
import { readOptions } from './config/read-options.ts';
import { isHelpRequested, renderHelp } from './config/render-help.ts';
import { messageOf } from './kernel/errors.ts';
import { startTwin, type Twin, type TwinOptions } from './twin/start-twin.ts';

const port = { min: 0, max: 65_535, unit: '0 takes a free one' };
const file = 'a path to a PEM file';
const isGiven = (given: string): boolean => given !== '';

const options = {
  host: text(
    { flag: 'host', help: 'Address to listen on; the twin verifies no signatures.', fallback: '127.0.0.1' },
    'an address of this host',
    isGiven,
  ),
  httpPort: wholeNumber({ flag: 'http-port', help: 'Port for HTTP.', fallback: 0 }, port),
  httpsPort: wholeNumber(
    { flag: 'https-port', help: 'Port for HTTPS, which needs a certificate.', fallback: 0 },
    port,
  ),
  tlsCert: optional(text({ flag: 'tls-cert', help: 'Certificate chain for HTTPS.' }, file, isGiven)),
  tlsKey: optional(text({ flag: 'tls-key', help: "The certificate's private key." }, file, isGiven)),
  accountId: text(
    { flag: 'account', help: 'Account of callers.', fallback: '000000000000' },
    'twelve digits',
    (given) => /^\d{12}$/.test(given),
  ),
  retentionPolicyDelayMs: wholeNumber(
    {
      flag: 'retention-policy-delay',
      help: 'From the put of an account-level retention policy until it rules; AWS: 24 hours.',
      fallback: 86_400_000,
    },
    { min: 0, max: 86_400_000, unit: 'milliseconds' },
  ),
  queryDelayMs: wholeNumber(
    { flag: 'query-delay', help: 'How long an Insights query is Scheduled before it runs.', fallback: 0 },
    { min: 0, max: 3_600_000, unit: 'milliseconds' },
  ),
};

const usage = 'cortex-twin: a local CloudWatch Logs for development and tests, in memory.';

function readTwinOptions(argv: readonly string[]): TwinOptions {
  const { tlsCert, tlsKey, ...rest } = readOptions(options, { argv, env: process.env });
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new ConfigError([
      { key: '--tls-cert', env: [], problem: 'and --tls-key must be given together or not at all' },
    ]);
  if (tlsCert === undefined || tlsKey === undefined) return rest;
  return { ...rest, tls: { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') } };
}

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
  const twin = await startTwin(readTwinOptions(argv));
  stopOnSignal(twin);
  for (const endpoint of [twin.httpEndpoint, twin.httpsEndpoint])
    if (endpoint !== undefined) console.log(`ready ${endpoint}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
