/** How far something has come, as a bar that leaves room for its figures; '' where nothing is to be done. */
export function progressBar(done: number, total: number, columns: number): string {
  if (total === 0) return '';
  const figures = `${done}/${total}`;
  const width = Math.max(10, Math.min(40, columns - figures.length - 20));
  const full = Math.round(Math.min(1, done / total) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${figures}`;
}
