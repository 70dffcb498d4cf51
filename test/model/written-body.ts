/** The body of a write, and what the item is like after it. */
import { markField } from './names.ts';
import type { Item } from './truth.ts';

export interface Body {
  readonly id?: number;
  readonly companyID?: number;
  readonly isActive?: boolean;
  readonly userDefinedFields?: ReadonlyArray<{ readonly name: string; readonly value: string | null }>;
  readonly [field: string]: unknown;
}

export function markIn({ userDefinedFields = [] }: Body): string | undefined {
  const written = userDefinedFields.find(({ name }) => name === markField);
  return written === undefined ? undefined : (written.value ?? '');
}

export const created = (id: number, sent: Body): Item =>
  patched({ id, mark: '', serial: '' } as Item, sent, false);

export function patched(before: Item, sent: Body, nullIsIgnored = false): Item {
  const { userDefinedFields: _, ...fields } = sent;
  const item = { ...before, ...fields } as Item;
  const isKept = nullIsIgnored && sent.userDefinedFields?.some(({ value }) => value === null);
  return {
    ...item,
    id: before.id,
    mark: (isKept ? undefined : markIn(sent)) ?? before.mark,
    serial: item.serialNumber ?? '',
  };
}
