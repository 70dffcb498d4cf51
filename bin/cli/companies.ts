/** `companies`: which company an unmapped policy may belong to. */
import type { Command } from 'commander';
import { shown } from '#sync/plan-text';
import type { SuggestionsAnswer } from '../api/answers.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';

export function addCompanies(program: Command, act: Act): void {
  program
    .command('companies')
    .argument('<id>', 'the connection')
    .description('which company an unmapped policy may belong to, by name; nothing is applied')
    .action(act(companies));
}

async function companies({ api, screen }: Call, _options: object, id: string): Promise<Exit> {
  screen.live.show('  reads policies, devices and companies');
  const told = await api.call<SuggestionsAnswer>('GET', `${pathOf(id)}/companies/suggestions`);
  if (screen.isJson) {
    screen.document(told);
    return 'done';
  }
  const { suggestions, unmapped, left } = told;
  if (suggestions.length + unmapped.length === 0) {
    screen.say('Every policy with devices leads to a company.');
    return 'done';
  }
  for (const { policyId, policyName, devices, companies: near } of suggestions) {
    screen.say(
      `${screen.paint.bold(shown(policyName))}  ${devices} ${devices === 1 ? 'device' : 'devices'}, policy ${policyId}`,
    );
    screen.table(
      near,
      [
        { title: 'COMPANY', of: ({ companyName }) => shown(companyName), shrinksTo: 12 },
        { title: 'ID', of: ({ companyId }) => String(companyId), align: 'right' },
        { title: 'LIKENESS', of: ({ score }) => `${Math.round(score * 100)} %`, align: 'right' },
      ],
      '  ',
    );
  }
  if (unmapped.length > 0) {
    screen.say(screen.paint.bold('No company has such a name'));
    screen.table(
      unmapped,
      [
        { title: 'POLICY', of: ({ policyName }) => shown(policyName), shrinksTo: 12 },
        { title: 'ID', of: ({ policyId }) => policyId },
        { title: 'DEVICES', of: ({ devices }) => String(devices), align: 'right' },
      ],
      '  ',
    );
  }
  if (left > 0) screen.say(`${left} more policies are not shown: what is mapped makes room for them.`);
  const [first] = suggestions;
  screen.say();
  screen.say('Where one is right, say so:');
  screen.command(
    line(
      'connections',
      'set',
      id,
      `sync.companies.${first?.policyId ?? '<policy id>'}=${first?.companies[0]?.companyId ?? '<company id>'}`,
    ),
  );
  return 'done';
}
