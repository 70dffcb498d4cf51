import type { RequirementVerdict } from '#permissions/permission-report';
import { Html } from './html.ts';

/** Each has a shape of its own, and stands beside its word: colour alone says nothing. */
const icon = (name: string, drawing: string): Html =>
  new Html(
    `<svg class="icon ${name}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">${drawing}</svg>`,
  );

const tick = '<circle cx="10" cy="10" r="9"/><path d="m6 10.4 2.8 2.8L14.3 7"/>';
const cross =
  '<path class="solid" d="M6.4 1h7.2L19 6.4v7.2L13.6 19H6.4L1 13.6V6.4z"/><path d="m7 7 6 6m0-6-6 6"/>';
const question =
  '<rect class="solid" x="2.6" y="2.6" width="14.8" height="14.8" rx="3" transform="rotate(45 10 10)"/><path d="M8 8a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4m0 2.4v.1"/>';
const clock = '<circle cx="10" cy="10" r="9"/><path d="M10 5v5.3l3.3 2"/>';
const pen = '<circle cx="10" cy="10" r="9"/><path d="m6.2 13.8.6-2.7 5-5 2.1 2.1-5 5z"/>';

export const verdictIcons: Readonly<Record<RequirementVerdict, Html>> = {
  confirmed: icon('confirmed', tick),
  denied: icon('denied', cross),
  inconclusive: icon('inconclusive', question),
};

export const stageIcons = {
  'awaiting-administrator': icon('todo', pen),
  verifying: icon('todo', clock),
  refused: verdictIcons.denied,
  done: verdictIcons.confirmed,
} as const;
