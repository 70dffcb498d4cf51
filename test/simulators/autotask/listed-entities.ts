import type { Offer } from './entity.ts';
import type { ListedName } from './seed.ts';

/** What can be done with tickets is not in the part of the OpenAPI that this project has: unconfirmed. */
export const listedEntities: Readonly<Record<ListedName, Offer>> = {
  ConfigurationItemWebhooks: {
    singular: 'ConfigurationItemWebhook',
    canCreate: true,
    canUpdate: true,
    canDelete: true,
    hasUserDefinedFields: false,
  },
  InternalLocations: {
    singular: 'InternalLocation',
    canCreate: false,
    canUpdate: false,
    canDelete: false,
    hasUserDefinedFields: false,
  },
  Tickets: {
    singular: 'Ticket',
    canCreate: true,
    canUpdate: true,
    canDelete: false,
    hasUserDefinedFields: true,
  },
};
