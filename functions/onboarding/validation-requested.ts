import * as z from 'zod/mini';
import { onboardingEventSchemas } from './events.ts';

/** EventBridge puts the whole event in the queue; only these two of its fields are ours. */
export const validationRequestedSchema = z.object({
  'detail-type': z.literal('Validation Requested'),
  detail: onboardingEventSchemas['Validation Requested'],
});
