import { numberId } from '../contract/request.contract.ts';
import { dialectContract } from '../dialect.contract.ts';
import { meta } from './index.ts';

dialectContract(meta, {
  path: `/v25.0/${numberId}/block_users`,
  present: (secret) => ({ authorization: `Bearer ${secret}` }),
  productRequired: true,
  documented: 'meta',
});
