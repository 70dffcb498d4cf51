import type { VendorName } from './exchange.ts';

/** Everything that our clients ask of the vendors, as the vendors' documents write it. */
export const clientOperations: Readonly<Record<VendorName, readonly string[]>> = {
  Autotask: [
    'GET /V1.0/ConfigurationItems/entityInformation',
    'GET /V1.0/ConfigurationItems/entityInformation/fields',
    'GET /V1.0/ConfigurationItems/entityInformation/userDefinedFields',
    'GET /V1.0/ConfigurationItems/{id}',
    'GET /V1.0/EntityInformation',
    'GET /V1.0/Products/entityInformation',
    'GET /V1.0/Resources/entityInformation',
    'GET /V1.0/ThresholdInformation',
    'GET /V1.0/UserDefinedFieldDefinitions/entityInformation/fields',
    'GET /V1.0/Version',
    'GET /V1.0/ZoneInformation',
    'PATCH /V1.0/ConfigurationItems',
    'POST /V1.0/Companies/query',
    'POST /V1.0/ConfigurationItemCategories/query',
    'POST /V1.0/ConfigurationItemTypes/query',
    'POST /V1.0/ConfigurationItems',
    'POST /V1.0/ConfigurationItems/query',
    'POST /V1.0/ConfigurationItems/query/count',
    'POST /V1.0/Products/query',
    'POST /V1.0/UserDefinedFieldDefinitions',
    'POST /V1.0/UserDefinedFieldDefinitions/query',
  ],
  Addigy: [
    'GET /o/{organization_id}/integrations/autotask/accounts',
    'POST /devices',
    'POST /o/{organization_id}/devices',
    'POST /o/{organization_id}/integrations/autotask/policy/device/sync',
    'POST /oa/policies/query',
  ],
};
