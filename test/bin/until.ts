/** Waits until `look` gives something, and gives it; fails with `what` after ten seconds. */
export async function until<Found>(
  what: string,
  look: () => Found | null | undefined | false,
): Promise<Found> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
