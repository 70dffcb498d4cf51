import { XmlNode } from '@aws-sdk/xml-builder';

/**
 * As AWS's query protocol and S3 write it. What is null or undefined is left out; of a list, each is a `member`, or
 * stands by itself under the list's name where `isFlat`.
 */
export function toXml(name: string, value: unknown, isFlat = false): string {
  return nodesOf(name, value, isFlat)
    .map((node) => node.toString())
    .join('');
}

function nodesOf(name: string, value: unknown, isFlat: boolean): XmlNode[] {
  if (value === null || value === undefined) return [];
  if (value instanceof Date) return [XmlNode.of(name, value.toISOString())];
  if (Array.isArray(value)) {
    if (isFlat) return value.flatMap((each) => nodesOf(name, each, isFlat));
    return [
      new XmlNode(
        name,
        value.flatMap((each) => nodesOf('member', each, isFlat)),
      ),
    ];
  }
  if (typeof value !== 'object') return [XmlNode.of(name, String(value))];
  return [
    new XmlNode(
      name,
      Object.entries(value).flatMap(([inner, part]) => nodesOf(inner, part, isFlat)),
    ),
  ];
}
