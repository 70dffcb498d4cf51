/** AWS's own linter of templates, where it is on PATH: it knows schemas and values that the CDK's validation does not. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

const regions = ['us-east-1', 'eu-central-1', 'ap-southeast-2'];
/** What the CDK writes and we do not. */
const excused: Readonly<Record<string, string>> = {
  W3005: 'each function also DependsOn its role, which the reference to the role already says',
};

interface Finding {
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

/**
 * What it found; null where there is none on PATH, or a launcher that cannot launch. One process: most of its 7 s of
 * the processor go into its start, and a region more costs 0.1 s. Not waited for by blocking, which the runner takes ill.
 */
async function lint(templates: Readonly<Record<string, object>>): Promise<readonly string[] | null> {
  const folder = mkdtempSync(join(tmpdir(), 'cfn-lint-'));
  try {
    const files = Object.entries(templates).map(([name, template]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(template));
      return file;
    });
    const chosen = ['--regions', ...regions, '--ignore-checks', ...Object.keys(excused)];
    const output = await new Promise<string | null>((done, fail) => {
      execFile(
        'cfn-lint',
        [...chosen, '--format', 'json', '--', ...files],
        { timeout: 240_000 },
        (error, stdout, stderr) => {
          if (error?.code === 'ENOENT' || Number(error?.code) >= 126) done(null);
          else if (stdout.trim() === '')
            fail(new Error(`cfn-lint did not answer: ${stderr || error?.message}`));
          else done(stdout);
        },
      );
    });
    if (output === null) return null;
    const findings = JSON.parse(output) as Finding[];
    return findings.map(({ Level, Message, Rule }) => `${Level} ${Rule.Id}: ${Message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { stateful, stateless } = synthesize();
const found = await lint({
  stateful: stateful.toJSON(),
  stateless: stateless.toJSON(),
  broken: { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'soon' } } } },
});

it.skipIf(found === null)(
  `both templates pass cfn-lint in ${regions.join(', ')}${found === null ? ' (skipped: no working cfn-lint on PATH)' : ''}`,
  () => {
    // The linter sees what is wrong, and nothing is wrong but that.
    expect(found).toEqual([expect.stringMatching(/^Error E3012: 'soon' is not of type 'integer'/u)]);
  },
);
