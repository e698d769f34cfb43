/**
 * A block list as plainly as it can be written: arrays, searched from the front. It shares no code with the core, so
 * that each says independently what is right.
 */
export interface ModelRules {
  readonly strict: boolean;
  readonly capacity: number;
  readonly self: string;
  /** The wa_ids that are one person's phone number in two writings. */
  readonly forms: readonly (readonly [string, string])[];
}

interface ModelPerson {
  /** Every id that leads to the person. */
  ids: string[];
  waId: string | undefined;
  userId: string | undefined;
  settled: boolean;
  wrote: number | undefined;
  entry: { readonly seq: number; reason: string | undefined } | undefined;
}

const day = 24 * 3_600_000;

export class Model {
  readonly #rules: ModelRules;
  #people: ModelPerson[] = [];
  readonly history: string[] = [];
  version = 0;

  constructor(rules: ModelRules) {
    this.#rules = rules;
  }

  /** Each entry as `seq ids reason`, in order. */
  list(): string[] {
    const listed = this.#people
      .filter((person) => person.entry)
      .sort((a, b) => (a.entry?.seq ?? 0) - (b.entry?.seq ?? 0));
    return listed.map((person) => `${person.entry?.seq} ${nameOf(person)} ${person.entry?.reason}`);
  }

  check(id: string): string | undefined {
    if (!this.#find(id)?.entry) return undefined;
    if (!this.#exact(id)) return 'variant';
    return id.startsWith('US.') ? 'user_id' : 'wa_id';
  }

  block(ids: readonly string[], at: number, reason?: string): string[] {
    const before = [...this.#people];
    const size = this.list().length;
    const added: ModelPerson[] = [];
    const updated: ModelPerson[] = [];
    const answers = new Map<ModelPerson, string>();
    const result = ids.map((id) => {
      const person = this.#find(id) ?? this.#newcomer(id);
      const answer = answers.get(person) ?? this.#judge(person, id, size + added.length, at);
      if (!answers.has(person)) {
        if (answer === 'added') added.push(person);
        if (answer === 'already_there' && reason !== undefined && reason !== person.entry?.reason) updated.push(person);
      }
      answers.set(person, answer);
      return answer;
    });
    for (const person of added) person.entry = { seq: this.#log('block', person), reason };
    for (const person of updated) {
      this.#log('update', person);
      if (person.entry) person.entry.reason = reason;
    }
    // Newcomers who were refused leave no trace.
    this.#people = this.#people.filter((person) => before.includes(person) || added.includes(person));
    this.#change(added.length, at);
    return result;
  }

  unblock(ids: readonly string[], at: number): string[] {
    const removed = new Set<ModelPerson>();
    const result = ids.map((id) => {
      const person = this.#find(id);
      if (!person?.entry) return 'was_not_there';
      removed.add(person);
      return 'removed';
    });
    for (const person of removed) {
      this.#log('unblock', person);
      person.entry = undefined;
    }
    this.#change(removed.size, at);
    return result;
  }

  receive(waId: string, userId: string | undefined, at: number): boolean {
    const variant = this.#find(this.#otherForm(waId));
    const owner = this.#exact(waId) ?? (variant?.settled ? undefined : variant);
    const isAnother = userId !== undefined && owner?.userId !== undefined && owner.userId !== userId;
    if (owner && isAnother) this.#leave(owner, waId);
    const byPhone = isAnother ? undefined : owner;
    const byUser = this.#exact(userId);
    const size = this.list().length;
    const candidates = [byPhone, byUser].filter((person) => person !== undefined);
    const [kept = this.#newcomer(waId), gone] = [...new Set(candidates)].sort((a, b) => orderOf(a) - orderOf(b));
    const shown = nameOf(kept);
    const guesses = [kept, gone].filter((person) => person && !person.settled && person.waId === this.#otherForm(waId));
    const ids = new Set([...kept.ids, ...(gone?.ids ?? []), waId, ...(userId === undefined ? [] : [userId])]);
    kept.ids = [...ids].filter((id) => guesses.length === 0 || id !== this.#otherForm(waId));
    kept.waId = waId;
    kept.userId = userId ?? kept.userId ?? gone?.userId;
    kept.wrote = Math.max(at, kept.wrote ?? at, gone?.wrote ?? at);
    kept.settled = true;
    this.#people = this.#people.filter((person) => person !== gone);
    if (gone && kept.entry) this.#log('merge', kept);
    else if (kept.entry && nameOf(kept) !== shown) this.#log('identify', kept);
    this.#change(size - this.list().length, at);
    return kept.entry !== undefined;
  }

  /** The phone number has another user now. */
  #leave(person: ModelPerson, waId: string): void {
    person.ids = person.ids.filter((id) => id !== waId);
    if (person.waId !== waId) return;
    person.waId = undefined;
    if (person.entry) this.#log('identify', person);
  }

  #judge(person: ModelPerson, id: string, size: number, at: number): string {
    if (person.entry) return 'already_there';
    if ((id.startsWith('US.') ? person.waId : id) === this.#rules.self) return 'self';
    if (this.#rules.strict && (person.wrote === undefined || person.wrote + day < at)) return 'window';
    return size < this.#rules.capacity ? 'added' : 'capacity';
  }

  #newcomer(id: string): ModelPerson {
    const [waId, userId] = id.startsWith('US.') ? [undefined, id] : [id, undefined];
    const person = { ids: [id], waId, userId, settled: false, wrote: undefined, entry: undefined };
    this.#people.push(person);
    return person;
  }

  #find(id: string | undefined): ModelPerson | undefined {
    return this.#exact(id) ?? this.#exact(this.#otherForm(id));
  }

  #exact(id: string | undefined): ModelPerson | undefined {
    return this.#people.find((person) => id !== undefined && person.ids.includes(id));
  }

  #otherForm(id: string | undefined): string | undefined {
    const pair = this.#rules.forms.find((forms) => forms.some((form) => form === id));
    return pair?.find((form) => form !== id);
  }

  #log(action: string, person: ModelPerson): number {
    const seq = this.history.length + 1;
    this.history.push(`${seq} ${action} ${nameOf(person)}`);
    return seq;
  }

  #change(members: number, at: number): void {
    if (members > 0) this.version = Math.max(this.version + 1, at * 1000);
  }
}

function nameOf({ waId, userId }: ModelPerson): string {
  return [waId, userId].filter((id) => id !== undefined).join(' ');
}

function orderOf({ entry }: ModelPerson): number {
  return entry?.seq ?? Number.MAX_SAFE_INTEGER;
}
