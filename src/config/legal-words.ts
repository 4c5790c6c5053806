/** Rules of others in words, to stand after "must be". */

export const dnsLabel =
  'a DNS label (RFC 1123): 1 to 63 of a-z 0-9 -, beginning and ending with a letter or digit';
export const dnsSubdomain =
  'a DNS name (RFC 1123): labels of a-z 0-9 - with dots between, at most 253 characters';
