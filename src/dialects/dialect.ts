/**
 * What a dialect is: a plain value that reads and writes one provider's block-users wire. It knows neither the HTTP
 * server nor the store: bytes in, a call out; an outcome or a refusal in, an answer out.
 */
import type { Refusal } from '../core/errors.ts';
import type { ListedPage } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Outcome, ProviderWords } from '../core/outcome.ts';
import type { PushGoal } from '../core/push.ts';
import type { AskedUser, KnownIds, UserId } from '../core/user.ts';

/** A request as it arrived. */
export interface WireRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark; empty if there is none. */
  readonly query: string;
  /** By lower-case name, every value that came under it. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Uint8Array;
  /** `A` and 22 characters of base64url; every dialect shows it, the log and the events keep it. */
  readonly requestId: string;
  /** Where the client reached us: scheme, host and any prefix, without a slash at the end. */
  readonly baseUrl: string;
}

/** An answer, ready to be sent: `body` is JSON text. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Command =
  | { readonly kind: 'block' | 'unblock'; readonly users: readonly AskedUser[] }
  | { readonly kind: 'list'; readonly limit: number; readonly after?: string; readonly before?: string }
  | { readonly kind: 'send'; readonly sending: Sending };

/** What a path of a number means, where Gatehouse answers for it. */
export type Edge = 'block_users' | SendEdge;

/** What a request is about, by its head alone. */
export interface Place {
  readonly number: NumberRef;
  /** `undefined`: nothing of ours; it passes through if there is an upstream. */
  readonly edge: Edge | undefined;
  /** `v<major>.<minor>`, if the path names one. */
  readonly version: string | undefined;
  /** The path after the number as it was sent, percent-encoded, with its slash; may be empty. */
  readonly rest: string;
  /** The same of all that follows the version, the number too: what the path is if that is none that is hosted here. */
  readonly whole: string;
}

/** What a number sends through, each a path of its own. */
export const sendEdges = ['messages', 'marketing_messages', 'calls'] as const;
export type SendEdge = (typeof sendEdges)[number];

/** `user` is absent where nobody can be blocked: a group, or a parent user id. */
export interface Recipient {
  readonly input: string;
  readonly user?: UserId;
}

/** Something that a number sends; `to` is empty for what goes to nobody: a read receipt, a step of a call under way. */
export interface Sending {
  readonly edge: SendEdge;
  readonly to: readonly Recipient[];
}

/** Which number a call is about: the one that its path names, or the only one that its key reaches. */
export type NumberRef = { readonly kind: 'named'; readonly id: string } | { readonly kind: 'of_the_key' };

/** A request understood. What is wrong with its parameters is told only to a caller whose key reaches the number. */
export interface Call {
  readonly operation: Command['kind'];
  readonly credential: { readonly secret: string } | Refusal;
  readonly number: NumberRef;
  readonly command: Command | Refusal;
}

/** What became of a call; the dialect renders it. */
export type Result =
  | { readonly kind: 'block' | 'unblock'; readonly outcomes: readonly Outcome[]; readonly number: BusinessNumber }
  | { readonly kind: 'list'; readonly page: ListedPage<KnownIds> }
  /** `id` is the new message's or call's. */
  | { readonly kind: 'send'; readonly sending: Sending; readonly id: string };

/** A curl for the first start: what it does, and the arguments after `curl`. */
export interface Example {
  readonly title: string;
  readonly args: string;
}

/** Where a curl goes and whom it blocks. */
export interface ExampleTarget {
  readonly baseUrl: string;
  readonly numberId: string;
  readonly secret: string;
  readonly user: string;
}

/** A plain JSON Schema, as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A parameter as OpenAPI has it; one in a path has an example, to make a path of it. */
export interface ParameterDocs {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
  readonly example?: string | number;
}

/** A way to the list: the documented path has no suffix, another one tells its operations' ids apart by its own. */
export interface PathDocs {
  readonly template: string;
  readonly parameters: readonly ParameterDocs[];
  readonly idSuffix?: string;
}

export interface BodyDocs {
  readonly description: string;
  /** By content type: what it holds, and an example of it. */
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example: unknown }>>;
}

/** One operation. `id` is the provider's own name for it, if its documents have one. */
export interface OperationDocs {
  readonly kind: Command['kind'];
  /** What a send goes through. */
  readonly edge?: SendEdge;
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly ParameterDocs[];
  readonly body?: BodyDocs;
  /** Every status that `render` or `renderError` can give it, and the schema of the body. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: JsonSchema }>>;
}

/** Paths that have the same operations. */
export interface PlaceDocs {
  readonly tags: readonly string[];
  readonly paths: readonly PathDocs[];
  readonly operations: readonly OperationDocs[];
}

/** What a dialect tells of itself to the readers of its API. Schemas with a title are shared by that title. */
export interface DialectDocs {
  readonly title: string;
  readonly description: string;
  /** By name; a caller needs one of them. */
  readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  /** The block list, with the tags of the provider's documents, and the edges that a number sends through. */
  readonly places: readonly PlaceDocs[];
}

/** Where a call outward goes. */
export interface Line {
  /** What the provider knows the number by. */
  readonly numberId: string;
  readonly token: string;
  /** The connection's own version; null: the provider's. */
  readonly apiVersion: string | null;
}

/** A request outward, without scheme and host. */
export interface OutwardCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** By lower-case name, the credential among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
}

/** What came back, whole. */
export interface OutwardAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  /** When it came, in ms since the epoch: `Retry-After` may name a time. */
  readonly at: number;
}

/** Why a call failed as a whole. */
export interface CallFailure {
  /**
   * `token`: it is not accepted (any more). `busy`: too much was asked; again later. `broken`: not the request's fault, or the
   * answer cannot be understood; again later. `number`: it knows no number by the id in the path. `refused`: finally.
   */
  readonly kind: 'token' | 'busy' | 'broken' | 'number' | 'refused';
  readonly told: Partial<ProviderWords> & Pick<ProviderWords, 'details'>;
  /** In ms from now, if the provider said. */
  readonly retryAfter?: number;
}

/** What a provider said of one user. `silent`: nothing, so that only its list can tell. */
export type UserReading =
  | { readonly kind: 'done' | 'silent' }
  | { readonly kind: 'refused'; readonly told: ProviderWords };

export type ChangeReading =
  /** One per user, in their order. */
  | { readonly kind: 'told'; readonly users: readonly UserReading[] }
  | ({ readonly kind: 'failed' } & { readonly failure: CallFailure });

export type ListReading =
  /** `after` is the cursor of the next page; absent: this was the last. */
  | { readonly kind: 'page'; readonly users: readonly KnownIds[]; readonly after?: string }
  /** The list changed since the page before (139102): it has to be read anew. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly failure: CallFailure };

/** Speaks a provider's wire outward, as plain data: what to send, and what an answer means. */
export interface Caller {
  /** Where the provider is. */
  readonly origin: string;
  /** Users in one change, and on one page of a list, at most. */
  readonly maxUsers: number;
  readonly maxPage: number;
  /** The credential, by lower-case header name. */
  credential(token: string): Readonly<Record<string, string>>;
  /** The path that a client's request takes here, percent-encoded. Without a number `rest` is a place's `whole`. */
  path(
    place: { readonly version: string | undefined; readonly numberId?: string; readonly rest: string },
    apiVersion: string | null,
  ): string;
  change(goal: PushGoal, users: readonly UserId[], line: Line): OutwardCall;
  readChange(goal: PushGoal, users: readonly UserId[], answer: OutwardAnswer): ChangeReading;
  list(page: { readonly limit: number; readonly after?: string }, line: Line): OutwardCall;
  readList(answer: OutwardAnswer): ListReading;
}

/** What of a connection proves that a webhook is its provider's; none of it is empty. */
export interface WebhookSecrets {
  readonly appSecret?: string;
  readonly webhookSecret?: string;
  /** A header that the provider sends with each: its name in lower case. */
  readonly webhookHeader?: { readonly name: string; readonly value: string };
}

/** How a provider proves that a webhook is its own. */
export interface WebhookProof {
  /** Whether they hold what this provider proves with; without it nothing is ever proved. */
  canProve(secrets: WebhookSecrets): boolean;
  /** Takes as long wherever a wrong proof differs. Another provider's proof counts for nothing. */
  proves(webhook: Pick<WireRequest, 'headers' | 'body'>, secrets: WebhookSecrets): boolean;
}

export interface Dialect {
  /** As the log, the events and the metrics call it. */
  readonly name: string;
  /** Whether a request that no earlier dialect claimed is this one's. */
  claims(request: Pick<WireRequest, 'path' | 'headers'>): boolean;
  /** What the path means. Throws a refusal for one that can be passed to nobody: `unknown_path`, `batch_refused`. */
  place(request: Pick<WireRequest, 'method' | 'path' | 'query'>): Place;
  /**
   * The credential of a request that passes through, from its head and what was read of its body: what is neither JSON nor a
   * form need not be. `batch_refused` if the body asks for a batch.
   */
  credential(request: WireRequest): Call['credential'] | Promise<Call['credential']>;
  /** Reads a request to an edge. Throws a refusal for a path that has none, and for a method that the edge does not have. */
  parse(request: WireRequest): Promise<Call>;
  /** Calls the provider whose wire this is. */
  readonly caller: Caller;
  /** Knows the webhooks of the provider whose wire this is. */
  readonly webhooks: WebhookProof;
  render(result: Result, request: WireRequest): WireAnswer;
  renderError(refusal: Refusal, request: WireRequest): WireAnswer;
  /** Curls that block, list and unblock the user, in this order. */
  examples(target: ExampleTarget): readonly Example[];
  /** Loaded when somebody asks: no request of a client needs it. */
  docs(): Promise<DialectDocs>;
}
