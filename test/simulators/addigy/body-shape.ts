/** Request bodies held to the vendor's definitions: unknown fields and wrong types are refused with a 400. */

import type { VendorAnswer } from '../vendor-server.ts';
import { refuse } from './answer.ts';

type Shape =
  | 'string'
  | 'integer'
  | 'any'
  | { readonly list: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

/** device_entities.DeviceFilter */
export const deviceFilter: Shape = {
  fields: {
    desired_fact_identifiers: { list: 'string' },
    page: 'integer',
    per_page: 'integer',
    sort_field: 'string',
    sort_direction: 'string',
    query: {
      fields: {
        search_any: 'string',
        policy_id: 'string',
        filters: {
          list: {
            fields: {
              audit_field: 'string',
              operation: 'string',
              type: 'string',
              value: 'any',
              range_value: 'any',
            },
          },
        },
      },
    },
  },
};

/** PolicyQueryRequest */
export const policyQuery: Shape = { fields: { policies: { list: 'string' } } };

/** ticketing.SyncRequest */
export const syncRequest: Shape = { fields: { policy_id: 'string' }, required: ['policy_id'] };

/** The refusal of a body that is not of this shape; null where it is. */
export function refusalOf(body: unknown, shape: Shape): VendorAnswer | null {
  const fault = faultIn(body, shape, 'body');
  return fault === null ? null : refuse(400, `invalid request: ${fault}`);
}

function faultIn(value: unknown, shape: Shape, at: string): string | null {
  if (shape === 'any') return null;
  if (shape === 'string') return typeof value === 'string' ? null : `${at} must be a string`;
  if (shape === 'integer') return Number.isSafeInteger(value) ? null : `${at} must be an integer`;
  if ('list' in shape) {
    if (!Array.isArray(value)) return `${at} must be an array`;
    return (
      value.map((one, index) => faultIn(one, shape.list, `${at}[${index}]`)).find((one) => one !== null) ??
      null
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} must be an object`;
  const missing = (shape.required ?? []).find((field) => !(field in value));
  if (missing !== undefined) return `${at}.${missing} is required`;
  for (const [field, inner] of Object.entries(value)) {
    const known = shape.fields[field];
    if (known === undefined) return `unknown field ${at}.${field}`;
    const fault = faultIn(inner, known, `${at}.${field}`);
    if (fault !== null) return fault;
  }
  return null;
}
