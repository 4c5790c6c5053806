/** The least that a client of the twin can be: its cost is not what is measured. */
import { Client } from 'undici';

export class TwinCaller {
  readonly #client: Client;

  constructor(endpoint: string) {
    this.#client = new Client(endpoint, { pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });
  }

  async call(operation: string, input: unknown): Promise<Record<string, unknown>> {
    return this.send(operation, Buffer.from(JSON.stringify(input)));
  }

  /** `body` is the input as JSON. */
  async send(operation: string, body: Uint8Array): Promise<Record<string, unknown>> {
    const response = await this.#client.request({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Logs_20140328.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body,
    });
    const output = (await response.body.json()) as Record<string, unknown>;
    if (response.statusCode !== 200) throw new Error(`${operation}: ${JSON.stringify(output)}`);
    return output;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
