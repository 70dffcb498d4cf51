import type { Exchange, VendorName } from './exchange.ts';

export interface ExchangeKeeper {
  keep(exchange: Exchange): void;
  /** When a simulator ends. */
  flush(): void;
}

/**
 * Who holds what is exchanged with this vendor to its document: `npm test` asks for it with `VENDOR_EXCHANGES`. Null
 * for whoever starts a simulator alone, who does not load it either, and where the document is not present.
 */
export async function keeperOf(vendor: VendorName): Promise<ExchangeKeeper | null> {
  const folder = process.env.VENDOR_EXCHANGES;
  if (folder === undefined) return null;
  const { keepExchanges } = await import('./keep-exchanges.ts');
  return keepExchanges(vendor, folder);
}
