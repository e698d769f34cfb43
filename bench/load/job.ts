/** What the load process is asked to do, and what it measured: plain data, as it goes from process to process. */

/** Which requests to send; texts are whole HTTP requests. */
export type Requests =
  /** These in turn, from a random one on: walking the cursors of a list reads all of it. */
  | { readonly kind: 'walk'; readonly texts: readonly string[] }
  /** One user each, at random among the first `count`. */
  | { readonly kind: 'random_user'; readonly before: string; readonly after: string; readonly count: number }
  /** One user each, from this one on: nobody twice. */
  | { readonly kind: 'next_user'; readonly before: string; readonly after: string; readonly from: number }
  /** The same, of numbers in turn, each of which has another text before. */
  | {
      readonly kind: 'next_user_in_turn';
      readonly befores: readonly string[];
      readonly after: string;
      readonly from: number;
    }
  /** `size` users each, from this one on; `separator` stands between two. `ready` requests are rendered beforehand. */
  | {
      readonly kind: 'next_users';
      readonly before: string;
      readonly separator: string;
      readonly after: string;
      readonly from: number;
      readonly size: number;
      readonly ready: number;
    }
  /**
   * Webhooks signed as Meta's. In `body`, `{USER}` stands for a random one of the first `count` users and `{ID}` for an id
   * that no message had before; `head` is what comes before the signature.
   */
  | {
      readonly kind: 'webhooks';
      readonly head: string;
      readonly body: string;
      readonly secret: string;
      readonly count: number;
    };

export interface Stream {
  readonly name: string;
  readonly port: number;
  readonly connections: number;
  readonly requests: Requests;
  /** Requests a second, sent whether or not the server keeps up; absent: as many as the connections carry. */
  readonly rate?: number;
  /** Ends the stream before the time is over. */
  readonly maxRequests?: number;
  /** Every answer must have this status. */
  readonly status: number;
  /** Or this one: what could not be taken, which counts as answered. */
  readonly orStatus?: number;
}

export interface Job {
  readonly streams: readonly Stream[];
  readonly seconds: number;
  /** Sends, and does not count, for so long before. */
  readonly warmSeconds: number;
}

/** Times are in ms. */
export interface Measured {
  /** All that were sent, those that warm up too. */
  readonly sent: number;
  /** Answers a second. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

export type Report =
  | { readonly kind: 'measured'; readonly streams: Readonly<Record<string, Measured>> }
  | { readonly kind: 'failed'; readonly fault: string };
