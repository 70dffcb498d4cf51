import type { Random } from './random.ts';

export type SeededFamily = 'mac' | 'iphone' | 'ipad' | 'apple-tv' | 'vision';

export interface Model {
  readonly family: SeededFamily;
  readonly name: string;
  readonly identifier: string;
  readonly os: string;
  readonly noun: string;
}

const mac = (name: string, identifier: string, noun: string): Model => ({
  family: 'mac',
  name,
  identifier,
  os: '15.1.1',
  noun,
});

const models: Readonly<Record<SeededFamily, readonly Model[]>> = {
  mac: [
    mac('MacBook Air', 'MacBookAir10,1', 'MacBook Air'),
    mac('MacBook Air', 'Mac14,2', 'MacBook Air'),
    mac('MacBook Pro', 'MacBookPro18,3', 'MacBook Pro'),
    mac('MacBook Pro', 'Mac15,6', 'MacBook Pro'),
    mac('Mac mini', 'Macmini9,1', 'Mac mini'),
    mac('iMac', 'iMac21,1', 'iMac'),
  ],
  iphone: [
    { family: 'iphone', name: 'iPhone 13', identifier: 'iPhone14,5', os: '18.1', noun: 'iPhone' },
    { family: 'iphone', name: 'iPhone 15 Pro', identifier: 'iPhone16,1', os: '18.1.1', noun: 'iPhone' },
  ],
  ipad: [
    { family: 'ipad', name: 'iPad (9th generation)', identifier: 'iPad12,1', os: '18.1', noun: 'iPad' },
    { family: 'ipad', name: 'iPad Pro (11-inch)', identifier: 'iPad13,4', os: '17.7', noun: 'iPad' },
  ],
  'apple-tv': [
    { family: 'apple-tv', name: 'Apple TV 4K', identifier: 'AppleTV11,1', os: '18.1', noun: 'Apple TV' },
  ],
  vision: [
    {
      family: 'vision',
      name: 'Apple Vision Pro',
      identifier: 'RealityDevice14,1',
      os: '2.1',
      noun: 'Vision',
    },
  ],
};

/** Parallels and VMware enrol as Macs; only the model identifier tells. */
export const virtualModels: readonly Model[] = [
  mac('Mac', 'Parallels16,1', 'Parallels VM'),
  mac('Mac', 'VMware7,1', 'VMware VM'),
  mac('Apple Virtual Machine 1', 'VirtualMac2,1', 'VM'),
];

/** About 58 in 100 Macs, 21 iPhones, 18 iPads, 3 Apple TVs; with the virtual machines as few Macs more. */
export function pickModel(random: Random): Model {
  const draw = random.next();
  if (draw < 0.58) return random.pick(models.mac);
  if (draw < 0.79) return random.pick(models.iphone);
  if (draw < 0.97) return random.pick(models.ipad);
  return random.pick(models['apple-tv']);
}

export const visionModel: Model = models.vision[0]!;
