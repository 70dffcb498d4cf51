/** One Autotask database, and what a person does to it in the UI. */
import { Allowance, Threads } from './allowance.ts';
import {
  type ApiUser,
  changePermission,
  newApiUser,
  type PermissionChange,
  type UserChange,
} from './api-users.ts';
import { type AutotaskItem, addItem, editItem, type ItemEdit, itemOf } from './item-records.ts';
import type { AutotaskSeed, EntityName, SeededItem, SeededUdf, SeededUser } from './seed.ts';
import { newTables, type Row } from './table.ts';
import { wireTime } from './wire-values.ts';

/** `udfType` of a device's field. */
export const deviceUdfType = 6;

export class AutotaskWorld {
  readonly tables = newTables();
  readonly allowance = new Allowance();
  readonly threads = new Threads();
  /** Null: the simulator's own. */
  zoneUrl: string | null = null;
  /** What zone discovery says of the user interface. */
  webUrl = 'https://ww0.autotask.net/';
  /** Requests of zone discovery that carried a secret: it needs none, so there must be none. */
  secretsSentToZone = 0;
  readonly #users: ApiUser[] = [];
  readonly #udfLengths = new Map<number, number>();
  #aheadMs = 0;

  constructor(seed: AutotaskSeed) {
    if (!seed.companies.some((company) => company.id === 0))
      this.addCompany({ id: 0, companyName: 'The MSP itself', isActive: true });
    for (const company of seed.companies) this.addCompany(company);
    for (const product of seed.products) this.addProduct(product);
    const categories = seed.categories ?? [{ id: 1, name: 'Standard', isActive: true }];
    const usual = categories.find((category) => category.isActive);
    for (const { id, ...values } of categories)
      this.tables.ConfigurationItemCategories.add({ ...values, isGlobalDefault: id === usual?.id }, id);
    for (const { id, ...values } of seed.types ?? []) this.tables.ConfigurationItemTypes.add(values, id);
    for (const udf of seed.udfs) this.addUdf(udf);
    for (const user of seed.users) this.addUser(user);
    // Items that name their own id first, so that the others get free ones.
    for (const item of seed.items) if (item.id !== undefined) this.addItem(item);
    for (const item of seed.items) if (item.id === undefined) this.addItem(item);
    if (seed.threshold) this.setThreshold(seed.threshold);
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Hours pass at once. */
  advanceClock(ms: number): void {
    this.#aheadMs += ms;
  }

  setThreshold({ limit, used }: { limit?: number; used?: number }): void {
    if (limit !== undefined) this.allowance.limit = limit;
    if (used !== undefined) this.allowance.usedByOthers = used;
  }

  addUser(seed: SeededUser): ApiUser {
    const resource = this.tables.Resources.add({
      userName: seed.username.slice(0, 32),
      firstName: 'API',
      lastName: 'User',
      email: seed.username,
      emailTypeCode: 'PRIMARY',
      isActive: seed.active ?? true,
      resourceType: 'Employee',
      payrollType: 1,
      numberFormat: 'X,XXX.XX',
      licenseType: 7,
      userType: 17,
    });
    const user = newApiUser(seed, resource.id, this.now());
    this.#users.push(user);
    return user;
  }

  /** Usernames ignore case. */
  user(username: string): ApiUser | undefined {
    return this.#users.find((user) => user.username.toLowerCase() === username.toLowerCase());
  }

  users(): readonly ApiUser[] {
    return this.#users;
  }

  isActive(user: ApiUser): boolean {
    return this.tables.Resources.get(user.resourceId)?.values.isActive === true;
  }

  /** Boxes and rights that are not named stay. */
  setPermission(username: string, change: PermissionChange): void {
    changePermission(this.#known(username), change);
  }

  lock(username: string): void {
    this.#known(username).locked = true;
  }

  /** Only an administrator can. */
  unlock(username: string): void {
    Object.assign(this.#known(username), { locked: false, failures: 0 });
  }

  setUser(username: string, change: UserChange): void {
    const user = this.#known(username);
    const { active, ...credentials } = change;
    Object.assign(user, credentials);
    if (active !== undefined) this.editRecord('Resources', user.resourceId, { isActive: active });
  }

  #known(username: string): ApiUser {
    const user = this.user(username);
    if (!user) throw new Error(`there is no user ${username}`);
    return user;
  }

  addCompany({ id, ...values }: { id?: number; companyName: string; isActive: boolean }): number {
    const company = { companyType: 1, phone: '555-0100', createDate: wireTime(this.now()), ...values };
    return this.tables.Companies.add(company, id).id;
  }

  addProduct({ id, ...values }: { id?: number; name: string; isActive: boolean }): number {
    const product = { isSerialized: true, productBillingCodeID: 29_682_801, billingType: 1, ...values };
    return this.tables.Products.add(product, id).id;
  }

  addUdf({ isProtected = false, isActive = true, dataType = 1, length = 255, name }: SeededUdf): number {
    const values = { name, isProtected, isActive, dataType, udfType: deviceUdfType, isRequired: false };
    const row = this.tables.UserDefinedFieldDefinitions.add({
      ...values,
      createDate: wireTime(this.now()),
    });
    this.#udfLengths.set(row.id, length);
    return row.id;
  }

  udfLength(definition: Row): number {
    return this.#udfLengths.get(definition.id) ?? 255;
  }

  /** Of configuration items. */
  udfDefinitions(): Row[] {
    return this.tables.UserDefinedFieldDefinitions.all().filter(
      (row) => row.values.udfType === deviceUdfType,
    );
  }

  /** The active definition of that name; names are compared exactly. */
  udfNamed(name: string): Row | undefined {
    return this.udfDefinitions().find((row) => row.values.name === name && row.values.isActive === true);
  }

  addItem(seed: SeededItem): AutotaskItem {
    return addItem(this, seed);
  }

  /** A person may do what the API may not, except to change the company. */
  edit(id: number, patch: ItemEdit): AutotaskItem {
    return editItem(this, id, patch);
  }

  deactivate(id: number): AutotaskItem {
    return this.edit(id, { isActive: false });
  }

  /** The source ends up inactive with the values that it had; the target stays as it is. */
  merge(sourceId: number, targetId: number): void {
    if (!this.item(targetId)) throw new Error(`there is no item ${targetId}`);
    this.deactivate(sourceId);
  }

  /** A person may in the user interface; the API has no such operation. */
  deleteItem(id: number): void {
    this.tables.ConfigurationItems.remove(id);
  }

  item(id: number): AutotaskItem | undefined {
    const row = this.tables.ConfigurationItems.get(id);
    return row && itemOf(this, row);
  }

  /** In the order of their ids. */
  items(): AutotaskItem[] {
    return this.tables.ConfigurationItems.all().map((row) => itemOf(this, row));
  }

  editRecord(entity: EntityName, id: number, patch: Record<string, unknown>): void {
    const row = this.tables[entity].get(id);
    if (!row) throw new Error(`there is no record ${id} among the ${entity}`);
    Object.assign(row.values, patch);
    row.versions += 1;
  }
}
