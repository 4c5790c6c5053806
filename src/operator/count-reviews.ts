/** What the admission path tells in metrics. */
import type { CertificateFollower } from '../admission/follow-certificate.ts';
import type { ReviewCounts } from '../admission/review-pod.ts';
import type { RefusalCounts } from '../admission/serve-reviews.ts';
import type { MetricRegistry } from '../runtime/metrics.ts';

const buckets = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1, 3];

export function countReviews(metrics: MetricRegistry): ReviewCounts & RefusalCounts {
  const reviews = metrics.counter({
    name: 'admission_reviews_total',
    help: 'Pods reviewed before they were stored, by what became of them; deferred ones are left to the watch loop.',
    labels: ['outcome'],
  });
  const seconds = metrics.histogram({
    name: 'admission_review_seconds',
    help: 'Time from the whole request to the answer, look-ups included.',
    buckets,
  });
  const refused = metrics.counter({
    name: 'admission_requests_refused_total',
    help: 'Requests and connections that were no review, by reason.',
    labels: ['reason'],
  });
  return {
    reviewed: (outcome, took) => {
      reviews.inc({ outcome });
      seconds.observe({}, took);
    },
    refused: (reason) => refused.inc({ reason }),
  };
}

export function registerExpiry(
  metrics: MetricRegistry,
  follower: Pick<CertificateFollower, 'notAfter'>,
): void {
  const left = metrics.gauge({
    name: 'admission_certificate_seconds_left',
    help: 'Until the certificate that is served ends; 0 while there is none.',
  });
  left.readFrom({}, () => Math.max(0, ((follower.notAfter ?? 0) - Date.now()) / 1000));
}
