/** Settings of the admission webhook, in the order of --help. */
import * as legal from './legal-names.ts';
import { dnsLabel, dnsSubdomain } from './legal-words.ts';
import { choice, decimalNumber, list, text, trueOrFalse, wholeNumber } from './option.ts';

export const admissionOptions = {
  admission: trueOrFalse({
    flag: 'admission',
    help: 'Whether pods are labeled at birth, by a webhook that every replica serves.',
    fallback: true,
  }),
  admissionHost: text(
    { flag: 'admission-host', help: 'Address that the webhook port is bound to.', fallback: '0.0.0.0' },
    'an IP address or a host name',
    legal.isHost,
  ),
  admissionPort: wholeNumber(
    { flag: 'admission-port', help: 'Port of the webhook; 0 takes a free one.', fallback: 9443 },
    { min: 0, max: 65_535 },
  ),
  admissionService: text(
    {
      flag: 'admission-service',
      help: 'The Service in the own namespace by which the API server reaches the webhook.',
      fallback: 'cortex-logging-operator',
    },
    dnsLabel,
    legal.isDnsLabel,
  ),
  admissionWebhook: text(
    {
      flag: 'admission-webhook',
      help: 'The MutatingWebhookConfiguration that gets the caBundle.',
      fallback: 'cortex-logging-operator',
    },
    dnsSubdomain,
    legal.isDnsSubdomain,
  ),
  admissionSecret: text(
    {
      flag: 'admission-secret',
      help: 'The Secret in the own namespace that holds the certificates.',
      fallback: 'cortex-logging-operator-admission',
    },
    dnsSubdomain,
    legal.isDnsSubdomain,
  ),
  admissionCertificates: choice(
    {
      flag: 'admission-certificates',
      help: 'Who makes the certificates: the operator itself, or cert-manager.',
      fallback: 'Own',
    },
    ['Own', 'CertManager'],
  ),
  admissionExtraNames: list(
    {
      flag: 'admission-extra-names',
      help: "Further host names and IPv4 addresses that the certificate is good for, beside the Service's.",
      fallback: ['localhost'],
    },
    'a host name or an IPv4 address',
    (item) => (legal.isHost(item) ? item : undefined),
  ),
  admissionAuthorityDays: decimalNumber(
    { flag: 'admission-authority-days', help: 'How long the own authority lives.', fallback: 365 },
    { min: 0.000_1, max: 3650, unit: 'days' },
  ),
  admissionLeafDays: decimalNumber(
    { flag: 'admission-leaf-days', help: 'How long a certificate that is served lives.', fallback: 7 },
    { min: 0.000_1, max: 365, unit: 'days' },
  ),
  admissionDrainSeconds: decimalNumber(
    {
      flag: 'admission-drain-seconds',
      help: 'How long the webhook goes on answering once the operator is to stop.',
      fallback: 5,
    },
    { min: 0, max: 10, unit: 'seconds' },
  ),
};
