/** HTTP request -> operation, caller and body, in AWS's JSON 1.1 protocol. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isRecord } from './members.ts';
import { Refusal } from './refusal.ts';

export interface ApiRequest {
  /** Such as `CreateLogGroup`. */
  readonly operation: string;
  readonly caller: Caller;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who calls, by the credential scope of the signature, which is not verified. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
}

const target = /^Logs_20140328\.(\w+)$/;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
export function readTarget(header: unknown): string {
  const [, operation] = target.exec(String(header)) ?? [];
  if (operation === undefined)
    throw new Refusal(
      'UnknownOperationException',
      'The header X-Amz-Target must be Logs_20140328.<operation>.',
    );
  return operation;
}

const scope = /\bCredential=([^/\s,]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request\b/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function readCaller(authorization: string | undefined): Caller {
  if (authorization === undefined)
    throw new Refusal('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [, accessKeyId, region, service] = scope.exec(authorization) ?? [];
  if (accessKeyId === undefined || region === undefined || !authorization.startsWith('AWS4-HMAC-SHA256 '))
    throw new Refusal(
      'IncompleteSignature',
      'The header Authorization is not a Signature Version 4 with a credential scope.',
    );
  if (service !== 'logs')
    throw new Refusal('InvalidSignatureException', "Credential should be scoped to correct service: 'logs'.");
  return { accessKeyId, region };
}

/**
 * Of a request's body, packed or not. PutLogEvents takes 1 MiB of messages in UTF-8, of which every byte
 * may be escaped as `\u00XX`, and each event brings its own JSON.
 */
export const maxBodyBytes = 8 * 1_048_576;

/** Of all bodies that are being received. */
const maxBytesAtATime = 256 * 1_048_576;

/** Reads the bodies of requests, as many at a time as there is room for. */
export class BodyReader {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = maxBytesAtATime) {
    this.#maxBytes = maxBytes;
  }

  async read(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
    return parseBody(await unpack(await this.#readBytes(request), request.headers['content-encoding']));
  }

  /** Reads on after a limit without keeping anything: who is still sending would not see the refusal. */
  async #readBytes(request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let kept = 0;
    let refusal: Refusal | undefined;
    const drop = (): void => {
      this.#bytes -= kept;
      kept = 0;
      chunks.length = 0;
    };
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        refusal ??= this.#refusalOf(kept + chunk.length, chunk.length);
        if (refusal) {
          drop();
          continue;
        }
        chunks.push(chunk);
        kept += chunk.length;
        this.#bytes += chunk.length;
      }
      if (refusal) throw refusal;
      return Buffer.concat(chunks);
    } finally {
      drop();
    }
  }

  #refusalOf(ofBody: number, ofChunk: number): Refusal | undefined {
    if (ofBody > maxBodyBytes) return tooLarge();
    if (this.#bytes + ofChunk <= this.#maxBytes) return undefined;
    return new Refusal(
      'ServiceUnavailableException',
      `The twin receives no more than ${this.#maxBytes} bytes at a time.`,
    );
  }
}

export function parseBody(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body = parseJson(bytes.toString());
  if (!isRecord(body)) throw new Refusal('SerializationException', 'The body must be a JSON object.');
  return body;
}

function tooLarge(): Refusal {
  return new Refusal(
    'RequestEntityTooLargeException',
    `The body must not be larger than ${maxBodyBytes} bytes.`,
  );
}

const unzip = promisify(gunzip) as (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

async function unpack(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip')
    throw new Refusal('MalformedHttpRequestException', `Content-Encoding ${encoding} is not known; gzip is.`);
  try {
    return await unzip(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new Refusal(
      'MalformedHttpRequestException',
      'The body is not gzip, though Content-Encoding says so.',
    );
  }
}

function parseJson(source: string): unknown {
  if (source === '') return {};
  try {
    return JSON.parse(source) as unknown;
  } catch {
    throw new Refusal('SerializationException', 'The body is not JSON.');
  }
}
