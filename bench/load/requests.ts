import { phoneOf } from '../users.ts';
import type { Requests } from './job.ts';
import { webhookSource } from './webhooks.ts';

/** Gives the next request each time it is called. */
export function requestSource(requests: Requests): () => string {
  switch (requests.kind) {
    case 'walk': {
      const { texts } = requests;
      let at = Math.floor(Math.random() * texts.length);
      return () => texts[at++ % texts.length] ?? '';
    }
    case 'random_user': {
      const { before, after, count } = requests;
      return () => before + phoneOf(Math.floor(Math.random() * count)) + after;
    }
    case 'next_user': {
      const { before, after } = requests;
      let user = requests.from;
      return () => before + phoneOf(user++) + after;
    }
    case 'next_user_in_turn': {
      const { befores, after } = requests;
      let user = requests.from;
      return () => befores[user % befores.length] + phoneOf(user++) + after;
    }
    case 'next_users':
      return groupSource(requests);
    case 'webhooks':
      return webhookSource(requests);
    default:
      return requests satisfies never;
  }
}

/** A large request takes longer to render than to answer: some are ready, and what comes after them is rendered late. */
function groupSource(requests: Extract<Requests, { kind: 'next_users' }>): () => string {
  const { before, separator, after, size } = requests;
  let user = requests.from;
  const render = () => before + Array.from({ length: size }, () => phoneOf(user++)).join(separator) + after;
  const ready = Array.from({ length: requests.ready }, render).reverse();
  return () => ready.pop() ?? render();
}
