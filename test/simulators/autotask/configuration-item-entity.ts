import { defineEntity } from './entity.ts';

/**
 * Names and types are the OpenAPI's. What a third party may write is the 2023 SOAP metadata of the same
 * object; that REST agrees today is unconfirmed, and so are the lengths other than serialNumber's.
 */
export const configurationItemEntity = defineEntity({
  name: 'ConfigurationItems',
  singular: 'ConfigurationItem',
  hasUserDefinedFields: true,
  required: 'companyID productID isActive',
  createOnly: 'companyID',
  readOnly:
    /^(?:rmm|datto|ssl|domain|created|impersonator|lastActivity|sourceCharge|installedBy)|^(?:apiVendorID|createDate|lastModifiedTime|deviceNetworkingID)$/u,
  unqueryable: 'lastActivityPersonType rmmDeviceAuditOperatingSystem',
  pickLists: 'configurationItemType',
  references: {
    companyID: 'Companies',
    productID: 'Products',
    configurationItemCategoryID: 'ConfigurationItemCategories',
    configurationItemType: 'ConfigurationItemTypes',
    parentConfigurationItemID: 'ConfigurationItems',
    vendorID: 'Companies',
    companyLocationID: 'absent',
    contactID: 'absent',
    contractID: 'absent',
    contractServiceID: 'absent',
    contractServiceBundleID: 'absent',
    serviceID: 'absent',
    serviceBundleID: 'absent',
    serviceLevelAgreementID: 'absent',
  },
  lengths: { serialNumber: 100, referenceTitle: 200, referenceNumber: 50, location: 100, notes: 5000 },
  types: {
    integer: `apiVendorID configurationItemCategoryID companyID companyLocationID configurationItemType
      contactID contractID contractServiceBundleID contractServiceID createdByPersonID
      dattoDeviceMemoryMegabytes dattoKernelVersionID dattoNICSpeedKilobitsPerSecond dattoNumberOfAgents
      dattoNumberOfDrives dattoNumberOfVolumes dattoOSVersionID dattoUptimeSeconds dattoZFSVersionID
      domainRegistrarID impersonatorCreatorResourceID installedByContactID installedByID
      lastActivityPersonID lastActivityPersonType parentConfigurationItemID productID
      rmmDeviceAuditAntivirusStatusID rmmDeviceAuditArchitectureID rmmDeviceAuditBackupStatusID
      rmmDeviceAuditDeviceTypeID rmmDeviceAuditDisplayAdaptorID rmmDeviceAuditDomainID
      rmmDeviceAuditManufacturerID rmmDeviceAuditFirmwareID rmmDeviceAuditMissingPatchCount
      rmmDeviceAuditMobileNetworkOperatorID rmmDeviceAuditModelID rmmDeviceAuditMotherboardID
      rmmDeviceAuditPatchStatusID rmmDeviceAuditProcessorID rmmDeviceAuditServicePackID
      rmmDeviceAuditSoftwareStatusID rmmOpenAlertCount serviceBundleID serviceID serviceLevelAgreementID
      sourceChargeID sourceChargeType vendorID`,
    long: `dattoAvailableKilobytes dattoOffsiteUsedBytes dattoProtectedKilobytes dattoUsedKilobytes
      rmmDeviceAuditMemoryBytes rmmDeviceAuditStorageBytes rmmDeviceID`,
    double: 'dailyCost dattoPercentageUsed hourlyCost monthlyCost numberOfUsers perUseCost setupFee',
    boolean: 'dattoDrivesErrors isActive rmmIsInMaintenanceMode rmmIsMobileDeviceManagementEnrolled',
    datetime: `createDate dattoLastCheckInDateTime domainRegistrationDateTime domainLastUpdatedDateTime
      domainExpirationDateTime lastModifiedTime sslValidFromDateTime sslValidUntilDateTime`,
    date: 'installDate warrantyExpirationDate',
    string: `dattoHostname dattoInternalIP dattoRemoteIP dattoSerialNumber deviceNetworkingID domain location
      notes referenceNumber referenceTitle rmmDeviceAuditDescription rmmDeviceAuditExternalIPAddress
      rmmDeviceAuditHostname rmmDeviceAuditIPAddress rmmDeviceAuditLastUser rmmDeviceAuditMacAddress
      rmmDeviceAuditMobileNumber rmmDeviceAuditOperatingSystem rmmDeviceAuditSNMPContact
      rmmDeviceAuditSNMPLocation rmmDeviceAuditSNMPName rmmDeviceUID rmmVsaxDeviceID serialNumber sslSource
      sslCommonName sslIssuedBy sslOrganization sslOrganizationUnit sslLocation sslSerialNumber
      sslSignatureAlgorithm rmmDeviceUrl`,
  },
});
