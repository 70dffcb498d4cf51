/** Attributes to set and to remove, by name, of an item that must be there. */
export interface AttributeChange {
  /** What is undefined is left as it is. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Sets the attribute to the value of another one, plus this. */
  readonly sums?: Readonly<Record<string, { readonly of: string; readonly plus: number }>>;
  /** A further condition: the item does not have this attribute. */
  readonly without?: string;
  /** A further condition: the attribute has this value; without one, it is there. */
  readonly where?: { readonly name: string; readonly value?: unknown };
}

/** As an UpdateCommand takes it. Names are placeholders: many plain words are reserved in DynamoDB. */
export function updateExpression({ set, remove = [], sums = {}, where, without }: AttributeChange) {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  const names = new Map(entries.map(([name], at) => [`#s${at}`, name]));
  const values = new Map(entries.map(([, value], at) => [`:s${at}`, value]));
  const assignments = entries.map((_, at) => `#s${at} = :s${at}`);
  for (const [at, [name, { of, plus }]] of Object.entries(sums).entries()) {
    names.set(`#a${at}`, name).set(`#o${at}`, of);
    values.set(`:a${at}`, plus);
    assignments.push(`#a${at} = #o${at} + :a${at}`);
  }
  for (const [at, name] of remove.entries()) names.set(`#r${at}`, name);
  let condition = 'attribute_exists(pk)';
  if (without !== undefined) {
    names.set('#without', without);
    condition += ' AND attribute_not_exists(#without)';
  }
  if (where !== undefined) {
    names.set('#where', where.name);
    condition += where.value === undefined ? ' AND attribute_exists(#where)' : ' AND #where = :where';
    if (where.value !== undefined) values.set(':where', where.value);
  }
  const clauses = [
    assignments.length === 0 ? '' : `SET ${assignments.join(', ')}`,
    remove.length === 0 ? '' : `REMOVE ${remove.map((_, at) => `#r${at}`).join(', ')}`,
  ];
  return {
    ConditionExpression: condition,
    UpdateExpression: clauses.filter((clause) => clause !== '').join(' '),
    ExpressionAttributeNames: Object.fromEntries(names),
    // DynamoDB refuses an empty one.
    ...(values.size === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(values) }),
  };
}
