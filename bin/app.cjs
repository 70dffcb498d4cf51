/**
 * The CDK app: `cdk synth`, `cdk diff` and `cdk deploy` start it, as cdk.json says. The templates are checked where
 * `CDK_VALIDATION` is `true`, as it is for `npm run deploy`; `npm test` checks them too.
 * It is CommonJS so that of aws-cdk-lib is read what is used: docs/adr/0012.
 */
require('tsx/cjs');

// esbuild is a process of its own: it bundles while this one reads the CDK.
const bundling = require('../lib/bundle-app.ts').bundleApp();
const { buildApp } = require('../lib/build-app.ts');

bundling.then(({ folder }) => {
  buildApp({ bundles: folder, validate: process.env.CDK_VALIDATION === 'true' });
});
