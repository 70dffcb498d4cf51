// The CDK app: `cdk synth`, `cdk diff` and `cdk deploy` start it, as cdk.json says.
import { buildApp } from '../lib/build-app.ts';

buildApp();
