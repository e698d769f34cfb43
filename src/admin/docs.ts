import { formats } from './formats.ts';

/** What the document of the API says of the admin API besides the schemas of its routes. */
export const adminDocs = {
  prefix: '/api/v1',
  idPrefix: 'admin_',
  tags: [
    {
      name: 'Admin: numbers',
      description: 'The business phone numbers that have their block lists here, and their rules.',
    },
    {
      name: 'Admin: block lists',
      description: 'Who is blocked, since when, through what and why; block and unblock one user.',
    },
    { name: 'Admin: log', description: 'Every block and unblock, oldest first.' },
    { name: 'Admin: keys', description: 'The credentials of callers of the block-users API.' },
    {
      name: 'Admin: connections',
      description: 'How the providers are reached that lists are pushed to; their secrets are taken and never shown.',
    },
    { name: 'Admin: accounts', description: 'The tenants, which own numbers, connections and keys.' },
    { name: 'Admin: deliveries', description: 'Webhooks that wait for their apps, and why.' },
    { name: 'Admin: sandbox', description: 'What happens at WhatsApp, played.' },
  ],
  securitySchemes: { adminKey: { type: 'http', scheme: 'bearer', description: 'The admin key.' } },
  formats: Object.fromEntries(Object.entries(formats).map(([name, { documented }]) => [name, documented])),
} as const;
