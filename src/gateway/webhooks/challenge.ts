import { isSameSecret } from '../../core/signature.ts';

/** Characters of a challenge, at most; Meta's is a number. */
const maxLength = 500;

/**
 * The challenge of a verification request, to be answered as plain text: a provider asks whether the address is right before it
 * posts there. `query` is as sent, without the question mark. `undefined`: it is refused, for it says another token or none, has a
 * parameter twice, asks for something else than `subscribe`, or its challenge is empty or longer than 500 characters.
 */
export function challengeIn(query: string, verifyToken: string): string | undefined {
  const parameters = new URLSearchParams(query);
  const token = single(parameters, 'hub.verify_token');
  const challenge = single(parameters, 'hub.challenge');
  if (single(parameters, 'hub.mode') !== 'subscribe' || !token || !challenge || !verifyToken) return undefined;
  return isSameSecret(token, verifyToken) && challenge.length <= maxLength ? challenge : undefined;
}

function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = parameters.getAll(name);
  return others.length === 0 ? value : undefined;
}
