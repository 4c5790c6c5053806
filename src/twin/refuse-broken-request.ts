/** Answers what never became a request: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';

interface Broken {
  readonly status: string;
  readonly type: string;
  readonly message: string;
}

const reasons: Readonly<Record<string, Broken>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    type: 'RequestTimeoutException',
    message: 'The request took too long to arrive.',
  },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    type: 'MalformedHttpRequestException',
    message: 'The headers are too large.',
  },
};
const malformed: Broken = {
  status: '400 Bad Request',
  type: 'MalformedHttpRequestException',
  message: 'This is no HTTP request.',
};

/** For the event `clientError` of a server. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, type, message } = reasons[error.code ?? ''] ?? malformed;
  const body = JSON.stringify({ __type: type, message });
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      'connection: close',
      'content-type: application/x-amz-json-1.1',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-amzn-RequestId: ${randomUUID()}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
