/** What the shapes of resources are put together from. */
import * as z from 'zod';

/** Read and checked, and without a difference on one machine, for this reason. */
export const settled = <Shape extends z.ZodType>(shape: Shape, _reason: string) => shape.optional();
export const text = z.string().min(1);
export const oneOrMany = z.union([text.transform((one) => [one]), z.array(text)]);
export const description = settled(z.string(), 'for people');
