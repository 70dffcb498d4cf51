/** API users, and what each may do and see. */
import { entities } from './entities.ts';
import type { Offer } from './entity.ts';
import { listedEntities } from './listed-entities.ts';
import type { EntityName, ListedName, ProtectedData, Rights, SeededUser } from './seed.ts';

export interface ApiUser {
  readonly resourceId: number;
  readonly username: string;
  secret: string;
  trackingIdentifier: string;
  protectedData: ProtectedData;
  rights: Rights;
  locked: boolean;
  /** Wrong secrets in a row. */
  failures: number;
  /** Epoch milliseconds. */
  readonly usableFrom: number;
}

export function newApiUser(seed: SeededUser, resourceId: number, now: number): ApiUser {
  return {
    resourceId,
    username: seed.username,
    secret: seed.secret,
    trackingIdentifier: seed.trackingIdentifier,
    protectedData: { ...seed.protectedData },
    rights: structuredClone(seed.rights ?? {}),
    locked: seed.locked ?? false,
    failures: 0,
    usableFrom: now + (seed.readyInMs ?? 0),
  };
}

export type Action = 'query' | 'create' | 'update' | 'delete';

const offers: Readonly<Record<EntityName | ListedName, Offer>> = { ...entities, ...listedEntities };

/** Never what the vendor does not offer; an update of a resource only where the level has Admin access to Resources/Users (HR). */
export function may(user: ApiUser, action: Action, entity: EntityName | ListedName): boolean {
  const { canCreate, canUpdate, canDelete } = offers[entity];
  if (!{ query: true, create: canCreate, update: canUpdate, delete: canDelete }[action]) return false;
  return user.rights[entity]?.[action] ?? !(action === 'update' && entity === 'Resources');
}

export const hasAnyBox = ({ protectedData: boxes }: ApiUser): boolean =>
  boxes.viewUnprotected || boxes.editUnprotected || boxes.viewProtected || boxes.editProtected;

export const maySee = ({ protectedData: boxes }: ApiUser, isProtected: boolean): boolean =>
  isProtected ? boxes.viewProtected : boxes.viewUnprotected;

export const mayEdit = ({ protectedData: boxes }: ApiUser, isProtected: boolean): boolean =>
  isProtected ? boxes.editProtected : boxes.editUnprotected;

/** Boxes and rights that are not named stay. */
export interface PermissionChange {
  protectedData?: Partial<ProtectedData>;
  rights?: Rights;
}

export interface UserChange {
  active?: boolean;
  secret?: string;
  trackingIdentifier?: string;
}

export function changePermission(user: ApiUser, change: PermissionChange): void {
  Object.assign(user.protectedData, change.protectedData);
  for (const [name, rights] of Object.entries(change.rights ?? {})) {
    const entity = name as keyof Rights;
    user.rights[entity] = { ...user.rights[entity], ...rights };
  }
}
