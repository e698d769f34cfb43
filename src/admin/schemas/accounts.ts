import { app, appChange } from './app.ts';
import { accountName, nothing, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { notFound, problems } from './problem.ts';

const account = {
  title: 'Account',
  description: 'Owns numbers and keys.',
  type: 'object',
  properties: {
    name: accountName,
    app: {
      ...app,
      description: 'Where webhooks go on to that are of no number, or of one without an app. null: nowhere.',
    },
    created_at: time,
  },
  required: ['name', 'app', 'created_at'],
  additionalProperties: false,
} as const;

const accountParams = {
  type: 'object',
  properties: { name: accountName },
  required: ['name'],
  additionalProperties: false,
} as const;

export const putAccount = {
  operationId: 'putAccount',
  tags: ['Admin: accounts'],
  summary: 'Create or change an account',
  params: accountParams,
  querystring: nothing,
  body: {
    title: 'Account change',
    description: 'What is absent stays; null removes.',
    type: 'object',
    properties: { app: appChange },
    additionalProperties: false,
  },
  response: { 200: account, 201: account, ...problems },
} as const;

export const listAccounts = {
  operationId: 'listAccounts',
  tags: ['Admin: accounts'],
  summary: 'List the accounts, by name',
  querystring: pageQuery,
  response: { 200: pageOf('Accounts', account), ...problems },
} as const;

export const getAccount = {
  operationId: 'getAccount',
  tags: ['Admin: accounts'],
  summary: 'Show an account',
  params: accountParams,
  querystring: nothing,
  response: { 200: account, ...problems, ...notFound('There is no account with this name.') },
} as const;
