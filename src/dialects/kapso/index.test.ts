import { numberId } from '../contract/request.contract.ts';
import { dialectContract } from '../dialect.contract.ts';
import { kapso } from './index.ts';

dialectContract(kapso, {
  path: `/meta/whatsapp/v24.0/${numberId}/block_users`,
  present: (secret) => ({ 'x-api-key': secret }),
  productRequired: false,
  documented: 'kapso',
});
