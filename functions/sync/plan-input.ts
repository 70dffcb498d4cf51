/** All that a plan depends on: what was read of both vendors, what the connection wants, and the time. */
import type { Company, ConfigurationItem } from './configuration-item.ts';
import type { Device, DeviceFamily, Policy } from './device.ts';
import type { DirectoryFacts } from './ports.ts';
import type { SyncSettings } from './settings.ts';

export interface PlanInput {
  readonly connectionId: string;
  readonly settings: SyncSettings;
  readonly devices: readonly Device[];
  readonly policies: readonly Policy[];
  /** Each item once, by id. */
  readonly items: readonly ConfigurationItem[];
  /** The mapped companies that the API user can see. */
  readonly companies: readonly Company[];
  /** The product of each family; a family without one is held. */
  readonly products: ReadonlyMap<DeviceFamily, number>;
  readonly categories: ReadonlyMap<DeviceFamily, number>;
  readonly types: ReadonlyMap<DeviceFamily, number>;
  readonly facts: DirectoryFacts;
  /** Marked items whose device was already missing, and since when. */
  readonly missing: ReadonlyMap<number, number>;
  /** Whether the whole of Addigy was read. */
  readonly complete: boolean;
  readonly now: number;
  /** A collision-resistant hash of a text, as hex. */
  readonly digest: (text: string) => string;
}
