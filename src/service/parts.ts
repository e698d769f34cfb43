/** What is built over a store. It is loaded while that is opened: a database takes its time to answer, and so does loading. */
export { Sealer } from '../core/sealing.ts';
export { dialects } from '../dialects/index.ts';
export { SendPolicies } from '../http/send-policies.ts';
export { defaultLimits } from '../http/server.ts';
export { Guard } from '../upstream/guard.ts';
export { startBackground } from './background.ts';
export { createOutward } from './outward.ts';
export { checkSealedSecrets } from './sealed-secrets.ts';
export { createServing } from './serving.ts';
export { welcome } from './welcome.ts';
