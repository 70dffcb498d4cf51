/** What of the package the plain script uses: it comes without types. */
declare module '@apigrate/autotask-restapi' {
  interface Entity {
    query(search: unknown): Promise<{ items: Array<Record<string, unknown>> }>;
    create(record: unknown): Promise<{ itemId: number }>;
    update(record: unknown): Promise<{ itemId: number }>;
  }
  export class AutotaskRestApi {
    constructor(user: string, secret: string, code: string, options?: { base_url?: string });
    readonly ConfigurationItems: Entity;
    readonly Products: Entity;
  }
}
