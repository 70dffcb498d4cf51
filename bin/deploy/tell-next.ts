/** Both stacks' outputs, as `cdk deploy --outputs-file` writes them. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What there is now, and what to do with it. Lines of text. */
export function tellNext(outputs: Outputs): string {
  const ours = Object.entries(Object.assign({}, ...Object.values(outputs)) as Record<string, string>)
    // What one stack exports to the other is nobody's to use.
    .filter(([name]) => !name.startsWith('ExportsOutput'))
    .sort(([one], [other]) => one.localeCompare(other));
  const widest = Math.max(0, ...ours.map(([name]) => name.length));
  const { CallersSecret = '', ApiUrl = '', HandOffUrl = '' } = Object.fromEntries(ours);
  return [
    '',
    ...ours.map(([name, value]) => `  ${name.padEnd(widest)}  ${value}`),
    '',
    'Next:',
    '  1. A key for yourself; it is printed once:',
    `       npx tsx bin/keys.ts mint --name me --secret-id ${CallersSecret}`,
    '  2. See that it answers (the key in ADDIGY_AUTOTASK_KEY, or on stdin):',
    `       npm run smoke -- --url ${ApiUrl} --hand-off-url ${HandOffUrl}`,
    '  3. Onboard a first connection: README.md, "Deploy".',
    '',
  ].join('\n');
}
