/** As package.json's `bin` names it. */
export const program = 'addigy-autotask';
