/** The entities that are simulated. Names and types are the OpenAPI's; required fields are those of the facts. */
import { configurationItemEntity } from './configuration-item-entity.ts';
import { defineEntity, type Entity } from './entity.ts';
import { type EntityName, entityNames } from './seed.ts';

const companies = defineEntity({
  name: 'Companies',
  singular: 'Company',
  hasUserDefinedFields: true,
  required: 'companyName companyType ownerResourceID phone',
  readOnly:
    /^(?:createDate|createdBy|impersonator|lastActivity|lastTracked|apiVendorID|surveyCompanyRating)/u,
  pickLists: 'companyType',
  references: { parentCompanyID: 'Companies', ownerResourceID: 'Resources' },
  types: {
    string: `additionalAddressInformation address1 address2 alternatePhone1 alternatePhone2
      billToAdditionalAddressInformation billingAddress1 billingAddress2 billToAttention billToCity
      billToState billToZipCode city companyName companyNumber fax phone postalCode sicCode state
      stockMarket stockSymbol taxID webAddress`,
    integer: `apiVendorID billToCompanyLocationID billToAddressToUse billToCountryID classification
      companyCategoryID companyType competitorID countryID createdByResourceID currencyID
      impersonatorCreatorResourceID invoiceEmailMessageID invoiceMethod invoiceTemplateID marketSegmentID
      ownerResourceID parentCompanyID purchaseOrderTemplateID quoteEmailMessageID quoteTemplateID
      taxRegionID territoryID`,
    double: 'assetValue surveyCompanyRating',
    datetime: 'createDate lastActivityDate lastTrackedModifiedDateTime',
    boolean: `invoiceNonContractItemsToParentCompany isActive isClientPortalActive isEnabledForComanaged
      isSample isTaskFireActive isTaxExempt`,
  },
});

const products = defineEntity({
  name: 'Products',
  singular: 'Product',
  hasUserDefinedFields: true,
  required: 'name isActive isSerialized productBillingCodeID',
  readOnly: /^(?:created|impersonator)/u,
  references: { defaultInstalledProductCategoryID: 'ConfigurationItemCategories' },
  types: {
    integer: `billingType chargeBillingCodeID createdByResourceID defaultVendorID
      impersonatorCreatorResourceID periodType priceCostMethod productBillingCodeID productCategory
      defaultInstalledProductCategoryID`,
    datetime: 'createdTime',
    string: `description externalProductID internalProductID link manufacturerName manufacturerProductName
      name sku vendorProductNumber`,
    boolean: 'doesNotRequireProcurement isActive isEligibleForRma isSerialized',
    double: 'markupRate msrp unitCost unitPrice',
  },
});

/** No create: API users are made in the UI, by a person. */
const resources = defineEntity({
  name: 'Resources',
  singular: 'Resource',
  canCreate: false,
  required: 'userName firstName lastName email emailTypeCode isActive resourceType payrollType numberFormat',
  readOnly:
    /^(?:licenseType|userType|locationID|dateFormat|timeFormat|hireDate|internalCost|surveyResource)/u,
  unqueryable: 'defaultServiceDeskRoleID',
  pickLists: 'licenseType userType',
  lengths: { userName: 32, firstName: 50, lastName: 50, email: 254 },
  types: {
    string: `accountingReferenceID dateFormat email email2 email3 emailTypeCode emailTypeCode2
      emailTypeCode3 firstName gender homePhone initials lastName middleName mobilePhone numberFormat
      officeExtension officePhone payrollIdentifier resourceType timeFormat title travelAvailabilityPct
      userName`,
    long: 'defaultServiceDeskRoleID',
    integer: 'greeting licenseType locationID payrollType suffix userType',
    datetime: 'hireDate',
    double: 'internalCost surveyResourceRating',
    boolean: 'isActive',
  },
});

const userDefinedFieldDefinitions = defineEntity({
  name: 'UserDefinedFieldDefinitions',
  singular: 'UserDefinedFieldDefinition',
  required: 'name udfType dataType isActive',
  readOnly: /^createDate$/u,
  pickLists: 'udfType dataType',
  lengths: { name: 45, description: 128 },
  types: {
    datetime: 'createDate',
    long: 'crmToProjectUdfId',
    integer: 'dataType displayFormat numberOfDecimalPlaces sortOrder udfType',
    string: 'description mergeVariableName name',
    boolean: `isActive isEncrypted isFieldMapping isPrivate isProtected isRequired isVisibleToClientPortal`,
  },
});

const categories = defineEntity({
  name: 'ConfigurationItemCategories',
  singular: 'ConfigurationItemCategory',
  required: 'name isActive',
  types: {
    integer: 'displayColorRGB',
    boolean: 'isActive isClientPortalDefault isGlobalDefault',
    string: 'name nickname',
  },
});

const types = defineEntity({
  name: 'ConfigurationItemTypes',
  singular: 'ConfigurationItemType',
  canDelete: true,
  required: 'name isActive',
  types: { boolean: 'isActive', string: 'name' },
});

export const entities: Readonly<Record<EntityName, Entity>> = {
  Companies: companies,
  ConfigurationItems: configurationItemEntity,
  ConfigurationItemCategories: categories,
  ConfigurationItemTypes: types,
  Products: products,
  Resources: resources,
  UserDefinedFieldDefinitions: userDefinedFieldDefinitions,
};

const byPath = new Map(entityNames.map((name) => [name.toLowerCase(), entities[name]]));

/** Paths ignore case. */
export const entityAt = (segment: string): Entity | undefined => byPath.get(segment.toLowerCase());
