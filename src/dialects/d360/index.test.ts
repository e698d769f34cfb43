import { dialectContract } from '../dialect.contract.ts';
import { d360 } from './index.ts';

dialectContract(d360, {
  path: '/block_users',
  present: (secret) => ({ 'd360-api-key': secret }),
  productRequired: false,
  documented: '360dialog',
});
