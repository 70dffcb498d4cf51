import { describe, expect, it } from 'vitest';
import { familyOf, isVirtual, serialKey } from '#sync/device';

describe('a serial number', () => {
  it.each([
    ['s1', 'S1'],
    ['  C02  ab\t1 ', 'C02AB1'],
    ['', ''],
    [' ', ''],
    [null, ''],
    [undefined, ''],
  ])('%j is compared as %j', (serial, key) => {
    expect(serialKey(serial)).toBe(key);
  });
});

describe('the family', () => {
  it.each([
    ['', 'MacBookAir10,1', 'mac'],
    ['MacBook Air', '', 'mac'],
    ['iPhone 15', '', 'iphone'],
    ['', 'iPad14,1', 'ipad'],
    ['Apple TV 4K', '', 'apple-tv'],
    ['', 'AppleTV11,1', 'apple-tv'],
    ['iPad Pro', 'MacBookAir10,1', 'mac'],
    ['iPhone', 'unknown', 'iphone'],
    ['Vision Pro', 'RealityDevice14,1', 'other'],
    ['', '', 'other'],
  ])('of model %j and hardware %j is %s', (model, hardware, family) => {
    expect(familyOf(model, hardware)).toBe(family);
  });
});

it.each([
  ['Parallels16,1', true],
  ['VMware7,1', true],
  ['VirtualMac2,1', true],
  ['QEMU Virtual CPU', true],
  ['MacBookAir10,1', false],
  ['', false],
])('%j is virtual: %s', (hardware, virtual) => {
  expect(isVirtual(hardware)).toBe(virtual);
});
