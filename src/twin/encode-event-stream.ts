/**
 * Messages of an event stream in AWS's binary format:
 * https://smithy.io/2.0/aws/amazon-eventstream.html#amazon-event-stream-specification
 */
import { crc32 } from 'node:zlib';

/** An event that a client knows by its name, such as `sessionUpdate`. */
export function encodeEvent(eventType: string, payload: unknown): Buffer {
  return encode({ ':message-type': 'event', ':event-type': eventType }, payload);
}

/** An error that ends the stream. */
export function encodeException(exceptionType: string, message: string): Buffer {
  return encode({ ':message-type': 'exception', ':exception-type': exceptionType }, { message });
}

const contentType = { ':content-type': 'application/json' };
const lengthBytes = 4;
const checksumBytes = 4;
const preludeBytes = 2 * lengthBytes + checksumBytes;
/** The one type of header values that is used here. */
const stringType = 7;

function encode(named: Readonly<Record<string, string>>, payload: unknown): Buffer {
  const headers = Buffer.concat(Object.entries({ ...named, ...contentType }).map(encodeHeader));
  const body = Buffer.from(JSON.stringify(payload));
  const message = Buffer.alloc(preludeBytes + headers.length + body.length + checksumBytes);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, lengthBytes);
  message.writeUInt32BE(crc32(message.subarray(0, 2 * lengthBytes)), 2 * lengthBytes);
  headers.copy(message, preludeBytes);
  body.copy(message, preludeBytes + headers.length);
  const end = message.length - checksumBytes;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

function encodeHeader([name, value]: readonly [string, string]): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const head = Buffer.from([nameBytes.length]);
  const type = Buffer.from([stringType, valueBytes.length >>> 8, valueBytes.length & 0xff]);
  return Buffer.concat([head, nameBytes, type, valueBytes]);
}
