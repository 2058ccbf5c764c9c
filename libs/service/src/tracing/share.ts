import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';

/** Which traces are recorded. */
export interface Share {
  sampler: Sampler;
  isSampled: (traceId: string) => boolean;
}

/**
 * All services decide alike, because they decide by the trace's id: a send is recorded everywhere or nowhere. The first
 * half of a send's id is a clock, but the SDK's sampler mixes all of an id's four words, the last of which is random. A
 * caller who does not want its trace recorded is heard; one who does is taken at the same ratio as the others, or
 * strangers would decide how much we record.
 * @param ratio 0 to 1
 */
export function share(ratio: number): Share {
  const byId = new TraceIdRatioBasedSampler(ratio);
  return {
    sampler: new ParentBasedSampler({ root: byId, remoteParentSampled: byId }),
    isSampled: (traceId) =>
      byId.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
  };
}
