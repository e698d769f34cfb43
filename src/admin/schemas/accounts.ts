import { accountName, nothing, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { problems } from './problem.ts';

const account = {
  title: 'Account',
  description: 'Owns numbers and keys.',
  type: 'object',
  properties: { name: accountName, created_at: time },
  required: ['name', 'created_at'],
  additionalProperties: false,
} as const;

export const putAccount = {
  operationId: 'putAccount',
  tags: ['Admin: accounts'],
  summary: 'Create an account',
  params: {
    type: 'object',
    properties: { name: accountName },
    required: ['name'],
    additionalProperties: false,
  },
  querystring: nothing,
  body: nothing,
  response: { 200: account, 201: account, ...problems },
} as const;

export const listAccounts = {
  operationId: 'listAccounts',
  tags: ['Admin: accounts'],
  summary: 'List the accounts, by name',
  querystring: pageQuery,
  response: { 200: pageOf('Accounts', account), ...problems },
} as const;
