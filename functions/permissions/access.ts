/**
 * What a validation asks of Autotask on behalf of one API user, one question at a time. The Autotask room
 * answers; what the answers mean is decided here. Rejections are `PortError`s, and their messages hold no secret.
 */

import type { ApiUserCredentials } from '#connections/connection';
import type { Company, ConfigurationItem, ItemDraft, ItemPatch, Product } from '#sync/configuration-item';

/** The database's addresses. `url` ends in `/ATServicesRest/`; `webUrl` is the user interface, '' where not told. */
export interface AutotaskZone {
  readonly name: string;
  readonly url: string;
  readonly webUrl: string;
}

/**
 * `restricted` means that a right depends on the record. `unknown`: a word or number that is not documented.
 * Autotask documents 0 None, 1 All, 2 Restricted; on the wire words are seen: both are read.
 */
export type AccessLevel = 'none' | 'restricted' | 'all' | 'unknown';

/** The level's rights on one entity. They reflect the security level, not Protected Data Permission (inference). */
export interface EntityAccess {
  /** As the API's path has it, in the plural, such as `ConfigurationItems`; else as Autotask names it. */
  readonly entity: string;
  /** What the API offers for the entity at all. */
  readonly offers: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
  readonly query: AccessLevel;
  readonly create: AccessLevel;
  readonly update: AccessLevel;
  readonly delete: AccessLevel;
}

/** A user-defined field of configuration items (`udfType` 6). */
export interface FieldDefinition {
  readonly name: string;
  readonly active: boolean;
  readonly isProtected: boolean;
  /** Whether it holds text; null where the type is not known. */
  readonly text: boolean | null;
}

/** One login's view. Every method costs one request unless it says otherwise. */
export interface Access {
  readonly zone: AutotaskZone;
  /** Every entity's rights in one request. Null where Autotask does not tell. */
  entities(signal: AbortSignal): Promise<readonly EntityAccess[] | null>;
  /** One entity's rights. Null where Autotask does not tell. */
  entity(name: string, signal: AbortSignal): Promise<EntityAccess | null>;
  /** The first companies by id, at most `limit`. Company 0 is the MSP's own and always there. */
  someCompanies(limit: number, signal: AbortSignal): Promise<readonly Company[]>;
  /** The first active products by id, at most `limit`. */
  someProducts(limit: number, signal: AbortSignal): Promise<readonly Product[]>;
  /** The first configuration items by id, at most `limit`. */
  someItems(limit: number, markField: string, signal: AbortSignal): Promise<readonly ConfigurationItem[]>;
  /** Every user-defined field of configuration items that has a definition. Null where the user may not query them. */
  fieldDefinitions(signal: AbortSignal): Promise<readonly FieldDefinition[] | null>;
  /** The names in the items' metadata. Null where Autotask does not tell. */
  listedFields(signal: AbortSignal): Promise<readonly string[] | null>;
  /** Creates an active, unprotected text field for configuration items, in two requests. `refused` where the level does not allow it. */
  defineField(name: string, signal: AbortSignal): Promise<void>;
  /** One item that has a value in this field. Null where Autotask shows none. */
  itemWithValue(field: string, markField: string, signal: AbortSignal): Promise<ConfigurationItem | null>;
  /** Items of this company with exactly this serial. */
  itemsBySerial(
    serial: string,
    companyId: number,
    markField: string,
    signal: AbortSignal,
  ): Promise<readonly ConfigurationItem[]>;
  item(id: number, markField: string, signal: AbortSignal): Promise<ConfigurationItem | null>;
  /** The new item's id. */
  createItem(draft: ItemDraft, signal: AbortSignal): Promise<number>;
  updateItem(id: number, patch: ItemPatch, signal: AbortSignal): Promise<void>;
  /** Requests sent so far, the login's own included. */
  calls(): number;
}

/**
 * Logs in once: the zone (asked without the secret), then one request that needs all three headers.
 * Rejects with `unauthorised` where the credentials are not accepted, and never tries again: repeated bad
 * logins lock an API user. `locked` on that error is true where Autotask says so in words.
 */
export type OpenAccess = (credentials: ApiUserCredentials, signal: AbortSignal) => Promise<Access>;

/**
 * Addigy reads Autotask's companies with the credentials that a person pasted there. Rejects with a `PortError`:
 * `unauthorised` and `blocked` are about the Addigy key; `refused` and `unavailable` are how Addigy answers where
 * it cannot log in to Autotask (400 and 500 are in its specification; which is which is UNCONFIRMED).
 */
export interface AddigyReach {
  /** The companies that Addigy finds, by the phrase; '' for no phrase. */
  accounts(
    phrase: string,
    signal: AbortSignal,
  ): Promise<ReadonlyArray<{ readonly id: number; readonly name: string }>>;
  calls(): number;
}
