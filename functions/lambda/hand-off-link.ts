/** Opens the hand-off page: the one address that its token stands in. */
export const handOffLink =
  (base: string) =>
  (token: string): string =>
    `${base.replace(/\/+$/u, '')}/hand-offs/open/${token}`;
