/**
 * What is to be pushed of a number, as plainly as it can be written: a row per user. It shares no code with the store, so
 * that each says independently what is right. Users have one id each.
 */
import type { PushGoal } from '../../core/push.ts';

export type Answer = 'done' | 'waiting' | 'overflow' | 'failed' | 'retry';

interface ModelPush {
  goal: PushGoal;
  state: string;
  isDue: boolean;
  /** On the provider's list, or maybe so. */
  hasPlace: boolean;
  /** Grows with every change of the user's block. */
  generation: number;
}

/** What was given to be pushed, and may be answered at any time. */
export interface Given {
  readonly id: string;
  readonly goal: PushGoal;
  readonly generation: number;
}

export class PushModel {
  readonly #pushes = new Map<string, ModelPush>();
  readonly #blocked: string[] = [];
  #generation = 0;
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Each entry as `id state`, in order. */
  list(): string[] {
    return this.#blocked.map((id) => `${id} ${this.#pushes.get(id)?.state}`);
  }

  /** Each user who is free as `id state`. */
  removals(): string[] {
    const removals = [...this.#pushes].filter(([, { goal }]) => goal === 'unblock');
    return removals.map(([id, { state }]) => `${id} ${state === 'failed' ? 'failed' : 'removing'}`);
  }

  due(): Given[] {
    return [...this.#pushes].filter(([, { isDue }]) => isDue).map(([id, push]) => ({ id, ...push }));
  }

  /** How many users the provider's list takes, if all that is due is done. */
  room(): number {
    const pushes = [...this.#pushes.values()];
    const others = pushes.filter(({ goal, hasPlace, isDue }) => hasPlace && !(goal === 'block' && isDue));
    return Math.max(0, this.#capacity - others.length);
  }

  block(ids: readonly string[]): void {
    for (const id of new Set(ids)) {
      if (this.#blocked.includes(id)) {
        this.#insist(id);
        continue;
      }
      this.#blocked.push(id);
      this.#ask(id, 'block', this.#pushes.get(id)?.hasPlace ?? false);
    }
  }

  unblock(ids: readonly string[]): void {
    for (const id of new Set(ids)) {
      if (!this.#blocked.includes(id)) continue;
      this.#blocked.splice(this.#blocked.indexOf(id), 1);
      const before = this.#pushes.get(id);
      this.#ask(id, 'unblock', before?.hasPlace === true || before?.state === 'pending');
    }
  }

  write(id: string): void {
    const push = this.#pushes.get(id);
    if (push?.goal === 'block' && push.state === 'waiting') this.#again(push);
  }

  /** Asks again for a block that is there, and that the provider refused. */
  #insist(id: string): void {
    const push = this.#pushes.get(id);
    if (push?.goal === 'block' && (push.state === 'waiting' || push.state === 'failed')) this.#again(push);
  }

  raise(by: number): void {
    this.#capacity += by;
    this.#release(by);
  }

  retryFailed(): void {
    for (const push of this.#pushes.values()) if (push.state === 'failed') this.#again(push);
  }

  answer({ id, goal, generation }: Given, answer: Answer): void {
    const push = this.#pushes.get(id);
    if (push?.generation !== generation || push.goal !== goal) return;
    const hadPlace = push.hasPlace;
    push.isDue = answer === 'retry';
    if (answer === 'retry') push.state = 'pending';
    else if (goal === 'unblock') {
      push.state = 'failed';
      if (answer !== 'done') return;
      this.#pushes.delete(id);
      this.#release(Number(hadPlace));
    } else {
      push.state = answer === 'done' ? 'synced' : answer;
      push.hasPlace = answer === 'done';
      if (!push.hasPlace) this.#release(Number(hadPlace));
    }
  }

  #ask(id: string, goal: PushGoal, hasPlace: boolean): void {
    this.#generation += 1;
    this.#pushes.set(id, { goal, state: 'pending', isDue: true, hasPlace, generation: this.#generation });
  }

  #again(push: ModelPush): void {
    push.state = 'pending';
    push.isDue = true;
  }

  #release(places: number): void {
    const waiting = [...this.#pushes.values()].filter(({ state }) => state === 'overflow');
    for (const push of waiting.sort((a, b) => a.generation - b.generation).slice(0, places)) this.#again(push);
  }
}
