export interface Deletion {
  readonly stage: string;
  /** Of the context: whether the stateful stack is to be kept. */
  readonly retain: boolean;
}

/** What is deleted, what stays, and how the rest would go. Lines of text. */
export function tellDeletion({ stage, retain }: Deletion): string {
  const prefix = `addigy-autotask/${stage}`;
  const outside = `the connections' secrets (${prefix}/connections/…): the doors made them. Offboard each connection first (DELETE /connections/{id}), which puts its secrets out of use`;
  if (!retain) {
    return [
      `Both stacks of stage ${stage} are deleted, WITH the table: connections, API users, runs, the callers' keys and the key of the links.`,
      'A stack that was deployed with retain=true refuses: deploy with -c retain=false first, which takes the protection away.',
      `What stays: ${outside}.`,
    ].join('\n');
  }
  return [
    `The stateless stack of stage ${stage} is deleted: the doors, both APIs, schedules, queues (with what waits in them), alarms.`,
    "What stays: the stateful stack, under termination protection, with the table, the callers' keys, the key of the links and the bus; the log groups; and " +
      `${outside}. Their cost goes on.`,
    '`npm run deploy` with the same stage brings everything back, at other addresses: ApiUrl and HandOffUrl change, and links that were sent are over.',
    'To delete everything: `npm run deploy -- -c retain=false`, and then `npm run destroy -- -c retain=false`.',
  ].join('\n');
}
