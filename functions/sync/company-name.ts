/** Names of companies and policies, made comparable: people type them twice, and not the same way. */

export interface ComparableName {
  /** Tokens with single spaces; '' where nothing of the name can be compared. */
  readonly text: string;
  readonly tokens: ReadonlySet<string>;
  /** Pairs of neighbouring letters within a token. The second of the same pair is another one, so that a set counts them. */
  readonly pairs: readonly string[];
}

const legalForms: ReadonlySet<string | undefined> = new Set(
  'ab ag aps as bv co company corp corporation eg ek ev gbr gmbh inc incorporated kg kgaa limited llc llp lp ltd mbh nv ohg oy pc plc pllc pty sa sarl sas se spa srl ug und and'.split(
    ' ',
  ),
);

/** Without case, accents, punctuation, a leading "the", and the legal forms at its end. */
export function comparableName(name: string): ComparableName {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(/[.'’`]/gu, '')
    .replace(/[&+]/gu, ' and ')
    .split(/[^\p{L}\p{N}]/u)
    .filter((word) => word !== '');
  const kept = withoutForms(words);
  return { text: kept.join(' '), tokens: new Set(kept), pairs: pairsOf(kept) };
}

/** A name that consists of nothing else keeps it. */
function withoutForms(words: readonly string[]): readonly string[] {
  const start = words[0] === 'the' ? 1 : 0;
  let end = words.length;
  while (legalForms.has(words[end - 1])) end -= 1;
  return end === start ? words : words.slice(start, end);
}

function pairsOf(words: readonly string[]): string[] {
  const times = new Map<string, number>();
  const pairs: string[] = [];
  for (const word of words) {
    const letters = [...word];
    for (let at = 0; at < Math.max(1, letters.length - 1); at += 1) {
      const pair = letters.slice(at, at + 2).join('');
      const time = times.get(pair) ?? 0;
      times.set(pair, time + 1);
      pairs.push(time === 0 ? pair : `${pair}#${time}`);
    }
  }
  return pairs;
}
