/** A morning in the made estate: people rename, enrol and retire devices, and one edits Autotask by hand. */
import type { AddigyWorld } from '../../test/simulators/addigy/world.ts';
import type { AutotaskWorld } from '../../test/simulators/autotask/world.ts';

export interface LifeEvents {
  readonly renamed: number;
  readonly enrolled: number;
  readonly retired: number;
  readonly deactivatedByHand: number;
}

export function liveOn(addigy: AddigyWorld, autotask: AutotaskWorld): LifeEvents {
  const synced = autotask
    .items()
    .filter((item) => item.isActive)
    .map((item) => ({ id: item.id, agentId: item.udfs['Addigy Agent ID'] ?? '' }))
    .filter(({ agentId }) => agentId !== '' && addigy.device(agentId) !== undefined);
  const renamed = synced.slice(0, 3);
  const [retired, deactivated] = synced.slice(3);
  for (const { agentId } of renamed) addigy.rename(agentId, `Renamed ${agentId.slice(0, 8)}`);
  const policyId = renamed[0] === undefined ? undefined : policyOf(addigy, renamed[0].agentId);
  const enrolled = policyId === undefined ? [] : ['C02NEWMAC001', 'C02NEWMAC002'];
  for (const serial of enrolled)
    addigy.enrol({ serial, name: 'Fresh from the box', policyId: policyId ?? '' });
  if (retired !== undefined) addigy.retire(retired.agentId);
  if (deactivated !== undefined) autotask.deactivate(deactivated.id);
  return {
    renamed: renamed.length,
    enrolled: enrolled.length,
    retired: retired === undefined ? 0 : 1,
    deactivatedByHand: deactivated === undefined ? 0 : 1,
  };
}

function policyOf(addigy: AddigyWorld, agentId: string): string | undefined {
  const value = addigy.device(agentId)?.facts.policy_id?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
