/**
 * The CDK app: `cdk synth`, `cdk diff` and `cdk deploy` start it, as cdk.json says. The templates are checked where
 * `CDK_VALIDATION` is `true`, as it is for `npm run deploy`; `npm test` checks them too.
 */
import { buildApp } from '../lib/build-app.ts';

buildApp({ validate: process.env.CDK_VALIDATION === 'true' });
