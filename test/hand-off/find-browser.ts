import { existsSync } from 'node:fs';

/** A Chromium on this machine; null where there is none, and the tests that need one are skipped. */
export function findBrowser(): string | null {
  const places = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'];
  return places.find((place) => place !== undefined && place !== '' && existsSync(place)) ?? null;
}

/** Headless, without a sandbox (CI runs as root), and silent towards the rest of the world. */
export const browserFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
